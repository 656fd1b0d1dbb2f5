#include "api/endpoints/begin_session.h"

namespace sojourn::api {

Result<std::string> begin_session(Context& context, const Account& checked) {
  TRY(cookie, context.sessions.open(checked.user.email));
  // A change after this look ends the session itself; one before it is seen here.
  TRY(view, context.runtime.store().view());
  TRY(present, read_account(*view, checked.user.email));
  const bool same = present && present->user.password_hash == checked.user.password_hash &&
                    present->second_factor == checked.second_factor;
  if (same) return cookie;
  TRY_VOID(context.sessions.close(cookie));
  return failure("sign_in_failed", "the user was changed meanwhile");
}

}  // namespace sojourn::api
