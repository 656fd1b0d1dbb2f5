#include "net/tcp_client.h"

#include <unistd.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/ensure.h"
#include "net/event_loop_state.h"

namespace sojourn::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

// One read takes a whole pipelined answer, or one TLS record.
constexpr std::size_t read_bytes_max = 16 * 1024;

SteadyClock::time_point steady_after(Duration duration) {
  return SteadyClock::now() + std::chrono::milliseconds(duration.ms);
}

}  // namespace

EventLoop::EventLoop() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([this] { state_->context.run(); });
}

EventLoop::~EventLoop() {
  stop();
}

void EventLoop::post(std::function<void()> task) {
  asio::post(state_->context, std::move(task));
}

void EventLoop::stop() {
  state_->context.stop();
  if (state_->thread.joinable()) state_->thread.join();
}

struct Timer::State {
  explicit State(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  std::function<void()> task;  // empty once cancelled or run
};

Timer::Timer() = default;
Timer::Timer(Timer&&) noexcept = default;

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    cancel();
    state_ = std::move(other.state_);
  }
  return *this;
}

Timer::~Timer() {
  cancel();
}

void Timer::cancel() {
  if (!state_) return;
  state_->task = nullptr;
  state_->timer.cancel();
  state_.reset();
}

Timer EventLoop::after(Duration delay, std::function<void()> task) {
  Timer timer;
  timer.state_ = std::make_shared<Timer::State>(state_->context);
  timer.state_->task = std::move(task);
  timer.state_->timer.expires_at(steady_after(delay));
  timer.state_->timer.async_wait([state = timer.state_](const error_code&) {
    const std::function<void()> due = std::exchange(state->task, nullptr);
    if (due) due();
  });
  return timer;
}

struct TlsContext::State {
  // Asio hands the context out mutable only; it is not changed after create().
  mutable asio::ssl::context context{asio::ssl::context::tls_client};
  PeerCheck check = PeerCheck::certificate;
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::create(const Options& options) {
  auto state = std::make_unique<State>();
  state->check = options.check;
  error_code error;
  SSL_CTX_set_min_proto_version(state->context.native_handle(), TLS1_2_VERSION);
  if (options.check == PeerCheck::certificate) {
    if (options.authorities_file.empty()) {
      state->context.set_default_verify_paths(error);
    } else {
      state->context.load_verify_file(options.authorities_file, error);
    }
  }
  if (error) {
    return failure({.code = "tls_authorities_unreadable",
                    .message = "the trusted certificates cannot be read: " + error.message(),
                    .value = options.authorities_file});
  }
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(state)));
}

struct TcpClient::State : std::enable_shared_from_this<TcpClient::State> {
  State(asio::io_context& context, TcpEvents& owner)
      : resolver(context), socket(context), deadline_timer(context), events(&owner) {}

  void resolve(const Server& server);
  void connect(std::vector<tcp::endpoint> endpoints);
  void read();
  void read_done(const error_code& error, std::size_t size);
  void write();
  void write_done(const error_code& error, std::size_t size);
  void start_tls(const TlsContext& context, const std::string& server_name);
  void shake_hands_if_quiet();
  void handshake_done(const error_code& error);
  void watch_deadline();
  void fail(TcpFailure::Kind kind, const std::string& message);
  void close();

  [[nodiscard]] bool is_open() const { return events != nullptr; }

  tcp::resolver resolver;
  tcp::socket socket;
  std::optional<asio::ssl::stream<tcp::socket&>> tls;
  asio::steady_timer deadline_timer;
  SteadyClock::time_point deadline = SteadyClock::time_point::max();
  bool deadline_watched = false;
  TcpEvents* events;  // null once closed: operations that end later change nothing
  std::array<char, read_bytes_max> read_buffer{};
  std::string sending;  // handed to the operating system from sent_size on
  std::size_t sent_size = 0;
  std::string queued;
  bool reading = false;
  bool writing = false;
  bool upgrading = false;  // from start_tls() to secured()
  bool shaking_hands = false;
};

void TcpClient::State::resolve(const Server& server) {
  error_code not_numeric;
  const auto address = asio::ip::make_address(server.host, not_numeric);
  if (!not_numeric) return connect({tcp::endpoint(address, server.port)});
  resolver.async_resolve(
      server.host, std::to_string(server.port), tcp::resolver::numeric_service,
      [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& all) {
        if (!self->is_open()) return;
        if (error) return self->fail(TcpFailure::Kind::resolve, error.message());
        self->connect({all.begin(), all.end()});
      });
}

void TcpClient::State::connect(std::vector<tcp::endpoint> endpoints) {
  // The list must live as long as the attempt: the handler keeps it.
  auto kept = std::make_shared<std::vector<tcp::endpoint>>(std::move(endpoints));
  asio::async_connect(socket, *kept,
                      [self = shared_from_this(), kept](const error_code& error, const auto&) {
                        if (!self->is_open()) return;
                        if (error) return self->fail(TcpFailure::Kind::connect, error.message());
                        error_code ignored;
                        self->socket.set_option(tcp::no_delay(true), ignored);
                        self->events->connected();
                        if (self->is_open() && !self->upgrading) self->read();
                      });
}

void TcpClient::State::read() {
  if (reading) return;
  reading = true;
  auto done = [self = shared_from_this()](const error_code& error, std::size_t size) {
    self->read_done(error, size);
  };
  if (tls) {
    tls->async_read_some(asio::buffer(read_buffer), std::move(done));
  } else {
    socket.async_read_some(asio::buffer(read_buffer), std::move(done));
  }
}

