#pragma once

/// The auditor: sees every write of every transaction in the order in which it was made, keeps its
/// own idea of messages, consents and runs, and says at once where an invariant is broken.
///
/// It believes only what is durable: when a commit's answer was lost in a crash, it finds out from
/// a mark that each transaction carries whether the transaction is there.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "domain/effects/decision.h"
#include "domain/policies/policies.h"
#include "simulation/findings.h"
#include "simulation/forwarding_store.h"

namespace sojourn::simulate {

/// The writes of one transaction that the auditor looks at, in order.
using Write = std::variant<messages::Message, store::ConsentRecord, store::DecisionRecord>;
struct Writes {
  std::uint64_t mark = 0;
  Timestamp at;
  std::vector<Write> in_order;
  std::optional<events::Position> applied;
};

class Auditor {
 public:
  /// What the policies of the simulated workspace promise.
  struct Promises {
    int cap = 0;  ///< marketing messages per address in any `cap_window`; 0: no cap
    Duration cap_window;
    std::optional<policies::QuietHours> quiet;
    Duration zone_offset;  ///< of the workspace's zone, which has no daylight saving time
    /// Mails of each day from warm_up_start on; empty: no plan.
    std::vector<std::int64_t> warm_up;
    Timestamp warm_up_start;                ///< the first instant of its day in the zone
    std::map<std::string, Duration> waits;  ///< step id to the shortest stay there, by time alone
  };

  /// `address_key` is the one under which the ledger hashes addresses.
  Auditor(Promises promises, const HashKey& address_key, const Clock& clock, Findings& findings);

  /// Around `inner`, whose transactions it sees from then on.
  [[nodiscard]] std::unique_ptr<store::Store> watch(std::unique_ptr<store::Store> inner);
  /// The store has been opened again after a crash: settles what became of the last transaction
  /// and compares what is there with what was promised.
  Result<void> reconcile(store::Store& store);
  /// Invariants that hold between transactions: conservation, counters, timers.
  Result<void> check(store::StateReads& view);

  /// The peer has taken over a mail; `message_id` is its Message-ID.
  void peer_accepted(messages::MessageId id, const std::string& message_id, Timestamp now);
  /// The call that stops or resumes sending was answered; absent: it was made and not answered.
  void sending_stopped(std::optional<bool> stopped) { stopped_ = stopped; }

  struct Tracked {
    messages::Message message;
    Timestamp commit_point;  ///< the last one
    int accepted = 0;        ///< times that the peer took it over
    Timestamp accepted_for;  ///< the commit point under which it did
  };
  [[nodiscard]] const std::map<std::uint64_t, Tracked>& messages() const { return messages_; }
  /// The instant at which the event at this position was applied.
  [[nodiscard]] std::optional<Timestamp> applied_at(events::Position position) const;

 private:
  class WatchedStore;
  class WatchedTransaction;
  using RunStep = std::pair<std::uint64_t, std::string>;

  void settle(Writes writes);
  void take(const messages::Message& message, Timestamp at);
  void take(const store::ConsentRecord& record, Timestamp at);
  void take(const store::DecisionRecord& record, Timestamp at);
  policies::AddressConsent& consent_of(const messages::Message& message);
  void check_commit_point(const messages::Message& message, Timestamp at);
  Result<void> check_campaigns(store::StateReads& view);
  /// A day has no more mails than if each before it had gone well.
  void check_warm_up(const messages::Message& message, Timestamp at);
  /// The store counts what was given leave: no mail is lost, and none is counted twice.
  Result<void> check_warm_up_days(store::StateReads& view);
  Result<void> check_finished(store::StateReads& view, const campaigns::Standing& standing);
  void check_once(std::set<RunStep>& seen, const effects::Decision& decision, int invariant);

  const Promises promises_;
  const HashKey address_key_;
  const Clock& clock_;
  Findings& findings_;

  std::uint64_t next_mark_ = 1;
  std::uint64_t durable_mark_ = 0;
  std::optional<Writes> doubtful_;  ///< commit() was called and has not answered well

  std::map<std::uint64_t, Tracked> messages_;
  std::map<Hash128, policies::AddressConsent> consents_;
  std::map<std::string, std::vector<std::uint64_t>> messages_of_address_;
  std::map<std::int64_t, std::int64_t> left_on_;  ///< leaves by day of the warm-up plan, from 0
  std::map<RunStep, Timestamp> waits_;
  std::set<RunStep> passed_;
  std::set<RunStep> queued_;
  std::set<std::string> campaign_keys_;  ///< of every message of a campaign
  std::set<RunStep> entered_;
  std::set<RunStep> ended_;
  std::map<std::uint64_t, Timestamp> applied_;  ///< last position of a transaction to its instant
  std::optional<bool> stopped_ = false;
};

}  // namespace sojourn::simulate
