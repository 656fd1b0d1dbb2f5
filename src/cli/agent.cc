#include "cli/agent.h"

#include <fmt/format.h>

#include <iostream>

#include "base/json.h"
#include "domain/events/hit.h"

namespace sojourn::cli {
namespace {

constexpr int wrong_input = 2;

/// A hit and the texts that it borrows.
struct ReadHit {
  std::string user_agent = {};
  std::string address = {};
  events::Hit hit = {};
};

Result<void> take_text(ReadHit& read, const std::string& name, const std::string& text) {
  if (name == "userAgent") {
    read.user_agent = text;
  } else if (name == "ip") {
    read.address = text;
  } else if (name == "kind" && (text == "open" || text == "click")) {
    read.hit.kind = text == "open" ? events::HitKind::open : events::HitKind::click;
  } else if (name == "method" && (text == "GET" || text == "HEAD")) {
    read.hit.method = text == "GET" ? events::HitMethod::get : events::HitMethod::head;
  } else {
    return failure("wrong_value", fmt::format("{}: cannot be \"{}\"", name, text));
  }
  return {};
}

Result<void> take_number(ReadHit& read, const std::string& name, std::int64_t number) {
  constexpr std::int64_t number_max = 1'000'000'000;  // a thousand million; also of milliseconds
  if (number < 0 || number > number_max) {
    return failure("wrong_value",
                   fmt::format("{}: is {}, the limits are 0 and {}", name, number, number_max));
  }
  if (name == "sinceSentMs") {
    read.hit.since_sent = Duration::milliseconds(number);
  } else if (name == "linksInBurst") {
    read.hit.links_in_burst = static_cast<int>(number);
  } else if (name == "mailsFromAddress") {
    read.hit.mails_from_address = static_cast<int>(number);
  } else {
    return failure("wrong_value", fmt::format("{}: cannot be a number", name));
  }
  return {};
}

Result<ReadHit> read_hit(const std::string& line) {
  TRY(value, parse_json(line));
  const Object* object = value.as_object();
  if (object == nullptr) return failure("not_an_object", "a hit must be a JSON object");
  ReadHit read;
  for (const auto& [name, member] : *object) {
    if (const std::string* text = member.as_string()) {
      TRY_VOID(take_text(read, name, *text));
    } else if (const std::int64_t* number = member.as_integer()) {
      TRY_VOID(take_number(read, name, *number));
    } else if (const bool* flag = member.as_bool(); flag != nullptr && name == "hiddenLink") {
      read.hit.link = *flag ? events::LinkSight::hidden : events::LinkSight::seen;
    } else {
      return failure("wrong_value", fmt::format("{}: cannot be {}", name, to_json(member)));
    }
  }
  return read;
}

Object answer_to(const ReadHit& read) {
  events::Hit hit = read.hit;
  hit.user_agent = read.user_agent;
  hit.address = read.address;
  const std::optional<events::HitReason> reason = events::machine_reason(hit);
  Object answer{{"machine", reason.has_value()}};
  if (reason) answer.set("reason", std::string(to_string(*reason)));
  return answer;
}

}  // namespace

int agent_classify() {
  int code = 0;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.empty()) continue;
    const Result<ReadHit> read = read_hit(line);
    if (!read) code = wrong_input;
    fmt::print("{}\n", to_json(read ? answer_to(*read) : Object{{"error", read.error().message}}));
  }
  return code;
}

}  // namespace sojourn::cli
