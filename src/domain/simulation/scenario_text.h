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
#include "domain/journeys/change.h"
#include "domain/simulation/campaign_command.h"

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
/// `identify`, `page`, `track` and `group`
struct Happen {
  events::EventType type = events::EventType::track;
  Who who;
  std::string event;
  std::string company;  ///< of group
  Object data;          ///< traits of identify and group, properties of the others
  /// Under which id it comes in; empty: one that no other line has.
  std::string message_id;
  /// When it happened; without either, now.
  std::optional<When> happened_at;
  std::optional<Duration> ago;
};
/// `alias NAME OTHER`: OTHER is NAME from now on.
struct AliasStep {
  Who who;
  Who other;
};
/// `erase NAME`
struct EraseStep {
  Who who;
};
/// What a contact does with a mail, or says about mails.
struct Answer {
  enum class Kind : std::uint8_t {
    click,
    open,
    reply,
    unsubscribe,
    subscribe,
    bounce,
    complain,
  };
  Kind kind = Kind::click;
  Who who;
  std::string of;     ///< step or template of the mail; empty: the last one
  int link = 1;       ///< which of its links, from 1
  std::string topic;  ///< of unsubscribe and subscribe; empty: every topic
  /// Of bounce: for now only, because of this; empty: for good.
  std::string soft_reason = {};
  bool by_machine = false;  ///< of open and click: a program did it
};
/// `list add NAME LIST`, `list remove NAME LIST`
struct ListStep {
  bool adds = true;
  Who who;
  std::string list;
};
/// `enter JOURNEY NAME name=value…`: by the API, or by hand.
struct EnterStep {
  std::string journey;
  Who who;
  Object data;
};
/// `answer STEP 200 name=value…`, `answer STEP nothing`: what calls of the webhook step come to
/// from now on.
struct AnswerCalls {
  std::string step;
  int status = 200;  ///< 0: no answer comes
  Object body;
};
/// `publish FILE… [finish | leave | move STEP=STEP… | replan STEP=STEP…]`
struct PublishStep {
  std::vector<std::string> files;
  /// What becomes of those inside the journeys among them; absent: they finish.
  std::optional<journeys::Inside> inside;
};
/// `archive JOURNEY finish | leave`
struct ArchiveStep {
  std::string journey;
  journeys::Inside::Choice choice = journeys::Inside::Choice::finish;
};
/// `pause JOURNEY`
struct PauseStep {
  std::string journey;
};
/// `resume JOURNEY [send [over DURATION] | skip | replan]`
struct ResumeStep {
  std::string journey;
  journeys::Overdue overdue;
};
/// `declare JOURNEY STEP ARM`, `retract JOURNEY STEP`: the winner of an experiment.
struct DeclareStep {
  std::string journey;
  std::string step;
  std::optional<std::string> arm;  ///< absent: it is taken back
};

/// `campaign start NAME [hold DURATION]`, `campaign cancel|pause|resume|stop NAME`
struct CampaignStep {
  CampaignCommand command;
};

/// What is expected of the outcomes since the last action, or of the state now.
struct Expect {
  enum class Kind : std::uint8_t {
    // An outcome.
    enter,
    leave,
    cross,
    fall,
    start,
    refuse,
    end,
    pass,
    wait,
    move,
    convert,
    succeed,
    notify,
    queue,
    send,
    defer,
    skip,
    cancel,
    fail,
    // All outcomes.
    nothing_sent,
    nothing_happened,
    // What a journey made happen outside.
    track,
    webhook,
    // The state.
    in_segment,
    on_list,
    members,
    run,
    attribute,
    score_at_least,
    score_below,
    grade,
    count,
    counts_add_up,
    arm,
    winner,
    verdict,
    campaign_state,
    campaign_counts,
    campaign_arm,
    campaign_winner,
    campaign_verdict,
    campaign_adds_up,
    recipient,
  };
  Kind kind = Kind::enter;
  bool negated = false;  ///< `expect not …`
  std::string key;       ///< of the segment, journey, template, score…; the user of notify
  /// Threshold of a score, step of a journey, name of a grade; state of a campaign or recipient.
  std::string detail;
  std::string outcome;  ///< of count; arm of an experiment or of a campaign's test; its verdict
  std::optional<Who> who;
  std::optional<std::string> reason;  ///< of pass and succeed: the way on
  std::optional<std::string> containing;
  std::optional<When> until;
  double number = 0;           ///< of members, score_at_least, score_below and count
  std::optional<int> version;  ///< of run: of the journey, that it follows
  Object values;               ///< of attribute and arm, and counts of a campaign
};

using Action = std::variant<MoveTo, WaitStep, Happen, AliasStep, EraseStep, Answer, ListStep,
                            EnterStep, AnswerCalls, PublishStep, ArchiveStep, PauseStep, ResumeStep,
                            DeclareStep, CampaignStep>;
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
