#pragma once

/// What an answer looks like: JSON, an empty success, or a problem (RFC 9457). The only place that
/// chooses HTTP statuses.
///
/// Endpoints return `Result<net::Response>`; the code of an Error decides its status and its `fix`
/// by one table. A code that stands in no table is a failure of ours: 500, logged, without details.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "net/http_message.h"

namespace sojourn::api {

/// `200` with a JSON body.
[[nodiscard]] net::Response json(std::string body);
/// `201`, `202` and `207` with a JSON body.
[[nodiscard]] net::Response created(std::string body);
[[nodiscard]] net::Response accepted(std::string body);
[[nodiscard]] net::Response partly_accepted(std::string body);
/// `204`
[[nodiscard]] net::Response no_content();
/// `302` to an address that the caller has checked; never kept by a cache.
[[nodiscard]] net::Response found(std::string_view location);
/// `200` with text of any type.
[[nodiscard]] net::Response plain_text(std::string_view content_type, std::string text);
/// `200` with bytes that outlive the server.
[[nodiscard]] net::Response bytes(std::string_view content_type, std::string_view static_body);
/// `200` with a file to save as `name`, which needs no quoting; `owner` keeps the bytes.
[[nodiscard]] net::Response download(std::string_view content_type, std::string_view name,
                                     std::string_view file, std::shared_ptr<const void> owner);
/// Whether an answer may be kept by browsers and proxies.
enum class Caching : std::uint8_t {
  none,
  forever,  ///< its address says what it is
};
/// `200` with a picture that somebody has uploaded: whatever is in it, no browser takes it for a
/// page or a script.
[[nodiscard]] net::Response picture(std::string_view content_type, std::string file,
                                    Caching caching);
/// `304`
[[nodiscard]] net::Response not_modified();
/// `200` with an HTML page.
[[nodiscard]] net::Response page(std::string html);
/// An HTML page with the status of the error's code.
[[nodiscard]] net::Response page_of(const Error& error, std::string html);

/// What a problem may say besides its Error.
struct ProblemOptions {
  /// `Retry-After`; absent: by the code's own default, or none.
  std::optional<Duration> retry_after = std::nullopt;
  /// More members of the body as JSON text with its names: `"errors":[…]`; empty: none.
  std::string members = {};
  /// `Allow`, for `method_not_allowed`.
  std::string allow = {};
};

/// `application/problem+json` with type, title, status, detail, code, field, value, limit and fix;
/// what does not apply is null.
[[nodiscard]] net::Response problem(const Error& error, const ProblemOptions& options = {});

/// The status of a code; 500 for one that no table knows.
[[nodiscard]] int status_of(std::string_view code);

/// A plain status with a short text, for probes: `200` or `503`.
[[nodiscard]] net::Response probe(bool healthy, std::string_view text);

}  // namespace sojourn::api
