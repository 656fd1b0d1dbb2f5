#include "api/routes.h"

#include <algorithm>
#include <array>

#include "api/endpoints/audit.h"
#include "api/endpoints/backtest.h"
#include "api/endpoints/bulk.h"
#include "api/endpoints/catalogs.h"
#include "api/endpoints/consent.h"
#include "api/endpoints/contact_change.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/explain.h"
#include "api/endpoints/inbound.h"
#include "api/endpoints/provider.h"
#include "api/endpoints/rehearsal.h"
#include "api/endpoints/render.h"
#include "api/endpoints/saved_views.h"
#include "api/endpoints/segment_counts.h"
#include "api/endpoints/suggestions.h"
#include "api/endpoints/team.h"
#include "api/endpoints/view_online.h"
#include "api/endpoints/webhook_endpoints.h"
#include "api/segment_call.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

using net::Method;
using enum Permission;
using enum Lane;
namespace e = endpoints;

/// Room above the limit of a call, so that the endpoint can say how large it is.
constexpr std::size_t call_body = 2 * call_bytes_max;
constexpr std::size_t batch_body = 2 * batch_bytes_max;
constexpr std::size_t small_body = 16 * 1024;
/// A part of an upload; kept small, as it is read before it is known who sends it.
constexpr std::size_t part_body = 4 << 20;
/// A mapping of a thousand columns.
constexpr std::size_t import_body = 256 * 1024;
/// A condition of condition_parts_max questions.
constexpr std::size_t condition_body = 256 * 1024;
/// Of an inbound webhook, and of the data that a contact takes along into a journey.
constexpr std::size_t hook_body = 64 * 1024;
/// A document of blocks with its data; as much as a definition, and JSON around it.
constexpr std::size_t render_body = 512 * 1024;
/// Of a message with its own texts.
constexpr std::size_t message_body = 640 * 1024;
/// Of a hosted page: 20 fields of 1,000 bytes, or 200 topics.
constexpr std::size_t form_body = 64 * 1024;
/// 1,000 addresses.
constexpr std::size_t addresses_body = 300 * 1024;
/// Of what a mail provider tells at once: SendGrid posts up to 768 KB.
constexpr std::size_t report_body = 1 << 20;
/// A picture, and room above its limit.
constexpr std::size_t picture_body = 16 << 20;
/// The items of a catalog; more of them come in several parts.
constexpr std::size_t items_body = 16 << 20;
/// A workspace as text: 2,000 files.
constexpr std::size_t definitions_body = 16 << 20;

Route late(Method method, std::string_view pattern, Permission permission, Lane lane,
           std::size_t body, LateEndpoint endpoint) {
  return {method, pattern, permission, lane, body, endpoint};
}

Route ingest(std::string_view pattern, LateEndpoint endpoint) {
  return late(Method::post, pattern, write_key, server, call_body, endpoint);
}

Route get(std::string_view pattern, Permission permission, Lane lane, Endpoint endpoint) {
  return {Method::get, pattern, permission, lane, 0, endpoint};
}

Route post(std::string_view pattern, Permission permission, Endpoint endpoint) {
  return {Method::post, pattern, permission, waiter, small_body, endpoint};
}

Route read_list(std::string_view pattern, Endpoint endpoint) {
  return get(pattern, read, reader, endpoint);
}

