#include "net/tcp_listener.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "net/address.h"
#include "net/event_loop_state.h"

namespace sojourn::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Out of descriptors: others must end first.
constexpr auto retry_time = std::chrono::milliseconds(200);

}  // namespace

struct TcpListener::State : std::enable_shared_from_this<TcpListener::State> {
  State(asio::io_context& its_context, Accept its_accept)
      : context(its_context),
        acceptor(its_context),
        retry(its_context),
        accept(std::move(its_accept)) {}

  Result<void> listen(const std::string& address);
  void accept_next();
  void accepted(const error_code& error, tcp::socket socket);

  asio::io_context& context;
  tcp::acceptor acceptor;
  asio::steady_timer retry;
  Accept accept;
  std::uint16_t port = 0;
};

Result<void> TcpListener::State::listen(const std::string& address) {
  TRY(host_port, parse_host_port(address));
  const auto unavailable = [&](const error_code& error) {
    return failure({.code = "address_unavailable",
                    .message = "cannot listen on " + address + ": " + error.message(),
                    .value = address});
  };
  error_code error;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(host_port.host, std::to_string(host_port.port),
                                      tcp::resolver::passive, error);
  if (error) return unavailable(error);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return unavailable(error);
  const tcp::endpoint bound = acceptor.local_endpoint(error);
  if (error) return unavailable(error);
  port = bound.port();
  return {};
}

void TcpListener::State::accept_next() {
  if (!acceptor.is_open()) return;
  acceptor.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
    self->accepted(error, std::move(socket));
  });
}

void TcpListener::State::accepted(const error_code& error, tcp::socket socket) {
  if (!acceptor.is_open()) return;
  if (error) {
    log::warn("cannot accept a connection", {{"why", error.message()}});
    retry.expires_after(retry_time);
    retry.async_wait([self = shared_from_this()](const error_code& cancelled) {
      if (!cancelled) self->accept_next();
    });
    return;
  }
  error_code gone;
  const tcp::endpoint peer = socket.remote_endpoint(gone);
  const int descriptor = gone ? -1 : socket.release(gone);
  // Who has left already is not served.
  if (!gone) {
    accept(AcceptedSocket(descriptor, peer.protocol() == tcp::v6(), peer.address().to_string()));
  }
  accept_next();
}

Result<std::unique_ptr<TcpListener>> TcpListener::create(EventLoop& loop, const Options& options,
                                                         Accept accept) {
  auto state = std::make_shared<State>(loop.state_->context, std::move(accept));
  TRY_VOID(state->listen(options.address));
  return std::unique_ptr<TcpListener>(new TcpListener(std::move(state)));
}

TcpListener::TcpListener(std::shared_ptr<State> state) : state_(std::move(state)) {}

TcpListener::~TcpListener() {
  stop();
}

std::uint16_t TcpListener::port() const {
  return state_->port;
}

void TcpListener::start() {
  asio::post(state_->context, [state = state_] { state->accept_next(); });
}

void TcpListener::stop() {
  error_code ignored;  // it ends in any case
  state_->acceptor.close(ignored);
  state_->retry.cancel();
}

}  // namespace sojourn::net
