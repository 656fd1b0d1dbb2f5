#pragma once

/// The `.scenario` language as data: what one line of it asks for. docs/reference/scenarios.md is
/// its description for people.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/events/event.h"

namespace sojourn::simulation {

/// A scenario of more lines than this should be several.
inline constexpr int scenario_lines_max = 10'000;

/// Whom a line speaks of: a user id, a visitor's anonymous id (written `~phone`), or both.
struct Who {
  std::string user;
  std::string visitor;
  friend bool operator==(const Who&, const Who&) = default;
};

/// A point of time as written; read in `zone`, or where that is empty in the zone named last.
struct When {
  std::string text;
  std::string zone;
};

/// `at TIME [ZONE]` and `wait until TIME [ZONE]`
struct MoveTo {
  When when;
};
/// `wait 3d`
struct WaitStep {
  Duration duration;
};
/// `identify`, `page` and `track`
struct Happen {
  events::EventType type = events::EventType::track;
  Who who;
  std::string event;
  Object data;  ///< traits of identify, properties of the others
};
/// `alias NAME OTHER`: OTHER is NAME from now on.
struct AliasStep {
  Who who;
  Who other;
};
/// What a contact does with a mail.
struct Answer {
  enum class Kind : std::uint8_t { click, open, unsubscribe, bounce };
  Kind kind = Kind::click;
  Who who;
  std::string of;     ///< step or template of the mail; empty: the last one
  int link = 1;       ///< which of its links, from 1
  std::string topic;  ///< of unsubscribe; empty: every topic
};

/// What is expected of the outcomes since the last action, or of the state now.
struct Expect {
  enum class Kind : std::uint8_t {
    enter,
    leave,
    start,
    end,
    notify,
    send,
    defer,
    skip,
    cancel,
    cross,
    fall,
    nothing_sent,
    in_segment,
    not_in_segment,
    score_at_least,
    score_below,
  };
  Kind kind = Kind::enter;
  std::string key;        ///< of the segment, journey, template or score; the user of notify
  std::string threshold;  ///< of cross and fall
  std::optional<Who> who;
  std::optional<std::string> reason;
  std::optional<std::string> containing;
  std::optional<When> until;
  double number = 0;  ///< of score_at_least and score_below
};

using Action = std::variant<MoveTo, WaitStep, Happen, AliasStep, Answer>;
using Command = std::variant<Action, Expect>;

struct ScenarioLine {
  int line = 0;      ///< from 1
  int column = 1;    ///< of its first word, from 1
  std::string text;  ///< without indentation and comment, for failures
  Command command;
};

/// A line that is not of the language.
struct SyntaxError {
  int line = 0;    ///< from 1
  int column = 0;  ///< from 1
  std::string message;
};

struct ParsedScenario {
  std::vector<ScenarioLine> lines;
  std::vector<SyntaxError> errors;  ///< one a line; where there are any, nothing is to be run
};

[[nodiscard]] ParsedScenario parse_scenario(std::string_view text);

}  // namespace sojourn::simulation
