#pragma once

/// The outbox: takes messages whose time has come, renders them, hands them to their channel, and
/// turns the outcome into an event (ARCHITECTURE 6).
///
/// It decides nothing: the commit point is asked of the committer, outcomes go to the log. Members
/// but step() are thread-safe; step() belongs to one thread.

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/clock.h"
#include "base/hash.h"
#include "channels/channel.h"
#include "domain/events/event.h"
#include "domain/messages/content.h"
#include "domain/reaction/rules.h"
#include "runtime/batch.h"
#include "runtime/catalogs.h"
#include "runtime/sender_watch.h"
#include "runtime/tracking_token.h"
#include "store/store.h"

namespace sojourn::runtime {

/// How mails of this workspace present themselves.
struct SenderSettings {
  /// Where people reach the server, without a slash at the end; empty: what set-up was told, else
  /// `listen_url`.
  std::string public_url = {};
  std::string listen_url = "http://127.0.0.1:8080";
  messages::Mailbox from{"Sojourn", "hello@localhost"};
  std::string postal_address;
  /// Mails stay on the server, which is being tried out: it needs no postal address yet.
  bool captures_mail = true;
  /// Domain of the addresses that reports and mails that unsubscribe come back to, each with a
  /// token of its message (mail_token.h); empty: reports go to `from`, and no mail unsubscribes.
  std::string return_domain = {};
};

class Outbox final : public channels::Events {
 public:
  struct Options {
    /// Messages known in memory; the others stay in the store until these are done.
    std::size_t waiting_max = 50'000;
    /// How many hand-offs the channel can take past their irrevocable step at once; absent: all
    /// that it lets start. The others are made ready meanwhile, and ask for leave when one has
    /// ended.
    std::optional<std::size_t> steps_max = {};
    /// Retries end when a message is this old (reference 1.5).
    Duration marketing_lifetime = Duration::hours(24);
    Duration transactional_lifetime = Duration::hours(72);
  };
  struct Peers {
    std::function<void(std::vector<LeaveRequest>)> ask_leaves;  ///< of the committer
    /// To the log, which does not lose it; the second is called when it is durable.
    std::function<void(events::Event, std::function<void()>)> report;
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
  /// After outcomes were written: asks leave for those that waited for them.
  void ask_waiting_leaves();
  /// Starts nothing while stopped; on resume everything that is due is looked up again.
  void stop_sending(bool stopped);

  /// Starts what is due, as far as the channel has room. False where nothing was started.
  bool step();
  /// What the last process left uncertain has been reported, durably.
  [[nodiscard]] bool recovered() const { return unreported_ == 0; }
  /// When step() will have something to do by time alone; never: not.
  [[nodiscard]] Timestamp next_due() const;
  /// Present, once: receivers refuse the domain that mails are from, and what one of them said.
  /// Whoever asks stops the sending; it is looked at anew when sending goes on.
  [[nodiscard]] std::optional<std::string> take_alarm();
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
    std::string copy = {};    ///< LeaveRequest::copy
    bool asked = false;       ///< for leave
    bool has_turn = false;    ///< its leave has been asked of the committer
    bool ended = false;       ///< its outcome is on the way to the log
    bool look_again = false;  ///< it came due while it was in flight
    Duration look_again_after = {};
  };

  /// A message that is about to be started, and what it is rendered from.
  struct Departure {
    messages::Message message;
    std::optional<reaction::ContactState> contact = {};  ///< absent: it was erased
    std::optional<messages::Content> content = {};
    std::string public_url = {};
  };

  /// The next ones, as many as there is room for.
  std::vector<QueuedNotice> take_due();
  Result<void> refill();
  /// Those that still wait, with what they need. What cannot be read is postponed.
  std::vector<Departure> read(const std::vector<QueuedNotice>& notices);
  /// Absent: it does not wait, or not for now.
  Result<std::optional<Departure>> read(store::StateReads& view, messages::MessageId id);
  /// Whether it is to be looked at later; then that is scheduled.
  bool is_later(const messages::Message& message);
  void postpone(messages::MessageId id, const Error& error);
  void start(Departure departure);
  /// `told`: what set-up was told.
  [[nodiscard]] std::string public_url(const std::optional<std::string>& told) const;
  Result<messages::Email> render(const Departure& departure, InFlight& in_flight) const;
  /// Looks at the message at `due`, and at no other time. With mutex_ held.
  void schedule(messages::MessageId id, Timestamp due);
  /// Ends the hand-off in memory.
  void release(messages::MessageId id);
  /// The next requests that have their turn. With mutex_ held.
  std::vector<LeaveRequest> take_turns();
  void report(const messages::Message& message, std::string_view name, Object properties,
              std::function<void()> written);
  void report_failure(const messages::Message& message, const Error& error);
  /// With mutex_ held.
  void watch_sender(const channels::Outcome& outcome);
  [[nodiscard]] Timestamp retry_at(const messages::Message& message,
                                   const channels::Outcome& outcome) const;

  store::Store& store_;
  const Clock& clock_;
  const HashKey master_key_;
  const TokenMaker tokens_;
  channels::Channel& channel_;
  const SenderSettings sender_;
  const Options options_;
  const Peers peers_;
  mutable CatalogCache catalog_cache_;

  /// Hand-offs whose outcome is not durable yet: those that are made ready, and those that have
  /// asked for leave.
  std::size_t hand_offs_max_ = 1;
  /// Of these, how many may have asked: as many as the channel has connections, so that a crash
  /// leaves no more messages uncertain than that.
  std::size_t turns_max_ = 1;
  std::atomic<std::size_t> unreported_ = 0;

  mutable std::mutex mutex_;
  // All below are guarded by mutex_.
  std::set<std::pair<Timestamp, messages::MessageId>> queue_;  ///< by due time, the earliest ones
  absl::flat_hash_map<messages::MessageId, Timestamp> due_;    ///< place in queue_
  absl::flat_hash_map<messages::MessageId, InFlight> in_flight_;
  std::deque<messages::MessageId> waiting_leaves_;  ///< of in_flight_, or ended meanwhile
  std::size_t turns_taken_ = 0;
  std::size_t starting_ = 0;  ///< taken out of queue_ and perhaps not in in_flight_ yet
  /// The store holds queued messages that memory had no room for, from this instant on.
  Timestamp overflow_from_ = Timestamp::never();
  bool look_again_ = false;  ///< what is due is to be looked up in the store
  bool stopped_ = false;
  SenderWatch sender_watch_;
  std::optional<std::string> alarm_;
};

}  // namespace sojourn::runtime
