#pragma once

/// The endpoints, by the file that holds them. What each answers: openapi.yaml, and for the
/// ingestion API and the tracked links the comments here.

#include "api/endpoint.h"
#include "net/reply.h"

namespace sojourn::api::endpoints {

// track.cc: the calls of the Segment specification. The write key comes by Basic auth or in the
// body; bodies are JSON under any content type, also packed with gzip. 200 `{"success":true}` only
// when the events are durable; 207 `{accepted, errors}` where a part of a batch was refused.
void identify(Context&, Call&&, net::Reply&&);
void track(Context&, Call&&, net::Reply&&);
void page(Context&, Call&&, net::Reply&&);
void screen(Context&, Call&&, net::Reply&&);
void group(Context&, Call&&, net::Reply&&);
void alias(Context&, Call&&, net::Reply&&);
void batch(Context&, Call&&, net::Reply&&);
/// CORS preflight of the ingestion API.
net::Response preflight();

// sdk_settings.cc: GET /v1/projects/{writeKey}/settings, with which @segment/analytics-next starts.
Answer sdk_settings(Context&, const Call&);

// beacons.cc: the tracked links of messages. A bad token is 404, and HEAD records nothing.
/// Records a click and redirects to the link as it was stored when the message was rendered.
Answer click(Context&, const Call&);
/// Records an open; a transparent GIF.
Answer open(Context&, const Call&);
/// A page that asks; changes nothing.
Answer unsubscribe_page(Context&, const Call&);
/// RFC 8058 one-click and the page's own form; answers when the opt-out is durable.
void unsubscribe(Context&, Call&&, net::Reply&&);

// sender_domains.cc: the domains that mails are sent from, and their keys.
Answer list_sender_domains(Context&, const Call&);
Answer add_sender_domain(Context&, const Call&);
Answer get_sender_domain(Context&, const Call&);
Answer activate_sender_domain(Context&, const Call&);
Answer rotate_sender_domain(Context&, const Call&);
Answer remove_sender_domain(Context&, const Call&);

// sender_checks.cc: what DNS says of them.
/// Looks now; answers when name servers have.
void check_sender_domain(Context&, Call&&, net::Reply&&);
/// What the last look found.
Answer get_sender_check(Context&, const Call&);

// assets.cc: pictures, under keys that messages name and by their content.
Answer list_assets(Context&, const Call&);
Answer add_asset(Context&, const Call&);
Answer get_asset(Context&, const Call&);
Answer change_asset(Context&, const Call&);
Answer replace_asset_picture(Context&, const Call&);
Answer remove_asset(Context&, const Call&);
/// Takes in a picture that a definition will name.
Answer keep_picture(Context&, const Call&);
Answer get_picture(Context&, const Call&);
/// As it was uploaded, without what does not show.
Answer get_picture_file(Context&, const Call&);
/// GET /assets/{picture}/{file}: for mail programs, in one of its sizes.
Answer serve_picture(Context&, const Call&);

// setup.cc
Answer get_setup(Context&, const Call&);
Answer complete_setup(Context&, const Call&);

// session.cc
Answer get_session(Context&, const Call&);
Answer create_session(Context&, const Call&);
Answer delete_session(Context&, const Call&);

// home.cc
Answer get_home(Context&, const Call&);

// contacts.cc
Answer list_contacts(Context&, const Call&);
Answer get_contact(Context&, const Call&);
Answer erase_contact(Context&, const Call&);
Answer merge_contact(Context&, const Call&);

// timeline.cc
Answer list_timeline(Context&, const Call&);

// segments.cc
Answer list_segments(Context&, const Call&);
Answer get_segment(Context&, const Call&);
Answer list_segment_contacts(Context&, const Call&);
Answer snapshot_segment(Context&, const Call&);
Answer list_lists(Context&, const Call&);
Answer create_list(Context&, const Call&);
Answer get_list(Context&, const Call&);
Answer list_list_contacts(Context&, const Call&);
Answer change_list_contacts(Context&, const Call&);

// backfill.cc
Answer get_backfill(Context&, const Call&);
Answer cancel_backfill(Context&, const Call&);
Answer start_backfill(Context&, const Call&);

// scores.cc
Answer list_scores(Context&, const Call&);
Answer get_score(Context&, const Call&);

// companies.cc
Answer list_companies(Context&, const Call&);
Answer get_company(Context&, const Call&);
Answer list_company_contacts(Context&, const Call&);

// journeys.cc
Answer list_journeys(Context&, const Call&);
Answer get_journey(Context&, const Call&);
Answer list_journey_contacts(Context&, const Call&);
Answer pause_journey(Context&, const Call&);
Answer declare_winner(Context&, const Call&);
Answer resume_journey(Context&, const Call&);

// campaigns.cc
Answer list_campaigns(Context&, const Call&);
Answer get_campaign(Context&, const Call&);
Answer count_campaign_audience(Context&, const Call&);
Answer start_campaign(Context&, const Call&);
Answer cancel_campaign(Context&, const Call&);
Answer pause_campaign(Context&, const Call&);
Answer resume_campaign(Context&, const Call&);
Answer stop_campaign(Context&, const Call&);

// messages.cc
Answer list_messages(Context&, const Call&);
Answer list_campaign_recipients(Context&, const Call&);
Answer get_message(Context&, const Call&);

// message_request.cc
Answer request_message(Context&, const Call&);

// templates.cc
Answer list_templates(Context&, const Call&);
Answer get_template(Context&, const Call&);

// events.cc
Answer list_events(Context&, const Call&);

// stream.cc
void open_stream(Context&, Call&&, net::Reply&&);

// mailbox.cc
Answer list_mailbox(Context&, const Call&);
Answer get_mail(Context&, const Call&);

// sending.cc
Answer get_sending(Context&, const Call&);
Answer stop_sending(Context&, const Call&);
Answer resume_sending(Context&, const Call&);

// jobs.cc
Answer list_jobs(Context&, const Call&);
Answer get_job(Context&, const Call&);
Answer cancel_job(Context&, const Call&);

// imports.cc
Answer begin_upload(Context&, const Call&);
Answer append_upload(Context&, const Call&);
Answer get_upload(Context&, const Call&);
Answer preview_import(Context&, const Call&);
Answer begin_import(Context&, const Call&);
Answer get_import_errors(Context&, const Call&);
Answer undo_import(Context&, const Call&);

// exports.cc
Answer begin_export(Context&, const Call&);
Answer get_export_file(Context&, const Call&);

// backup.cc
Answer make_backup(Context&, const Call&);

// sources.cc
Answer list_sources(Context&, const Call&);
Answer get_identity_secret(Context&, const Call&);

// definition_list.cc
Answer list_definitions(Context&, const Call&);
Answer get_definition(Context&, const Call&);
Answer list_definition_versions(Context&, const Call&);

// definitions.cc
Answer plan_definitions(Context&, const Call&);
Answer apply_definitions(Context&, const Call&);
Answer put_definition(Context&, const Call&);
Answer archive_definition(Context&, const Call&);
Answer roll_back_definition(Context&, const Call&);

// clock.cc
Answer get_clock(Context&, const Call&);
Answer advance_clock(Context&, const Call&);

// health.cc: for probes and Prometheus.
Answer healthz(Context&, const Call&);
Answer readyz(Context&, const Call&);
Answer metrics(Context&, const Call&);

}  // namespace sojourn::api::endpoints
