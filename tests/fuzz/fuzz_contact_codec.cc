/// Bytes of a contact in the store: what is read is written as bytes that read the same.

#include <string>

#include "domain/reaction/contact_state.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  const Result<reaction::ContactState> contact = reaction::decode_contact(input);
  if (!contact) return;
  const std::string bytes = reaction::encode(*contact);
  const Result<reaction::ContactState> again = reaction::decode_contact(bytes);
  ENSURE(again.has_value());
  ENSURE(reaction::encode(*again) == bytes);
}

}  // namespace sojourn::fuzz
