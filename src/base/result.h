#pragma once

/// The answer of whatever can fail for a reason that its caller must handle.
///
/// `Result<T>` holds a T or an Error. It is nodiscard: an error cannot be dropped by accident.
/// Absence is no error: use std::optional. A broken invariant is no error: use ENSURE.

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace sojourn {

/// What went wrong, for a person and for a program.
///
/// `message` is lower case without a full stop and holds the value and the limit, for example
/// `subject is 1,204 characters, the limit is 998`. The other members name the same facts for
/// programs (RFC 9457 extension members of the HTTP API); each is empty where it does not apply.
struct Error {
  std::string code;
  std::string message;
  std::string field = {};
  std::string value = {};
  std::string limit = {};

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T, typename E = Error>
class [[nodiscard]] Result : public tl::expected<T, E> {
 public:
  using tl::expected<T, E>::expected;
  Result(tl::expected<T, E>&& other) : tl::expected<T, E>(std::move(other)) {}
};

/// The failing answer, to be returned where a Result is expected.
[[nodiscard]] inline tl::unexpected<Error> failure(std::string_view code, std::string message) {
  return tl::unexpected<Error>(Error{.code = std::string(code), .message = std::move(message)});
}

[[nodiscard]] inline tl::unexpected<Error> failure(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace sojourn

#define SOJOURN_CONCAT_INNER(a, b) a##b
#define SOJOURN_CONCAT(a, b) SOJOURN_CONCAT_INNER(a, b)

/// TRY(name, expression): declares `name` as the value of a Result, or returns its error.
#define TRY(name, expression)                                                 \
  auto SOJOURN_CONCAT(try_, __LINE__) = (expression);                         \
  if (!SOJOURN_CONCAT(try_, __LINE__)) {                                      \
    return tl::unexpected(std::move(SOJOURN_CONCAT(try_, __LINE__).error())); \
  }                                                                           \
  auto name = std::move(*SOJOURN_CONCAT(try_, __LINE__))

/// TRY_VOID(expression): the same for Result<void>, and where the value is not needed.
#define TRY_VOID(expression)                                               \
  do {                                                                     \
    auto try_result = (expression);                                        \
    if (!try_result) return tl::unexpected(std::move(try_result.error())); \
  } while (false)
