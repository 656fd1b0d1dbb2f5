#pragma once

/// The running workspace: what the edge (HTTP, command line) may ask of the engine.
///
/// Every change of state goes through one of two doors: submit(), which appends events to the log,
/// and the definition and control calls, which the committer carries out between two batches.
/// All members are thread-safe. Callbacks run on a runtime thread and must return quickly.

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/assets/picture.h"
#include "domain/contacts/contact_id.h"
#include "domain/events/event.h"
#include "domain/journeys/change.h"
#include "domain/messages/message.h"
#include "domain/reaction/definition_diff.h"
#include "domain/reaction/experiments.h"
#include "store/store.h"

namespace sojourn::reaction {
class Rules;
}

namespace sojourn::runtime {

/// Settings in the store that the engine reads; set-up and the API write them.
namespace settings {
inline constexpr std::string_view time_zone = "workspace.timezone";
inline constexpr std::string_view public_url = "workspace.public_url";
}  // namespace settings

/// A definition file as it stands in a workspace folder.
struct DefinitionFile {
  std::string path;  ///< `journeys/hot-lead.yaml`
  std::string text;
};

/// What definitions that are asked for are to become.
struct DefinitionRequest {
  // Implicit: files alone are the usual request.
  DefinitionRequest(std::vector<DefinitionFile> its_files) : files(std::move(its_files)) {}
  DefinitionRequest(std::initializer_list<DefinitionFile> its_files) : files(its_files) {}

  /// What becomes of definitions that none of the files holds.
  enum class Rest : std::uint8_t {
    keep,
    list,     ///< kept, and named in the plan: the files are a whole folder
    archive,  ///< taken out of force; their history stays
  };

  std::vector<DefinitionFile> files;
  Rest rest = Rest::keep;
  /// Definitions to archive, by kind and key, whatever becomes of the rest. Those that there are
  /// not are passed over.
  std::set<std::pair<std::string, std::string>> archived = {};
  /// The revisions that the caller has seen, by `kind/key`: what was changed since is told apart,
  /// and apply() refuses it (ARCHITECTURE 8). Beside a whole folder they are all that was seen,
  /// and what they do not name was not; empty: nobody asks.
  std::map<std::string, std::string> revisions = {};
  /// The version whose text the one file is, for the audit: it is rolled back to.
  std::optional<int> rolls_back_to = {};
  /// What becomes of those inside a journey, by its key; of other journeys they finish on their
  /// version. May name journeys that do not change: contacts may still follow an earlier version.
  std::map<std::string, journeys::Inside, std::less<>> inside = {};
  /// Pictures that will be uploaded before the request is applied: plan() does not miss them.
  std::set<assets::PictureId> pictures = {};
};

/// Contacts at one step of the earlier versions of a journey, and what becomes of them.
struct StepStanding {
  std::string step;
  std::uint64_t waiting = 0;
  journeys::Fate fate;
};

/// What a publish means for those inside earlier versions of a journey.
struct InsideForecast {
  journeys::Inside::Choice choice = journeys::Inside::Choice::finish;
  std::uint64_t stay = 0;
  std::uint64_t go_on = 0;
  std::uint64_t end = 0;
  std::vector<StepStanding> steps = {};
};

enum class Change { created, changed, unchanged, removed, only_on_server };

struct DefinitionChange {
  std::string kind;
  std::string key;
  Change change = Change::unchanged;
  std::string summary;
  std::uint64_t contacts_inside =
      0;  ///< runs inside a changed journey, members of a changed segment
  /// Of a journey that changes or that the request names, where contacts are inside.
  std::optional<InsideForecast> inside = {};
  std::vector<reaction::Difference> differences = {};  ///< of changed ones
  int rev = 0;                                         ///< after the change
  // Of the version in force; not set of created ones.
  bool changed_meanwhile = false;  ///< its revision is none that the caller has seen
  Timestamp changed_at = {};
  std::string changed_by = {};
};

/// A coded finding about a definition file.
struct DefinitionProblem {
  std::string file;
  int line = 0;  ///< 1-based; 0 where unknown
  std::string code;
  std::string message;
};

/// A stored definition that is out of force because of its problems (reaction::SetAside).
struct DefinitionSetAside {
  std::string kind;
  std::string key;
  int version = 1;
  std::vector<DefinitionProblem> problems;
};

struct DefinitionPlan {
  std::vector<DefinitionChange> changes;
  std::vector<DefinitionProblem> problems;  ///< not empty: apply would refuse
  /// Of what no file corrects: it would stay set aside.
  std::vector<DefinitionSetAside> set_aside = {};
};

/// That no mail may go to an address any more, or may again.
struct SuppressionChange {
  enum class Kind : std::uint8_t { suppress, lift };
  Kind kind = Kind::suppress;
  std::string channel = "email";
  std::string address;  ///< normalised
  std::string topic;    ///< empty: of no topic; else only marketing of this one is meant
  std::string source;   ///< `manual`, `import`, `bounce`, `complaint`
  std::string note;     ///< why, in somebody's words; may be empty
};

struct SendingState {
  bool stopped = false;
  std::string reason;
  Timestamp since;
};

/// The pass that brings contacts to what was published (ARCHITECTURE 5, "Backfill"): first the log
/// is read, where a new question asks for it, then contacts are visited.
struct BackfillState {
  bool active = false;
  /// It was cancelled: what changed since then counts from its publication on.
  bool cancelled = false;
  Timestamp since;  ///< definitions that changed at this instant or later are being built
  /// Number of the newest publication whose facts hold all that happened before it.
  std::uint64_t complete = 0;
  std::uint64_t events_read = 0;
  std::uint64_t events_total = 0;  ///< 0: the log need not be read
  std::uint64_t contacts_visited = 0;
  std::uint64_t contacts_total = 0;
  Duration elapsed = {};  ///< of real time, in this process

