#include "api/invitations.h"

#include "api/accounts.h"
#include "api/body_fields.h"
#include "api/client_address.h"
#include "api/endpoints/begin_session.h"
#include "api/endpoints/guesses.h"
#include "api/endpoints/role_field.h"
#include "api/endpoints/session_json.h"
#include "api/endpoints/team.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/password.h"
#include "api/problem.h"
#include "api/team.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t email_bytes_max = 254;
/// Of a token as somebody pastes it.
constexpr std::size_t token_bytes_max = 200;

void write_invitation(JsonWriter& out, const store::InvitationRecord& invitation) {
  text_field(out, "email", invitation.email);
  text_field(out, "role", invitation.role);
  text_field(out, "invitedBy", invitation.invited_by);
  time_field(out, "createdAt", invitation.created_at);
  time_field(out, "expiresAt", invitation.expires_at);
}

/// The token stands behind `#`: it reaches neither logs of proxies nor the Referer of other pages.
Result<std::string> link_of(Context& context, const Call& call, const Hash128& id) {
  TRY(view, context.runtime.store().view());
  TRY(stored, view->setting(runtime::settings::public_url));
  return public_url(context.settings, stored.value_or(""), call.request) + "/join#" +
         make_invitation_token(context.runtime.master_key(), id);
}

/// For Context::attempts: apart from failures to sign in, which a right token does not undo.
std::string looks_from(const Call& call) {
  return "invitations for " + throttled_address(call.client_address);
}

Result<store::InvitationRecord> find(Context& context, std::string_view token) {
  TRY(view, context.runtime.store().view());
  return find_invitation(*view, context.runtime.master_key(), token, context.real_clock.now());
}

}  // namespace

Answer list_invitations(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "invitations"));
  TRY(view, context.runtime.store().view());
  TRY(invitations, store::team_of(*view).invitations());
  const Slice<store::InvitationRecord> found =
      slice(invitations, page, [](const auto& invitation) { return invitation.email; });
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const store::InvitationRecord* invitation : found.items) {
    out.begin_object();
    write_invitation(out, *invitation);
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer create_invitation(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(email_text, required_text(body, "email", {.min = 1, .max = email_bytes_max}));
  TRY(email, parse_email(email_text));
  TRY(role, required_role(body, "role"));
  const InvitationRequest request{
      .email = std::move(email), .role = role, .now = context.real_clock.now()};
  TRY(invitation, invite(context.runtime, call.caller, request, context.random));
  TRY(link, link_of(context, call, invitation.id));
  JsonWriter out;
  out.begin_object();
  write_invitation(out, invitation);
  text_field(out, "link", link);
  return created(out.end_object().take());
}

Answer revoke_invitation(Context& context, const Call& call) {
  TRY_VOID(api::revoke_invitation(context.runtime, call.caller,
                                  to_lower_ascii(call.parameter("email"))));
  return no_content();
}

Answer look_at_invitation(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(token, required_text(body, "token", {.min = 0, .max = token_bytes_max}));
  const std::string looks = looks_from(call);
  if (auto refusal = refuse_guess(context, looks)) return std::move(*refusal);
  TRY(invitation, find(context, token));
  context.attempts.succeeded(looks);
  TRY(view, context.runtime.store().view());
  TRY(workspace, view->setting(settings::workspace_name));
  JsonWriter out;
  out.begin_object();
  text_field(out, "email", invitation.email);
  text_field(out, "role", invitation.role);
  text_or_null_field(out, "workspace", workspace.value_or(""));
  time_field(out, "expiresAt", invitation.expires_at);
  return json(out.end_object().take());
}

Answer accept_invitation(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(token, required_text(body, "token", {.min = 0, .max = token_bytes_max}));
  TRY(password,
      required_text(body, "password", {.min = password_characters_min, .max = password_bytes_max}));
  const std::string looks = looks_from(call);
  if (auto refusal = refuse_guess(context, looks)) return std::move(*refusal);
  // Before the costly hash: a forged token must not take 64 MiB.
  TRY_VOID(find(context, token));
  TRY(hash, hash_password(password, context.settings.password_cost));
  TRY(user, api::accept_invitation(context.runtime, {.token = token,
                                                     .password_hash = std::move(hash),
                                                     .now = context.real_clock.now()}));
  context.attempts.succeeded(looks);
  TRY(cookie, begin_session(context, {.user = user}));
  JsonWriter out;
  TRY_VOID(write_session(out, context, user.email, role_of(user)));
  net::Response response = created(out.take());
  response.headers.add("Set-Cookie", session_set_cookie(cookie, cookie_transport(context, call)));
  return response;
}

}  // namespace sojourn::api::endpoints
