#include "domain/reaction/value_differ.h"

#include <fmt/format.h>

#include <map>

#include "base/json.h"
#include "base/text.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::reaction {
namespace {

/// More of one value helps nobody who reads a plan.
constexpr std::size_t shown_bytes_max = 200;

std::string cut(std::string text) {
  if (text.size() <= shown_bytes_max) return text;
  // Not within a character of several bytes.
  std::size_t end = shown_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

std::size_t line_count(std::string_view text) {
  return text.empty() ? 0 : split(text, '\n').size() - (text.ends_with('\n') ? 1 : 0);
}

/// Lines of `after` that `before` does not have.
std::size_t fresh_lines(std::string_view before, std::string_view after) {
  std::multiset<std::string_view> known;
  for (const std::string_view line : split(before, '\n')) known.insert(line);
  std::size_t fresh = 0;
  for (const std::string_view line : split(after, '\n')) {
    const auto found = known.find(line);
    if (found == known.end()) {
      ++fresh;
    } else {
      known.erase(found);
    }
  }
  return fresh;
}

std::string text_at(const Object& object, std::string_view member) {
  const Value* value = object.find(member);
  return value == nullptr || value->as_string() == nullptr ? std::string() : *value->as_string();
}

std::map<std::string, const Value*> by_key(const Value* list) {
  std::map<std::string, const Value*> found;
  if (list == nullptr || list->as_list() == nullptr) return found;
  for (const Value& item : *list->as_list()) {
    const Object* object = item.as_object();
    const Value* key = object == nullptr ? nullptr : object->find("key");
    const std::string* text = key == nullptr ? nullptr : key->as_string();
    if (text != nullptr) found[*text] = &item;
  }
  return found;
}

std::string condition_text(const Value* value) {
  if (value == nullptr || value->is_null()) return {};
  const auto condition = segments::read_condition(*value, "");
  return condition ? cut(segments::describe(*condition)) : words_of(*value);
}

std::string words_or_none(const Value* value) {
  return value == nullptr ? std::string() : words_of(*value);
}

/// Members that hold conditions wherever they stand in a definition.
bool holds_condition(std::string_view member) {
  return member == "where" || member == "when" || member == "only_if" || member == "exit_when";
}

}  // namespace

std::string words_of(const Value& value) {
  if (const std::string* text = value.as_string()) return cut(*text);
  return cut(to_json(value));
}

void ValueDiffer::add(std::string path, std::string before, std::string after) {
  if (before == after) return;
  found_.push_back({std::move(path), std::move(before), std::move(after), step_});
}

void ValueDiffer::values(const std::string& path, const Value* before, const Value* after) {
  const Object* a = before == nullptr ? nullptr : before->as_object();
  const Object* b = after == nullptr ? nullptr : after->as_object();
  if (a != nullptr && b != nullptr) return members(path, *a, *b, {});
  if (before != nullptr && after != nullptr && *before == *after) return;
  add(path, words_or_none(before), words_or_none(after));
}

void ValueDiffer::members(const std::string& path, const Object& before, const Object& after,
                          const std::set<std::string_view>& except) {
  const std::string prefix = path.empty() ? "" : path + ".";
  const auto compare = [&](const std::string& name, const Value* a, const Value* b) {
    if (except.contains(name)) return;
    if (holds_condition(name)) return condition(prefix + name, a, b);
    values(prefix + name, a, b);
  };
  for (const auto& [name, value] : before) compare(name, &value, after.find(name));
  for (const auto& [name, value] : after) {
    if (before.find(name) == nullptr) compare(name, nullptr, &value);
  }
}

void ValueDiffer::keyed(std::string_view noun, std::string_view member, const Object& before,
                        const Object& after) {
  const std::map<std::string, const Value*> a = by_key(before.find(member));
  const std::map<std::string, const Value*> b = by_key(after.find(member));
  for (const auto& [key, value] : a) {
    const auto found = b.find(key);
    values(fmt::format("{} {}", noun, key), value, found == b.end() ? nullptr : found->second);
  }
  for (const auto& [key, value] : b) {
    if (!a.contains(key)) values(fmt::format("{} {}", noun, key), nullptr, value);
  }
}

void ValueDiffer::condition(const std::string& path, const Value* before, const Value* after) {
  add(path, condition_text(before), condition_text(after));
}

void ValueDiffer::lines(std::string_view member, const Object& before, const Object& after) {
  const std::string a = text_at(before, member);
  const std::string b = text_at(after, member);
  if (a == b) return;
  const bool is_short = line_count(a) <= 1 && line_count(b) <= 1;
  if (is_short) return add(std::string(member), cut(a), cut(b));
  add(std::string(member), fmt::format("{} lines", line_count(a)),
      fmt::format("{} lines, {} of them other", line_count(b), fresh_lines(a, b)));
}

}  // namespace sojourn::reaction
