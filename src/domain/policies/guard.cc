#include "domain/policies/guard.h"

#include "domain/definitions/reader.h"

namespace sojourn::policies {

Result<Guard> read_guard(const Value& workspace) {
  Guard guard;
  const Object* object = workspace.as_object();
  const Value* value = object == nullptr ? nullptr : object->find("guard");
  if (value == nullptr) return guard;
  definitions::Reader reader(*value, "guard");
  TRY(contacts, reader.optional_integer("max_contacts", 0, guard_contacts_limit));
  guard.contacts_max = contacts.value_or(guard.contacts_max);
  TRY(margin, reader.optional_integer("margin_percent", 0, guard_margin_limit));
  guard.margin_percent = margin.value_or(guard.margin_percent);
  TRY_VOID(reader.finish());
  return guard;
}

}  // namespace sojourn::policies