  /// From 0 to 1, each part by its usual share of the time.
  [[nodiscard]] double done() const;
  /// Absent while nobody can know.
  [[nodiscard]] std::optional<Duration> left() const;
  [[nodiscard]] double events_per_second() const;
};

/// An event of the log, shared by those that work on it: it is large, and it never changes.
using SharedEvent = std::shared_ptr<const events::LoggedEvent>;

/// An event as the live tail shows it: after the engine has applied it.
struct TailEvent {
  SharedEvent logged;
  contacts::ContactId contact;
};

class Jobs;

class Runtime {
 public:
  virtual ~Runtime() = default;

  /// Appends the events, in order, to the log. `done` is called once: without error when all are
  /// durable (repeats of earlier events count as taken), with the error of the disk otherwise.
  /// Refuses at once, without calling `done`: `queue_full` (answer 429), `stopping` (503).
  using Done = std::function<void(Result<void>)>;
  virtual Result<void> submit(std::vector<events::Event> events, Done done) = 0;

  /// What definitions would change, and what is wrong with them. Nothing is changed.
  virtual Result<DefinitionPlan> plan(const DefinitionRequest& request) = 0;
  /// Checks and publishes all of the files, or none where there is a problem. Waits until the
  /// committer has done it; what becomes of those inside journeys follows beside live traffic.
  /// Errors: `change_under_way` where that is not done yet for a journey that changes again;
  /// `changed_meanwhile` where a definition that would change is not as the caller has seen it.
  virtual Result<DefinitionPlan> apply(const DefinitionRequest& request,
                                       const std::string& actor) = 0;

  /// Nobody enters the journey any more, and those inside stand still. Waits until it holds.
  /// Errors: `unknown_journey`, `already_paused`.
  virtual Result<void> pause_journey(const std::string& key, const std::string& actor) = 0;
  /// The journey goes on; `overdue` says what becomes of what came due meanwhile. Those inside take
  /// it up in the background. Errors: `unknown_journey`, `not_paused`.
  virtual Result<void> resume_journey(const std::string& key, const journeys::Overdue& overdue,
                                      const std::string& actor) = 0;

  /// Everybody who comes to the experiment from now on takes this arm, or, without one, a share
  /// each again. Waits until it holds. Errors as reaction::declare().
  virtual Result<void> declare_winner(const reaction::Declaration& declaration) = 0;

