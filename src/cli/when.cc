#include "cli/when.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

#include "base/calendar.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/journeys/recurrence.h"
#include "domain/journeys/wait_expression.h"

namespace sojourn::cli {
namespace {

/// The attributes that a wait may ask for.
class Person final : public journeys::WaitView {
 public:
  Person(Object attributes, absl::TimeZone zone)
      : attributes_(std::move(attributes)), zone_(zone) {}

  [[nodiscard]] absl::TimeZone zone() const override { return zone_; }
  [[nodiscard]] const Value* attribute(std::string_view path) const override {
    const Value* found = find_path(attributes_, path);
    asked_ += fmt::format("{}attribute {} is {}", asked_.empty() ? "" : ", ", path,
                          found == nullptr ? "missing" : to_json(*found));
    return found;
  }
  /// What was asked of the attributes, and what they are.
  [[nodiscard]] const std::string& asked() const { return asked_; }

 private:
  const Object attributes_;
  const absl::TimeZone zone_;
  mutable std::string asked_;
};

struct Question {
  std::string text;
  Timestamp from;
  std::string zone;
  Object attributes;
  int count = 0;
};

struct Answer {
  std::vector<Timestamp> at;
  /// What the run does where a date has passed, or the attribute holds none; empty: neither.
  std::string_view past;
  std::string asked;  ///< of the attributes
};

/// RFC 3339, with a fraction only where there is one.
std::string instant_text(Timestamp at) {
  std::string text = format_timestamp(at);
  constexpr std::string_view whole = ".000Z";
  if (text.ends_with(whole)) text.replace(text.size() - whole.size(), whole.size(), "Z");
  return text;
}

Result<absl::TimeZone> zone_of(const Question& question) {
  std::string name = question.zone;
  std::string_view field = "zone";
  const Value* own = question.attributes.find("timezone");
  if (name.empty() && own != nullptr && own->as_string() != nullptr) {
    name = *own->as_string();
    field = "timezone of the contact";
  }
  if (name.empty()) return absl::UTCTimeZone();
  const std::optional<absl::TimeZone> zone = find_zone(name);
  if (zone) return *zone;
  return failure("unknown_time_zone",
                 fmt::format("{}: \"{}\" is not an IANA time zone", field, name));
}

bool is_schedule(std::string_view text) {
  const std::string lower = to_lower_ascii(trimmed(text));
  return lower.starts_with("every") || lower.find("freq=") != std::string::npos;
}

Result<Answer> answer_schedule(const Question& question, const absl::TimeZone& zone) {
  TRY(schedule, journeys::parse_recurrence(question.text));
  Answer answer;
  Timestamp after = question.from;
  for (int i = 0; i < std::max(question.count, 1); ++i) {
    const std::optional<Timestamp> at = journeys::next_after(schedule, after, zone);
    if (!at) break;
    answer.at.push_back(*at);
    after = *at;
  }
  if (!answer.at.empty()) return answer;
  return failure("never", fmt::format("it does not occur after {}", instant_text(question.from)));
}

Result<Answer> answer_wait(const Question& question, const absl::TimeZone& zone) {
  if (question.count > 0)
    return failure("bad_wait", "a wait ends once: count goes with a schedule");
  TRY(wait, journeys::parse_wait(question.text));
  const Person person(question.attributes, zone);
  const journeys::WaitEnd end = journeys::end_of(wait, question.from, person);
  Answer answer{.at = {end.at}, .past = {}, .asked = person.asked()};
  if (!end.past) return answer;
  switch (wait.if_past) {
    case journeys::IfPast::go_on:
      answer.past = "continue";
      break;
    case journeys::IfPast::skip:
      answer.past = "skip";
      break;
    case journeys::IfPast::exit:
      answer.past = "exit";
      break;
  }
  return answer;
}

Result<Answer> answer_to(const Question& question) {
  TRY(zone, zone_of(question));
  return is_schedule(question.text) ? answer_schedule(question, zone) : answer_wait(question, zone);
}

/// The traits of an identify call, or the object itself.
Result<Object> attributes_of(const Value& contact) {
  const Object* object = contact.as_object();
  if (object == nullptr) return failure("not_an_object", "a contact must be a JSON object");
  const Value* traits = object->find("traits");
  if (traits == nullptr) return *object;
  if (traits->as_object() == nullptr) {
    return failure("not_an_object", "traits must be a JSON object");
  }
  return *traits->as_object();
}

Result<Object> read_contact(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return failure("not_a_file", fmt::format("{} cannot be read", path));
  std::ostringstream text;
  text << file.rdbuf();
  const Result<Value> value = parse_json(text.str());
  const Result<Object> attributes =
      value ? attributes_of(*value) : Result<Object>(tl::unexpected(value.error()));
  if (attributes) return attributes;
  return failure(attributes.error().code, fmt::format("{}: {}", path, attributes.error().message));
}

Result<Timestamp> read_from(const std::string& text) {
  if (text.empty()) return SystemClock().now();
  const Result<Timestamp> from = parse_timestamp(text);
  if (from) return from;
  return failure(from.error().code, "from: " + from.error().message);
}

Result<Question> read_question(const std::string& line) {
  TRY(value, parse_json(line));
  const Object* object = value.as_object();
  if (object == nullptr) return failure("not_an_object", "a question must be a JSON object");
  Question question;
  std::string from;
  for (const auto& [name, member] : *object) {
    std::string* text = name == "when"   ? &question.text
                        : name == "from" ? &from
                        : name == "zone" ? &question.zone
                                         : nullptr;
    if (text != nullptr && member.as_string() != nullptr) {
      *text = *member.as_string();
    } else if (name == "count" && member.as_integer() != nullptr && *member.as_integer() >= 1 &&
               *member.as_integer() <= journeys::recurrence_count_max) {
      question.count = static_cast<int>(*member.as_integer());
    } else if (name == "contact") {
      TRY(attributes, attributes_of(member));
      question.attributes = std::move(attributes);
    } else {
      return failure("bad_member",
                     fmt::format("\"{}\": when, from and zone are text, count is 1 to "
                                 "{}, contact is an object",
                                 name, journeys::recurrence_count_max));
    }
  }
  TRY(time, read_from(from));
  question.from = time;
  return question;
}

/// `{"at": "2026-03-08T13:00:00Z"}`, with `past` where a date has passed; `at` is a list where the
/// question has a count; else `{"error": "..."}`.
Object answer_object(const Result<Answer>& answer, bool counted) {
  if (!answer) return Object{{"error", answer.error().message}};
  Object object;
  if (counted) {
    Value::List list;
    for (const Timestamp at : answer->at) list.emplace_back(instant_text(at));
    object.set("at", std::move(list));
  } else {
    object.set("at", instant_text(answer->at.front()));
  }
  if (!answer->past.empty()) object.set("past", answer->past);
  return object;
}

int answer_lines() {
  int code = 0;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (trimmed(line).empty()) continue;
    const Result<Question> question = read_question(line);
    const Result<Answer> answer =
        question ? answer_to(*question) : Result<Answer>(tl::unexpected(question.error()));
    if (!answer) code = 1;
    fmt::print("{}\n", to_json(answer_object(answer, question && question->count > 0)));
  }
  return code;
}

int refuse(const std::string& message) {
  fmt::print(stderr, "sojourn: {}\n", message);
  return 1;
}

}  // namespace

