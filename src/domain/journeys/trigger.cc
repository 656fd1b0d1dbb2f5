#include "domain/journeys/trigger.h"

#include <fmt/format.h>

#include <array>

#include "base/json.h"
#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::journeys {
namespace {

using definitions::Reader;

/// `{form: signup}` is `{event: Form Submitted, where: [{property: form, is: signup}]}`.
struct ShortForm {
  std::string_view member;
  std::string_view event;
  std::string_view property;
};
constexpr std::array<ShortForm, 3> short_forms = {{
    {"form", events::names::form_submitted, "form"},
    {"webhook", events::names::webhook_received, "webhook"},
    {"deal_stage", events::names::deal_stage_changed, "stage"},
}};

Result<Trigger> read_event(const Value& value, const Reader& reader) {
  TRY(condition, segments::read_condition(Object{{"did", value}}, reader.path()));
  segments::Did did = std::get<segments::Did>(std::move(condition.node));
  const bool counts_up =
      did.measure == segments::Measure::count && did.comparison == segments::Comparison::at_least;
  if (!counts_up) return reader.refuse("out_of_range", "", "counts with at_least only");
  return Trigger(EventTrigger{std::move(did)});
}

Result<Trigger> read_short(const ShortForm& form, Reader& reader) {
  TRY(text, reader.text(form.member));
  TRY_VOID(reader.finish());
  const Object where{{"property", form.property}, {"is", text}};
  const Object event{{"event", form.event}, {"where", Value::List{where}}};
  return read_event(event, reader);
}

Result<Trigger> read_attribute(const Value& value, Reader& reader) {
  TRY_VOID(reader.finish());
  AttributeTrigger trigger;
  if (const std::string* name = value.as_string()) {
    trigger.attribute = *name;
  } else {
    Reader inner(value, reader.path_of("attribute_changed"));
    TRY(attribute, inner.text("attribute"));
    trigger.attribute = std::move(attribute);
    if (const Value* from = inner.find("from")) trigger.from = *from;
    if (const Value* to = inner.find("to")) trigger.to = *to;
    TRY_VOID(inner.finish());
  }
  if (trigger.attribute.empty() || trigger.attribute.size() > facts::path_bytes_max) {
    return reader.refuse(
        "too_long", "attribute_changed",
        fmt::format("must name an attribute, in at most {} bytes", facts::path_bytes_max));
  }
  return Trigger(std::move(trigger));
}

Result<Trigger> read_crossing(const Value& value, Reader& reader, bool up) {
  TRY_VOID(reader.finish());
  Reader inner(value, reader.path_of(up ? "score_crossed" : "score_fell"));
  TRY(score, inner.key("score"));
  TRY(threshold, inner.key("threshold"));
  TRY_VOID(inner.finish());
  return Trigger(ScoreTrigger{std::move(score), std::move(threshold), up});
}

Result<Trigger> read_date(Reader& reader) {
  TRY(text, reader.text("date"));
  TRY_VOID(reader.finish());
  Result<WaitExpression> when =
      parse_wait(text.starts_with("until ") ? text : fmt::format("until {}", text));
  if (!when) return reader.refuse(when.error().code, "date", when.error().message);
  const bool names_attribute = when->parts.size() == 1 && reads_attributes(*when);
  if (!names_attribute) {
    return reader.refuse(
        "bad_wait", "date",
        "must name an attribute, such as \"2 days before attribute renewal_date\"");
  }
  return Trigger(DateTrigger{std::move(*when)});
}

Result<Trigger> read_schedule(Reader& reader) {
  TRY(text, reader.text("schedule"));
  TRY_VOID(reader.finish());
  Result<Recurrence> schedule = parse_recurrence(text);
  if (!schedule) return reader.refuse(schedule.error().code, "schedule", schedule.error().message);
  return Trigger(ScheduleTrigger{std::move(*schedule)});
}

Result<Trigger> read_trigger(const Value& value, const std::string& path) {
  Reader reader(value, path);
  if (reader.find("event") != nullptr) return read_event(value, reader);
  for (const ShortForm& form : short_forms) {
    if (reader.find(form.member) != nullptr) return read_short(form, reader);
  }
  for (const bool entered : {true, false}) {
    const std::string_view member = entered ? "segment_entered" : "segment_left";
    if (reader.find(member) == nullptr) continue;
    TRY(segment, reader.text(member));
    TRY_VOID(reader.finish());
    return Trigger(SegmentTrigger{std::move(segment), entered});
  }
  if (const Value* changed = reader.find("attribute_changed")) {
    return read_attribute(*changed, reader);
  }
  for (const bool up : {true, false}) {
    const Value* crossed = reader.find(up ? "score_crossed" : "score_fell");
    if (crossed != nullptr) return read_crossing(*crossed, reader, up);
  }
  if (reader.find("date") != nullptr) return read_date(reader);
  if (reader.find("schedule") != nullptr) return read_schedule(reader);
  if (reader.find("entry") != nullptr) {
    TRY_VOID(reader.boolean_or("entry", true));
    TRY_VOID(reader.finish());
    return Trigger(EntryTrigger{});
  }
  const std::string others = reader.unasked();
  return reader.refuse(
      "unknown_trigger", "",
      fmt::format("{}: it must hold event, form, webhook, deal_stage, segment_entered, "
                  "segment_left, attribute_changed, score_crossed, score_fell, date, schedule or "
                  "entry",
                  others.empty() ? "holds no trigger" : "has no trigger but " + others));
}

std::string value_text(const Value& value) {
  const std::string* text = value.as_string();
  return text == nullptr ? to_json(value) : *text;
}

struct TriggerDescriber {
  std::string operator()(const EventTrigger& trigger) const {
    return segments::describe(segments::Condition{trigger.did});
  }
  std::string operator()(const SegmentTrigger& trigger) const {
    return fmt::format("{} segment {}", trigger.entered ? "enters" : "leaves", trigger.segment);
  }
  std::string operator()(const AttributeTrigger& trigger) const {
    std::string text = fmt::format("{} changes", trigger.attribute);
    if (trigger.from) text += fmt::format(" from {}", value_text(*trigger.from));
    if (trigger.to) text += fmt::format(" to {}", value_text(*trigger.to));
    return text;
  }
  std::string operator()(const ScoreTrigger& trigger) const {
    return trigger.up ? fmt::format("score {} becomes {}", trigger.score, trigger.threshold)
                      : fmt::format("score {} is no longer {}", trigger.score, trigger.threshold);
  }
  std::string operator()(const DateTrigger& trigger) const {
    constexpr std::string_view until = "until ";
    return describe(trigger.when).substr(until.size());
  }
  std::string operator()(const ScheduleTrigger& trigger) const {
    return describe(trigger.schedule);
  }
  std::string operator()(const EntryTrigger&) const {
    return "entered by hand, by the API or from another journey";
  }
};

}  // namespace

std::vector<Trigger> read_triggers(const Value& value, const std::string& path,
                                   definitions::Findings& findings) {
  std::vector<Trigger> triggers;
  const auto take = [&](Result<Trigger> trigger) {
    if (findings.take(trigger)) triggers.push_back(std::move(*trigger));
  };
  const Value::List* list = value.as_list();
  if (list == nullptr) {
    take(read_trigger(value, path));
    return triggers;
  }
  if (list->empty() || list->size() > triggers_max) {
    findings.add({.code = "out_of_range",
                  .message = fmt::format("{} has {} items, it must have 1 to {}", path,
                                         list->size(), triggers_max),
                  .field = path,
                  .value = std::to_string(list->size()),
                  .limit = std::to_string(triggers_max)});
    return triggers;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    take(read_trigger((*list)[i], fmt::format("{}[{}]", path, i)));
  }
  return triggers;
}

std::string describe(const Trigger& trigger) {
  return std::visit(TriggerDescriber(), trigger);
}

std::string describe(const std::vector<Trigger>& triggers) {
  std::string text;
  for (const Trigger& trigger : triggers) {
    if (!text.empty()) text += ", or ";
    text += describe(trigger);
  }
  return text;
}

}  // namespace sojourn::journeys
