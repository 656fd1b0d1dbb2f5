#include "domain/events/hit_mark.h"

namespace sojourn::events {

void mark_hit(Event& event, std::optional<HitReason> reason) {
  event.properties.append(std::string(machine_property), Value(reason.has_value()));
  if (reason) event.properties.append("reason", Value(std::string(to_string(*reason))));
}

bool is_of_machine(const Event& event) {
  // What others send may have a property of that name, and means something else.
  if (event.trust != Trust::system) return false;
  const Value* value = event.properties.find(machine_property);
  const bool* marked = value == nullptr ? nullptr : value->as_bool();
  return marked != nullptr && *marked;
}

}  // namespace sojourn::events
