#include "channels/email/smtp_channel.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/ensure.h"
#include "base/log.h"
#include "channels/email/smtp_url.h"
#include "net/tcp_client.h"

namespace sojourn::channels::email {
namespace {

// RFC 5321 §4.5.3.1.2.
constexpr std::size_t hello_name_bytes_max = 255;

// A server whose STARTTLS is broken is met without it for so long where TLS is opportunistic.
constexpr Duration broken_tls_pause = Duration::minutes(10);

bool is_hello_name(std::string_view name) {
  if (name.empty() || name.size() > hello_name_bytes_max) return false;
  return std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; });
}

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;  // clang 14 does not deduce it for aggregates

}  // namespace

Duration SmtpTimeouts::of(Stage stage) const {
  switch (stage) {
    case Stage::connect:
      return connect;
    case Stage::greeting:
      return greeting;
    case Stage::hello:
      return hello;
    case Stage::start_tls:
      return start_tls;
    case Stage::login:
      return login;
    case Stage::idle:
      return idle;
    case Stage::mail:
      return mail;
    case Stage::recipient:
      return recipient;
    case Stage::data:
      return data;
    case Stage::body:
      return body;
    case Stage::leave:
      return leave;
    case Stage::end_of_data:
      return end_of_data;
    case Stage::reset:
      return reset;
    case Stage::quit:
      return quit;
    case Stage::closed:
      return {};
  }
  return {};
}

/// The connections, and which mail each carries. All but the first group of members belongs to the
/// loop's thread.
class SmtpChannel::Pool {
 public:
  Pool(Options options, SmtpServer server, std::unique_ptr<net::TlsContext> tls, const Clock& clock)
      : options_(std::move(options)),
        server_(std::move(server)),
        tls_(std::move(tls)),
        clock_(clock) {}
  ~Pool();

  void connect(Events& events) { events_ = &events; }
  [[nodiscard]] int capacity() const;
  void start(Handoff handoff);
  void answer_leave(messages::MessageId id, bool granted);
  void stop(Duration grace);

 private:
  class Connection;
  struct Job {
    messages::MessageId id;
    mime::WrittenMail mail;
  };

  void place(Job job);
  void open(Job job);
  void finished(messages::MessageId id, Outcome outcome);
  void became_idle(Connection& connection);
  void closed(Connection& connection);
  void retire(Connection& connection);
  void stop_connections();
  void end_grace();
  [[nodiscard]] SmtpSettings session_settings() const;

  const Options options_;
  const SmtpServer server_;
  const std::unique_ptr<net::TlsContext> tls_;
  const Clock& clock_;
  Events* events_ = nullptr;         // outlives the channel (Channel::connect)
  std::atomic<int> in_flight_ = 0;   // started and not finished
  std::atomic<int> unreported_ = 0;  // the same, until Events::finished has returned
  std::atomic<bool> stopping_ = false;
  std::mutex ended_mutex_;
  std::condition_variable ended_;

  // Declared before what lives on it: the loop must be destroyed last.
  net::EventLoop loop_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> idle_;  // the most recently used last, so that surplus ones time out
  std::deque<Job> waiting_;        // for a connection that says RSET, or has returned a mail
  absl::flat_hash_map<messages::MessageId, Connection*> carried_by_;
  std::vector<std::unique_ptr<Connection>> retired_;  // closed; destroyed outside their own events
  bool tls_broken_ = false;
  net::Timer tls_broken_timer_;
  net::Timer grace_timer_;
};

/// Carries out on a socket what the session asks for.
class SmtpChannel::Pool::Connection final : public net::TcpEvents {
 public:
  explicit Connection(Pool& pool)
      : pool_(pool), session_(pool.session_settings()), client_(pool.loop_, *this) {}

  void begin(Job job) {
    client_.connect({.host = pool_.server_.host, .port = pool_.server_.port},
                    pool_.options_.timeouts.connect);
    send(std::move(job));
  }
  void send(Job job) {
    carried_ = job.id;
    perform(session_.send(std::move(job.mail)));
  }
  void answer_leave(bool granted) { perform(session_.answer_leave(granted)); }
  void stop() { perform(session_.stop()); }
  void give_up(std::string_view why) { perform(session_.lost(why)); }