const std::vector<Route>& table() {
  static const std::vector<Route> all = {
      // Events come in.
      ingest("/v1/identify", e::identify),
      ingest("/v1/i", e::identify),
      ingest("/v1/track", e::track),
      ingest("/v1/t", e::track),
      ingest("/v1/page", e::page),
      ingest("/v1/p", e::page),
      ingest("/v1/screen", e::screen),
      ingest("/v1/s", e::screen),
      ingest("/v1/group", e::group),
      ingest("/v1/g", e::group),
      ingest("/v1/alias", e::alias),
      ingest("/v1/a", e::alias),
      late(Method::post, "/v1/batch", write_key, server, batch_body, e::batch),
      late(Method::post, "/v1/b", write_key, server, batch_body, e::batch),
      late(Method::post, "/v1/import", write_key, server, batch_body, e::batch),
      get("/v1/projects/{writeKey}/settings", write_key, server, e::sdk_settings),

      // Tracked links.
      get("/c/{token}", open, reader, e::click),
      get("/o/{token}", open, reader, e::open),
      get("/u/{token}", open, reader, e::unsubscribe_page),
      late(Method::post, "/u/{token}", open, reader, small_body, e::unsubscribe),

      // Pages for contacts.
      get("/p/{token}", open, reader, e::preferences_page),
      late(Method::post, "/p/{token}", open, reader, form_body, e::choose_preferences),
      get("/f/{key}", open, reader, e::form_page),
      {Method::post, "/f/{key}", open, waiter, form_body, e::submit_form},
      get("/v/{token}", open, reader, e::view_online),
      get("/d/{token}", open, reader, e::confirmation_page),
      {Method::post, "/d/{token}", open, waiter, small_body, e::confirm_signup},

      // Pictures of messages.
      get("/assets/{picture}/{file}", open, reader, e::serve_picture),

      // Webhooks in.
      late(Method::post, "/hooks/{token}", open, reader, hook_body, e::receive_webhook),
      late(Method::post, "/hooks/{provider}/{token}", open, reader, report_body,
           e::receive_provider_report),

      // Management.
      get("/api/v1/setup", open, reader, e::get_setup),
      post("/api/v1/setup", open, e::complete_setup),
      get("/api/v1/session", read, reader, e::get_session),
      post("/api/v1/session", open, e::create_session),
      {Method::delete_, "/api/v1/session", read, waiter, 0, e::delete_session},
      post("/api/v1/password", read, e::change_password),
      read_list("/api/v1/second-factor", e::get_second_factor),
      post("/api/v1/second-factor", read, e::turn_on_second_factor),
      post("/api/v1/second-factor/start", read, e::start_second_factor),
      post("/api/v1/second-factor/off", read, e::turn_off_second_factor),
      read_list("/api/v1/team", e::list_users),
      {Method::put, "/api/v1/team/{email}", admin, waiter, small_body, e::change_user},
      {Method::delete_, "/api/v1/team/{email}", admin, waiter, 0, e::remove_user},
      {Method::delete_, "/api/v1/team/{email}/second-factor", admin, waiter, 0,
       e::reset_second_factor},
      get("/api/v1/invitations", admin, reader, e::list_invitations),
      post("/api/v1/invitations", admin, e::create_invitation),
      {Method::delete_, "/api/v1/invitations/{email}", admin, waiter, 0, e::revoke_invitation},
      {Method::post, "/api/v1/invitations/look", open, reader, small_body, e::look_at_invitation},
      post("/api/v1/invitations/accept", open, e::accept_invitation),
      read_list("/api/v1/views", e::list_views),
      post("/api/v1/views", read, e::create_view),
      {Method::patch, "/api/v1/views/{id}", read, waiter, small_body, e::change_view},
      {Method::delete_, "/api/v1/views/{id}", read, waiter, 0, e::remove_view},
      read_list("/api/v1/home", e::get_home),
      read_list("/api/v1/contacts", e::list_contacts),
      read_list("/api/v1/contacts/{id}", e::get_contact),
      {Method::post, "/api/v1/contacts/bulk", write, waiter, condition_body, e::change_contacts},
      {Method::post, "/api/v1/contacts/erase", admin, waiter, condition_body, e::erase_contacts},
      {Method::patch, "/api/v1/contacts/{id}", write, waiter, small_body, e::change_contact},
      {Method::delete_, "/api/v1/contacts/{id}", admin, waiter, 0, e::erase_contact},
      read_list("/api/v1/contacts/{id}/consents", e::get_consents),
      post("/api/v1/contacts/{id}/consents", write, e::write_consent),
      get("/api/v1/contacts/{id}/export", admin, waiter, e::export_contact),
      read_list("/api/v1/contacts/{id}/timeline", e::list_timeline),
      read_list("/api/v1/contacts/{id}/explain", e::explain_contact),
      post("/api/v1/contacts/{id}/merge", write, e::merge_contact),
      // These wait where the audience index is being loaded.
      get("/api/v1/attributes", read, waiter, e::list_attributes),
      get("/api/v1/attributes/{name}/values", read, waiter, e::list_attribute_values),
      read_list("/api/v1/event-names", e::list_event_names),
      read_list("/api/v1/segments", e::list_segments),
      {Method::post, "/api/v1/segments/explain", read, reader, small_body, e::explain_segment},
      {Method::post, "/api/v1/segments/read", read, reader, condition_body, e::read_segment},
      {Method::post, "/api/v1/segments/count", read, waiter, condition_body, e::count_segment},
      get("/api/v1/segments/count/{id}", read, waiter, e::get_segment_count),
      read_list("/api/v1/segments/{key}", e::get_segment),
      read_list("/api/v1/segments/{key}/contacts", e::list_segment_contacts),
      read_list("/api/v1/segments/{key}/history", e::get_segment_history),
      post("/api/v1/segments/{key}/snapshot", write, e::snapshot_segment),
      read_list("/api/v1/lists", e::list_lists),
      post("/api/v1/lists", write, e::create_list),
      read_list("/api/v1/lists/{key}", e::get_list),
      read_list("/api/v1/lists/{key}/contacts", e::list_list_contacts),
      post("/api/v1/lists/{key}/contacts", write, e::change_list_contacts),
      read_list("/api/v1/backfill", e::get_backfill),
      post("/api/v1/backfill/cancel", write, e::cancel_backfill),
      post("/api/v1/backfill/start", write, e::start_backfill),
      read_list("/api/v1/scores", e::list_scores),
      read_list("/api/v1/scores/{key}", e::get_score),
      // These wait where the audience index is being loaded.
      get("/api/v1/companies", read, waiter, e::list_companies),
      get("/api/v1/companies/{id}", read, waiter, e::get_company),
      get("/api/v1/companies/{id}/contacts", read, waiter, e::list_company_contacts),
      read_list("/api/v1/journeys", e::list_journeys),
      read_list("/api/v1/journeys/{key}", e::get_journey),
      read_list("/api/v1/journeys/{key}/contacts", e::list_journey_contacts),
      {Method::post, "/api/v1/journeys/{key}/backtest", read, waiter, definitions_body,
       e::backtest_journey},
      {Method::post, "/api/v1/journeys/{key}/simulate", read, waiter, definitions_body,
       e::simulate_journey},
      post("/api/v1/journeys/{key}/pause", write, e::pause_journey),
      post("/api/v1/journeys/{key}/resume", write, e::resume_journey),
      post("/api/v1/journeys/{key}/steps/{step}/winner", write, e::declare_winner),
      late(Method::post, "/api/v1/journeys/{key}/enter", write, reader, hook_body,
           e::enter_journey),
      get("/api/v1/webhooks", write, reader, e::list_webhooks),
      get("/api/v1/webhooks/secret", admin, reader, e::get_webhook_secret),
      get("/api/v1/webhook-endpoints", admin, reader, e::list_webhook_endpoints),
      post("/api/v1/webhook-endpoints", admin, e::create_webhook_endpoint),
      get("/api/v1/webhook-endpoints/{id}", admin, reader, e::get_webhook_endpoint),
      {Method::patch, "/api/v1/webhook-endpoints/{id}", admin, waiter, small_body,
       e::change_webhook_endpoint},
      {Method::delete_, "/api/v1/webhook-endpoints/{id}", admin, waiter, 0,
       e::remove_webhook_endpoint},
      post("/api/v1/webhook-endpoints/{id}/secret", admin, e::rotate_webhook_secret),
      post("/api/v1/webhook-endpoints/{id}/test", admin, e::test_webhook_endpoint),
      get("/api/v1/webhook-endpoints/{id}/deliveries", admin, reader, e::list_webhook_deliveries),
      get("/api/v1/webhook-endpoints/{id}/deliveries/{delivery}", admin, reader,
          e::get_webhook_delivery),
      post("/api/v1/webhook-endpoints/{id}/deliveries/{delivery}/replay", admin,
           e::replay_webhook_delivery),
      read_list("/api/v1/campaigns", e::list_campaigns),
      read_list("/api/v1/campaigns/{key}", e::get_campaign),
      // Waits where the audience index is being loaded.
      get("/api/v1/campaigns/{key}/audience", read, waiter, e::count_campaign_audience),
      read_list("/api/v1/campaigns/{key}/recipients", e::list_campaign_recipients),
      post("/api/v1/campaigns/{key}/start", write, e::start_campaign),
      post("/api/v1/campaigns/{key}/cancel", write, e::cancel_campaign),
      post("/api/v1/campaigns/{key}/pause", write, e::pause_campaign),
      post("/api/v1/campaigns/{key}/resume", write, e::resume_campaign),
      post("/api/v1/campaigns/{key}/stop", write, e::stop_campaign),
      read_list("/api/v1/messages", e::list_messages),
      {Method::post, "/api/v1/messages", write, waiter, message_body, e::request_message},
      read_list("/api/v1/messages/{id}", e::get_message),
      read_list("/api/v1/templates", e::list_templates),
      read_list("/api/v1/templates/{key}", e::get_template),
      read_list("/api/v1/assets", e::list_assets),
      {Method::post, "/api/v1/assets", write, pictures, picture_body, e::add_asset},
      read_list("/api/v1/assets/{key}", e::get_asset),
      {Method::patch, "/api/v1/assets/{key}", write, waiter, small_body, e::change_asset},
      {Method::delete_, "/api/v1/assets/{key}", write, waiter, 0, e::remove_asset},
      {Method::put, "/api/v1/assets/{key}/picture", write, pictures, picture_body,
       e::replace_asset_picture},
      read_list("/api/v1/catalogs", e::list_catalogs),
      read_list("/api/v1/catalogs/{key}", e::get_catalog),
      read_list("/api/v1/catalogs/{key}/items", e::list_catalog_items),
      {Method::put, "/api/v1/catalogs/{key}/items", write, waiter, items_body,
       e::put_catalog_items},
      read_list("/api/v1/catalogs/{key}/items/{item}", e::get_catalog_item),
      {Method::delete_, "/api/v1/catalogs/{key}/items/{item}", write, waiter, 0,
       e::remove_catalog_item},
      read_list("/api/v1/catalogs/{key}/file", e::get_catalog_file),
      {Method::post, "/api/v1/pictures", write, pictures, picture_body, e::keep_picture},
      read_list("/api/v1/pictures/{picture}", e::get_picture),
      read_list("/api/v1/pictures/{picture}/file", e::get_picture_file),
      {Method::post, "/api/v1/render", read, reader, render_body, e::render_message},
      read_list("/api/v1/events", e::list_events),
      late(Method::get, "/api/v1/stream", read, reader, 0, e::open_stream),
      read_list("/api/v1/mailbox", e::list_mailbox),
      read_list("/api/v1/mailbox/{id}", e::get_mail),
      read_list("/api/v1/sending", e::get_sending),
      post("/api/v1/sending/stop", write, e::stop_sending),
      post("/api/v1/sending/resume", write, e::resume_sending),
      get("/api/v1/provider", admin, reader, e::get_provider),
      read_list("/api/v1/provider/exchanges", e::list_exchanges),
      read_list("/api/v1/sender-domains", e::list_sender_domains),
      post("/api/v1/sender-domains", admin, e::add_sender_domain),
      read_list("/api/v1/sender-domains/{domain}", e::get_sender_domain),
      {Method::delete_, "/api/v1/sender-domains/{domain}", admin, waiter, 0,
       e::remove_sender_domain},
      post("/api/v1/sender-domains/{domain}/activate", admin, e::activate_sender_domain),
      post("/api/v1/sender-domains/{domain}/rotate", admin, e::rotate_sender_domain),
      read_list("/api/v1/sender-domains/{domain}/check", e::get_sender_check),
      late(Method::post, "/api/v1/sender-domains/{domain}/check", read, reader, small_body,
           e::check_sender_domain),
      read_list("/api/v1/suppressions", e::list_suppressions),
      {Method::post, "/api/v1/suppressions", write, waiter, addresses_body, e::add_suppressions},
      {Method::post, "/api/v1/suppressions/lift", admin, waiter, addresses_body,
       e::lift_suppression},
      get("/api/v1/audit", admin, reader, e::list_audit),
      read_list("/api/v1/jobs", e::list_jobs),
      read_list("/api/v1/jobs/{id}", e::get_job),
      post("/api/v1/jobs/{id}/cancel", write, e::cancel_job),
      {Method::post, "/api/v1/uploads", write, waiter, part_body, e::begin_upload},
      {Method::put, "/api/v1/uploads/{id}", write, waiter, part_body, e::append_upload},
      get("/api/v1/uploads/{id}", write, reader, e::get_upload),
      {Method::post, "/api/v1/imports/preview", write, reader, small_body, e::preview_import},
      {Method::post, "/api/v1/imports", write, waiter, import_body, e::begin_import},
      get("/api/v1/imports/{id}/errors", write, reader, e::get_import_errors),
      post("/api/v1/imports/{id}/undo", write, e::undo_import),
      post("/api/v1/exports", write, e::begin_export),
      get("/api/v1/exports/{id}/file", write, reader, e::get_export_file),
      post("/api/v1/backup", admin, e::make_backup),
      read_list("/api/v1/sources", e::list_sources),
      get("/api/v1/sources/identity-secret", admin, reader, e::get_identity_secret),
      read_list("/api/v1/definitions", e::list_definitions),
      read_list("/api/v1/definitions/{kind}/{key}", e::get_definition),
      {Method::put, "/api/v1/definitions/{kind}/{key}", write, waiter, definitions_body,
       e::put_definition},
      {Method::delete_, "/api/v1/definitions/{kind}/{key}", write, waiter, 0,
       e::archive_definition},
      read_list("/api/v1/definitions/{kind}/{key}/versions", e::list_definition_versions),
      {Method::post, "/api/v1/definitions/{kind}/{key}/rollback", write, waiter, small_body,
       e::roll_back_definition},
      {Method::post, "/api/v1/definitions/plan", read, waiter, definitions_body,
       e::plan_definitions},
      {Method::post, "/api/v1/definitions/apply", write, waiter, definitions_body,
       e::apply_definitions},
      get("/api/v1/clock", read, reader, e::get_clock),
      post("/api/v1/clock", admin, e::advance_clock),

      // Probes.
      get("/healthz", open, server, e::healthz),
      get("/readyz", open, server, e::readyz),
      get("/metrics", open, reader, e::metrics),
  };
  return all;
}

