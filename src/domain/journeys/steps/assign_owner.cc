#include "domain/journeys/steps/assign_owner.h"

#include <fmt/format.h>

#include "domain/contacts/attributes.h"
#include "domain/definitions/reader.h"

namespace sojourn::journeys {

Result<AssignOwner> read_assign_owner(const Value& value, const std::string& path) {
  AssignOwner step;
  if (const std::string* owner = value.as_string()) {
    step.owners.push_back(*owner);
    return step;
  }
  definitions::Reader reader(value, path);
  TRY(list, reader.optional_list("one_of"));
  for (const Value& each : *list) {
    const std::string* owner = each.as_string();
    if (owner == nullptr || owner->empty()) {
      return reader.refuse("wrong_type", "one_of", "must hold texts");
    }
    step.owners.push_back(*owner);
  }
  if (step.owners.empty() || step.owners.size() > owners_max) {
    return reader.refuse(
        "out_of_range", "one_of",
        fmt::format("has {} items, it must have 1 to {}", step.owners.size(), owners_max));
  }
  TRY(replace, reader.boolean_or("replace", false));
  step.replace = replace;
  TRY_VOID(reader.finish());
  return step;
}

Value write(const AssignOwner& step) {
  Value::List owners(step.owners.begin(), step.owners.end());
  Object object{{"one_of", std::move(owners)}};
  if (step.replace) object.set("replace", true);
  return object;
}

std::string describe(const AssignOwner& step) {
  return step.owners.size() == 1 ? fmt::format("assign to {}", step.owners.front())
                                 : fmt::format("assign to one of {}", step.owners.size());
}

StepOutcome enter(const AssignOwner& step, std::string_view next, StepContext& context) {
  const segments::ConditionView& view = context.view.conditions();
  if (!step.replace && view.attribute(contacts::traits::owner) != nullptr) return GoTo{next};
  const std::string seed = fmt::format("{}/{}", context.journey, context.step);
  const double share = segments::random_percent(view.contact(), seed) / 100;
  const auto place = static_cast<std::size_t>(share * static_cast<double>(step.owners.size()));
  context.set_attributes(Object{{std::string(contacts::traits::owner), step.owners[place]}},
                         "owner");
  return GoTo{next};
}

}  // namespace sojourn::journeys
