#pragma once

/// The first workspace: its user, its keys and its settings, made by the web set-up or from the
/// environment of an unattended server.

#include <optional>
#include <string>

#include "api/password.h"
#include "api/random.h"
#include "base/result.h"
#include "runtime/runtime.h"

namespace sojourn::api {

/// Settings of the workspace in the store.
namespace settings {
inline constexpr std::string_view workspace_name = "workspace.name";
}  // namespace settings

/// `SOJOURN_WRITE_KEY`, `SOJOURN_BROWSER_KEY`, `SOJOURN_API_KEY`, `SOJOURN_ADMIN_EMAIL`,
/// `SOJOURN_ADMIN_PASSWORD`; each empty where it is not set.
struct BootstrapOptions {
  std::string write_key = {};
  std::string browser_key = {};
  std::string api_key = {};
  std::string admin_email = {};
  std::string admin_password = {};
  PasswordCost password_cost = {};
};

enum class Bootstrap {
  made,       ///< what the options name stands in the store now
  not_asked,  ///< all options are empty
  not_empty,  ///< there is a user or a key already; nothing was changed
};

/// Makes the first workspace when there is neither user nor key. All or nothing. Call once, after
/// the runtime has started and before requests are served. Errors: `missing_field` (an email
/// without password, or the reverse), `invalid_email`, `invalid_key`.
[[nodiscard]] Result<Bootstrap> bootstrap(runtime::Runtime& runtime,
                                          const BootstrapOptions& options);

/// What the web set-up asks for. Checked by the endpoint.
struct SetupOptions {
  std::string workspace_name;
  std::string email;
  std::string password_hash;
  std::string public_url;  ///< empty: as the server was started
  std::string timezone;    ///< IANA
};

/// The user that was made, and the keys in the clear: the one time that they are seen.
struct SetupMade {
  store::UserRecord user = {};
  std::string server_key;
  std::string browser_key;
  std::string api_key;
};

/// Makes the first user, who owns the workspace, and keys of each kind. Error `setup_done` where
/// there is a user.
[[nodiscard]] Result<SetupMade> complete_setup(runtime::Runtime& runtime,
                                               const SetupOptions& options,
                                               const RandomBytes& random);

/// Lower-cased and checked for the form of an address. Error `invalid_email`.
[[nodiscard]] Result<std::string> parse_email(std::string_view text);

}  // namespace sojourn::api
