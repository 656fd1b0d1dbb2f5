#include "domain/definitions/reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json.h"

namespace sojourn::definitions {

std::string shown(const Value& value) {
  std::string text = to_json(value);
  if (text.size() > 64) text = text.substr(0, 61) + "...";
  return text;
}

bool is_key(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Reader::Reader(const Value& value, std::string path)
    : object_(value.as_object()), path_(std::move(path)) {}

std::string Reader::path_of(std::string_view member) const {
  if (member.empty()) return path_;
  return path_.empty() ? std::string(member) : fmt::format("{}.{}", path_, member);
}

tl::unexpected<Error> Reader::refuse(std::string_view code, std::string_view member,
                                     std::string message, std::string limit) const {
  const Value* value = object_ == nullptr || member.empty() ? nullptr : object_->find(member);
  if (value != nullptr && message.starts_with("must ")) message += ", not " + shown(*value);
  const std::string path = path_of(member);
  return failure(
      {.code = std::string(code),
       .message = path.empty() ? std::move(message) : fmt::format("{} {}", path, message),
       .field = path,
       .value = value == nullptr ? std::string() : shown(*value),
       .limit = std::move(limit)});
}

Result<void> Reader::require_object() const {
  if (object_ == nullptr) return refuse("wrong_type", "", "must be a map of members");
  return {};
}

const Value* Reader::find(std::string_view member) {
  asked_.emplace_back(member);
  if (object_ == nullptr) return nullptr;
  const Value* value = object_->find(member);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<const Value*> Reader::require(std::string_view member) {
  TRY_VOID(require_object());
  const Value* value = find(member);
  if (value == nullptr) return refuse("missing_member", member, "is required");
  return value;
}

Result<std::string> Reader::text(std::string_view member) {
  TRY(value, require(member));
  const std::string* text = value->as_string();
  if (text == nullptr) return refuse("wrong_type", member, "must be text");
  return *text;
}

Result<std::optional<std::string>> Reader::optional_text(std::string_view member) {
  if (find(member) == nullptr) return std::optional<std::string>();
  TRY(found, text(member));
  return std::optional<std::string>(std::move(found));
}

Result<std::string> Reader::key(std::string_view member) {
  TRY(found, text(member));
  if (!is_key(found)) {
    return refuse("not_a_key", member,
                  "must be 1 to 64 of: lower-case letters, digits, hyphen, underscore");
  }
  return found;
}

Result<std::optional<std::int64_t>> Reader::optional_integer(std::string_view member,
                                                             std::int64_t min, std::int64_t max) {
  const Value* value = find(member);
  if (value == nullptr) return std::optional<std::int64_t>();
  const std::int64_t* integer = value->as_integer();
  if (integer == nullptr) return refuse("wrong_type", member, "must be a whole number");
  if (*integer < min || *integer > max) {
    return refuse("out_of_range", member,
                  fmt::format("is {}, it must be from {} to {}", *integer, min, max),
                  std::to_string(*integer < min ? min : max));
  }
  return std::optional<std::int64_t>(*integer);
}

Result<double> Reader::number(std::string_view member) {
  TRY(value, require(member));
  if (!value->is_number()) return refuse("wrong_type", member, "must be a number");
  return value->number();
}

Result<std::optional<double>> Reader::optional_number(std::string_view member) {
  if (find(member) == nullptr) return std::optional<double>();
  TRY(found, number(member));
  return std::optional<double>(found);
}

Result<bool> Reader::boolean_or(std::string_view member, bool otherwise) {
  const Value* value = find(member);
  if (value == nullptr) return otherwise;
  const bool* truth = value->as_bool();
  if (truth == nullptr) return refuse("wrong_type", member, "must be true or false");
  return *truth;
}

Result<Duration> Reader::duration(std::string_view member) {
  TRY(written, text(member));
  Result<Duration> parsed = parse_duration(written);
  if (!parsed) return refuse("not_a_duration", member, parsed.error().message);
  return *parsed;
}

Result<std::optional<Duration>> Reader::optional_duration(std::string_view member) {
  if (find(member) == nullptr) return std::optional<Duration>();
  TRY(found, duration(member));
  return std::optional<Duration>(found);
}

Result<std::optional<Span>> Reader::optional_span(std::string_view member) {
  if (find(member) == nullptr) return std::optional<Span>();
  TRY(written, text(member));
  Result<Span> parsed = parse_span(written);
  if (!parsed) return refuse("not_a_duration", member, parsed.error().message);
  return std::optional<Span>(*parsed);
}

Result<const Value::List*> Reader::optional_list(std::string_view member) {
  static const Value::List none;
  const Value* value = find(member);
  if (value == nullptr) return &none;
  const Value::List* list = value->as_list();
  if (list == nullptr) return refuse("wrong_type", member, "must be a list");
  return list;
}

Result<std::size_t> Reader::choice(std::string_view member,
                                   std::initializer_list<std::string_view> choices) {
  TRY(written, text(member));
  const auto found = std::find(choices.begin(), choices.end(), written);
  if (found == choices.end()) {
    return refuse("unknown_choice", member,
                  fmt::format("is \"{}\", it must be one of {}", written, fmt::join(choices, ", ")),
                  fmt::format("{}", fmt::join(choices, ", ")));
  }
  return static_cast<std::size_t>(found - choices.begin());
}

Result<void> Reader::finish() const {
  Findings findings;
  finish(findings);
  if (findings.none()) return {};
  return failure(findings.all().front());
}

std::string Reader::unasked() const {
  std::string names;
  if (object_ == nullptr) return names;
  for (const auto& [name, value] : *object_) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
  }
  return names;
}

void Reader::finish(Findings& findings) const {
  if (!findings.take(require_object())) return;
  for (const auto& [name, value] : *object_) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    findings.add(refuse("unknown_member", name, "is not a member that is known here").value());
  }
}

}  // namespace sojourn::definitions
