#include "domain/reaction/journey_loops.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "domain/contacts/attributes.h"
#include "domain/events/standard_names.h"
#include "domain/journeys/validate.h"

namespace sojourn::reaction {
namespace {

using journeys::Journey;
using journeys::Step;

/// What holds a value that a step sets: an attribute, or being on a list.
struct Cell {
  enum class Kind : std::uint8_t { attribute, list };
  Kind kind = Kind::attribute;
  std::string name;
  friend bool operator==(const Cell&, const Cell&) = default;
};
struct Write {
  Cell cell;
  Value value;
};

/// One journey's step that starts another journey.
struct Edge {
  std::size_t from = 0;
  const Step* step = nullptr;
  std::size_t to = 0;
  /// What is written, where a change of it is the trigger: nothing changes when it is written
  /// again, unless something else of the circle has changed it back.
  std::optional<Write> write = {};
  std::optional<Value> only_from = {};  ///< the trigger's
};

/// A text is no Liquid: what it comes to is known.
bool is_plain(const Value& value) {
  if (const std::string* text = value.as_string()) {
    return text->find("{{") == std::string::npos && text->find("{%") == std::string::npos;
  }
  if (const Value::List* list = value.as_list()) {
    return std::all_of(list->begin(), list->end(), is_plain);
  }
  const Object* object = value.as_object();
  return object == nullptr || std::all_of(object->begin(), object->end(), [](const auto& member) {
           return is_plain(member.second);
         });
}

/// Lets everybody in, as often as it is asked.
bool is_open(const Journey& journey) {
  const bool again = journey.reentry == journeys::Reentry::always ||
                     (journey.reentry == journeys::Reentry::after && journey.reentry_after.ms <= 0);
  return again && !journey.only_if && journey.holdout_percent < 100;
}

/// The steps that every run passes at the instant of its entry, and after which it ends at that
/// instant whatever way it takes. Linear in the steps for each that is asked for.
class SureSteps {
 public:
  explicit SureSteps(const Journey& journey) : journey_(journey), ways_(journey.steps.size()) {
    for (std::size_t place = 0; place < ways_.size(); ++place) {
      for (const journeys::Way& way : journeys::ways_on(journey.steps[place])) {
        ways_[place].push_back(place_of(way.to));
      }
      // An exit.
      if (ways_[place].empty()) ways_[place].push_back(end());
    }
  }

  [[nodiscard]] bool contains(std::size_t place) const {
    if (waits(place)) return false;
    const Reach without = reach({place_of(journey_.entry)}, place);
    if (without.ends || without.waits || !without.comes_to) return false;
    return !reach(ways_[place], end()).waits;
  }

 private:
  struct Reach {
    bool ends = false;
    bool waits = false;
    bool comes_to = false;  ///< the place that was left out
  };

  [[nodiscard]] std::size_t end() const { return journey_.steps.size(); }
  [[nodiscard]] std::size_t place_of(std::string_view id) const {
    const auto found = journey_.index.find(id);
    return found == journey_.index.end() ? end() : found->second;
  }
  [[nodiscard]] bool waits(std::size_t place) const {
    return journeys::may_wait(journey_.steps[place].action);
  }
  /// What a run can come to from these places, if it goes no further than `without`.
  [[nodiscard]] Reach reach(std::vector<std::size_t> open, std::size_t without) const {
    Reach reach;
    std::vector<bool> seen(ways_.size());
    while (!open.empty()) {
      const std::size_t place = open.back();
      open.pop_back();
      if (place == end()) {
        reach.ends = true;
      } else if (place == without) {
        reach.comes_to = true;
      } else if (waits(place)) {
        reach.waits = true;
      } else if (!seen[place]) {
        seen[place] = true;
        open.insert(open.end(), ways_[place].begin(), ways_[place].end());
      }
    }
    return reach;
  }

