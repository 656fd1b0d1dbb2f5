#pragma once

/// How many contacts a condition holds for, now: the audience index of the workspace, loaded when
/// somebody first asks and kept up to date by the committer from then on, and scans for what no
/// index holds.
///
/// Exact at once for attributes, scores, segments, lists, consent, and facts that rules count. For
/// other behaviour, and while the index is being loaded, a sample answers at once with its error,
/// and a scan in the background exactly.
///
/// Thread-safe. The committer never waits for a question.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/result.h"
#include "domain/audience/index.h"
#include "domain/audience/scan.h"
#include "domain/effects/effect.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "domain/segments/condition.h"
#include "runtime/contact_changes.h"
#include "store/store.h"

namespace sojourn::runtime {

class Ledger;
class WantedFacts;
struct ScannedFacts;

class Audience {
 public:
  struct Options {
    /// Of the index. What does not fit is answered by scans: 4 million contacts with ten attributes
    /// take about so much.
    std::size_t bytes_max = std::size_t{1} << 30;
    /// Changed contacts that may wait while the index is busy; beyond, it is loaded again.
    std::size_t pending_max = 50'000;
    /// An index that nobody has asked for so long is dropped.
    std::chrono::minutes idle_max{15};
    /// How long a question waits for the index before a sample answers it.
    std::chrono::milliseconds load_grace{100};
    /// What a sample may take. It holds at least one page of contacts.
    std::chrono::milliseconds sample_time{120};
    std::size_t sample_max = 10'000;  ///< contacts
    std::size_t scans_max = 4;  ///< that wait or run at one time; the next replaces the oldest
    std::chrono::seconds scan_abandoned_after{30};  ///< without anybody asking for it
    /// Without anybody asking for it so long, a scan gives way to one that is asked for, and begins
    /// anew after it: who types asks again and again, and only the last question matters.
    std::chrono::seconds scan_gives_way_after{1};
  };
  using RulesInForce = std::function<std::shared_ptr<const reaction::Rules>()>;

  /// Everything outlives it.
  Audience(store::Store& store, const Clock& clock, const HashKey& master_key, RulesInForce rules,
           Options options);
  Audience(store::Store& store, const Clock& clock, const HashKey& master_key, RulesInForce rules);
  ~Audience();
  Audience(const Audience&) = delete;
  Audience& operator=(const Audience&) = delete;

  struct Row {
    std::string path;  ///< `where.all[0]`, as in the condition's JSON form
    std::string text;
    std::uint64_t count = 0;
    /// With 95 % probability the number is at most so far from `count`; 0: it is exact.
    std::uint64_t margin = 0;
  };
  struct Count {
    std::vector<Row> rows;  ///< parents before their parts; the first is the whole condition
    bool exact = false;
    std::uint64_t total = 0;  ///< contacts in all
    std::string scan;         ///< id of the scan that will be exact; empty: none
  };
  /// Counts for a condition that is bound by the rules in force. Waits at most `wait` for what is
  /// exact, before it answers by a sample. One caller waits at a time; others are answered as if
  /// they did not want to, so that those who wait never hold all of the server's threads.
  Result<Count> count(const segments::Condition& condition, std::chrono::milliseconds wait);
  /// What became of a scan: exact, or its sample again while it runs. Absent where there is none of
  /// this id: it was replaced, or nobody asked for it.
  Result<std::optional<Count>> scan(const std::string& id, std::chrono::milliseconds wait);

  /// What a scan counts for; absent as above.
  [[nodiscard]] std::optional<segments::Condition> condition_of(const std::string& id);

  using Question = std::function<void(const audience::Index&)>;
  /// Asks the index itself, which stands still meanwhile, with everything in it that is committed.
  /// False where there is none within `wait`: it is being loaded. As with count(), one caller waits
  /// at a time.
  bool ask(const Question& question, std::chrono::milliseconds wait);

  // For the committer's thread, after each commit.
  [[nodiscard]] bool follows() const { return follows_; }
  void note(const ContactChanges& changes);

  /// Memory that the index takes; 0 where there is none.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  /// A count that reads everybody; the worker and those who ask share it.
  struct Scan {
    std::string id;
    segments::Condition condition;
    std::string text;  ///< of the condition: who asks the same gets the same scan
    std::shared_ptr<const reaction::Rules> rules;
    Count sampled;
    std::optional<Result<Count>> outcome = {};            // guarded by mutex_
    std::chrono::steady_clock::time_point asked_at = {};  // guarded by mutex_
    int waiting = 0;                                      // guarded by mutex_; callers
    int loads = 0;                                        ///< of the index, for this scan
    std::atomic<bool> cancelled = false;
  };

