#include "api/second_factor.h"

#include <algorithm>
#include <utility>

#include "api/one_time_code.h"
#include "base/bytes.h"
#include "base/secret_box.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::string_view stored_purpose = "second factor";
constexpr std::string_view started_purpose = "second factor start";
constexpr std::uint8_t version_1 = 1;
/// 50 bits: with ten guesses in a quarter of an hour none is found.
constexpr std::size_t recovery_random_bytes = 7;
constexpr std::size_t recovery_characters = 10;

Error wrong_code() {
  return {.code = "wrong_code", .message = "this code is wrong, or was used", .field = "code"};
}

std::string encode(const SecondFactor& factor) {
  ByteWriter out;
  out.u8(version_1);
  out.string(factor.secret);
  out.unsigned_number(factor.last_step);
  out.unsigned_number(factor.recovery.size());
  for (const Hash128& hash : factor.recovery) out.hash(hash);
  return out.take();
}

Result<SecondFactor> decode(std::string_view bytes) {
  ByteReader in(bytes);
  SecondFactor factor;
  const bool known = in.u8() == version_1;
  factor.secret = in.string();
  factor.last_step = in.unsigned_number();
  const std::size_t left = in.count();
  for (std::size_t i = 0; i < left && in.ok(); ++i) {
    if (const auto hash = Hash128::from_bytes(in.bytes(16))) factor.recovery.push_back(*hash);
  }
  if (known && in.ok() && in.at_end()) return factor;
  return failure("damaged_second_factor", "a second factor is stored in a form not known here");
}

Hash128 recovery_hash(const HashKey& master, std::string_view email, std::string_view code) {
  std::string plain;
  for (const char c : to_lower_ascii(code)) {
    if (c != '-' && c != ' ') plain.push_back(c);
  }
  return keyed_hash(derive_key(master, "recovery code"), {email, plain});
}

std::vector<std::string> make_recovery_codes(const RandomBytes& random) {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < recovery_codes; ++i) {
    std::string code = to_base32(random(recovery_random_bytes)).substr(0, recovery_characters);
    codes.push_back(code.insert(recovery_characters / 2, "-"));
  }
  return codes;
}

/// Whether the code is right; it is used up then.
bool take_code(const HashKey& master, std::string_view email, const EnteredCode& entered,
               SecondFactor& factor) {
  const std::string_view code = trimmed(entered.code);
  if (const auto step = find_code_step(factor.secret, code, entered.now, factor.last_step)) {
    factor.last_step = *step;
    return true;
  }
  return std::erase(factor.recovery, recovery_hash(master, email, code)) > 0;
}

/// The account, whose code was taken. Without second factor: `second_factor_off`.
Result<Account> check_code(store::StateReads& reads, const HashKey& master,
                           const std::string& email, const EnteredCode& entered) {
  TRY(account, read_account(reads, email));
  if (!account) return tl::unexpected(wrong_code());
  TRY(factor, open_second_factor(master, *account));
  if (!factor) return failure("second_factor_off", "signing in has no second step");
  if (!take_code(master, email, entered, *factor)) return tl::unexpected(wrong_code());
  account->second_factor = seal_second_factor(master, email, *factor);
  return std::move(*account);
}

/// With the sessions that it had guarded.
Result<void> take_away(store::StateTransaction& transaction, const std::string& email) {
  store::TeamWrites& team = store::team_of(transaction);
  TRY_VOID(team.remove_second_factor(email));
  return team.remove_sessions(email);
}

/// The secret of a start.
Result<std::string> read_start(const HashKey& master, std::string_view email,
                               const FirstCode& first) {
  const auto again = [] {
    return failure("start_again", "this took too long, or belongs to somebody else");
  };
  const std::optional<std::string> sealed = from_base64url(first.sealed);
  if (!sealed) return again();
  const Result<std::string> opened = SecretBox(master, started_purpose).open(*sealed, {email});
  if (!opened) return again();
  ByteReader in(*opened);
  const Timestamp began{in.signed_number()};
  std::string secret(in.string());
  if (!in.ok() || !in.at_end()) return again();
  if (first.entered.now > began + second_factor_start_max) return again();
  return secret;
}

}  // namespace

