#include "api/sessions.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::size_t session_random_bytes = 32;
/// base64url of them.
constexpr std::size_t session_value_characters = 43;

bool has_ended(const store::SessionRecord& session, Timestamp now) {
  return now >= session.last_used_at + session_idle_max ||
         now >= session.created_at + session_age_max;
}

std::string set_cookie(std::string_view value, Duration age, CookieTransport transport) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", session_cookie, value,
                     age.ms / 1000, transport == CookieTransport::secure ? "; Secure" : "");
}

}  // namespace

Sessions::Sessions(runtime::Runtime& runtime, const Clock& clock, RandomBytes random)
    : runtime_(runtime), clock_(clock), random_(std::move(random)) {}

Hash128 Sessions::hash_of(std::string_view cookie_value) const {
  return keyed_hash(derive_key(runtime_.master_key(), "session"), {cookie_value});
}

Result<std::string> Sessions::open(const std::string& email) {
  const std::string value = to_base64url(random_(session_random_bytes));
  const Timestamp now = clock_.now();
  const store::SessionRecord session{
      .token_hash = hash_of(value), .email = email, .created_at = now, .last_used_at = now};
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    TRY_VOID(transaction.put_session(session));
    return transaction.append_audit(email, "session.opened", email, "", now);
  };
  TRY_VOID(runtime_.write(change));
  return value;
}

Result<std::optional<std::string>> Sessions::find(std::string_view cookie_value) {
  if (cookie_value.size() != session_value_characters) return std::optional<std::string>();
  std::optional<store::SessionRecord> session;
  {
    TRY(view, runtime_.store().view());
    TRY(stored, view->session(hash_of(cookie_value)));
    session = std::move(stored);
  }
  const Timestamp now = clock_.now();
  if (!session || has_ended(*session, now)) return std::optional<std::string>();
  if (now >= session->last_used_at + session_touch_interval) {
    session->last_used_at = now;
    const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
      // It may have been closed since it was read; a write must not bring it back.
      TRY(still, transaction.session(session->token_hash));
      if (!still) return {};
      return transaction.put_session(*session);
    };
    TRY_VOID(runtime_.write(change));
  }
  return std::optional<std::string>(std::move(session->email));
}

Result<void> Sessions::close(std::string_view cookie_value) {
  const Hash128 hash = hash_of(cookie_value);
  const Timestamp now = clock_.now();
  return runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(session, transaction.session(hash));
    if (!session) return {};
    TRY_VOID(transaction.remove_session(hash));
    return transaction.append_audit(session->email, "session.closed", session->email, "", now);
  });
}

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) {
  for (const std::string_view part : split(header, ';')) {
    const std::string_view pair = trimmed(part);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return pair.substr(equals + 1);
    }
  }
  return std::nullopt;
}

std::string session_set_cookie(std::string_view value, CookieTransport transport) {
  return set_cookie(value, session_age_max, transport);
}

std::string session_clear_cookie(CookieTransport transport) {
  return set_cookie("", {}, transport);
}

}  // namespace sojourn::api
