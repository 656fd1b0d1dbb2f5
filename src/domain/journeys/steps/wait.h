#pragma once

/// The wait step: stays for a length of time, or until a time, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"
#include "domain/journeys/wait_expression.h"

namespace sojourn::journeys {

struct Wait {
  WaitExpression until;
  friend bool operator==(const Wait&, const Wait&) = default;
};

/// `2d`, `until 09:00 on weekdays`: docs/reference/waits.md.
[[nodiscard]] Result<Wait> read_wait(const Value& value, const std::string& path);
[[nodiscard]] Value write(const Wait& wait);
[[nodiscard]] std::string describe(const Wait& wait);

/// A wait that ended before it began goes on at once, past the next step (`if past: skip`), or ends
/// the run (`if past: exit`).
[[nodiscard]] StepOutcome enter(const Wait& wait, std::string_view next, StepContext& context);

/// What such a wait reads of the contact.
class ContactWaitView final : public WaitView {
 public:
  explicit ContactWaitView(const segments::ConditionView& view) : view_(view) {}
  [[nodiscard]] absl::TimeZone zone() const override { return view_.zone(); }
  [[nodiscard]] const Value* attribute(std::string_view path) const override {
    return view_.attribute(path);
  }

 private:
  const segments::ConditionView& view_;
};

/// A wait as a definition holds it: text. Errors name the path.
[[nodiscard]] Result<WaitExpression> read_wait_text(const Value& value, const std::string& path);

}  // namespace sojourn::journeys
