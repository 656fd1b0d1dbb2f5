#pragma once

/// The connections of the SMTP channel: which mail goes where, and which connection carries it.

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "channels/email/mx_router.h"
#include "channels/email/smtp_channel.h"
#include "channels/email/smtp_url.h"
#include "channels/email/traffic.h"
#include "net/tcp_client.h"

namespace sojourn::channels::email {

/// Public members are thread-safe, and as those of the channel.
class SmtpPool {
 public:
  struct Contexts {
    std::unique_ptr<net::TlsContext>
        checking;  ///< where TLS is required; null with a relay without
    std::unique_ptr<net::TlsContext> trusting;  ///< where it is better than nothing
  };

  /// Without `direct` all mails go to `relay`.
  SmtpPool(SmtpChannel::Options options, SmtpServer relay, std::optional<DirectDelivery> direct,
           Contexts contexts, const Clock& clock);
  ~SmtpPool();

  void connect(Events& events) { events_ = &events; }
  [[nodiscard]] int capacity() const;
  [[nodiscard]] std::optional<std::size_t> steps_max() const;
  [[nodiscard]] Duration wait_for(std::string_view address);
  void start(Handoff handoff);
  void answer_leave(messages::MessageId id, bool granted);
  void stop(Duration grace);

 private:
  class Connection;
  struct Job {
    messages::MessageId id = {};
    std::optional<mime::WrittenMail> mail = {};  // absent while a connection has it
    std::shared_ptr<const MxRoute> route = {};   // shared by the mails to the relay
    std::size_t target = 0;                      // of the route, the one to try
    Timestamp entered = {};                      // the provider's traffic
  };
  /// The connections to one provider.
  struct Hosts {
    std::vector<std::unique_ptr<Connection>> connections;
    std::vector<Connection*> idle;  // the most recently used last, so that surplus ones time out
    std::deque<Job> waiting;        // for a connection that says RSET
  };
  /// By which answers of name servers find their way back, as long as there is one.
  struct Door {
    std::mutex mutex;
    SmtpPool* pool = nullptr;  // guarded by mutex
  };

  void write(messages::MessageId id, const messages::Email& email);
  void place(Job job);
  void look_up(Job job);
  void routed(messages::MessageId id, MxRoute route);
  void admit();
  void enter(Job job);
  void assign(Job job);
  void open(Job job);
  void returned(Job job, std::optional<Outcome> host_failed);
  void finished(messages::MessageId id, Outcome outcome);
  /// Of a mail that has a place in the traffic.
  void ended(const Job& job, Outcome outcome);
  void became_idle(Connection& connection);
  void closed(Connection& connection);
  void retire(Connection& connection);
  void stop_connections();
  void end_grace();
  [[nodiscard]] std::vector<Connection*> open_connections() const;
  [[nodiscard]] SmtpSettings session_settings(const Job& job) const;
  [[nodiscard]] bool tls_is_broken(const std::string& host) const;
  void note_broken_tls(const std::string& host, const net::TcpFailure& failure);

  const SmtpChannel::Options options_;
  const SmtpServer relay_;
  const std::optional<DirectDelivery> direct_;
  const Contexts contexts_;
  const Clock& clock_;
  const int mails_max_;
  const std::shared_ptr<const MxRoute> relay_route_;
  std::unique_ptr<MxRouter> router_;  // null with a relay
  Traffic traffic_;
  const std::shared_ptr<Door> door_ = std::make_shared<Door>();
  Events* events_ = nullptr;         // outlives the channel (Channel::connect)
  std::atomic<int> in_flight_ = 0;   // started and not finished
  std::atomic<int> entered_ = 0;     // the same, in the traffic
  std::atomic<int> unreported_ = 0;  // the same, until Events::finished has returned
  std::atomic<bool> stopping_ = false;
  std::mutex ended_mutex_;
  std::condition_variable ended_;

  // Declared before what lives on it: the loop must be destroyed last. What follows belongs to its
  // thread.
  net::EventLoop loop_;
  absl::flat_hash_map<std::string, Hosts> hosts_;  // by provider
  absl::flat_hash_map<messages::MessageId, Job> looked_up_;
  std::deque<Job> ahead_;  // written, and not in the traffic to the relay yet
  absl::flat_hash_map<messages::MessageId, Connection*> carried_by_;
  std::vector<std::unique_ptr<Connection>> retired_;  // closed; destroyed outside their own events
  absl::flat_hash_map<std::string, Timestamp> tls_broken_until_;  // by host
  net::Timer grace_timer_;

  /// Threads on which mails are written and signed: an RSA signature takes longer than all else
  /// that is done for a mail. Declared last: what they do ends on the loop.
  std::deque<net::EventLoop> writers_;
  std::atomic<std::size_t> next_writer_ = 0;
};

}  // namespace sojourn::channels::email