  void connected() override { perform(session_.connected()); }
  void received(std::string_view bytes) override { perform(session_.received(bytes)); }
  void written() override { perform(session_.written()); }
  void secured() override { perform(session_.secured()); }
  void timed_out() override {
    // An idle connection is ended as RFC 5321 §4.1.1.10 wants it; in any other stage the peer is
    // late.
    perform(session_.is_idle() ? session_.stop() : session_.lost("timed out"));
  }
  void failed(const net::TcpFailure& failure) override {
    if (failure.kind == net::TcpFailure::Kind::tls) note_broken_tls(failure);
    perform(session_.lost(failure.message));
  }

 private:
  void perform(Actions actions);
  void note_broken_tls(const net::TcpFailure& failure);

  Pool& pool_;
  SmtpSession session_;
  net::TcpClient client_;
  messages::MessageId carried_;
};

void SmtpChannel::Pool::Connection::perform(Actions actions) {
  for (Action& action : actions) {
    std::visit(Overloaded{
                   [&](WriteBytes& write) { client_.write(std::move(write.bytes)); },
                   [&](StartTls&) { client_.start_tls(*pool_.tls_, pool_.server_.host); },
                   [&](AskLeave&) { pool_.events_->ask_leave(carried_); },
                   [&](Await& await) {
                     client_.expire_after(pool_.options_.timeouts.of(await.stage));
                     if (await.stage == Stage::idle) pool_.became_idle(*this);
                     if (await.stage == Stage::quit) pool_.retire(*this);
                   },
                   [&](MailFinished& end) { pool_.finished(carried_, std::move(end.outcome)); },
                   [&](MailReturned& returned) {
                     pool_.carried_by_.erase(carried_);
                     pool_.waiting_.push_back({.id = carried_, .mail = std::move(returned.mail)});
                   },
                   [&](CloseConnection&) {
                     client_.close();
                     pool_.closed(*this);
                   },
               },
               action);
  }
}

void SmtpChannel::Pool::Connection::note_broken_tls(const net::TcpFailure& failure) {
  if (pool_.server_.tls != TlsPolicy::opportunistic || pool_.tls_broken_) return;
  log::warn("TLS handshake failed, going on without", {{"reason", failure.message}});
  pool_.tls_broken_ = true;
  Pool& pool = pool_;
  pool_.tls_broken_timer_ =
      pool_.loop_.after(broken_tls_pause, [&pool] { pool.tls_broken_ = false; });
}

SmtpChannel::Pool::~Pool() {
  stop({});
  loop_.stop();
}

SmtpSettings SmtpChannel::Pool::session_settings() const {
  return {.hello_name = options_.hello_name,
          .tls = tls_broken_ ? TlsPolicy::off : server_.tls,
          .plain_login = server_.plain_login,
          .credentials = server_.credentials,
          .mails_per_connection_max = options_.mails_per_connection_max};
}

int SmtpChannel::Pool::capacity() const {
  if (stopping_) return 0;
  return std::max(0, options_.connections_max - in_flight_);
}

void SmtpChannel::Pool::start(Handoff handoff) {
  ENSURE(events_ != nullptr);
  const int in_flight = ++in_flight_;
  ENSURE(in_flight <= options_.connections_max);
  ++unreported_;
  const messages::MessageId id = handoff.id;
  auto mail = mime::write_signed(handoff.email, clock_.now(), options_.signer);
  if (!mail) {
    const Outcome outcome =
        ended(Outcome::Kind::failed, "our_error", std::move(mail.error().message));
    loop_.post([this, id, outcome] { finished(id, outcome); });
    return;
  }
  // std::function wants what it holds to be copyable.
  auto job = std::make_shared<Job>(Job{.id = id, .mail = std::move(*mail)});
  loop_.post([this, job] { place(std::move(*job)); });
}

void SmtpChannel::Pool::place(Job job) {
  if (stopping_) return finished(job.id, ended(Outcome::Kind::not_started));
  if (!idle_.empty()) {
    Connection* connection = idle_.back();
    idle_.pop_back();
    carried_by_[job.id] = connection;
    return connection->send(std::move(job));
  }
  if (std::cmp_less(connections_.size(), options_.connections_max)) return open(std::move(job));
  waiting_.push_back(std::move(job));
}

void SmtpChannel::Pool::open(Job job) {
  connections_.push_back(std::make_unique<Connection>(*this));
  Connection& connection = *connections_.back();
  carried_by_[job.id] = &connection;
  connection.begin(std::move(job));
}

void SmtpChannel::Pool::answer_leave(messages::MessageId id, bool granted) {
  loop_.post([this, id, granted] {
    const auto found = carried_by_.find(id);
    if (found != carried_by_.end()) found->second->answer_leave(granted);
  });
}

