#include "domain/contacts/address.h"

#include "base/text.h"

namespace sojourn::contacts {

std::string folded_address(std::string_view normalised) {
  return to_lower_ascii(normalised);
}

Hash128 address_hash(const HashKey& key, std::string_view channel, std::string_view address) {
  return keyed_hash(key, {channel, folded_address(address)});
}

}  // namespace sojourn::contacts
