#pragma once

/// A condition: a tree of questions about one contact. Segments are conditions with a name;
/// branches, waits and exit rules of journeys use the same tree.
///
/// One tree has two written forms that say the same: the language that people read and write
/// (condition_text.h), and JSON or YAML (condition_json.h). docs/reference/segments.md explains
/// every question.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/facts/fact.h"
#include "domain/facts/filter.h"

namespace sojourn::segments {

struct Condition;

/// True where all parts are; with no parts: true.
struct AllOf {
  std::vector<Condition> parts;
};
/// True where at least one part is; with no parts: false.
struct AnyOf {
  std::vector<Condition> parts;
};
struct Not {
  std::vector<Condition> part;  ///< exactly one
};

/// An attribute of the contact passes a filter.
struct AttributeIs {
  facts::Filter filter;
};

/// A fixed date that bounds a window: a time, or a day of the workspace's zone.
struct Bound {
  std::string text;  ///< as written: `2026-03-01`, `2026-03-01T10:00:00Z`
  Timestamp at;      ///< what it stands for; filled by bind()
};

/// The time that a question about behaviour looks at.
struct Window {
  std::optional<Span> last;    ///< the last so long; absent: ever
  std::optional<Bound> since;  ///< at this date or later
  std::optional<Bound> until;  ///< before this date
};
[[nodiscard]] bool is_ever(const Window& window);

enum class Measure : std::uint8_t { count, sum, average, minimum, maximum, distinct };
enum class Comparison : std::uint8_t { at_least, at_most, exactly, more_than, less_than, between };

/// The contact did something so many times, or to such an amount. Without any occurrence counts,
/// sums and distinct values are 0; average, minimum and maximum are missing, and every comparison
/// with them is false.
struct Did {
  facts::EventMatch match;
  Measure measure = Measure::count;
  std::string property = {};  ///< what is measured; empty for counts
  Comparison comparison = Comparison::at_least;
  double amount = 1;  ///< whole for counts
  double upper = 0;   ///< of `between`: both ends are included
  Window window = {};
  facts::FactId fact = {};  ///< filled by bind()
};

/// Why the numbers of a question cannot be asked for; absent where they can.
[[nodiscard]] std::optional<Error> check_amounts(const Did& did);

/// The first, or the last, time that the contact ever did something lies in a window.
struct Occurred {
  enum class Which : std::uint8_t { first, last };
  Which which = Which::first;
  facts::EventMatch match;
  Window window;                   ///< not the whole of time, unless `longer_ago` is set
  std::optional<Span> longer_ago;  ///< instead: longer ago than this
  facts::FactId fact = {};         ///< filled by bind()
};

/// Things done one after another: each stage happens later than the one before it, `within` a time
/// of it where one is given. A stage that is `never` must not happen in that time (without one:
/// before the next stage, or at all where it is the last); until its time has passed, the sequence
/// is not complete. The first stage happens. Sees the newest `sequence_kept` occurrences of each
/// stage.
struct Sequence {
  struct Stage {
    facts::EventMatch match;
    bool never = false;
    std::optional<Span> within = {};
    facts::FactId fact = {};  ///< filled by bind()
  };
  std::vector<Stage> stages;
  Window window;  ///< of the first stage
};
inline constexpr std::size_t stages_max = 8;
inline constexpr int sequence_kept = 100;
/// Why the stages make no sequence; absent where they do.
[[nodiscard]] std::optional<Error> check_stages(const Sequence& sequence);

struct InSegment {
  std::string segment;  ///< key, or name until bind()
};

/// On a static list.
struct OnList {
  std::string list;  ///< key, or name until bind()
};

/// A score's present value is in [at_least, below); or, with `threshold`, the threshold is crossed.
struct ScoreIs {
  std::string score;
  std::optional<double> at_least = {};
  std::optional<double> below = {};
  std::string threshold = {};  ///< empty: compare the value
};

/// A grade's present value is one of these.
struct GradeIs {
  std::string grade;
  std::vector<std::string> one_of;
};

/// A message of this topic (empty: of none) could be sent: there is an address, it is not
/// suppressed, and consent allows it. Caps and quiet hours are not asked.
struct Reachable {
  std::string channel = "email";
  std::string topic = {};
};

/// What the consent ledger says of the contact's address.
struct ConsentIs {
  enum class State : std::uint8_t { opted_in, opted_out, unknown, suppressed };
  std::string channel = "email";
  std::string topic = {};
  State state = State::opted_in;
};

/// A fixed share of all contacts, by a hash of the contact and the seed.
struct RandomShare {
  double percent = 0;
  std::string seed = {};
};

struct Condition {
  using Node = std::variant<AllOf, AnyOf, Not, AttributeIs, Did, Occurred, Sequence, InSegment,
                            OnList, ScoreIs, GradeIs, Reachable, ConsentIs, RandomShare>;
  Node node;
};

/// Of the written form; what bind() fills is not compared.
bool operator==(const Condition& a, const Condition& b);

/// Conditions nest at most so deep, and hold at most so many questions.
inline constexpr int condition_depth_max = 10;
inline constexpr int condition_parts_max = 200;

/// What the definitions around a condition say of names in it.
class Names {
 public:
  virtual ~Names() = default;
  /// The key of what `reference` (a key, or a name in any case) names; absent where nothing has it.
  [[nodiscard]] virtual std::optional<std::string> segment(std::string_view reference) const = 0;
  [[nodiscard]] virtual std::optional<std::string> list(std::string_view reference) const = 0;
};

/// Fills in what a condition means in a workspace: dates in its zone, keys for names, ids of facts.
/// A condition is asked only after it was bound. Names that nothing has stay as they are.
void bind(Condition& condition, const absl::TimeZone& zone, const Names& names);

/// What the condition reads; rules are indexed by it. Of a bound condition.
struct Reads {
  struct Threshold {
    std::string score;
    std::string threshold;
  };
  std::vector<std::string> attributes;  ///< first part of the path
  std::vector<facts::FactDefinition> facts;
  std::vector<std::string> segments;
  std::vector<std::string> lists;
  std::vector<std::string> scores;
  std::vector<std::string> grades;
  std::vector<Threshold> thresholds;  ///< their scores stand in `scores` too
  bool consent = false;
  bool zone = false;  ///< the contact's time zone
};
void collect_reads(const Condition& condition, Reads& reads);

}  // namespace sojourn::segments
