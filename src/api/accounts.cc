#include "api/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "api/access_keys.h"
#include "base/log.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

/// RFC 5321 §4.5.3.1.3, without the angle brackets.
constexpr std::size_t email_bytes_max = 254;
/// Shorter keys from the environment can be guessed; said in the log, but the operator decides.
constexpr std::size_t key_bytes_advised = 16;

constexpr std::string_view unattended = "environment";

using Keys = std::vector<store::AccessKeyRecord>;

Result<Keys> describe_keys(const runtime::Runtime& runtime,
                           std::initializer_list<std::pair<KeyKind, std::string_view>> given) {
  Keys keys;
  const Timestamp now = runtime.clock().now();
  for (const auto& [kind, key] : given) {
    if (key.empty()) continue;
    TRY(record, describe_access_key(runtime.master_key(), kind, key, now));
    for (const store::AccessKeyRecord& other : keys) {
      if (other.key_hash == record.key_hash) {
        return failure("invalid_key",
                       "the browser key is public and must differ from the write key");
      }
    }
    if (key.size() < key_bytes_advised) {
      log::warn("a key is short enough to be guessed",
                {{"kind", to_string(kind)}, {"characters", key.size()}});
    }
    keys.push_back(std::move(record));
  }
  return keys;
}

Result<void> put_keys(store::StateTransaction& transaction, const Keys& keys,
                      std::string_view actor) {
  for (const store::AccessKeyRecord& key : keys) {
    TRY_VOID(transaction.put_access_key(key));
    TRY_VOID(
        transaction.append_audit(actor, "access_key.created", key.id, key.kind, key.created_at));
  }
  return {};
}

Result<void> put_first_user(store::StateTransaction& transaction, const store::UserRecord& user,
                            std::string_view actor) {
  TRY_VOID(transaction.put_user(user));
  return transaction.append_audit(actor, "user.created", user.email, user.role, user.created_at);
}

Result<std::optional<store::UserRecord>> describe_admin(const runtime::Runtime& runtime,
                                                        const BootstrapOptions& options) {
  if (options.admin_email.empty() && options.admin_password.empty()) {
    return std::optional<store::UserRecord>();
  }
  if (options.admin_email.empty() || options.admin_password.empty()) {
    return failure("missing_field",
                   "SOJOURN_ADMIN_EMAIL and SOJOURN_ADMIN_PASSWORD must be set together");
  }
  TRY(email, parse_email(options.admin_email));
  if (options.admin_password.size() < password_characters_min) {
    log::warn("the password of the first user is short",
              {{"characters", options.admin_password.size()}});
  }
  TRY(hash, hash_password(options.admin_password, options.password_cost));
  return std::optional<store::UserRecord>({.email = std::move(email),
                                           .password_hash = std::move(hash),
                                           .role = "owner",
                                           .created_at = runtime.clock().now()});
}

Result<bool> is_empty(store::StateReads& reads) {
  TRY(users, reads.user_count());
  TRY(keys, reads.access_keys());
  return users == 0 && keys.empty();
}

}  // namespace

Result<Bootstrap> bootstrap(runtime::Runtime& runtime, const BootstrapOptions& options) {
  const bool asked = !options.write_key.empty() || !options.browser_key.empty() ||
                     !options.api_key.empty() || !options.admin_email.empty() ||
                     !options.admin_password.empty();
  if (!asked) return Bootstrap::not_asked;
  {
    TRY(view, runtime.store().view());
    TRY(empty, is_empty(*view));
    if (!empty) return Bootstrap::not_empty;
  }
  TRY(keys, describe_keys(runtime, {{KeyKind::server, options.write_key},
                                    {KeyKind::browser, options.browser_key},
                                    {KeyKind::api, options.api_key}}));
  TRY(admin, describe_admin(runtime, options));
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    if (admin) TRY_VOID(put_first_user(transaction, *admin, unattended));
    return put_keys(transaction, keys, unattended);
  };
  TRY_VOID(runtime.write(change));
  return Bootstrap::made;
}

Result<SetupMade> complete_setup(runtime::Runtime& runtime, const SetupOptions& options,
                                 const RandomBytes& random) {
  SetupMade made{.server_key = make_access_key(KeyKind::server, random),
                 .browser_key = make_access_key(KeyKind::browser, random),
                 .api_key = make_access_key(KeyKind::api, random)};
  TRY(keys, describe_keys(runtime, {{KeyKind::server, made.server_key},
                                    {KeyKind::browser, made.browser_key},
                                    {KeyKind::api, made.api_key}}));
  const store::UserRecord user{.email = options.email,
                               .password_hash = options.password_hash,
                               .role = "owner",
                               .created_at = runtime.clock().now()};
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    // Asked within the transaction: of two set-ups at the same time one is the first.
    TRY(users, transaction.user_count());
    if (users > 0) return failure("setup_done", "this server has been set up already");
    TRY_VOID(transaction.put_setting(settings::workspace_name, options.workspace_name));
    TRY_VOID(transaction.put_setting(runtime::settings::time_zone, options.timezone));
    if (!options.public_url.empty()) {
      TRY_VOID(transaction.put_setting(runtime::settings::public_url, options.public_url));
    }
    TRY_VOID(put_first_user(transaction, user, user.email));
    return put_keys(transaction, keys, user.email);
  };
  TRY_VOID(runtime.write(change));
  made.user = user;
  return made;
}

Result<std::string> parse_email(std::string_view text) {
  const std::string_view address = trimmed(text);
  const std::size_t at = address.find('@');
  const bool has_blank = std::any_of(address.begin(), address.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
  });
  const bool right = at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
                     address.find('@', at + 1) == std::string_view::npos && !has_blank &&
                     address.size() <= email_bytes_max;
  if (!right) {
    return failure({.code = "invalid_email",
                    .message = "this is no email address",
                    .field = "email",
                    .value = std::string(address.substr(0, email_bytes_max)),
                    .limit = std::to_string(email_bytes_max)});
  }
  return to_lower_ascii(address);
}

}  // namespace sojourn::api