int when(const WhenFlags& flags) {
  if (flags.batch == !flags.text.empty()) return refuse("give either a text or --batch");
  if (flags.batch) return answer_lines();
  const bool count_fits = flags.count >= 0 && flags.count <= journeys::recurrence_count_max;
  if (!count_fits) {
    return refuse(fmt::format("--count: {} is not a number from 1 to {}", flags.count,
                              journeys::recurrence_count_max));
  }
  const Result<Timestamp> from = read_from(flags.from);
  if (!from) return refuse("--" + from.error().message);
  Question question{.text = flags.text,
                    .from = *from,
                    .zone = flags.zone,
                    .attributes = {},
                    .count = flags.count};
  if (!flags.contact.empty()) {
    Result<Object> attributes = read_contact(flags.contact);
    if (!attributes) return refuse(attributes.error().message);
    question.attributes = std::move(*attributes);
  }
  const Result<Answer> answer = answer_to(question);
  if (!answer) return refuse(answer.error().message);
  for (const Timestamp at : answer->at) fmt::print("{}\n", instant_text(at));
  if (!answer->past.empty()) {
    const std::string why = answer->asked.empty() ? "" : fmt::format(" ({})", answer->asked);
    fmt::print(stderr, "past: {}{}\n", answer->past, why);
  }
  return 0;
}

}  // namespace sojourn::cli
