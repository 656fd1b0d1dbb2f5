/// Nothing that stands in a header field of a mail can end it, and encoded text reads back.

#include <optional>
#include <string>

#include "channels/mime/address.h"
#include "channels/mime/encoding.h"
#include "channels/mime/header_value.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

namespace {

/// One field: each line break is CRLF and followed by a space, but for the last, which ends it.
void check_field(std::string_view field) {
  ENSURE(field.ends_with("\r\n"));
  field.remove_suffix(2);
  for (std::size_t i = 0; i < field.size(); ++i) {
    const auto byte = static_cast<unsigned char>(field[i]);
    ENSURE(byte < 0x80 && byte != 0);
    if (byte == '\n') ENSURE(i > 0 && field[i - 1] == '\r');
    if (byte == '\r') ENSURE(i + 2 < field.size() && field[i + 1] == '\n' && field[i + 2] == ' ');
  }
}

}  // namespace

void run(std::string_view input) {
  using namespace channels::mime;
  const Result<HeaderValue> value = HeaderValue::create("subject", input);
  if (value) {
    check_field(unstructured_field("Subject", *value));
    ENSURE(phrase(*value).find_first_of("\r\n") == std::string::npos);
  }
  const Result<WireAddress> address = WireAddress::create("to", input);
  if (address) {
    ENSURE(address->text().find_first_of("\r\n<>") == std::string::npos ||
           address->text().front() == '"');
    ENSURE(address->text().find_first_of("\r\n") == std::string::npos);
  }
  const std::string text = with_crlf(input);
  ENSURE(from_quoted_printable(to_quoted_printable(text)) == text);
  const std::optional<std::string> bytes = from_base64_lines(to_base64_lines(input));
  ENSURE(bytes && *bytes == input);
}

}  // namespace sojourn::fuzz