  /// The rules in force: definitions compiled. Replaced as a whole by apply().
  [[nodiscard]] virtual std::shared_ptr<const reaction::Rules> rules() const = 0;

  [[nodiscard]] virtual BackfillState backfill() const = 0;
  /// Stops the pass. What was published stays published, and counts from its publication on, until
  /// the pass is started again, or begins with the next publication. Waits until it holds. Error
  /// `no_backfill`.
  virtual Result<void> cancel_backfill(const std::string& actor) = 0;
  /// Begins a cancelled pass anew. Errors: `backfill_under_way`, `nothing_to_build`.
  virtual Result<void> start_backfill(const std::string& actor) = 0;

  /// Suppresses addresses, or lifts that, for every hand-off after this call's return: whether
  /// there are contacts with the addresses or not. Each is audited.
  virtual Result<void> change_suppressions(const std::vector<SuppressionChange>& changes,
                                           const std::string& actor) = 0;

  /// Erases a contact: its log entries, state, journal, messages and captured identifiers. Waits
  /// until it is done. Returns false where there is no such contact.
  virtual Result<bool> erase(const contacts::ContactId& id, const std::string& actor) = 0;
  /// The same for several, each block of the log rewritten once. Returns how many there were.
  virtual Result<std::size_t> erase_all(const std::vector<contacts::ContactId>& ids,
                                        const std::string& actor) = 0;

  /// "Stop all sending": no commit point later than this call's return.
  virtual Result<void> stop_sending(const std::string& reason, const std::string& actor) = 0;
  virtual Result<void> resume_sending(const std::string& actor) = 0;
  [[nodiscard]] virtual SendingState sending() const = 0;

  /// A change that is no event and no definition (accounts, settings): `change` is carried out in a
  /// transaction of the committer, which commits when it returns without error. Waits.
  virtual Result<void> write(std::function<Result<void>(store::StateTransaction&)> change) = 0;

  /// The same for what stands of campaigns: what `change` has written holds when this returns, for
  /// every message that asks for leave later.
  virtual Result<void> change_campaigns(
      std::function<Result<void>(store::StateTransaction&)> change) = 0;

  /// Long work beside live traffic; see runtime/jobs.h.
  [[nodiscard]] virtual Jobs& jobs() = 0;

  /// Moves a virtual clock; stops at each due instant in order, waits there until partitions and
  /// outbox are quiet, then goes on. Error `clock_not_virtual`, `clock_goes_back`.
  virtual Result<Timestamp> advance_clock(Timestamp to) = 0;
  [[nodiscard]] virtual bool clock_is_virtual() const = 0;
  [[nodiscard]] virtual const Clock& clock() const = 0;

  [[nodiscard]] virtual store::Store& store() = 0;

  /// Live tail: `listener` gets the events of each applied batch. Ends when the handle is dropped.
  using TailListener = std::function<void(const std::vector<TailEvent>&)>;
  [[nodiscard]] virtual std::shared_ptr<void> tail(TailListener listener) = 0;

  /// Figures for /metrics and Home that live in memory.
  struct Gauges {
    std::uint64_t log_queue = 0;       ///< events waiting for the log
    std::uint64_t unapplied = 0;       ///< events in the log that the engine has not applied
    std::uint64_t outbox_waiting = 0;  ///< messages that are due and wait for a sender
    std::uint64_t outbox_in_flight = 0;
    std::uint64_t events_accepted = 0;  ///< since start
    std::uint64_t events_repeated = 0;
    std::uint64_t events_refused = 0;  ///< by full queues
    std::uint64_t batches = 0;
    std::uint64_t messages_sent = 0;
    std::vector<std::uint64_t> events_per_minute;  ///< the last 60 minutes, oldest first
  };
  [[nodiscard]] virtual Gauges gauges() const = 0;

  /// True once what was logged before the start has been applied and sending may begin.
  [[nodiscard]] virtual bool ready() const = 0;

  /// Key material of this workspace: signs tokens, derives contact ids and address hashes.
  [[nodiscard]] virtual const HashKey& master_key() const = 0;
};

}  // namespace sojourn::runtime
