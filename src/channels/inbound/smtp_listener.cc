#include "channels/inbound/smtp_listener.h"

#include <absl/container/flat_hash_map.h>

#include <chrono>
#include <future>
#include <utility>

#include "base/log.h"
#include "net/tcp_client.h"
#include "net/tcp_listener.h"

namespace sojourn::channels::inbound {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr auto minute = std::chrono::minutes(1);
/// Peers remembered for their rate; beyond it all counts begin anew.
constexpr std::size_t peers_max = 10'000;
/// How long a stop waits for peers to take the farewell.
constexpr Duration farewell_time = Duration::seconds(1);

struct PeerUse {
  std::size_t connections = 0;
  SteadyTime minute_begin = {};
  std::size_t mails = 0;  ///< since minute_begin
};

}  // namespace

/// Members but answer() and stop() are for the loop's thread.
class SmtpListener::Core : public std::enable_shared_from_this<SmtpListener::Core> {
 public:
  Core(Options options, SmtpReceiver::Accepts accepts, Take take);
  ~Core();

  Result<void> listen() {
    TRY(listener,
        net::TcpListener::create(loop_, {.address = options_.address},
                                 [this](net::AcceptedSocket socket) { serve(std::move(socket)); }));
    listener_ = std::move(listener);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return listener_->port(); }
  void start() { listener_->start(); }

  void stop();

 private:
  class Connection;

  void serve(net::AcceptedSocket socket);
  /// Deletes it on a later turn of the loop: it may be the caller.
  void end(std::uint64_t id);
  void end_all();
  void take(std::uint64_t id, const std::string& peer, ReceivedMail mail);
  void answer(std::uint64_t id, Receipt receipt);
  [[nodiscard]] bool may_send(const std::string& peer);

  // First: what was made on it goes before it.
  net::EventLoop loop_;
  const Options options_;
  const SmtpReceiver::Accepts accepts_;
  const Take take_;
  bool stopped_ = false;
  std::promise<void> all_ended_;  ///< set in the course of a stop
  bool stopping_ = false;
  net::Timer farewell_;
  std::uint64_t next_id_ = 1;
  absl::flat_hash_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  absl::flat_hash_map<std::string, PeerUse> peers_;
  std::unique_ptr<net::TcpListener> listener_;
};

class SmtpListener::Core::Connection final : public net::TcpEvents {
 public:
  Connection(Core& core, std::uint64_t id, std::string peer)
      : core_(core),
        id_(id),
        peer_(std::move(peer)),
        receiver_(core.options_.session, core.accepts_),
        socket_(core.loop_, *this) {}

  void begin(net::AcceptedSocket socket) {
    socket_.serve(std::move(socket));
    socket_.expire_after(core_.options_.idle_timeout);
    write();
  }
  void refuse(net::AcceptedSocket socket) {
    receiver_.hang_up("too many connections");
    begin(std::move(socket));
  }
  void answer(Receipt receipt) {
    receiver_.answer(receipt);
    go_on();
  }
  /// It ends once the farewell has been written.
  void stop() {
    receiver_.hang_up("is stopping");
    write();
  }
  [[nodiscard]] const std::string& peer() const { return peer_; }

  // net::TcpEvents
  void connected() override {}
  void secured() override {}
  void received(std::string_view bytes) override {
    socket_.expire_after(core_.options_.idle_timeout);
    receiver_.receive(bytes);
    go_on();
  }
  void written() override {
    if (receiver_.ended()) core_.end(id_);
  }
  void timed_out() override {
    receiver_.hang_up("waited long enough");
    write();
    // Who does not read the farewell is cut all the same.
    core_.end(id_);
  }
  void failed(const net::TcpFailure&) override { core_.end(id_); }

 private:
  void go_on() {
    write();
    if (std::optional<ReceivedMail> mail = receiver_.take_mail()) {
      core_.take(id_, peer_, std::move(*mail));
    }
  }
  void write() {
    std::string output = receiver_.take_output();
    if (!output.empty()) socket_.write(std::move(output));
  }

