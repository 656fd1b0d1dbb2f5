/// A token that was written reads back; any other is taken only as it would have been written.

#include <cstring>
#include <optional>
#include <string>

#include "fuzz/fuzz.h"
#include "runtime/tracking_token.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  static const HashKey master{};
  const auto kind = static_cast<runtime::TokenKind>(1 + take_byte(input) % 3);
  const std::optional<runtime::TrackingToken> token = runtime::read_token(master, kind, input);
  if (token) ENSURE(runtime::make_token(master, kind, *token) == input);

  runtime::TrackingToken written;
  const std::uint8_t place = take_byte(input);
  const std::uint8_t difference = take_byte(input);
  if (input.size() < sizeof(written.message.value) + sizeof(written.link)) return;
  std::memcpy(&written.message.value, input.data(), sizeof(written.message.value));
  input.remove_prefix(sizeof(written.message.value));
  std::memcpy(&written.link, input.data(), sizeof(written.link));
  std::string text = runtime::make_token(master, kind, written);
  ENSURE(runtime::read_token(master, kind, text) == written);
  if (difference == 0) return;
  char& changed = text[place % text.size()];
  changed = static_cast<char>(static_cast<std::uint8_t>(changed) ^ difference);
  ENSURE(!runtime::read_token(master, kind, text));
}

}  // namespace sojourn::fuzz