void SmtpChannel::Pool::finished(messages::MessageId id, Outcome outcome) {
  carried_by_.erase(id);
  --in_flight_;  // before the call: the outbox reads capacity() in it
  events_->finished(id, std::move(outcome));
  if (--unreported_ == 0 && stopping_) {
    const std::lock_guard lock(ended_mutex_);
    ended_.notify_all();
  }
}

void SmtpChannel::Pool::became_idle(Connection& connection) {
  if (stopping_) {
    loop_.post([this] { stop_connections(); });
    idle_.push_back(&connection);
    return;
  }
  if (waiting_.empty()) {
    idle_.push_back(&connection);
    return;
  }
  Job job = std::move(waiting_.front());
  waiting_.pop_front();
  carried_by_[job.id] = &connection;
  connection.send(std::move(job));
}

// The connection no longer counts: it only waits for the answer to QUIT, or is closed.
void SmtpChannel::Pool::retire(Connection& connection) {
  std::erase(idle_, &connection);
  const auto place_of = std::ranges::find_if(
      connections_, [&](const auto& owned) { return owned.get() == &connection; });
  if (place_of == connections_.end()) return;  // closed after QUIT
  retired_.push_back(std::move(*place_of));
  connections_.erase(place_of);
  while (!waiting_.empty() && !stopping_ &&
         std::cmp_less(connections_.size(), options_.connections_max)) {
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    open(std::move(job));
  }
}

void SmtpChannel::Pool::closed(Connection& connection) {
  retire(connection);
  // Posted, because this runs within an event of the connection.
  loop_.post([this, gone = &connection] {
    std::erase_if(retired_, [&](const auto& owned) { return owned.get() == gone; });
  });
}

void SmtpChannel::Pool::stop(Duration grace) {
  stopping_ = true;
  loop_.post([this, grace] {
    stop_connections();
    grace_timer_ = loop_.after(grace, [this] { end_grace(); });
  });
  std::unique_lock lock(ended_mutex_);
  ended_.wait(lock, [this] { return unreported_ == 0; });
}

void SmtpChannel::Pool::stop_connections() {
  for (const Job& job : std::exchange(waiting_, {}))
    finished(job.id, ended(Outcome::Kind::not_started));
  std::vector<Connection*> open_ones;
  for (const auto& connection : connections_) open_ones.push_back(connection.get());
  for (Connection* connection : open_ones) connection->stop();
}

void SmtpChannel::Pool::end_grace() {
  std::vector<Connection*> open_ones;
  for (const auto& connection : connections_) open_ones.push_back(connection.get());
  for (Connection* connection : open_ones) connection->give_up("the program stopped");
}

Result<std::unique_ptr<SmtpChannel>> SmtpChannel::create(const Options& options,
                                                         const Clock& clock) {
  TRY(server, parse_smtp_url(options.url));
  if (!is_hello_name(options.hello_name)) {
    return failure({.code = "hello_name_invalid",
                    .message = "the name for EHLO must be 1 to 255 bytes of ASCII without spaces",
                    .field = "hello_name",
                    .limit = std::to_string(hello_name_bytes_max)});
  }
  if (options.connections_max < 1 || options.mails_per_connection_max < 1) {
    return failure({.code = "limit_invalid",
                    .message = "connections and mails per connection must be at least 1"});
  }
  const bool checks = server.tls == TlsPolicy::required || server.tls == TlsPolicy::implicit;
  TRY(tls,
      net::TlsContext::create({.check = checks ? net::PeerCheck::certificate : net::PeerCheck::none,
                               .authorities_file = options.authorities_file}));
  return std::unique_ptr<SmtpChannel>(
      new SmtpChannel(std::make_unique<Pool>(options, std::move(server), std::move(tls), clock)));
}

SmtpChannel::SmtpChannel(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
SmtpChannel::~SmtpChannel() = default;

void SmtpChannel::connect(Events& events) {
  pool_->connect(events);
}
int SmtpChannel::capacity() const {
  return pool_->capacity();
}
void SmtpChannel::start(Handoff handoff) {
  pool_->start(std::move(handoff));
}
void SmtpChannel::answer_leave(messages::MessageId id, bool granted) {
  pool_->answer_leave(id, granted);
}
void SmtpChannel::stop(Duration grace) {
  pool_->stop(grace);
}

}  // namespace sojourn::channels::email