  [[nodiscard]] bool is_current(const reaction::Rules& rules) const;
  /// Waits for an index of these facts. False where there is none in time.
  bool wait_for_index(const reaction::Rules& rules, Deadline deadline);
  /// Brings the index up to date. False where there is none.
  bool freshen();
  std::optional<Count> ask_index(const segments::Condition& condition,
                                 const reaction::Rules& rules);
  /// Takes over what has changed since. The caller has the index to itself.
  void apply_pending();
  void put(audience::Index& index, const Ledger& ledger, const reaction::ContactState& state);
  /// Forgets the index. The caller has mutex_.
  void forget();

  Result<void> load();
  /// The worker's loop.
  void run();
  void start_worker();
  Result<Count> sample(const segments::Condition& condition, const reaction::Rules& rules);
  /// Takes over the rows of a sample that the index can answer.
  void refine(Count& sampled, const segments::Condition& condition, const reaction::Rules& rules);
  /// The id of the scan that counts this.
  std::string start_scan(const segments::Condition& condition,
                         std::shared_ptr<const reaction::Rules> rules, const Count& sampled);
  Result<std::optional<Count>> wait_for_scan(const std::string& id, std::chrono::milliseconds wait);
  /// Forgets old scans, and ends one where too many wait. The caller has mutex_.
  void trim_scans();
  /// The scan of the queue that was asked for last. The caller has mutex_.
  std::shared_ptr<Scan> take_scan();
  void work(const std::shared_ptr<Scan>& scan);
  Result<Count> count_everybody(Scan& scan);
  /// Absent where the index cannot answer, with these facts beside it.
  std::optional<Count> ask_index(const Scan& scan, const ScannedFacts& scanned,
                                 const WantedFacts& wanted);
  [[nodiscard]] static Count exact_count(const std::vector<audience::RowCount>& rows,
                                         std::uint64_t total);
  /// For conditions that read what the index had no room for: each state is read.
  Result<Count> count_states(Scan& scan);
  /// Whether its scan is to end: nobody waits for it any more, or somebody does for another.
  [[nodiscard]] bool is_abandoned(const Scan& scan);

  store::Store& store_;
  const Clock& clock_;
  const HashKey master_key_;
  const RulesInForce rules_;
  const Options options_;

  // The index and what it was made with. Questions share it, changes have it to themselves. Where
  // both are needed, this mutex is taken before the other.
  std::shared_mutex index_mutex_;
  std::unique_ptr<audience::Index> index_;
  std::unique_ptr<Ledger> ledger_;

  std::mutex mutex_;
  std::condition_variable changed_;
  enum class Stage : std::uint8_t { none, wanted, loading, ready };
  Stage stage_ = Stage::none;                          // guarded by mutex_
  std::shared_ptr<const reaction::Rules> loaded_for_;  // guarded by mutex_
  std::chrono::steady_clock::time_point asked_at_;     // guarded by mutex_
  absl::flat_hash_set<std::string> asked_;             // guarded by mutex_; names of attributes
  absl::flat_hash_map<contacts::ContactId, std::optional<reaction::ContactState>>
      pending_;                                           // guarded by mutex_; absent: removed
  std::vector<effects::RecordConsent> pending_consents_;  // guarded by mutex_
  std::map<std::string, std::shared_ptr<Scan>> scans_;    // guarded by mutex_; shared with run()
  std::deque<std::shared_ptr<Scan>> queue_;               // guarded by mutex_
  std::uint64_t scan_count_ = 0;                          // guarded by mutex_
  bool stopping_ = false;                                 // guarded by mutex_
  std::thread worker_;                                    // guarded by mutex_

  std::atomic<int> waiting_ = 0;  ///< callers who wait for what is exact
  std::atomic<bool> follows_ = false;
  std::atomic<std::size_t> bytes_ = 0;
  std::size_t changes_since_look_ = 0;  ///< at the index's size; of the committer's thread
};

/// A runtime that keeps an audience index.
class AudienceKeeper {
 public:
  virtual ~AudienceKeeper() = default;
  [[nodiscard]] virtual Audience& audience() = 0;
};

}  // namespace sojourn::runtime
