/// A token is taken only as it was written.

#include <optional>

#include "fuzz/fuzz.h"
#include "runtime/tracking_token.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  static const HashKey master{};
  const auto kind = static_cast<runtime::TokenKind>(1 + take_byte(input) % 3);
  const std::optional<runtime::TrackingToken> token = runtime::read_token(master, kind, input);
  if (token) ENSURE(runtime::make_token(master, kind, *token) == input);
}

}  // namespace sojourn::fuzz
