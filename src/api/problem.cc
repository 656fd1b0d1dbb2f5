#include "api/problem.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/log.h"

namespace sojourn::api {
namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view problem_type = "application/problem+json";
constexpr std::string_view html_type = "text/html; charset=utf-8";

struct Code {
  std::string_view code;
  int status;
  std::string_view fix;            ///< empty: the detail says it all
  std::int64_t retry_after_s = 0;  ///< 0: no such header
};

constexpr std::array codes = {
    // Not readable.
    Code{"malformed_json", 400, "send one JSON document in UTF-8"},
    Code{"malformed_gzip", 400, "send a whole gzip stream, or no Content-Encoding"},
    Code{"too_deep", 400, "flatten the value"},
    Code{"not_an_object", 400, "send a JSON object"},
    Code{"malformed_form", 400, "send the form as a browser does"},
    Code{"too_many_fields", 400, "send fewer fields"},
    Code{"missing_field", 400, "send the field"},
    Code{"wrong_type", 400, "send a value of the type that the field has"},
    Code{"unknown_value", 400, "send one of the allowed values"},
    Code{"unknown_type", 400, "send one of the allowed types"},
    Code{"too_long", 400, "shorten the value"},
    Code{"too_short", 400, "lengthen the value"},
    Code{"control_character", 400, "remove control characters"},
    Code{"invalid_timestamp", 400, "send a time as RFC 3339: 2026-03-02T21:50:00.000Z"},
    Code{"reserved_event_name", 400,
         "choose another name; Sojourn writes events of this name itself"},
    Code{"invalid_user_hash", 400, "send the HMAC-SHA256 of the userId under the identity secret"},
    Code{"picture_missing", 400, "send the bytes of a picture as the body"},
    Code{"too_many_items", 400, "send smaller batches"},
    Code{"all_items_refused", 400, "correct the items as each error says"},
    Code{"out_of_range", 400, "send a value within the limits"},
    Code{"limit_out_of_range", 400, "send a limit from 1 to 200"},
    Code{"cursor_invalid", 400, "begin again without a cursor"},
    Code{"invalid_cursor", 400, "begin again without a cursor"},
    // Who asks.
    Code{"missing_write_key", 401, "send a write key as user name of Basic auth, or as writeKey"},
    Code{"wrong_write_key", 401, "send a write key of this workspace"},
    Code{"not_signed_in", 401, "sign in, or send an API key"},
    Code{"wrong_api_key", 401, "send an API key of this workspace"},
    Code{"sign_in_failed", 401, "check both and try again"},
    Code{"csrf_required", 403, "send the header X-Sojourn-Csrf: 1"},
    Code{"secret_key_needed", 403, "send it from your server, with a server key"},
    Code{"not_permitted", 403, "ask an administrator of the workspace"},
    Code{"second_factor_needed", 401, "send the code that the authenticator app shows as well"},
    Code{"wrong_code", 403, "wait for the next code, or send a recovery code"},
    Code{"owners_only", 403, "ask an owner of the workspace"},
    Code{"wrong_password", 403, "send your present password"},
    Code{"users_only", 403, "sign in as a user; an API key has none of this"},
    Code{"forged_report", 403, "give the provider the address that /api/v1/provider shows"},
    Code{"loopback_only", 403, "ask on the server's own machine"},
    Code{"not_empty", 409, "name a folder that is new or empty"},
    // What is asked for.
    Code{"unknown_path", 404, ""},
    Code{"unknown_contact", 404, ""},
    Code{"unknown_segment", 404, ""},
    Code{"unknown_score", 404, ""},
    Code{"unknown_company", 404, ""},
    Code{"unknown_campaign", 404, ""},
    Code{"unknown_journey", 404, ""},
    Code{"unknown_template", 404, ""},
    Code{"unknown_asset", 404, ""},
    Code{"unknown_picture", 404, "upload it"},
    Code{"unknown_catalog", 404, ""},
    Code{"unknown_item", 404, ""},
    Code{"catalog_full", 409, "remove items that nothing shows, or split the catalog"},
    Code{"asset_exists", 409, "choose another key, or replace its picture"},
    Code{"more_than_expected", 409, "look at how many there are now, and send that number"},
    Code{"asset_in_use", 409, "take it out of what uses it, or replace its picture"},
    Code{"too_many_assets", 409, "remove those that nothing uses"},
    Code{"unknown_webhook", 404, "send to an address that /api/v1/webhooks lists"},
    Code{"unknown_webhook_endpoint", 404, ""},
    Code{"unknown_webhook_delivery", 404, ""},
    Code{"too_many_webhook_endpoints", 409, "remove one that nobody needs"},
    Code{"webhook_off", 409, "switch it on first"},
    Code{"unknown_mail", 404, ""},
    Code{"unknown_job", 404, ""},
    Code{"unknown_list", 404, ""},
    Code{"unknown_upload", 404, "upload the file again"},
    Code{"unknown_file", 404, ""},
    Code{"unknown_message", 404, ""},
    Code{"unknown_step", 404, ""},
    Code{"unknown_definition", 404, ""},
    Code{"unknown_sender_domain", 404, ""},
    Code{"sender_domain_exists", 409, "ask for it, or rotate its keys"},
    Code{"too_many_sender_domains", 409, "remove one that nothing is sent from"},
    Code{"too_many_sender_keys", 409, "rotate when older keys have had their 7 days"},
    Code{"unknown_user", 404, ""},
    Code{"unknown_invitation", 404, ""},
    Code{"unknown_view", 404, ""},
    Code{"too_many_views", 409, "remove those that nobody needs"},
    Code{"second_factor_on", 409, "turn it off first"},
    Code{"second_factor_off", 409, ""},
    Code{"start_again", 410, "start again"},
    Code{"last_owner", 409, "make somebody else an owner first"},
    Code{"user_exists", 409, "change the role of the user"},
    Code{"team_full", 409, "remove users or invitations that are not needed"},
    Code{"invitation_ended", 410, "ask for another invitation"},
    Code{"unknown_version", 404, ""},
    Code{"ambiguous_contact", 409, "name the contact by its id"},
    Code{"unknown_count", 404, "count again"},
    Code{"unknown_write_key", 404, "use a write key of this workspace"},
    Code{"method_not_allowed", 405, "use a method that Allow names"},
    Code{"external_store", 409, "copy the database with PostgreSQL's own tools"},
    Code{"setup_done", 409, "sign in"},
    Code{"same_contact", 409, ""},
    Code{"not_known", 409, "identify one of them first"},
    Code{"job_ended", 409, ""},
    Code{"not_undoable", 409, ""},
    Code{"wrong_offset", 409, "go on where the limit says"},
    Code{"clock_not_virtual", 409, "start the server with --virtual-clock"},
    Code{"clock_is_real", 409, "start the server with --virtual-clock"},
    Code{"already_paused", 409, ""},
    Code{"wrong_campaign_state", 409, "look at its state, which may have changed meanwhile"},
    Code{"campaign_not_sent", 409, "send the earlier campaign first"},
    Code{"named_twice", 422, "name it once"},
    Code{"segment_not_ready", 409, "wait until its state is ready"},
    Code{"set_aside", 409, "correct the definition and publish it again"},
    Code{"reads_set_aside", 422, "correct the definition that it asks for, and publish that"},
    Code{"list_exists", 409, "add to it, or choose another key"},
    Code{"not_paused", 409, ""},
    Code{"already_winner", 409, ""},
    Code{"no_winner", 409, ""},
    Code{"no_experiment", 404, "name a split that has an experiment"},
    Code{"no_backfill", 409, ""},
    Code{"backfill_under_way", 409, ""},
    Code{"nothing_to_build", 409, ""},
    Code{"change_under_way", 409, "try again when those inside have been brought along"},
    Code{"changed_meanwhile", 409, "look at what is there now, then send its revision"},
    Code{"needs_yes", 409, "look at the changes, then send yes: true"},
    Code{"blast_radius", 409, "look at the reach, then send confirm: {reach: N} with its number"},
    Code{"body_too_large", 413, "send less at once"},
    Code{"upload_too_large", 413, "split the file"},
    Code{"picture_too_heavy", 413, "save it smaller"},
    Code{"call_too_large", 413, "send smaller calls"},
    Code{"unsupported_encoding", 415, "send the body as it is, or with gzip"},
    Code{"unsupported_content_type", 415, "send application/json"},
    Code{"unsupported_picture", 415, "save it as PNG, JPEG or GIF"},
    Code{"not_a_form", 415, "send a form"},
    // Read, and not valid.
    Code{"idempotency_key_reused", 422, "send each message under a key of its own"},
    Code{"invalid_template", 422, "correct the Liquid as the detail says"},
    Code{"no_address", 422, "name an address"},
    Code{"no_postal_address", 422, "show {{ workspace.postal_address }} in each part"},
    Code{"no_unsubscribe", 422, "put {{ unsubscribe_url }} or {{ preference_url }} into each part"},
    Code{"form_of_program", 422, "leave hidden fields empty"},
    Code{"form_not_opened", 422, "open the form, or allow the origin of the page that posts to it"},
    Code{"form_too_fast", 422, "send it again"},
    Code{"form_open_long", 422, "send it again"},
    Code{"not_a_number", 422, "send a number"},
    Code{"not_an_option", 422, "send one of the options"},
    Code{"link_expired", 410, "sign up once more"},
    Code{"mail_expired", 410, ""},
    Code{"invalid_email", 422, "send an address such as ann@example.com"},
    Code{"invalid_domain", 422, "send a domain name such as news.example.com"},
    Code{"no_contact_named", 422, "name where the id stands: ?user_id=customer.id"},
    Code{"no_contact_found", 422, "send a userId, which makes a contact"},
    Code{"invalid_url", 422, "send an address such as https://news.example.com"},
    Code{"unknown_time_zone", 422, "send an IANA zone such as Europe/Paris"},
    Code{"invalid_duration", 422, "send a number with s, m, h, d or w"},
    Code{"time_in_past", 422, "the clock only moves forward"},
    Code{"clock_goes_back", 422, "the clock only moves forward"},
    Code{"empty_file", 422, "upload a file with a row"},
    Code{"not_utf8", 422, "save the file as CSV UTF-8"},
    Code{"malformed_csv", 422, "look at the file's first line"},
    Code{"unknown_column", 422, "map the columns that the file has"},
    Code{"unmapped_identity", 422, "map a column to userId, anonymousId or email"},
    Code{"unmapped_event", 422, "map a column to event"},
    Code{"mapped_twice", 422, "map one of them to something else, or to ignore"},
    Code{"wrong_role", 422, "map it to an attribute, or import events"},
    Code{"wrong_member", 422, ""},
    Code{"unknown_member", 422, "leave it out"},
    Code{"missing_member", 422, "send it"},
    Code{"invalid_name", 422, "name the attribute or property"},
    Code{"too_many_columns", 422, "leave out columns that are ignored"},
    Code{"not_a_time", 422, "send a time as RFC 3339: 2026-03-02T21:50:00.000Z"},
    Code{"picture_damaged", 422, "open it in a picture program, and save it anew"},
    Code{"picture_too_large", 422, "make it smaller"},
    Code{"items_invalid", 422, "correct the items as each error says"},
    Code{"duplicate_member", 422, "leave one of them out"},
    Code{"definitions_invalid", 422, "correct the problems and apply again"},
    Code{"template_invalid", 422, "correct the field that the detail names"},
    Code{"invalid_path", 422, "send relative paths with /"},
    Code{"invalid_key", 422, ""},
    Code{"invalid_events", 422, "send kinds that the API's description lists"},
    Code{"invalid_query", 422, "send what an address has behind ?"},
    Code{"window_empty", 422, "let the window begin before it ends"},
    Code{"window_too_long", 422, "choose a later beginning"},
    Code{"backtest_too_large", 422, "choose a journey that reads fewer events"},
    Code{"bad_condition", 422, "correct the condition as the detail says"},
    Code{"too_many_events", 422, "narrow the events down, or publish the segment"},
    // Not now.
    Code{"backtest_running", 429, "wait until it has ended", 5},
    Code{"checks_busy", 429, "wait until one has ended", 5},
    Code{"too_many_attempts", 429, "wait, then try again", 60},
    Code{"too_many_uploads", 429, "import or let go of what was uploaded", 60},
    Code{"too_many_pictures", 429, "apply the definitions that name them", 60},
    Code{"too_many_jobs", 429, "wait until one has ended, or cancel one", 60},
    Code{"queue_full", 429, "wait, then send it again", 1},
    Code{"too_many_requests", 429, "wait, then send it again", 1},
    Code{"stopping", 503, "send it again in a moment", 2},
    Code{"not_ready", 503, "wait until /readyz answers 200", 1},
    Code{"audience_loading", 503, "ask again in a moment", 2},
    Code{"provider_unreachable", 503, "send it again", 10},
    Code{"disk_full", 503, "free space on the server's disk", 10},
    Code{"disk_failed", 503, "look into the server's log", 10},
    Code{"change_pending", 503, "the change is under way; look again in a moment", 2},
    Code{"merge_pending", 503, "the merge is under way; look at the contact in a moment", 2},
};

const Code* find_code(std::string_view code) {
  const auto* found = std::find_if(codes.begin(), codes.end(),
                                   [&](const Code& known) { return known.code == code; });
  return found == codes.end() ? nullptr : found;
}

net::Response answer(int status, std::string_view content_type, std::string body) {
  net::Response response;
  response.status = status;
  response.content_type = content_type;
  response.body = std::move(body);
  return response;
}

net::Response private_json(int status, std::string body) {
  net::Response response = answer(status, json_type, std::move(body));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

/// `limit_out_of_range` as a person reads it.
std::string in_words(std::string_view code) {
  std::string words(code);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

void string_or_null(JsonWriter& out, std::string_view name, std::string_view text) {
  out.name(name);
  if (text.empty()) {
    out.null();
  } else {
    out.string(text);
  }
}

}  // namespace

net::Response json(std::string body) {
  return private_json(200, std::move(body));
}
net::Response created(std::string body) {
  return private_json(201, std::move(body));
}
net::Response accepted(std::string body) {
  return private_json(202, std::move(body));
}
net::Response partly_accepted(std::string body) {
  return private_json(207, std::move(body));
}
net::Response no_content() {
  return answer(204, {}, {});
}

net::Response found(std::string_view location) {
  net::Response response = answer(302, {}, {});
  response.headers.add("Location", location);
  response.headers.add("Cache-Control", "no-store");
  return response;
}

net::Response plain_text(std::string_view content_type, std::string text) {
  net::Response response = answer(200, content_type, std::move(text));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

net::Response bytes(std::string_view content_type, std::string_view static_body) {
  net::Response response = answer(200, content_type, {});
  response.static_body = static_body;
  return response;
}

net::Response download(std::string_view content_type, std::string_view name, std::string_view file,
                       std::shared_ptr<const void> owner) {
  net::Response response = answer(200, content_type, {});
  response.static_body = file;
  response.body_owner = std::move(owner);
  response.headers.add("Content-Disposition", "attachment; filename=\"" + std::string(name) + "\"");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

net::Response picture(std::string_view content_type, std::string file, Caching caching) {
  net::Response response = answer(200, content_type, std::move(file));
  const bool is_kept = caching == Caching::forever;
  response.headers.add("Cache-Control",
                       is_kept ? "public, max-age=31536000, immutable" : "no-store");
  if (is_kept) response.headers.add("ETag", "\"picture\"");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Content-Security-Policy", "default-src 'none'; sandbox");
  response.headers.add("Cross-Origin-Resource-Policy", is_kept ? "cross-origin" : "same-origin");
  return response;
}

net::Response not_modified() {
  return answer(304, {}, {});
}

net::Response page(std::string html) {
  return answer(200, html_type, std::move(html));
}

net::Response page_of(const Error& error, std::string html) {
  return answer(status_of(error.code), html_type, std::move(html));
}

net::Response problem(const Error& error, const ProblemOptions& options) {
  const Code* known = find_code(error.code);
  if (known == nullptr) {
    log::error("a request failed", {{"code", error.code}, {"message", error.message}});
  }
  const int status = known == nullptr ? 500 : known->status;
  const std::string_view code = known == nullptr ? "internal_error" : known->code;

  JsonWriter out;
  out.begin_object();
  out.name("type").string("about:blank");
  out.name("title").string(in_words(code));
  out.name("status").number(std::int64_t{status});
  out.name("detail").string(known == nullptr ? "the server failed; its log says more"
                                             : std::string_view(error.message));
  out.name("code").string(code);
  string_or_null(out, "field", error.field);
  string_or_null(out, "value", error.value);
  string_or_null(out, "limit", error.limit);
  string_or_null(out, "fix", known == nullptr ? std::string_view() : known->fix);
  std::string body = out.end_object().take();
  if (!options.members.empty()) {
    body.pop_back();
    body += "," + options.members + "}";
  }

  net::Response response = answer(status, problem_type, std::move(body));
  response.headers.add("Cache-Control", "no-store");
  const std::int64_t wait_s = options.retry_after ? (options.retry_after->ms + 999) / 1000
                                                  : (known == nullptr ? 0 : known->retry_after_s);
  if (wait_s > 0) response.headers.add("Retry-After", std::to_string(wait_s));
  if (!options.allow.empty()) response.headers.add("Allow", options.allow);
  return response;
}

int status_of(std::string_view code) {
  const Code* known = find_code(code);
  return known == nullptr ? 500 : known->status;
}

net::Response probe(bool healthy, std::string_view text) {
  net::Response response =
      answer(healthy ? 200 : 503, "text/plain; charset=utf-8", std::string(text));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace sojourn::api
