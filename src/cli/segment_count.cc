#include "cli/segment_count.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/value.h"

namespace sojourn::cli {
namespace {

std::int64_t number(const Object& object, std::string_view name) {
  const Value* member = object.find(name);
  return member == nullptr ? 0 : static_cast<std::int64_t>(member->number());
}

std::string text(const Object& object, std::string_view name) {
  const Value* member = object.find(name);
  const std::string* found = member == nullptr ? nullptr : member->as_string();
  return found == nullptr ? std::string() : *found;
}

/// `1204`, or `~1200 (+-80)` where it comes from a sample.
std::string shown(const Object& counted) {
  const std::int64_t margin = number(counted, "margin");
  const std::int64_t count = number(counted, "count");
  return margin == 0 ? fmt::format("{}", count) : fmt::format("~{} (+-{})", count, margin);
}

/// How deep a row stands: its path has one dot a level.
std::size_t depth(const std::string& path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
}

}  // namespace

int segment_count(const Server& server, const SegmentCountFlags& flags) {
  const Result<Value> answer =
      post(server, "/api/v1/segments/count", {{"where", flags.condition}, {"wait", flags.wait}});
  const Object* count = answer ? answer->as_object() : nullptr;
  if (count == nullptr) {
    fmt::print(stderr, "sojourn: {}\n",
               answer ? "the server's answer cannot be read" : answer.error().message);
    return 1;
  }
  fmt::print("{} of {} contacts\n", shown(*count), number(*count, "total"));
  const std::string state = text(*count, "state");
  if (state == "building") {
    fmt::print("what it reads is being built: this is what is known so far\n");
  } else if (state == "incomplete") {
    fmt::print("what it reads is incomplete: building it was cancelled\n");
  }
  const Value* rows = count->find("rows");
  const Value::List none;
  const Value::List& list = rows == nullptr || rows->as_list() == nullptr ? none : *rows->as_list();
  if (list.size() < 2) return 0;
  for (const Value& item : list) {
    const Object* row = item.as_object();
    if (row == nullptr) continue;
    const std::size_t indent = 2 * (1 + depth(text(*row, "path")));
    fmt::print("{:{}}{:<12} {}\n", "", indent, shown(*row), text(*row, "text"));
  }
  return 0;
}

}  // namespace sojourn::cli