bool is_parameter(std::string_view part) {
  return part.starts_with('{');
}

const Route* choose(const std::vector<const Route*>& candidates, Method method) {
  const Method wanted = method == Method::head ? Method::get : method;
  for (const Route* route : candidates) {
    if (route->method == wanted) return route;
  }
  return nullptr;
}

std::string allowed_methods(const std::vector<const Route*>& candidates) {
  std::string allow;
  for (const Route* route : candidates) {
    if (!allow.empty()) allow += ", ";
    allow += net::method_name(route->method);
    if (route->method == Method::get) allow += ", HEAD";
  }
  return allow;
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool fit = is_parameter(pattern[i]) ? !path[i].empty() : pattern[i] == path[i];
    if (!fit) return false;
  }
  return true;
}

}  // namespace

std::span<const Route> routes() {
  return table();
}

RouteTable::RouteTable(std::span<const Route> table) {
  for (const Route& route : table) {
    if (route.pattern.find('{') == std::string_view::npos) {
      literal_[route.pattern].push_back(&route);
      continue;
    }
    std::vector<std::string_view> parts = split(route.pattern, '/');
    const auto known = std::find_if(patterns_.begin(), patterns_.end(),
                                    [&](const Pattern& pattern) { return pattern.parts == parts; });
    if (known != patterns_.end()) {
      known->routes.push_back(&route);
    } else {
      patterns_.push_back({std::move(parts), {&route}});
    }
  }
}

