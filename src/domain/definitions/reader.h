#pragma once

/// Reads a definition's members with errors that name the path, the value and what was expected.
///
///   Reader reader(value, "steps[2].wait");
///   TRY(event, reader.text("event"));
///   TRY(times, reader.optional_integer("at_least", 1, 1000));
///   TRY_VOID(reader.finish());      // refuses members that nobody asked for

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::definitions {

class Reader {
 public:
  /// `value` must outlive the reader. A value that is no object fails at the first question.
  Reader(const Value& value, std::string path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path_of(std::string_view member) const;

  /// Null where there is no such member, or it is null.
  const Value* find(std::string_view member);
  Result<const Value*> require(std::string_view member);

  Result<std::string> text(std::string_view member);
  Result<std::optional<std::string>> optional_text(std::string_view member);
  /// A key: lower-case letters, digits, `-`, `_`; 1 to 64 characters.
  Result<std::string> key(std::string_view member);
  Result<std::optional<std::int64_t>> optional_integer(std::string_view member, std::int64_t min,
                                                       std::int64_t max);
  Result<double> number(std::string_view member);
  Result<std::optional<double>> optional_number(std::string_view member);
  Result<bool> boolean_or(std::string_view member, bool otherwise);
  /// `3d`, `90 minutes`…
  Result<Duration> duration(std::string_view member);
  Result<std::optional<Duration>> optional_duration(std::string_view member);
  /// As `duration`, and `2 calendar days`, `3 months`, `1 year`.
  Result<std::optional<Span>> optional_span(std::string_view member);
  /// Empty where the member is absent.
  Result<const Value::List*> optional_list(std::string_view member);
  /// The index of the member's text among `choices`.
  Result<std::size_t> choice(std::string_view member,
                             std::initializer_list<std::string_view> choices);

  /// Error `unknown_member` for the first member that no question asked for.
  [[nodiscard]] Result<void> finish() const;

  /// An error at a member (empty: at the reader's own path).
  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view code, std::string_view member,
                                             std::string message) const;

 private:
  Result<void> require_object() const;

  const Object* object_;
  std::string path_;
  std::vector<std::string> asked_;
};

/// Lower-case letters, digits, `-`, `_`; 1 to 64 characters.
[[nodiscard]] bool is_key(std::string_view text);

}  // namespace sojourn::definitions
