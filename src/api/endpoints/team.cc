#include "api/endpoints/team.h"

#include "api/body_fields.h"
#include "api/endpoints/role_field.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "api/team.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

Result<void> write_user(JsonWriter& out, store::StateReads& reads, const store::UserRecord& user) {
  TRY(sealed, store::team_of(reads).second_factor(user.email));
  out.begin_object();
  text_field(out, "email", user.email);
  text_field(out, "role", to_string(role_of(user)));
  boolean_field(out, "secondFactor", sealed.has_value());
  time_field(out, "createdAt", user.created_at);
  out.end_object();
  return {};
}

}  // namespace

Answer list_users(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "team"));
  TRY(view, context.runtime.store().view());
  TRY(users, store::team_of(*view).users());
  const Slice<store::UserRecord> found =
      slice(users, page, [](const store::UserRecord& user) { return user.email; });
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const store::UserRecord* user : found.items) {
    TRY_VOID(write_user(out, *view, *user));
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer change_user(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(role, required_role(body, "role"));
  const std::string email = to_lower_ascii(call.parameter("email"));
  TRY_VOID(change_role(context.runtime, call.caller, email, role));
  context.home_stream->end_streams();
  TRY(view, context.runtime.store().view());
  TRY(user, view->user(email));
  // Removed since: the change itself was made.
  if (!user) return failure("unknown_user", "there is no user with this email any more");
  JsonWriter out;
  TRY_VOID(write_user(out, *view, *user));
  return json(out.take());
}

Answer remove_user(Context& context, const Call& call) {
  TRY_VOID(api::remove_user(context.runtime, call.caller, to_lower_ascii(call.parameter("email"))));
  context.home_stream->end_streams();
  return no_content();
}

}  // namespace sojourn::api::endpoints
