#include <absl/time/time.h>

#include "api/accounts.h"
#include "api/body_fields.h"
#include "api/endpoints/begin_session.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/session_json.h"
#include "api/json_fields.h"
#include "api/password.h"
#include "api/problem.h"
#include "api/team.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t email_bytes_max = 254;
constexpr std::size_t url_bytes_max = 500;
constexpr std::size_t zone_bytes_max = 100;

Result<bool> is_needed(Context& context) {
  TRY(view, context.runtime.store().view());
  TRY(users, view->user_count());
  return users == 0;
}

/// `https://host[:port][/path]` without a slash at the end.
Result<std::string> parse_public_url(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  if (text.empty()) return text;
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  const bool has_host = web && text.size() > text.find("://") + 3;
  const bool clean = text.find_first_of(" \t\r\n?#\"<>") == std::string::npos;
  if (!has_host || !clean) {
    return failure({.code = "invalid_url",
                    .message = "publicUrl must be an address with http or https",
                    .field = "publicUrl",
                    .value = text});
  }
  return text;
}

Result<std::string> parse_zone(std::string text) {
  if (text.empty()) return std::string("UTC");
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(text, &zone)) {
    return failure({.code = "unknown_time_zone",
                    .message = "there is no such time zone",
                    .field = "timezone",
                    .value = text});
  }
  return text;
}

struct Wanted {
  SetupOptions options;
  std::string password;
};

Result<Wanted> read_wanted(const net::Request& request) {
  TRY(body, read_body_object(request));
  TRY(name, required_text(body, "workspaceName", {.min = 1, .max = name_bytes_max}));
  TRY(email_text, required_text(body, "email", {.min = 1, .max = email_bytes_max}));
  TRY(email, parse_email(email_text));
  TRY(password,
      required_text(body, "password", {.min = password_characters_min, .max = password_bytes_max}));
  TRY(url_text, optional_text(body, "publicUrl", {.min = 0, .max = url_bytes_max}));
  TRY(url, parse_public_url(url_text));
  TRY(zone_text, optional_text(body, "timezone", {.min = 0, .max = zone_bytes_max}));
  TRY(zone, parse_zone(zone_text));
  return Wanted{.options = {.workspace_name = std::move(name),
                            .email = std::move(email),
                            .password_hash = {},
                            .public_url = std::move(url),
                            .timezone = std::move(zone)},
                .password = std::move(password)};
}

}  // namespace

Answer get_setup(Context& context, const Call&) {
  TRY(needed, is_needed(context));
  JsonWriter out;
  out.begin_object();
  boolean_field(out, "needed", needed);
  boolean_field(out, "demo", context.settings.demo);
  boolean_field(out, "virtualClock", context.runtime.clock_is_virtual());
  text_field(out, "version", context.settings.version);
  return json(out.end_object().take());
}

Answer complete_setup(Context& context, const Call& call) {
  TRY(wanted, read_wanted(call.request));
  TRY(needed, is_needed(context));
  if (!needed) return failure("setup_done", "this server has been set up already");
  TRY(hash, hash_password(wanted.password, context.settings.password_cost));
  wanted.options.password_hash = std::move(hash);
  TRY(made, api::complete_setup(context.runtime, wanted.options, context.random));
  {
    TRY(view, context.runtime.store().view());
    TRY_VOID(context.keys.load(*view));
  }
  TRY(cookie, begin_session(context, {.user = made.user}));

  JsonWriter out;
  out.begin_object();
  out.name("session");
  TRY_VOID(write_session(out, context, made.user.email, role_of(made.user)));
  text_field(out, "serverKey", made.server_key);
  text_field(out, "browserKey", made.browser_key);
  text_field(out, "apiKey", made.api_key);
  net::Response response = created(out.end_object().take());
  response.headers.add("Set-Cookie", session_set_cookie(cookie, cookie_transport(context, call)));
  return response;
}

}  // namespace sojourn::api::endpoints
