/// What is read as a wait or a schedule is written so that it reads the same, and ends, or occurs,
/// where time goes forward.

#include "domain/journeys/recurrence.h"
#include "domain/journeys/wait_expression.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {
namespace {

/// Nobody, in a zone with changes of the clock.
class Nobody final : public journeys::WaitView {
 public:
  [[nodiscard]] absl::TimeZone zone() const override { return zone_; }
  [[nodiscard]] const Value* attribute(std::string_view) const override { return nullptr; }

 private:
  const absl::TimeZone zone_ = find_zone("America/New_York").value_or(absl::UTCTimeZone());
};

// An hour before the clocks of New York are put forward.
constexpr Timestamp now{1'772'949'600'000};

}  // namespace

void run(std::string_view input) {
  const Nobody nobody;
  if (const Result<journeys::WaitExpression> wait = journeys::parse_wait(input)) {
    const Result<journeys::WaitExpression> again = journeys::parse_wait(describe(*wait));
    ENSURE(again && *again == *wait);
    ENSURE(journeys::end_of(*wait, now, nobody).at >= now);
  }
  if (const Result<journeys::Recurrence> rule = journeys::parse_recurrence(input)) {
    for (const std::string& text : {format_recurrence(*rule), describe(*rule)}) {
      const Result<journeys::Recurrence> again = journeys::parse_recurrence(text);
      ENSURE(again && *again == *rule);
    }
    const std::optional<Timestamp> next = journeys::next_after(*rule, now, nobody.zone());
    ENSURE(!next || *next > now);
  }
}

}  // namespace sojourn::fuzz
