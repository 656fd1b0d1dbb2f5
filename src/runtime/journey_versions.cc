#include "runtime/journey_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/json.h"

namespace sojourn::runtime {
namespace {

std::string pause_setting(std::uint32_t number) {
  return fmt::format("journey_pause/{}", number);
}

std::string finishing_setting(std::uint32_t number) {
  return fmt::format("journey_finishing/{}", number);
}

/// By how much a counter of a whole journey changes the number of contacts inside.
int inside_by(std::string_view outcome) {
  if (outcome == "entered" || outcome == "moved_in") return 1;
  const bool ends = outcome == "completed" || outcome == "exited" || outcome == "goal" ||
                    outcome == "merged" || outcome == "erased" || outcome == "moved_out";
  return ends ? -1 : 0;
}

/// `[[from, to], ...]`
Value write_spans(const std::vector<JourneyPause::Span>& spans) {
  Value::List list;
  for (const JourneyPause::Span& span : spans) {
    list.emplace_back(Value::List{span.from.ms, span.to.ms});
  }
  return list;
}

/// Absent where the value is not what write_spans() writes.
std::optional<std::vector<JourneyPause::Span>> read_spans(const Value& value) {
  const Value::List* list = value.as_list();
  if (list == nullptr) return std::nullopt;
  std::vector<JourneyPause::Span> spans;
  for (const Value& each : *list) {
    const Value::List* pair = each.as_list();
    if (pair == nullptr || pair->size() != 2) return std::nullopt;
    const auto time = [&](std::size_t index) {
      return Timestamp{static_cast<std::int64_t>((*pair)[index].number())};
    };
    spans.push_back({time(0), time(1)});
  }
  return spans;
}

}  // namespace

std::vector<JourneyPause::Span> ended_pauses(const JourneyPause& pause) {
  std::vector<JourneyPause::Span> spans = pause.earlier;
  if (pause.resumed) spans.push_back({pause.resumed->paused_since, pause.resumed->at});
  return spans;
}

Result<std::map<int, std::uint64_t>> inside_by_version(store::StateReads& reads,
                                                       std::string_view key) {
  TRY(counters, reads.counters("journey", key));
  std::map<int, std::int64_t> inside;
  for (const store::Counter& counter : counters) {
    if (counter.key.day != 0 || !counter.key.step.empty()) continue;
    inside[counter.key.version] += inside_by(counter.key.outcome) * counter.count;
  }
  std::map<int, std::uint64_t> found;
  for (const auto& [version, count] : inside) {
    if (count > 0) found[version] = static_cast<std::uint64_t>(count);
  }
  return found;
}

Result<JourneyPause> read_pause(store::StateReads& reads, std::uint32_t number) {
  TRY(text, reads.setting(pause_setting(number)));
  JourneyPause pause;
  if (!text || text->empty()) return pause;
  const auto damaged = [&] {
    return failure("damaged_setting",
                   fmt::format("the pause of journey {} cannot be read", number));
  };
  const Result<Value> value = parse_json(*text);
  const Object* object = value ? value->as_object() : nullptr;
  if (object == nullptr) return damaged();
  const auto time = [&](std::string_view name) -> std::optional<Timestamp> {
    const Value* member = object->find(name);
    if (member == nullptr || !member->is_number()) return std::nullopt;
    return Timestamp{static_cast<std::int64_t>(member->number())};
  };
  if (const Value* earlier = object->find("earlier")) {
    std::optional<std::vector<JourneyPause::Span>> spans = read_spans(*earlier);
    if (!spans) return damaged();
    pause.earlier = std::move(*spans);
  }
  const std::optional<Timestamp> since = time("since");
  if (!since && pause.earlier.empty()) return damaged();
  if (!since) return pause;
  const std::optional<Timestamp> resumed_at = time("resumed");
  if (!resumed_at) {
    pause.paused_since = since;
    return pause;
  }
  const Value* name = object->find("overdue");
  const std::string* choice = name == nullptr ? nullptr : name->as_string();
  const auto known = choice == nullptr ? std::nullopt : journeys::overdue_choice(*choice);
  const std::optional<Timestamp> spread = time("spread");
  if (!known || !spread) return damaged();
  pause.resumed = journeys::Resumed{.paused_since = *since,
                                    .at = *resumed_at,
                                    .overdue = {.choice = *known, .spread = Duration{spread->ms}}};
  return pause;
}

Result<void> write_pause(store::StateTransaction& transaction, std::uint32_t number,
                         const JourneyPause& pause) {
  Object object;
  if (pause.paused_since) object.set("since", pause.paused_since->ms);
  if (pause.resumed) {
    const journeys::Overdue& overdue = pause.resumed->overdue;
    object.set("since", pause.resumed->paused_since.ms);
    object.set("resumed", pause.resumed->at.ms);
    object.set("overdue", journeys::to_string(overdue.choice));
    object.set("spread", overdue.spread.ms);
  }
  if (!pause.earlier.empty()) object.set("earlier", write_spans(pause.earlier));
  return transaction.put_setting(pause_setting(number),
                                 object.empty() ? std::string() : to_json(object));
}

Result<bool> is_finishing(store::StateReads& reads, std::uint32_t number) {
  TRY(text, reads.setting(finishing_setting(number)));
  return text.has_value() && !text->empty();
}

Result<void> write_finishing(store::StateTransaction& transaction, std::uint32_t number,
                             Finishing finishing) {
  TRY(present, is_finishing(transaction, number));
  const bool wanted = finishing == Finishing::yes;
  if (present == wanted) return {};
  return transaction.put_setting(finishing_setting(number), wanted ? "yes" : "");
}

Result<void> complete_journeys(store::StateReads& reads,
                               std::vector<reaction::DefinitionSource>& sources) {
  std::vector<reaction::DefinitionSource> earlier;
  for (reaction::DefinitionSource& source : sources) {
    if (source.kind != "journey") continue;
    TRY(pause, read_pause(reads, source.number));
    source.paused_since = pause.paused_since;
    source.resumed = pause.resumed;
    if (source.version == 1) continue;
    TRY(inside, inside_by_version(reads, source.key));
    for (const auto& [version, count] : inside) {
      if (version >= source.version) continue;
      TRY(record, reads.definition("journey", source.key, version));
      if (!record) continue;
      earlier.push_back({.path = fmt::format("{} (version {})", source.path, version),
                         .text = record->source,
                         .number = source.number,
                         .version = version,
                         .kind = source.kind,
                         .key = source.key,
                         .superseded = true});
    }
  }
  // Behind the present versions: problems in them are found with these.
  sources.insert(sources.end(), std::make_move_iterator(earlier.begin()),
                 std::make_move_iterator(earlier.end()));
  return {};
}

}  // namespace sojourn::runtime
