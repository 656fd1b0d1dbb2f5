#pragma once

/// The outbox: takes messages whose time has come, renders them, hands them to their channel, and
/// turns the outcome into an event (ARCHITECTURE 6).
///
/// It decides nothing: the commit point is asked of the committer, outcomes go to the log. Members
/// but step() are thread-safe; step() belongs to one thread.

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/clock.h"
#include "base/hash.h"
#include "channels/channel.h"
#include "domain/events/event.h"
#include "domain/reaction/rules.h"
#include "runtime/batch.h"
#include "store/store.h"

namespace sojourn::runtime {

/// How mails of this workspace present themselves.
struct SenderSettings {
  std::string public_url = "http://127.0.0.1:8080";  ///< without a slash at the end
  messages::Mailbox from{"Sojourn", "hello@localhost"};
  std::string postal_address;
};

class Outbox final : public channels::Events {
 public:
  struct Options {
    /// Messages known in memory; the others stay in the store until these are done.
    std::size_t waiting_max = 50'000;
    /// Retries end when a message is this old (reference 1.5).
    Duration marketing_lifetime = Duration::hours(24);
    Duration transactional_lifetime = Duration::hours(72);
  };
  struct Peers {
    std::function<void(LeaveRequest)> ask_leave;             ///< of the committer
    std::function<void(std::vector<events::Event>)> report;  ///< to the log; must not be lost
    std::function<std::shared_ptr<const reaction::Rules>()> rules;
    std::function<void()> wake;  ///< step() has something to do
  };

  /// Everything outlives it; `channel` calls it back until the channel has stopped.
  Outbox(store::Store& store, const Clock& clock, const HashKey& master_key,
         channels::Channel& channel, SenderSettings sender, Options options, Peers peers);

  /// Reports as uncertain what was past its commit point when the last process ended, and finds
  /// what waits. Call once, before anything else.
  Result<void> open();

  void add(const std::vector<QueuedNotice>& notices);
  void answer_leaves(const std::vector<LeaveNotice>& leaves);
  /// Starts nothing while stopped; on resume everything that is due is looked up again.
  void stop_sending(bool stopped);

  /// Starts what is due, as far as the channel has room. False where nothing was started.
  bool step();
  /// When step() will have something to do by time alone; never: not.
  [[nodiscard]] Timestamp next_due() const;
  [[nodiscard]] std::size_t in_flight() const;
  [[nodiscard]] std::size_t waiting() const;
  /// Nothing in flight and nothing due.
  [[nodiscard]] bool idle() const;

  // channels::Events
  void ask_leave(messages::MessageId id) override;
  void finished(messages::MessageId id, channels::Outcome outcome) override;

 private:
  struct InFlight {
    messages::Message message;
    std::string subject;
    std::vector<std::string> links;
    bool left = false;  ///< leave was granted
  };
  struct Later {
    bool operator()(const QueuedNotice& a, const QueuedNotice& b) const {
      return a.due != b.due ? a.due > b.due : a.id.value > b.id.value;
    }
  };

  std::optional<QueuedNotice> take_due();
  Result<void> refill();
  Result<void> start(const QueuedNotice& notice);
  Result<messages::Email> render(const messages::Message& message,
                                 const reaction::ContactState& contact, InFlight& in_flight) const;
  void put_back(const QueuedNotice& notice);
  void report(const messages::Message& message, std::string_view name, Object properties);
  void report_failure(const messages::Message& message, const Error& error);
  [[nodiscard]] Timestamp retry_at(const messages::Message& message,
                                   const channels::Outcome& outcome) const;

  store::Store& store_;
  const Clock& clock_;
  const HashKey master_key_;
  const HashKey message_id_key_;
  channels::Channel& channel_;
  const SenderSettings sender_;
  const Options options_;
  const Peers peers_;

  mutable std::mutex mutex_;
  // All below are guarded by mutex_.
  std::priority_queue<QueuedNotice, std::vector<QueuedNotice>, Later> queue_;
  absl::flat_hash_set<messages::MessageId> known_;  ///< in queue_ or in flight
  absl::flat_hash_map<messages::MessageId, InFlight> in_flight_;
  bool overflowed_ = false;  ///< the store holds queued messages that memory had no room for
  bool look_again_ = false;  ///< what is due is to be looked up in the store
  bool stopped_ = false;
};

}  // namespace sojourn::runtime