std::string seal_second_factor(const HashKey& master, std::string_view email,
                               const SecondFactor& factor) {
  return SecretBox(master, stored_purpose).seal(encode(factor), {email});
}

Result<std::optional<SecondFactor>> open_second_factor(const HashKey& master,
                                                       const Account& account) {
  if (account.second_factor.empty()) return std::optional<SecondFactor>();
  const SecretBox box(master, stored_purpose);
  TRY(bytes, box.open(account.second_factor, {account.user.email}));
  TRY(factor, decode(bytes));
  return std::optional<SecondFactor>(std::move(factor));
}

SecondFactorStart start_second_factor(const HashKey& master, std::string_view email, Timestamp now,
                                      const RandomBytes& random) {
  SecondFactorStart start;
  start.secret = random(code_secret_bytes);
  ByteWriter out;
  out.signed_number(now.ms);
  out.string(start.secret);
  start.sealed = to_base64url(SecretBox(master, started_purpose).seal(out.bytes(), {email}));
  return start;
}

Result<SecondFactorMade> turn_on_second_factor(runtime::Runtime& runtime, const std::string& email,
                                               const FirstCode& first, const RandomBytes& random) {
  const HashKey& master = runtime.master_key();
  TRY(secret, read_start(master, email, first));
  const auto step = find_code_step(secret, trimmed(first.entered.code), first.entered.now, 0);
  if (!step) return tl::unexpected(wrong_code());

  SecondFactor factor{.secret = std::move(secret), .last_step = *step};
  SecondFactorMade made;
  made.recovery_codes = make_recovery_codes(random);
  for (const std::string& code : made.recovery_codes) {
    factor.recovery.push_back(recovery_hash(master, email, code));
  }
  const Timestamp at = runtime.clock().now();
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY(account, read_account(transaction, email));
    if (!account) return tl::unexpected(wrong_code());
    if (!account->second_factor.empty()) {
      return failure("second_factor_on", "signing in has a second step already");
    }
    made.account = std::move(*account);
    made.account.second_factor = seal_second_factor(master, email, factor);
    store::TeamWrites& team = store::team_of(transaction);
    TRY_VOID(team.put_second_factor(email, made.account.second_factor));
    TRY_VOID(team.remove_sessions(email));
    return transaction.append_audit(email, "user.second_factor_on", email, "", at);
  };
  TRY_VOID(runtime.write(change));
  return made;
}

Result<Account> use_code(runtime::Runtime& runtime, const std::string& email,
                         const EnteredCode& entered) {
  Account used;
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY(account, check_code(transaction, runtime.master_key(), email, entered));
    used = std::move(account);
    return store::team_of(transaction).put_second_factor(email, used.second_factor);
  };
  TRY_VOID(runtime.write(change));
  return used;
}

Result<Account> turn_off_second_factor(runtime::Runtime& runtime, const std::string& email,
                                       const EnteredCode& entered) {
  const Timestamp at = runtime.clock().now();
  Account changed;
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY(account, check_code(transaction, runtime.master_key(), email, entered));
    changed = std::move(account);
    changed.second_factor.clear();
    TRY_VOID(take_away(transaction, email));
    return transaction.append_audit(email, "user.second_factor_off", email, "", at);
  };
  TRY_VOID(runtime.write(change));
  return changed;
}

Result<void> reset_second_factor(runtime::Runtime& runtime, const Caller& by,
                                 const std::string& email) {
  const Timestamp at = runtime.clock().now();
  return runtime.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(find_user_to_change(transaction, by, email));
    TRY(sealed, store::team_of(transaction).second_factor(email));
    if (!sealed) {
      return failure("second_factor_off", "signing in has no second step for this user");
    }
    TRY_VOID(take_away(transaction, email));
    return transaction.append_audit(by.name, "user.second_factor_reset", email, "", at);
  });
}

}  // namespace sojourn::api
