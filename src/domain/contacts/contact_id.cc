#include "domain/contacts/contact_id.h"

#include "base/text.h"

namespace sojourn::contacts {

HashKey contact_key(const HashKey& master) {
  return derive_key(master, "contact ids");
}

ContactId derive_contact_id(const HashKey& workspace_key, const Identifier& first) {
  return {keyed_hash(workspace_key, {"contact", first.kind, first.value})};
}

std::string format(const ContactId& id) {
  return "c_" + to_base32(id.hash.view());
}

std::optional<ContactId> parse_contact_id(std::string_view text) {
  if (!text.starts_with("c_")) return std::nullopt;
  const std::optional<std::string> bytes = from_base32(text.substr(2));
  if (!bytes) return std::nullopt;
  const std::optional<Hash128> hash = Hash128::from_bytes(*bytes);
  if (!hash) return std::nullopt;
  return ContactId{*hash};
}

}  // namespace sojourn::contacts