void TcpClient::State::read_done(const error_code& error, std::size_t size) {
  reading = false;
  if (!is_open()) return;
  if (upgrading) return shake_hands_if_quiet();  // what came before TLS is not looked at
  if (error) return fail(TcpFailure::Kind::closed, error.message());
  events->received({read_buffer.data(), size});
  if (is_open() && !upgrading) read();
}

void TcpClient::State::write() {
  if (writing || queued.empty()) return;
  writing = true;
  sending = std::exchange(queued, {});
  sent_size = 0;
  write_done({}, 0);
}

void TcpClient::State::write_done(const error_code& error, std::size_t size) {
  if (!is_open()) return;
  if (error) return fail(TcpFailure::Kind::closed, error.message());
  sent_size += size;
  if (sent_size < sending.size()) {
    auto done = [self = shared_from_this()](const error_code& e, std::size_t n) {
      self->write_done(e, n);
    };
    const auto rest = asio::buffer(sending.data() + sent_size, sending.size() - sent_size);
    if (tls) {
      tls->async_write_some(rest, std::move(done));
    } else {
      socket.async_write_some(rest, std::move(done));
    }
    return;
  }
  writing = false;
  if (!queued.empty()) return write();
  if (upgrading) return shake_hands_if_quiet();
  events->written();
}

void TcpClient::State::start_tls(const TlsContext& context, const std::string& server_name) {
  upgrading = true;
  tls.emplace(socket, context.state_->context);
  error_code not_numeric;
  asio::ip::make_address(server_name, not_numeric);
  // RFC 6066 §3: literal addresses are not permitted as server names.
  if (not_numeric) SSL_set_tlsext_host_name(tls->native_handle(), server_name.c_str());
  error_code error;
  if (context.state_->check == PeerCheck::certificate) {
    tls->set_verify_mode(asio::ssl::verify_peer, error);
    if (!error) tls->set_verify_callback(asio::ssl::host_name_verification(server_name), error);
  } else {
    tls->set_verify_mode(asio::ssl::verify_none, error);
  }
  if (error) return fail(TcpFailure::Kind::tls, error.message());
  if (reading) socket.cancel(error);
  shake_hands_if_quiet();
}

void TcpClient::State::shake_hands_if_quiet() {
  if (reading || writing || shaking_hands) return;
  shaking_hands = true;
  tls->async_handshake(
      asio::ssl::stream_base::client,
      [self = shared_from_this()](const error_code& error) { self->handshake_done(error); });
}

void TcpClient::State::handshake_done(const error_code& error) {
  if (!is_open()) return;
  if (error) return fail(TcpFailure::Kind::tls, error.message());
  shaking_hands = false;
  upgrading = false;
  events->secured();
  if (!is_open()) return;
  write();
  read();
}

// OPTIMIZATION: the deadline moves several times a mail, the timer only when the old one passed.
void TcpClient::State::watch_deadline() {
  if (deadline_watched && deadline_timer.expiry() <= deadline) return;
  deadline_watched = true;
  deadline_timer.expires_at(deadline);
  deadline_timer.async_wait([self = shared_from_this()](const error_code& error) {
    if (error == asio::error::operation_aborted || !self->is_open()) return;
    self->deadline_watched = false;
    if (SteadyClock::now() < self->deadline) return self->watch_deadline();
    self->deadline = SteadyClock::time_point::max();
    self->events->timed_out();
  });
}

void TcpClient::State::fail(TcpFailure::Kind kind, const std::string& message) {
  TcpEvents* owner = events;
  close();
  owner->failed({.kind = kind, .message = message});
}

void TcpClient::State::close() {
  events = nullptr;
  error_code ignored;
  resolver.cancel();
  socket.close(ignored);
  deadline_timer.cancel();
}

AcceptedSocket::AcceptedSocket(int descriptor, bool is_v6, std::string peer)
    : descriptor_(descriptor), is_v6_(is_v6), peer_(std::move(peer)) {}

AcceptedSocket::AcceptedSocket(AcceptedSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      is_v6_(other.is_v6_),
      peer_(std::move(other.peer_)) {}

AcceptedSocket::~AcceptedSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

TcpClient::TcpClient(EventLoop& loop, TcpEvents& events)
    : state_(std::make_shared<State>(loop.state_->context, events)) {}

TcpClient::~TcpClient() {
  close();
}

void TcpClient::connect(const Server& server, Duration timeout) {
  expire_after(timeout);
  state_->resolve(server);
}

void TcpClient::serve(AcceptedSocket socket) {
  error_code error;
  state_->socket.assign(socket.is_v6_ ? tcp::v6() : tcp::v4(), socket.descriptor_, error);
  if (error) return state_->fail(TcpFailure::Kind::closed, error.message());
  socket.descriptor_ = -1;  // the socket's now
  state_->socket.set_option(tcp::no_delay(true), error);
  state_->read();
}

void TcpClient::write(std::string bytes) {
  if (!state_->is_open()) return;
  if (state_->queued.empty()) {
    state_->queued = std::move(bytes);
  } else {
    state_->queued += bytes;
  }
  if (!state_->upgrading) state_->write();
}

void TcpClient::start_tls(const TlsContext& context, const std::string& server_name) {
  ENSURE(!state_->tls);
  if (state_->is_open()) state_->start_tls(context, server_name);
}

void TcpClient::expire_after(Duration timeout) {
  if (!state_->is_open()) return;
  state_->deadline = steady_after(timeout);
  state_->watch_deadline();
}

void TcpClient::close() {
  if (state_->is_open()) state_->close();
}

}  // namespace sojourn::net
