#include "api/endpoints/contact_lookup.h"

#include "api/paging.h"
#include "domain/contacts/attributes.h"

namespace sojourn::api {
namespace {

Error ambiguous(const std::string& address) {
  return {.code = "ambiguous_contact",
          .message = "several contacts have this email",
          .field = "email",
          .value = address};
}

}  // namespace

Result<std::optional<contacts::ContactId>> find_contact_by_email(store::StateReads& view,
                                                                 std::string_view email) {
  const std::string address = contacts::normalise_email(email);
  if (address.empty()) return std::optional<contacts::ContactId>();
  // The search scans the display columns; calls by email are rare beside those by id.
  store::StateReads::ContactQuery query{
      .search = address, .segment = std::nullopt, .cursor = {}, .limit = page_limit_max};
  std::optional<contacts::ContactId> found;
  do {
    TRY(page, view.list_contacts(query));
    for (const store::ContactRecord& record : page.contacts) {
      if (record.email != address) continue;
      if (found) return failure(ambiguous(address));
      found = record.id;
    }
    query.cursor = std::move(page.next);
  } while (!query.cursor.empty());
  return found;
}

}  // namespace sojourn::api
