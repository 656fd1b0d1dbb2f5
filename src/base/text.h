#pragma once

/// Text forms that several layers share: hex, base64url, base32, case folding of ASCII, UTF-8.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn {

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648 §5 without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

/// RFC 4648 §4 with padding; reading accepts missing padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// RFC 4648 §6 in lower case without padding: safe in URLs, file names and mail local parts.
[[nodiscard]] std::string to_base32(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

/// Lower case of A to Z; other bytes stay.
[[nodiscard]] std::string to_lower_ascii(std::string_view text);
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Without leading and trailing ASCII white space.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The parts between `separator`; always at least one.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// Well-formed UTF-8 (RFC 3629) without NUL.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// Safe inside HTML text and quoted attributes: & < > " '.
[[nodiscard]] std::string escape_html(std::string_view text);

/// %XX decoding; malformed escapes stay as they are. `+` is a space only in query strings.
[[nodiscard]] std::string decode_percent(std::string_view text);
[[nodiscard]] std::string encode_percent(std::string_view text);

}  // namespace sojourn
