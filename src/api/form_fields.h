#pragma once

/// The fields of a posted form, in either of the forms in which browsers and mail programs send
/// them: application/x-www-form-urlencoded, and multipart/form-data (RFC 7578; RFC 8058 §3.1 allows
/// both).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/http_message.h"

namespace sojourn::api {

/// More than any page of ours asks: topics, and the fields of a form.
inline constexpr std::size_t form_fields_max = 500;

class FormFields {
 public:
  /// Errors: `not_a_form`, `malformed_form`, `too_many_fields`. A body of a kind that
  /// is not named is read as urlencoded, as the first one-click clients sent it; files of a
  /// multipart form are passed over.
  [[nodiscard]] static Result<FormFields> read(const net::Request& request);

  /// The first field of the name; empty where there is none.
  [[nodiscard]] std::string_view first(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace sojourn::api
