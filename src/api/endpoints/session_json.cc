#include "api/endpoints/session_json.h"

#include "api/accounts.h"
#include "api/json_fields.h"
#include "domain/reaction/rules.h"

namespace sojourn::api {

Result<void> write_session(JsonWriter& out, const Context& context, std::string_view email,
                           Role role) {
  TRY(view, context.runtime.store().view());
  TRY(name, view->setting(settings::workspace_name));
  TRY(zone, view->setting(runtime::settings::time_zone));
  const policies::Policies& policies = context.runtime.rules()->policies();
  const std::string& of_rules = policies.name.empty() ? "Workspace" : policies.name;
  out.begin_object();
  text_or_null_field(out, "email", email);
  text_field(out, "role", to_string(role));
  out.name("workspace").begin_object();
  text_field(out, "name", name.value_or(of_rules));
  text_field(out, "timezone", zone.value_or(policies.time_zone));
  out.end_object();
  // What the header must say; a foreign page cannot send it without being asked first.
  text_or_null_field(out, "csrf", email.empty() ? "" : "1");
  out.end_object();
  return {};
}

CookieTransport cookie_transport(const Context& context, const Call& call) {
  const bool by_tls = public_url(context.settings, {}, call.request).starts_with("https://");
  return by_tls ? CookieTransport::secure : CookieTransport::plain;
}

}  // namespace sojourn::api