  const Journey& journey_;
  std::vector<std::vector<std::size_t>> ways_;
};

/// The events that a step logs.
struct Logged {
  std::string_view name = {};
  std::optional<Object> properties = {};  ///< absent: they depend on the contact
};
struct LoggedBy {
  Logged operator()(const journeys::TrackEvent& track) const {
    if (!is_plain(Value(track.properties))) return {track.event};
    return {track.event, track.properties};
  }
  Logged operator()(const journeys::CreateTask&) const { return {events::names::task_created}; }
  Logged operator()(const journeys::CreateDeal&) const { return {events::names::deal_created}; }
  Logged operator()(const journeys::UpdateContact&) const { return {events::names::identified}; }
  Logged operator()(const journeys::SetStage&) const { return {events::names::identified}; }
  Logged operator()(const journeys::AddToList& list) const {
    return {events::names::list_joined, Object{{"list", list.list}}};
  }
  Logged operator()(const journeys::RemoveFromList& list) const {
    return {events::names::list_left, Object{{"list", list.list}}};
  }
  Logged operator()(const journeys::Send&) const { return {events::names::email_sent}; }
  template <typename Action>
  Logged operator()(const Action&) const {
    return {};
  }
};

struct WrittenBy {
  std::vector<Write> operator()(const journeys::UpdateContact& update) const {
    std::vector<Write> writes;
    for (const auto& [name, value] : update.values) {
      if (is_plain(value)) writes.push_back({{Cell::Kind::attribute, name}, value});
    }
    return writes;
  }
  std::vector<Write> operator()(const journeys::SetStage& step) const {
    if (!is_plain(Value(step.stage))) return {};
    return {{{Cell::Kind::attribute, std::string(contacts::traits::lifecycle_stage)}, step.stage}};
  }
  std::vector<Write> operator()(const journeys::AddToList& step) const {
    return {{{Cell::Kind::list, step.list}, true}};
  }
  std::vector<Write> operator()(const journeys::RemoveFromList& step) const {
    return {{{Cell::Kind::list, step.list}, false}};
  }
  template <typename Action>
  std::vector<Write> operator()(const Action&) const {
    return {};
  }
};

/// Being a member is being on this list, and nothing else.
bool is_list_of(const segments::Condition& condition, std::string_view list) {
  const auto* on = std::get_if<segments::OnList>(&condition.node);
  return on != nullptr && on->list == list;
}

class LoopFinder {
 public:
  explicit LoopFinder(const Rules& rules)
      : rules_(rules), sure_(rules.journeys().size()), edges_(rules.journeys().size()) {
    for (std::size_t place = 0; place < sure_.size(); ++place) {
      const Journey& journey = rules.journeys()[place].journey;
      if (is_open(journey)) read(place, journey);
      // First what starts the next journey every time.
      std::stable_partition(edges_[place].begin(), edges_[place].end(),
                            [](const Edge& edge) { return !edge.write; });
    }
  }

  [[nodiscard]] std::vector<JourneyLoop> all() const {
    std::vector<JourneyLoop> loops;
    std::vector<bool> reported(edges_.size());
    for (std::size_t start = 0; start < edges_.size(); ++start) {
      if (reported[start]) continue;
      const std::vector<const Edge*> circle = circle_through(start);
      if (circle.empty() || !goes_on(circle)) continue;
      for (const Edge* edge : circle) reported[edge->from] = true;
      loops.push_back({start, circle.front()->step->id, in_words(circle)});
    }
    return loops;
  }

 private:
  void read(std::size_t from, const Journey& journey) {
    const SureSteps sure(journey);
    for (std::size_t place = 0; place < journey.steps.size(); ++place) {
      const Step& step = journey.steps[place];
      const std::size_t before = edges_[from].size();
      add_edges(from, step);
      const bool changes = !std::visit(WrittenBy(), step.action).empty();
      if (edges_[from].size() == before && !changes) continue;
      if (sure.contains(place)) {
        sure_[from].push_back(&step);
      } else {
        edges_[from].erase(edges_[from].begin() + static_cast<std::ptrdiff_t>(before),
                           edges_[from].end());
      }
    }
  }

  void add_edges(std::size_t from, const Step& step) {
    if (const auto* entry = std::get_if<journeys::EnterJourney>(&step.action)) {
      const JourneyRule* rule = rules_.journey(std::string_view(entry->journey));
      if (rule != nullptr && rule->journey.key_by.empty()) {
        add({from, &step, static_cast<std::size_t>(rule - rules_.journeys().data())});
      }
    }
    add_event_edges(from, step, std::visit(LoggedBy(), step.action));
    for (const Write& write : std::visit(WrittenBy(), step.action)) {
      if (write.cell.kind == Cell::Kind::attribute) {
        add_attribute_edges(from, step, write);
      } else {
        add_list_edges(from, step, write);
      }
    }
  }

