#pragma once

/// What may stand in a header field of a mail: one line of text, whatever was put in.

#include <string>
#include <string_view>

#include "base/result.h"

namespace sojourn::channels::mime {

/// One line of UTF-8 without control characters. A line break, by which a name or a subject could
/// add header fields of its own, cannot be represented (CVE-2026-45067, CVE-2015-8476).
class HeaderValue {
 public:
  /// More is a mistake of the template: no reader shows it.
  static constexpr std::size_t bytes_max = 4096;

  /// `field` names the value in the error, for example `subject`. Fails on CR, LF, NUL, any other
  /// control character, malformed UTF-8, and above bytes_max.
  [[nodiscard]] static Result<HeaderValue> create(std::string_view field, std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool is_ascii() const { return ascii_; }

 private:
  HeaderValue(std::string text, bool ascii) : text_(std::move(text)), ascii_(ascii) {}
  std::string text_;
  bool ascii_;
};

/// The folded field with its line end, `Subject: ...\r\n`. Words that are not plain ASCII become
/// encoded words (RFC 2047). Lines are at most 78 bytes where the words allow it.
[[nodiscard]] std::string unstructured_field(std::string_view name, const HeaderValue& value);

/// A field whose value must stay as it is and holds spaces only where it may be folded.
[[nodiscard]] std::string structured_field(std::string_view name, const HeaderValue& value);

/// A display name as it stands before an address: an atom, a quoted string or encoded words
/// (RFC 5322 §3.2.5, RFC 2047 §5); may hold spaces to fold at.
[[nodiscard]] std::string phrase(const HeaderValue& name);

}  // namespace sojourn::channels::mime
