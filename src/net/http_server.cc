#include "net/http_server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/ensure.h"
#include "base/log.h"
#include "net/address.h"
#include "net/http_connection.h"

namespace sojourn::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Time limits are checked by a walk over all connections, not by a timer each: arming a timer
// for every request would cost more than the request. A limit is kept to a quarter of the
// shortest one, and the walk is never so frequent that it costs anything.
constexpr auto tick_min = std::chrono::milliseconds(5);
constexpr auto tick_max = std::chrono::milliseconds(1000);

// Out of file descriptors: time for some to come back.
constexpr auto accept_retry_time = std::chrono::milliseconds(100);

std::chrono::milliseconds tick_time(const HttpServerOptions& options) {
  const Duration shortest =
      std::min({options.header_timeout, options.body_timeout, options.idle_timeout,
                options.write_timeout, options.stream_heartbeat});
  return std::clamp(std::chrono::milliseconds(shortest.ms / 4), tick_min, tick_max);
}

/// What all threads of the server share.
struct ServerState {
  HttpServerOptions options;
  Handler handler;
  std::atomic<std::size_t> connection_count = 0;
  std::atomic<bool> accept_paused = false;
  /// Makes the accepting thread go on; called by any thread.
  std::function<void()> resume_accept = {};

  std::mutex mutex = {};
  std::condition_variable changed = {};

  void connection_ended() {
    {
      const std::lock_guard lock(mutex);
      --connection_count;
    }
    changed.notify_all();
    if (accept_paused.exchange(false)) resume_accept();
  }
  [[nodiscard]] bool is_full() const { return connection_count >= options.connections_max; }
};

/// One thread with its connections. Members are touched by that thread only, where not said.
class Worker {
 public:
  explicit Worker(ServerState& server)
      : server_(server),
        context_{.options = server.options,
                 .handler = server.handler,
                 .mailbox = std::make_shared<Mailbox>(
                     [this] { asio::post(io_, [this] { open_mailbox(); }); },
                     server.options.stream_buffer_bytes_max),
                 .finished = [this](ConnectionKey key) { remove_later(key); }},
        tick_time_(tick_time(server.options)),
        ticker_(io_) {}

  ~Worker() { context_.mailbox->close(); }

  /// Any thread.
  [[nodiscard]] asio::io_context& io() { return io_; }
  [[nodiscard]] std::size_t connection_count() const { return count_; }
  /// Any thread: counted before it arrives, so that the next one goes elsewhere.
  void expect_connection() { ++count_; }

  void start() {
    thread_ = std::thread([this] { io_.run(); });
  }
  void adopt(ServerSocket socket);
  void begin_stop();
  /// From the stopping thread: cuts what is left and ends the thread.
  void end();

 private:
  struct Place {
    std::unique_ptr<HttpConnection> connection;
    std::uint32_t generation = 0;
  };

  [[nodiscard]] HttpConnection* find(ConnectionKey key);
  void open_mailbox();
  void remove_later(ConnectionKey key);
  void arm_ticker();
  void tick();

  ServerState& server_;
  // 1: only one thread runs it, so that what that thread posts to itself needs no lock.
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  ConnectionContext context_;
  const std::chrono::milliseconds tick_time_;
  asio::steady_timer ticker_;
  bool ticking_ = false;
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_places_;
  std::vector<Letter> letters_;
  std::vector<ConnectionKey> addressed_;
  std::atomic<std::size_t> count_ = 0;
  std::thread thread_;
};

void Worker::adopt(ServerSocket socket) {
  if (context_.stopping) {
    --count_;
    server_.connection_ended();
    return;
  }
  if (free_places_.empty()) {
    free_places_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t index = free_places_.back();
  free_places_.pop_back();
  Place& place = places_[index];
  const ConnectionKey key{.index = index, .generation = ++place.generation};
  place.connection = std::make_unique<HttpConnection>(context_, key, std::move(socket));
  arm_ticker();
  place.connection->start();
}

HttpConnection* Worker::find(ConnectionKey key) {
  const Place& place = places_[key.index];
  return place.generation == key.generation ? place.connection.get() : nullptr;
}

void Worker::open_mailbox() {
  if (!context_.mailbox->take(letters_)) return;
  addressed_.clear();
  for (Letter& letter : letters_) {
    const ConnectionKey key = letter.connection;
    if (HttpConnection* connection = find(key)) {
      connection->deliver(std::move(letter));
      if (addressed_.empty() || addressed_.back() != key) addressed_.push_back(key);
    } else if (const auto* opening = std::get_if<StreamOpening>(&letter.content)) {
      opening->stream->mark_closed();
    }
  }
  letters_.clear();
  // After all letters: the answers to pipelined requests leave in one write.
  for (const ConnectionKey key : addressed_) {
    if (HttpConnection* connection = find(key)) connection->pump();
  }
  // Looks again before it sleeps: the letters that came meanwhile have woken nobody.
  asio::post(io_, [this] { open_mailbox(); });
}

void Worker::remove_later(ConnectionKey key) {
  asio::post(io_, [this, key] {
    places_[key.index].connection.reset();
    free_places_.push_back(key.index);
    --count_;
    server_.connection_ended();
  });
}

void Worker::arm_ticker() {
  if (std::exchange(ticking_, true)) return;
  ticker_.expires_after(tick_time_);
  ticker_.async_wait([this](const error_code& error) {
    ticking_ = false;
    if (!error) tick();
  });
}

void Worker::tick() {
  const auto now = std::chrono::steady_clock::now();
  const bool full = server_.is_full();
  bool any = false;
  // By index: a callback of a stream may do anything but block.
  for (std::size_t index = 0; index < places_.size(); ++index) {
    if (!places_[index].connection) continue;
    any = true;
    places_[index].connection->check_deadline(now, full);
  }
  if (any) arm_ticker();
}

void Worker::begin_stop() {
  context_.stopping = true;
  for (std::size_t index = 0; index < places_.size(); ++index) {
    if (places_[index].connection) places_[index].connection->begin_stop();
  }
}

void Worker::end() {
  if (!thread_.joinable()) return;
  asio::post(io_, [this] {
    context_.mailbox->close();
    places_.clear();
    io_.stop();
  });
  thread_.join();
}

}  // namespace

