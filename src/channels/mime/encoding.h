#pragma once

/// Content transfer encodings of mail (RFC 2045 §6): any text as short ASCII lines, and back.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sojourn::channels::mime {

enum class TransferEncoding : std::uint8_t { quoted_printable, base64 };

/// `quoted-printable` or `base64`.
[[nodiscard]] std::string_view name_of(TransferEncoding encoding);

/// Every line break (CRLF, LF or CR alone) as CRLF.
[[nodiscard]] std::string with_crlf(std::string_view text);

/// Lines of at most 76 characters of printable ASCII. No line begins with a dot or with `From `,
/// so that neither SMTP nor a mailbox file has to alter it. Line breaks of any kind become CRLF;
/// the result ends with one where `text` does.
[[nodiscard]] std::string to_quoted_printable(std::string_view text);

/// Lines of 76 characters, each with CRLF.
[[nodiscard]] std::string to_base64_lines(std::string_view bytes);

/// Malformed escapes stay as they are (RFC 2045 §6.7, robustness).
[[nodiscard]] std::string from_quoted_printable(std::string_view text);

/// Absent where the text without its line ends is not Base64.
[[nodiscard]] std::optional<std::string> from_base64_lines(std::string_view text);

struct EncodedText {
  TransferEncoding encoding = TransferEncoding::quoted_printable;
  std::string lines;
};

/// The shorter of the two encodings; quoted-printable where they are equal. Line breaks of any kind
/// become CRLF.
[[nodiscard]] EncodedText encode_text(std::string_view text);

}  // namespace sojourn::channels::mime
