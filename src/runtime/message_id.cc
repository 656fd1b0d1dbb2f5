#include "runtime/message_id.h"

#include "base/text.h"

namespace sojourn::runtime {

std::string mail_message_id(const HashKey& master, std::string_view key, std::string_view sender) {
  const Hash128 hash = keyed_hash(derive_key(master, "Message-ID"), {key});
  const std::size_t at = sender.rfind('@');
  const std::string_view domain =
      at == std::string_view::npos ? std::string_view("localhost") : sender.substr(at + 1);
  return to_base32(hash.view()) + "@" + std::string(domain);
}

}  // namespace sojourn::runtime
