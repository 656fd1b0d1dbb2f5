#pragma once

/// Collects the differences of two values, member by member (definition_diff.h).

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "domain/reaction/definition_diff.h"

namespace sojourn::reaction {

class ValueDiffer {
 public:
  /// What is found from now on belongs to this step; empty: to none.
  void set_step(std::string step) { step_ = std::move(step); }

  /// Two texts that people read; nothing where they are equal.
  void add(std::string path, std::string before, std::string after);
  /// Every leaf that differs. Null: the value is not there.
  void values(const std::string& path, const Value* before, const Value* after);
  /// The members of both but those named in `except`; `path` may be empty.
  void members(const std::string& path, const Object& before, const Object& after,
               const std::set<std::string_view>& except);
  /// A list of objects that have keys: which were added, removed and changed.
  void keyed(std::string_view noun, std::string_view member, const Object& before,
             const Object& after);
  /// A condition in its language; a value that is none, as it is written.
  void condition(const std::string& path, const Value* before, const Value* after);
  /// A text of several lines: how many of them differ.
  void lines(std::string_view member, const Object& before, const Object& after);

  [[nodiscard]] std::vector<Difference> take() { return std::move(found_); }

 private:
  std::vector<Difference> found_;
  std::string step_;
};

/// A value as a person reads it in a plan; long ones are cut.
[[nodiscard]] std::string words_of(const Value& value);

}  // namespace sojourn::reaction
