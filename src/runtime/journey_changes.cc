#include "runtime/journey_changes.h"

#include "base/json.h"
#include "base/text.h"

namespace sojourn::runtime {
namespace {

constexpr std::string_view changes_setting = "journey_changes";

struct Writer {
  Object operator()(const journeys::Inside& inside) const {
    Object steps;
    for (const auto& [from, to] : inside.steps) steps.set(from, to);
    return {{"inside", journeys::to_string(inside.choice)}, {"steps", std::move(steps)}};
  }
  Object operator()(const GoOn&) const { return {{"goes_on", true}}; }
};

const std::string* text_in(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr ? nullptr : value->as_string();
}

std::optional<std::variant<journeys::Inside, GoOn>> choice_in(const Object& object) {
  if (object.find("goes_on") != nullptr) return GoOn{};
  const std::string* name = text_in(object, "inside");
  const Value* steps = object.find("steps");
  if (name == nullptr || steps == nullptr || steps->as_object() == nullptr) return std::nullopt;
  const auto choice = journeys::inside_choice(*name);
  if (!choice) return std::nullopt;
  journeys::Inside inside{.choice = *choice};
  for (const auto& [from, to] : *steps->as_object()) {
    if (const std::string* step = to.as_string()) inside.steps[from] = *step;
  }
  return inside;
}

std::optional<JourneyChange> change_in(const Value& value) {
  const Object* object = value.as_object();
  if (object == nullptr) return std::nullopt;
  const Value* journey = object->find("journey");
  const std::string* after = text_in(*object, "after");
  auto choice = choice_in(*object);
  if (journey == nullptr || after == nullptr || !choice) return std::nullopt;
  const std::optional<Hash128> hash = Hash128::from_bytes(from_hex(*after).value_or(""));
  if (!hash) return std::nullopt;
  const std::string* key = text_in(*object, "key");
  return JourneyChange{.journey = static_cast<std::uint32_t>(journey->number()),
                       .choice = std::move(*choice),
                       .after = {*hash},
                       .key = key == nullptr ? std::string() : *key};
}

reaction::Input input_of(const JourneyChange& change) {
  if (const auto* inside = std::get_if<journeys::Inside>(&change.choice)) {
    return reaction::PublishInput{change.journey, *inside, change.key};
  }
  return reaction::ResumeInput{change.journey};
}

}  // namespace

std::string write_changes(const std::deque<JourneyChange>& changes) {
  if (changes.empty()) return {};
  Value::List list;
  for (const JourneyChange& change : changes) {
    Object object = std::visit(Writer(), change.choice);
    object.set("journey", static_cast<std::int64_t>(change.journey));
    object.set("after", to_hex(change.after.hash.view()));
    if (!change.key.empty()) object.set("key", change.key);
    list.push_back(std::move(object));
  }
  return to_json(Value(std::move(list)));
}

Result<std::deque<JourneyChange>> read_changes(std::string_view text) {
  std::deque<JourneyChange> changes;
  if (text.empty()) return changes;
  const auto damaged = [] {
    return failure("damaged_setting", "the changes of journeys that are under way cannot be read");
  };
  const Result<Value> value = parse_json(text);
  if (!value || value->as_list() == nullptr) return damaged();
  for (const Value& each : *value->as_list()) {
    std::optional<JourneyChange> change = change_in(each);
    if (!change) return damaged();
    changes.push_back(std::move(*change));
  }
  return changes;
}

Result<std::set<std::uint32_t>> journeys_under_way(store::StateReads& reads) {
  TRY(text, reads.setting(changes_setting));
  TRY(changes, read_changes(text.value_or("")));
  std::set<std::uint32_t> numbers;
  for (const JourneyChange& change : changes) {
    if (std::holds_alternative<journeys::Inside>(change.choice)) numbers.insert(change.journey);
  }
  return numbers;
}

Result<void> JourneyChanges::load(store::StateReads& reads) {
  TRY(text, reads.setting(changes_setting));
  TRY(changes, read_changes(text.value_or("")));
  changes_ = std::move(changes);
  next_ = changes_;
  active_ = !changes_.empty();
  return {};
}

Result<void> JourneyChanges::add(store::StateTransaction& transaction,
                                 const JourneyChange& change) {
  TRY(text, transaction.setting(changes_setting));
  TRY(changes, read_changes(text.value_or("")));
  changes.push_back(change);
  return transaction.put_setting(changes_setting, write_changes(changes));
}

std::vector<std::pair<std::uint32_t, reaction::Input>> JourneyChanges::inputs() const {
  std::vector<std::pair<std::uint32_t, reaction::Input>> inputs;
  for (const JourneyChange& change : changes_) {
    inputs.emplace_back(change.journey, input_of(change));
  }
  return inputs;
}

Result<void> JourneyChanges::work(Batch& batch, store::StateTransaction& transaction,
                                  std::size_t contacts_max) {
  next_ = changes_;
  JourneyChange& change = next_.front();
  TRY(ids, transaction.contact_ids(change.after, contacts_max));
  const reaction::Input input = input_of(change);
  for (const contacts::ContactId& id : ids) TRY_VOID(batch.change_runs(id, change.journey, input));
  if (ids.size() < contacts_max) {
    next_.pop_front();
  } else {
    change.after = ids.back();
  }
  return transaction.put_setting(changes_setting, write_changes(next_));
}

void JourneyChanges::committed() {
  changes_ = next_;
  active_ = !changes_.empty();
}

}  // namespace sojourn::runtime