  Core& core_;
  const std::uint64_t id_;
  const std::string peer_;
  SmtpReceiver receiver_;
  net::TcpClient socket_;
};

SmtpListener::Core::Core(Options options, SmtpReceiver::Accepts accepts, Take take)
    : options_(std::move(options)), accepts_(std::move(accepts)), take_(std::move(take)) {}
SmtpListener::Core::~Core() = default;

void SmtpListener::Core::serve(net::AcceptedSocket socket) {
  // The counts of peers that hold connections are kept.
  if (peers_.size() >= peers_max) {
    absl::erase_if(peers_, [](const auto& each) { return each.second.connections == 0; });
  }
  const std::uint64_t id = next_id_++;
  const std::string peer = socket.peer();
  PeerUse& use = peers_[peer];
  const bool full = connections_.size() >= options_.connections_max ||
                    use.connections >= options_.connections_of_peer_max;
  ++use.connections;
  auto connection = std::make_unique<Connection>(*this, id, peer);
  Connection& begun = *connection;
  connections_[id] = std::move(connection);
  if (full) {
    begun.refuse(std::move(socket));
  } else {
    begun.begin(std::move(socket));
  }
}

void SmtpListener::Core::stop() {
  if (std::exchange(stopped_, true)) return;
  loop_.post([this] {
    listener_->stop();
    stopping_ = true;
    for (auto& [id, connection] : connections_) connection->stop();
    if (connections_.empty()) return end_all();
    farewell_ = loop_.after(farewell_time, [this] { end_all(); });
  });
  all_ended_.get_future().wait();
  loop_.stop();
}

void SmtpListener::Core::end_all() {
  if (!std::exchange(stopping_, false)) return;
  farewell_.cancel();
  connections_.clear();
  all_ended_.set_value();
}

void SmtpListener::Core::end(std::uint64_t id) {
  loop_.post([this, id] {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    --peers_[found->second->peer()].connections;
    connections_.erase(found);
    if (stopping_ && connections_.empty()) end_all();
  });
}

bool SmtpListener::Core::may_send(const std::string& peer) {
  PeerUse& use = peers_[peer];
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now - use.minute_begin >= minute) {
    use.minute_begin = now;
    use.mails = 0;
  }
  return ++use.mails <= options_.mails_of_peer_per_minute_max;
}

void SmtpListener::Core::take(std::uint64_t id, const std::string& peer, ReceivedMail mail) {
  if (!may_send(peer)) {
    log::warn("mail comes too fast", {{"peer", peer}});
    return answer(id, Receipt::later);
  }
  take_(std::move(mail), [weak = weak_from_this(), id](Receipt receipt) {
    if (const std::shared_ptr<Core> core = weak.lock()) core->answer(id, receipt);
  });
}

void SmtpListener::Core::answer(std::uint64_t id, Receipt receipt) {
  loop_.post([this, id, receipt] {
    const auto found = connections_.find(id);
    if (found != connections_.end()) found->second->answer(receipt);
  });
}

Result<std::unique_ptr<SmtpListener>> SmtpListener::create(Options options,
                                                           SmtpReceiver::Accepts accepts,
                                                           Take take) {
  auto core = std::make_shared<Core>(std::move(options), std::move(accepts), std::move(take));
  TRY_VOID(core->listen());
  return std::unique_ptr<SmtpListener>(new SmtpListener(std::move(core)));
}

SmtpListener::SmtpListener(std::shared_ptr<Core> core) : core_(std::move(core)) {}

SmtpListener::~SmtpListener() {
  stop();
}

std::uint16_t SmtpListener::port() const {
  return core_->port();
}

void SmtpListener::start() {
  core_->start();
}

void SmtpListener::stop() {
  core_->stop();
}

}  // namespace sojourn::channels::inbound
