#pragma once

/// Where contacts stand among the publications of definitions, and the pass that brings all of them
/// to the newest (ARCHITECTURE 5, "Backfill").
///
/// A publication takes effect at once for what happens from then on. Then a pass walks over all
/// contacts: each gets the history of the facts that it lacks and is evaluated once. Passes follow
/// each other; one that is under way ends before the next begins. Where it stands is durable, so
/// that a stop at any moment neither loses nor repeats a contact.
///
/// A pass has two parts that run beside the committer: the log is read for what happened (LogScan),
/// then contacts are read and evaluated (ContactPass). The committer writes.
///
/// Belongs to the committer's thread, but for what says otherwise.

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "domain/reaction/history.h"
#include "domain/reaction/rules.h"
#include "runtime/contact_pass.h"
#include "runtime/log_scan.h"
#include "runtime/runtime.h"
#include "store/state.h"

namespace sojourn::runtime {

/// The generations of the facts that the store knows, and of the next publication.
[[nodiscard]] Result<reaction::FactGenerations> read_generations(store::StateReads& reads);

class Backfill {
 public:
  /// `ready` is called, from any thread, when a pass can go on.
  Backfill(ContactPass::Parts parts, ContactPass::Options options,
           const std::function<void()>& ready)
      : log_(parts.store.log_reader()), scan_(log_, ready), pass_(parts, options, ready) {}

  /// The generation of the rules in force.
  static Result<reaction::Generation> newest(store::StateReads& reads);

  /// Takes up what the store says, under these rules.
  Result<void> load(store::StateReads& reads, std::shared_ptr<const reaction::Rules> rules);
  /// Notes, in the transaction that publishes them, what these rules ask for. Takes effect with the
  /// next load().
  static Result<void> publish(store::StateTransaction& transaction, const reaction::Rules& rules,
                              events::Position applied, Timestamp now);
  /// Stops the pass under way, and the one that was to follow: nothing lacks its history any more,
  /// and nothing has it. Error `no_backfill`. As start(), takes effect with the next load().
  static Result<void> cancel(store::StateTransaction& transaction);
  /// Begins anew a pass to what was cancelled. Errors: `backfill_under_way`, `nothing_to_build`.
  static Result<void> start(store::StateTransaction& transaction);

  /// The generation whose facts, and older ones, the contact holds in full.
  [[nodiscard]] reaction::Generation held(const reaction::ContactState& contact) const;
  /// What a contact of this generation lacks; null: nothing. Valid until the next load().
  [[nodiscard]] const reaction::Lacking* lacking(reaction::Generation held);
  /// What a contact did before facts came into force that it lacks, up to generation `to`.
  Result<std::vector<facts::FactState>> history_of(const reaction::ContactState& contact,
                                                   reaction::Generation to,
                                                   store::StateReads& reads) const;

  /// The generation that the pass under way brings contacts to; zero: there is none.
  [[nodiscard]] reaction::Generation target() const { return standing_.target; }
  /// There is a pass, and it needs nothing more from the log. Thread-safe.
  [[nodiscard]] bool can_pass() const;
  /// A pass is under way. Thread-safe.
  [[nodiscard]] bool is_active() const { return is_active_; }
  /// Begins, between two transactions, to work out pages, where that is to be done and nobody does
  /// it. True where it began.
  bool begin_pages();
  /// The next page of the pass under way; absent: none is ready.
  std::optional<PassPage> take_page() { return pass_.take(); }
  /// Thread-safe.
  [[nodiscard]] bool has_page() const { return pass_.has_page(); }
  /// A transaction that is durable has touched this contact, or removed it.
  void note_touched(const contacts::ContactId& contact) { pass_.note_touched(contact); }
  /// Something has happened to it since pages are worked out: it has got what it lacked.
  [[nodiscard]] bool is_touched(const contacts::ContactId& contact) const {
    return pass_.is_touched(contact);
  }
  /// Notes, in the transaction that did it, that contacts up to `after` have been visited; absent:
  /// all. Takes effect with moved().
  Result<void> move(store::StateTransaction& transaction,
                    const std::optional<contacts::ContactId>& after);
  /// The transaction of move() is durable.
  void moved(const std::optional<contacts::ContactId>& after);

  /// Thread-safe.
  [[nodiscard]] BackfillState state() const;

  /// Reads a stretch of the log, or works out a page; see LogScan and ContactPass. Belongs to a
  /// thread of its own.
  bool step() { return scan_.step() || pass_.step(); }
  /// Reads a stretch of the log only. Thread-safe.
  bool step_scan() { return scan_.step(); }
  /// The log is being read. Thread-safe.
  [[nodiscard]] bool is_reading() const { return scan_.is_reading(); }
  /// After a step() that did nothing: the store could not be read. Thread-safe.
  [[nodiscard]] bool has_failed() const { return scan_.has_failed() || pass_.has_failed(); }

 private:
  struct Standing {
    reaction::Generation complete = 0;  ///< every contact holds this
    reaction::Generation newest = 0;    ///< of the rules in force
    reaction::Generation target = 0;
    contacts::ContactId after;  ///< visited by the pass: contacts up to this one
    Timestamp since;            ///< when the target was published
    Timestamp next_since;       ///< of the first publication after it; zero: none
    /// Nobody waits for the history of what came into force up to this; zero: it was not cancelled.
    reaction::Generation waived = 0;
    Timestamp published;  ///< when a definition changed last
  };
  static Result<Standing> read_standing(store::StateReads& reads);
  static Result<void> write_standing(store::StateTransaction& transaction,
                                     const Standing& standing);
  static void end_pass(Standing& standing);
  static void begin_pass(Standing& standing, Timestamp since);
  /// The same as a scan gives, for one contact, by its own events.
  Result<std::shared_ptr<const reaction::History>> read_history(
      const reaction::ContactState& contact, const std::vector<reaction::YoungFact>& facts,
      store::StateReads& reads) const;
  [[nodiscard]] std::vector<reaction::YoungFact> young_facts(reaction::Generation after,
                                                             reaction::Generation to) const;
  void begin_scan();
  void note_progress();

  const store::EventLogReader& log_;
  LogScan scan_;
  ContactPass pass_;
  std::shared_ptr<const reaction::Rules> rules_;
  std::vector<store::FactRecord> facts_;
  Standing standing_;
  reaction::Generation scanned_for_ = 0;  ///< the target that scan_ was begun for
  std::map<reaction::Generation, reaction::Lacking> lacking_;
  std::atomic<bool> is_active_ = false;
  std::atomic<bool> is_cancelled_ = false;
  std::atomic<reaction::Generation> complete_ = 0;

  // For state().
  std::atomic<std::int64_t> since_ms_ = 0;
  std::atomic<std::uint64_t> contacts_total_ = 0;
  std::atomic<double> visited_ = 0;  ///< share of the contacts
  std::atomic<std::chrono::steady_clock::time_point> begun_{};
};

}  // namespace sojourn::runtime
