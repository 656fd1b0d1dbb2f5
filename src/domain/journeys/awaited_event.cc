#include "domain/journeys/awaited_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"
#include "domain/segments/condition_text.h"

namespace sojourn::journeys {
namespace {

struct AnswerName {
  MailAnswer answer;
  std::string_view member;
  std::string_view event;
  std::string_view words;
};
constexpr std::array<AnswerName, 3> answers = {{
    {MailAnswer::clicked, "clicked", events::names::link_clicked, "a click in"},
    {MailAnswer::opened, "opened", events::names::email_opened, "an open of"},
    {MailAnswer::bounced, "bounced", events::names::message_bounced, "a bounce of"},
}};

const AnswerName& name_of(MailAnswer answer) {
  return *std::find_if(answers.begin(), answers.end(),
                       [&](const AnswerName& each) { return each.answer == answer; });
}

bool property_is(const events::Event& event, std::string_view name, std::string_view wanted) {
  const Value* value = event.properties.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text != nullptr && *text == wanted;
}

Result<std::vector<std::string>> read_same(definitions::Reader& reader) {
  std::vector<std::string> paths;
  const Value* value = reader.find("same");
  if (value == nullptr) return paths;
  const auto take = [&](const Value& each) {
    const std::string* path = each.as_string();
    const bool fits = path != nullptr && !path->empty() && path->size() <= facts::path_bytes_max;
    if (fits) paths.push_back(*path);
    return fits;
  };
  const Value::List* list = value->as_list();
  const bool all_fit =
      list == nullptr ? take(*value) : std::all_of(list->begin(), list->end(), take);
  if (!all_fit || paths.empty() || paths.size() > same_max) {
    return reader.refuse(
        "wrong_type", "same",
        fmt::format("must be the name of a property, or 1 to {} of them", same_max));
  }
  return paths;
}

}  // namespace

bool names_an_event(definitions::Reader& reader) {
  return reader.find("event") != nullptr ||
         std::any_of(answers.begin(), answers.end(),
                     [&](const AnswerName& each) { return reader.find(each.member) != nullptr; });
}

Result<AwaitedEvent> read_awaited_event(definitions::Reader& reader, const Value& value) {
  AwaitedEvent awaited;
  for (const AnswerName& each : answers) {
    if (reader.find(each.member) == nullptr) continue;
    TRY(step, reader.key(each.member));
    awaited.answer = each.answer;
    awaited.mail_step = std::move(step);
    awaited.match.event = each.event;
    return awaited;
  }
  TRY(match, facts::read_event_match(value, reader.path()));
  awaited.match = std::move(match);
  reader.find("event");
  reader.find("where");
  TRY(same, read_same(reader));
  awaited.same = std::move(same);
  return awaited;
}

void write_awaited_event(const AwaitedEvent& awaited, Object& object) {
  if (awaited.answer != MailAnswer::none) {
    object.set(name_of(awaited.answer).member, awaited.mail_step);
    return;
  }
  facts::write_event_match(awaited.match, object);
  if (awaited.same.empty()) return;
  Value::List paths(awaited.same.begin(), awaited.same.end());
  object.set("same", std::move(paths));
}

std::string describe(const AwaitedEvent& awaited) {
  if (awaited.answer != MailAnswer::none) {
    return fmt::format("{} {}", name_of(awaited.answer).words, awaited.mail_step);
  }
  std::string text = segments::describe(awaited.match);
  for (const std::string& path : awaited.same) text += fmt::format(" of the same {}", path);
  return text;
}

bool is_awaited(const AwaitedEvent& awaited, const Run& run, const events::Event& event) {
  if (!awaited.match.matches(event)) return false;
  if (awaited.answer != MailAnswer::none) {
    return event.trust == events::Trust::system && property_is(event, "step", awaited.mail_step) &&
           property_is(event, "run", std::to_string(run.id));
  }
  return std::all_of(awaited.same.begin(), awaited.same.end(), [&](const std::string& path) {
    const Value* started = find_path(run.trigger, path);
    const Value* happened = find_path(event.properties, path);
    return started != nullptr && happened != nullptr && !started->is_null() &&
           *started == *happened;
  });
}

}  // namespace sojourn::journeys
