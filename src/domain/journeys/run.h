#pragma once

/// A run: one contact's passage through one journey.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/contacts/contact_id.h"
#include "domain/experiments/plan.h"

namespace sojourn::journeys {

/// Numbers are stored: never change one, add at the end.
enum class RunState : std::uint8_t {
  active = 0,
  completed = 1,  ///< went past its last step
  exited = 2,     ///< an exit step or the exit rule ended it
  goal = 3,       ///< the journey's goal was reached
  merged = 4,     ///< two contacts became one, and the other's run stayed
  held_out = 5,   ///< belongs to the holdout: was let in on paper only, to compare with
};
[[nodiscard]] std::string_view to_string(RunState state);

/// An experiment that the run takes part in: it stays with the run, whatever becomes of the
/// journey.
struct Trial {
  std::string step;  ///< of the split
  std::string arm;   ///< that it came to first
  int version = 0;   ///< that it followed then, and that counts it
  experiments::Measure measure = experiments::Measure::goal;
  bool succeeded = false;
  friend bool operator==(const Trial&, const Trial&) = default;
};

struct Run {
  struct Visits {
    std::string step;
    int count = 0;
    friend bool operator==(const Visits&, const Visits&) = default;
  };

  std::uint64_t id = 0;       ///< below 2^63; see run_id()
  std::uint32_t journey = 0;  ///< number of the definition
  int version = 0;            ///< that the run follows
  RunState state = RunState::active;
  Timestamp entered_at;
  /// When what started it happened: at `entered_at` or, where an event started it that came in
  /// later than it happened, before. The goal counts from here.
  Timestamp since;
  Timestamp ended_at;                   ///< of runs that are not active
  std::string step;                     ///< where an active run waits
  Timestamp wake = Timestamp::never();  ///< when the wait ends by time
  /// When what brought the run to its wait happened: what came before is not what it waits for.
  Timestamp waits_since;
  Timestamp wait_began;        ///< when it came to the step where it waits
  std::vector<Visits> visits;  ///< every step that was reached, in the order of first visit
  Object trigger;              ///< properties of the event that started it
  /// The value of the journey's key in that event, as JSON; empty: the journey has none.
  std::string key;
  Object context;          ///< what webhook steps were answered
  bool converted = false;  ///< it ended otherwise, and the goal was reached within its window
  /// The way on that what it waits for has opened while the journey was paused: it takes it when
  /// the journey goes on. Empty: none.
  std::string held_way;
  std::vector<Trial> trials;  ///< one of each split, in the order in which it came to them
  /// How many journeys led to where it stands, since somebody did something or it waited.
  int hops = 0;

  /// Counts a visit of the step; 1 for the first.
  int visit(std::string_view step_id);
  [[nodiscard]] int visits_of(std::string_view step_id) const;

  friend bool operator==(const Run&, const Run&) = default;
};

/// The id of a contact's `sequence`-th run: the same on every machine, unique for all that a
/// workspace will ever hold (63 bits of a hash; a collision ends in `duplicate_key`, not in a
/// message to the wrong contact).
[[nodiscard]] std::uint64_t run_id(const contacts::ContactId& contact, std::uint64_t sequence);

void encode(ByteWriter& out, const Run& run);
[[nodiscard]] Run decode_run(ByteReader& in);

}  // namespace sojourn::journeys
