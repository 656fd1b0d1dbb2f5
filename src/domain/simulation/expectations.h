#pragma once

/// Holds what a scenario expects against what a stage shows.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/simulation/cast.h"
#include "domain/simulation/scenario_text.h"
#include "domain/simulation/stage.h"

namespace sojourn::simulation {

/// Says of an expectation what no definition bears out; empty where all is well.
[[nodiscard]] std::string unknown_reference(const reaction::Rules& rules, const Expect& expect);

struct Verdict {
  bool met = false;
  /// Where it is not met: what there is instead, in the words of expectations, the nearest first.
  std::vector<std::string> instead = {};
};

/// So many of the nearest outcomes are shown beside an expectation that is not met.
inline constexpr std::size_t nearest_max = 3;

class Expectations {
 public:
  /// Both outlive this.
  Expectations(const Stage& stage, WallClock& clock) : stage_(stage), clock_(clock) {}

  /// An action begins: expectations speak of what happens from here on.
  void begin();

  /// Checks the expectation in this line. One of an outcome takes the first that fits and that none
  /// before has taken. Errors of the times in it.
  Result<Verdict> check(const Expect& expect, int line);

  /// Everything since the action began.
  [[nodiscard]] std::vector<std::string> happened() const;

 private:
  [[nodiscard]] std::size_t count() const { return stage_.outcomes().size() - since_; }
  [[nodiscard]] const Outcome& outcome(std::size_t i) const {
    return stage_.outcomes()[since_ + i];
  }

  Verdict check_outcome(const Expect& expect, std::optional<Timestamp> until, int line);
  [[nodiscard]] Verdict check_nothing(const Expect& expect) const;
  [[nodiscard]] Verdict check_track(const Expect& expect) const;
  [[nodiscard]] Verdict check_webhook(const Expect& expect) const;
  [[nodiscard]] Verdict check_state(const Expect& expect, std::optional<Timestamp> until) const;
  [[nodiscard]] Verdict check_contact(const Expect& expect,
                                      const reaction::ContactState* contact) const;
  [[nodiscard]] Verdict check_run(const Expect& expect, std::optional<Timestamp> until) const;
  [[nodiscard]] Verdict check_attribute(const Expect& expect,
                                        const reaction::ContactState* contact) const;
  [[nodiscard]] Verdict check_members(const Expect& expect) const;
  [[nodiscard]] Verdict check_count(const Expect& expect) const;
  [[nodiscard]] Verdict check_experiment(const Expect& expect) const;
  [[nodiscard]] Verdict check_arm(const Expect& expect, int version) const;

  /// How alike an outcome is to what is expected; absent where they have nothing to do with each
  /// other, `fits` where it is just that.
  struct Likeness {
    int points = 0;
    bool fits = false;
  };
  [[nodiscard]] std::optional<Likeness> likeness(const Expect& expect,
                                                 std::optional<Timestamp> until,
                                                 const Outcome& outcome) const;
  [[nodiscard]] bool is_about(const Outcome& outcome, const Who& who) const;
  [[nodiscard]] bool contains(const Outcome& outcome, const std::string& part) const;
  [[nodiscard]] std::string describe(std::size_t i) const;

  const Stage& stage_;
  WallClock& clock_;
  std::size_t since_ = 0;          ///< place of the first outcome of the last action
  std::size_t calls_since_ = 0;    ///< place of its first call of a webhook
  events::Position events_since_;  ///< the log's head before it
  std::vector<int> taken_;         ///< for each outcome since, the line that has taken it; 0: none
};

}  // namespace sojourn::simulation