  void add_event_edges(std::size_t from, const Step& step, const Logged& logged) {
    if (logged.name.empty()) return;
    events::Event event;
    event.name = logged.name;
    if (logged.properties) event.properties = *logged.properties;
    for (const TriggerRef& ref : rules_.triggers_of_event(logged.name)) {
      const Journey& next = rules_.journeys()[ref.journey].journey;
      const auto& trigger = std::get<journeys::EventTrigger>(next.triggers[ref.trigger]);
      const bool asks = !trigger.did.match.where.empty() || !next.key_by.empty();
      if (asks && !logged.properties) continue;
      if (!trigger.did.match.matches(event)) continue;
      const Value* key = next.key_by.empty() ? nullptr : find_path(event.properties, next.key_by);
      const bool has_key = next.key_by.empty() || (key != nullptr && !key->is_null());
      if (has_key) add({from, &step, ref.journey});
    }
  }

  void add_attribute_edges(std::size_t from, const Step& step, const Write& write) {
    for (const TriggerRef& ref : rules_.triggers_of_attribute(write.cell.name)) {
      const Journey& next = rules_.journeys()[ref.journey].journey;
      const auto& trigger = std::get<journeys::AttributeTrigger>(next.triggers[ref.trigger]);
      const bool fits = (!trigger.to || *trigger.to == write.value) && next.key_by.empty();
      if (fits) add({from, &step, ref.journey, write, trigger.from});
    }
  }

  void add_list_edges(std::size_t from, const Step& step, const Write& write) {
    for (const SegmentRule& segment : rules_.segments()) {
      if (!is_list_of(segment.segment.condition, write.cell.name)) continue;
      for (const TriggerRef& ref : segment.triggers) {
        const Journey& next = rules_.journeys()[ref.journey].journey;
        const auto& trigger = std::get<journeys::SegmentTrigger>(next.triggers[ref.trigger]);
        const bool fits = Value(trigger.entered) == write.value && next.key_by.empty();
        if (fits) add({from, &step, ref.journey, write});
      }
    }
  }

  void add(Edge edge) {
    if (is_open(rules_.journeys()[edge.to].journey)) edges_[edge.from].push_back(std::move(edge));
  }

  /// The shortest circle, from this journey's edge on; empty where there is none.
  [[nodiscard]] std::vector<const Edge*> circle_through(std::size_t start) const {
    std::vector<const Edge*> came_by(edges_.size());
    std::vector<std::size_t> open = {start};
    for (std::size_t next = 0; next < open.size(); ++next) {
      for (const Edge& edge : edges_[open[next]]) {
        if (came_by[edge.to] != nullptr) continue;
        came_by[edge.to] = &edge;
        open.push_back(edge.to);
      }
    }
    std::vector<const Edge*> circle;
    for (const Edge* edge = came_by[start]; edge != nullptr; edge = came_by[edge->from]) {
      circle.push_back(edge);
      if (edge->from == start) break;
    }
    std::reverse(circle.begin(), circle.end());
    return circle;
  }

  /// Whether each round brings about what the next one needs.
  [[nodiscard]] bool goes_on(const std::vector<const Edge*>& circle) const {
    return std::all_of(circle.begin(), circle.end(), [&](const Edge* edge) {
      return !edge->write || is_changed_back(circle, *edge->write, edge->only_from);
    });
  }
  [[nodiscard]] bool is_changed_back(const std::vector<const Edge*>& circle, const Write& write,
                                     const std::optional<Value>& to) const {
    for (const Edge* edge : circle) {
      for (const Step* step : sure_[edge->from]) {
        for (const Write& other : std::visit(WrittenBy(), step->action)) {
          const bool differs = other.cell == write.cell && !(other.value == write.value);
          if (differs && (!to || other.value == *to)) return true;
        }
      }
    }
    return false;
  }

  [[nodiscard]] std::string in_words(const std::vector<const Edge*>& circle) const {
    std::string text;
    for (const Edge* edge : circle) {
      text += fmt::format("{} ({}), ", rules_.journeys()[edge->from].journey.key,
                          journeys::describe(edge->step->action));
    }
    return fmt::format("it starts the journey again without a wait, for ever: {}{}", text,
                       rules_.journeys()[circle.front()->from].journey.key);
  }

  const Rules& rules_;
  std::vector<std::vector<const Step*>> sure_;  ///< of each journey that is open
  std::vector<std::vector<Edge>> edges_;        ///< from each journey
};

}  // namespace

std::vector<JourneyLoop> find_loops(const Rules& rules) {
  return LoopFinder(rules).all();
}

}  // namespace sojourn::reaction
