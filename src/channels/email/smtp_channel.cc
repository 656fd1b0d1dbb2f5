#include "channels/email/smtp_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "channels/email/smtp_pool.h"
#include "channels/email/smtp_url.h"

namespace sojourn::channels::email {
namespace {

// RFC 5321 §4.5.3.1.2.
constexpr std::size_t hello_name_bytes_max = 255;

bool is_hello_name(std::string_view name) {
  if (name.empty() || name.size() > hello_name_bytes_max) return false;
  return std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; });
}

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

Result<std::unique_ptr<SmtpChannel>> SmtpChannel::create(Options options, const Clock& clock) {
  TRY(direct, parse_mx_url(options.url));
  SmtpServer server;
  if (!direct) {
    TRY(relay, parse_smtp_url(options.url));
    server = std::move(relay);
    options.connections_max = server.connections.value_or(options.connections_max);
  }
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
  if (direct && (options.dns == nullptr || !options.fetch_policy)) {
    return failure("name_servers_missing", "mails to the hosts of recipients need name servers");
  }
  SmtpPool::Contexts contexts;
  // The authorities of the system are many: they are read where they are asked only.
  if (direct || server.tls == TlsPolicy::required || server.tls == TlsPolicy::implicit) {
    TRY(checking, net::TlsContext::create({.check = net::PeerCheck::certificate,
                                           .authorities_file = options.authorities_file}));
    contexts.checking = std::move(checking);
  }
  TRY(trusting, net::TlsContext::create({.check = net::PeerCheck::none}));
  contexts.trusting = std::move(trusting);
  return std::unique_ptr<SmtpChannel>(new SmtpChannel(std::make_unique<SmtpPool>(
      std::move(options), std::move(server), direct, std::move(contexts), clock)));
}

SmtpChannel::SmtpChannel(std::unique_ptr<SmtpPool> pool) : pool_(std::move(pool)) {}
SmtpChannel::~SmtpChannel() = default;

void SmtpChannel::connect(Events& events) {
  pool_->connect(events);
}
int SmtpChannel::capacity() const {
  return pool_->capacity();
}
std::optional<std::size_t> SmtpChannel::steps_max() const {
  return pool_->steps_max();
}
Duration SmtpChannel::wait_for(std::string_view address) {
  return pool_->wait_for(address);
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
