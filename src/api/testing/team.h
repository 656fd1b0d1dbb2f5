#pragma once

/// A workspace with users, for tests of what each of them may do.

#include <string>
#include <string_view>

#include "api/password.h"
#include "api/sessions.h"
#include "api/team.h"
#include "api/testing/fake_runtime.h"

namespace sojourn::api::testing {

class TeamTest : public ApiTest {
 protected:
  static constexpr std::string_view password = "correct horse";

  /// With this role, and `password` as password.
  void add_user(std::string_view email, std::string_view role) {
    const Result<std::string> hash = hash_password(password, cheap);
    ASSERT_TRUE(hash);
    const store::UserRecord user{.email = std::string(email),
                                 .password_hash = *hash,
                                 .role = std::string(role),
                                 .created_at = start_time};
    ASSERT_TRUE(runtime_.write(
        [&](store::StateTransaction& transaction) { return transaction.put_user(user); }));
  }
  /// A session of the user, as the header Cookie holds it.
  [[nodiscard]] std::string sign_in(std::string_view email) {
    Sessions sessions(runtime_, real_clock_, system_random_bytes);
    return "sojourn_session=" + sessions.open(std::string(email)).value();
  }
  [[nodiscard]] std::optional<store::UserRecord> user(std::string_view email) {
    return runtime_.store().view().value()->user(email).value();
  }
  [[nodiscard]] Account account(std::string_view email) {
    return *read_account(*runtime_.store().view().value(), std::string(email)).value();
  }
  [[nodiscard]] net::Response as(std::string_view cookie, net::Method method, std::string_view path,
                                 std::string body = "{}") {
    return send(method, path,
                {.headers = {{"Cookie", std::string(cookie)},
                             {"X-Sojourn-Csrf", "1"},
                             {"Content-Type", "application/json"}},
                 .body = std::move(body)});
  }
  /// Newest first, as `actor action subject detail`.
  [[nodiscard]] std::vector<std::string> audit() {
    std::vector<std::string> lines;
    const auto view = std::move(runtime_.store().view().value());
    const std::vector<store::AuditRecord> records = view->audit({}, 100).value();
    for (const store::AuditRecord& line : records) {
      lines.push_back(line.actor + " " + line.action + " " + line.subject + " " + line.detail);
    }
    return lines;
  }
  [[nodiscard]] bool is_signed_in(std::string_view cookie) {
    return as(cookie, net::Method::get, "/api/v1/session").status == 200;
  }
  static std::string cookie_of(const net::Response& response) {
    const std::string_view header = response.headers.find("Set-Cookie").value_or("");
    return std::string(header.substr(0, header.find(';')));
  }
};

}  // namespace sojourn::api::testing
