#pragma once

/// Reads a definition's members with errors that name the path, the value and what was expected.
///
///   Reader reader(value, "steps[2].wait");
///   TRY(event, reader.text("event"));
///   TRY(times, reader.optional_integer("at_least", 1, 1000));
///   TRY_VOID(reader.finish());      // refuses members that nobody asked for
///
/// Where the parts of a definition do not depend on each other, each is read on its own and what is
/// wrong is collected in Findings.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::definitions {

/// Everything that is wrong with a definition whose parts are read each on its own.
class Findings {
 public:
  /// True where the part could be read; else its error is kept.
  template <typename T>
  bool take(const Result<T>& part) {
    if (!part) add(part.error());
    return part.has_value();
  }
  /// Beyond `findings_max` they are dropped: nobody reads on.
  void add(Error error) {
    if (errors_.size() < findings_max) errors_.push_back(std::move(error));
  }
  [[nodiscard]] bool none() const { return errors_.empty(); }
  [[nodiscard]] const std::vector<Error>& all() const { return errors_; }

 private:
  static constexpr std::size_t findings_max = 100;
  std::vector<Error> errors_;
};

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
  /// The same for each of them, one after the other.
  void finish(Findings& findings) const;

  /// `"notfy", "foo"`: the members that no question asked for; empty: none.
  [[nodiscard]] std::string unasked() const;

  /// An error at a member (empty: at the reader's own path). What must be otherwise is said with
  /// what is there: `holdout must be from 0 to 100, not 150`.
  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view code, std::string_view member,
                                             std::string message, std::string limit = {}) const;

 private:
  Result<void> require_object() const;

  const Object* object_;
  std::string path_;
  std::vector<std::string> asked_;
};

/// The value as JSON for a message, cut off where it is long.
[[nodiscard]] std::string shown(const Value& value);

/// Lower-case letters, digits, `-`, `_`; 1 to 64 characters.
[[nodiscard]] bool is_key(std::string_view text);

}  // namespace sojourn::definitions
