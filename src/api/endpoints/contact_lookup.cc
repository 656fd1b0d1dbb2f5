#include "api/endpoints/contact_lookup.h"

#include "domain/contacts/attributes.h"

namespace sojourn::api {

Result<std::optional<contacts::ContactId>> find_contact_by_email(store::StateReads& view,
                                                                 std::string_view email) {
  const std::string address = contacts::normalise_email(email);
  if (address.empty()) return std::optional<contacts::ContactId>();
  TRY(found, view.contacts_with_email(address, 2));
  if (found.size() > 1) {
    return failure({.code = "ambiguous_contact",
                    .message = "several contacts have this email",
                    .field = "email",
                    .value = address});
  }
  return found.empty() ? std::optional<contacts::ContactId>() : std::optional(found.front());
}

}  // namespace sojourn::api