std::optional<RouteTable::Match> RouteTable::find(net::Method method, std::string_view path) const {
  Match match;
  if (const auto literal = literal_.find(path); literal != literal_.end()) {
    match.route = choose(literal->second, method);
    if (match.route == nullptr) match.allow = allowed_methods(literal->second);
    return match;
  }
  const std::vector<std::string_view> parts = split(path, '/');
  for (const Pattern& pattern : patterns_) {
    if (!fits(pattern.parts, parts)) continue;
    match.route = choose(pattern.routes, method);
    if (match.route == nullptr) match.allow = allowed_methods(pattern.routes);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string_view part = pattern.parts[i];
      if (is_parameter(part)) {
        match.parameters.emplace_back(part.substr(1, part.size() - 2), decode_percent(parts[i]));
      }
    }
    return match;
  }
  return std::nullopt;
}

bool is_reserved_path(std::string_view path) {
  static constexpr std::array<std::string_view, 11> reserved = {
      "/api", "/v1", "/c", "/d", "/f", "/hooks", "/o", "/p", "/u", "/v", "/assets"};
  return std::any_of(reserved.begin(), reserved.end(), [&](std::string_view prefix) {
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
  });
}

net::BodyLimit body_limit() {
  return [known = RouteTable(routes())](net::Method method, std::string_view path) {
    const std::optional<RouteTable::Match> match = known.find(method, path);
    return match && match->route != nullptr ? match->route->body_bytes_max : small_body;
  };
}

}  // namespace sojourn::api
