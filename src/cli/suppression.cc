#include "cli/suppression.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "cli/answer_fields.h"
#include "cli/text_file.h"

namespace sojourn::cli {
namespace {

constexpr std::string_view path = "/api/v1/suppressions";
/// What one call of the server takes.
constexpr std::size_t addresses_per_call = 1'000;

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

int list(const Server& server, const SuppressionFlags& flags) {
  std::string cursor;
  std::size_t count = 0;
  do {
    std::string query = fmt::format("{}?limit=200", path);
    if (!flags.subject.empty()) query += "&address=" + percent_encoded(flags.subject);
    if (!cursor.empty()) query += "&cursor=" + percent_encoded(cursor);
    const Result<Value> page = get(server, query);
    if (!page) return fail(page.error());
    for (const Value& item : list_member(*page, "items")) {
      const std::string topic = shown(item, "topic");
      fmt::print("{}  {}{}  {}  {}\n", shown(item, "addressHash"), shown(item, "scope"),
                 topic.empty() ? "" : " " + topic, shown(item, "reason"), shown(item, "at"));
      ++count;
    }
    cursor = shown(*page, "next");
  } while (!cursor.empty());
  if (count == 0) fmt::print("nothing is suppressed\n");
  return 0;
}

Object body_of(const SuppressionFlags& flags, std::string_view source) {
  Object body{{"source", source}};
  if (!flags.topic.empty()) body.set("topic", flags.topic);
  if (!flags.note.empty()) body.set("note", flags.note);
  return body;
}

int change(const Server& server, const SuppressionFlags& flags) {
  Object body = body_of(flags, "manual");
  body.set("address", flags.subject);
  const bool lifts = flags.action == "lift";
  const Result<Value> done =
      post(server, lifts ? fmt::format("{}/lift", path) : std::string(path), body);
  if (!done) return fail(done.error());
  fmt::print("{} {}\n", flags.subject, lifts ? "may be written to again" : "is suppressed");
  return 0;
}

/// One address a line; the first column where there are more, and no heading.
std::vector<std::string> addresses_in(std::string_view text) {
  std::vector<std::string> addresses;
  for (const std::string_view line : split(text, '\n')) {
    std::string_view first = trimmed(line.substr(0, line.find_first_of(",;\t")));
    if (first.size() >= 2 && first.front() == '"' && first.back() == '"') {
      first = first.substr(1, first.size() - 2);
    }
    if (first.find('@') != std::string_view::npos) addresses.emplace_back(first);
  }
  return addresses;
}

int import(const Server& server, const SuppressionFlags& flags) {
  const Result<std::string> text = read_text(flags.subject);
  if (!text) return fail(text.error());
  const std::vector<std::string> addresses = addresses_in(*text);
  for (std::size_t begin = 0; begin < addresses.size(); begin += addresses_per_call) {
    const std::size_t end = std::min(begin + addresses_per_call, addresses.size());
    Value::List some;
    for (std::size_t i = begin; i < end; ++i) some.emplace_back(addresses[i]);
    Object body = body_of(flags, "import");
    body.set("addresses", std::move(some));
    const Result<Value> done = post(server, path, body);
    if (!done) {
      fmt::print(stderr, "sojourn: {} of {} addresses are suppressed\n", begin, addresses.size());
      return fail(done.error());
    }
  }
  fmt::print("{} addresses are suppressed\n", addresses.size());
  return 0;
}

}  // namespace

int suppression(const Server& server, const SuppressionFlags& flags) {
  if (flags.action == "list") return list(server, flags);
  if (flags.subject.empty()) {
    return fail({.code = "missing_address",
                 .message = fmt::format("sojourn suppression {} needs {}", flags.action,
                                        flags.action == "import" ? "a file" : "an address")});
  }
  return flags.action == "import" ? import(server, flags) : change(server, flags);
}

}  // namespace sojourn::cli