class HttpServer::Core {
 public:
  Core(HttpServerOptions options, Handler handler)
      : state_{.options = std::move(options), .handler = std::move(handler)} {
    const std::size_t threads = std::max<std::size_t>(state_.options.threads, 1);
    for (std::size_t index = 0; index < threads; ++index) {
      workers_.push_back(std::make_unique<Worker>(state_));
    }
    acceptor_.emplace(accept_io());
    accept_retry_.emplace(accept_io());
    state_.resume_accept = [this] { asio::post(accept_io(), [this] { accept(); }); };
  }

  Result<void> listen();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t connection_count() const { return state_.connection_count; }
  void start();
  void stop(Duration grace);

 private:
  [[nodiscard]] asio::io_context& accept_io() { return workers_.front()->io(); }
  void accept();
  void on_accept(Worker& worker, const error_code& error, ServerSocket socket);

  ServerState state_;
  std::vector<std::unique_ptr<Worker>> workers_;
  // On the first worker's thread once it runs.
  std::optional<tcp::acceptor> acceptor_;
  std::optional<asio::steady_timer> accept_retry_;
  std::uint16_t port_ = 0;
  bool started_ = false;
  bool stopped_ = false;
};

Result<void> HttpServer::Core::listen() {
  const std::string& address = state_.options.address;
  TRY(host_port, parse_host_port(address));
  const auto unavailable = [&](const error_code& error) {
    return failure({.code = "address_unavailable",
                    .message = "cannot listen on " + address + ": " + error.message(),
                    .value = address});
  };
  error_code error;
  tcp::resolver resolver(accept_io());
  const auto found = resolver.resolve(host_port.host, std::to_string(host_port.port),
                                      tcp::resolver::passive, error);
  if (error) return unavailable(error);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return unavailable(error);
  const tcp::endpoint bound = acceptor_->local_endpoint(error);
  if (error) return unavailable(error);
  port_ = bound.port();
  return {};
}

void HttpServer::Core::start() {
  ENSURE(!started_);
  started_ = true;
  asio::post(accept_io(), [this] { accept(); });
  for (const auto& worker : workers_) worker->start();
}

void HttpServer::Core::accept() {
  if (!acceptor_->is_open()) return;
  if (state_.is_full()) {
    state_.accept_paused = true;
    // The last connection may have ended before it could see that.
    if (state_.is_full() || !state_.accept_paused.exchange(false)) return;
  }
  const auto fewest = std::min_element(
      workers_.begin(), workers_.end(),
      [](const auto& a, const auto& b) { return a->connection_count() < b->connection_count(); });
  Worker& worker = **fewest;
  acceptor_->async_accept(worker.io(),
                          [this, &worker](const error_code& error, ServerSocket socket) {
                            on_accept(worker, error, std::move(socket));
                          });
}

void HttpServer::Core::on_accept(Worker& worker, const error_code& error, ServerSocket socket) {
  if (!acceptor_->is_open()) return;
  if (error) {
    log::warn("cannot accept a connection", {{"why", error.message()}});
    accept_retry_->expires_after(accept_retry_time);
    accept_retry_->async_wait([this](const error_code& failure) {
      if (!failure) accept();
    });
    return;
  }
  ++state_.connection_count;
  worker.expect_connection();
  asio::dispatch(worker.io(), [&worker, accepted = std::move(socket)]() mutable {
    worker.adopt(std::move(accepted));
  });
  accept();
}

void HttpServer::Core::stop(Duration grace) {
  if (std::exchange(stopped_, true) || !started_) return;
  asio::post(accept_io(), [this] {
    error_code ignored;  // it ends with the server in any case
    acceptor_->close(ignored);
    accept_retry_->cancel();
  });
  for (const auto& worker : workers_) {
    asio::post(worker->io(), [&worker] { worker->begin_stop(); });
  }
  {
    std::unique_lock lock(state_.mutex);
    state_.changed.wait_for(lock, std::chrono::milliseconds(grace.ms),
                            [&] { return state_.connection_count == 0; });
  }
  for (const auto& worker : workers_) worker->end();
}

HttpServer::HttpServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}

HttpServer::~HttpServer() {
  core_->stop(Duration::milliseconds(0));
}

Result<std::unique_ptr<HttpServer>> HttpServer::create(HttpServerOptions options, Handler handler) {
  auto core = std::make_unique<Core>(std::move(options), std::move(handler));
  TRY_VOID(core->listen());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

std::uint16_t HttpServer::port() const {
  return core_->port();
}

std::size_t HttpServer::connection_count() const {
  return core_->connection_count();
}

void HttpServer::start() {
  core_->start();
}

void HttpServer::stop(Duration grace) {
  core_->stop(grace);
}

}  // namespace sojourn::net
