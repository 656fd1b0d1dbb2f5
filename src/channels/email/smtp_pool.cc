#include "channels/email/smtp_pool.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/ensure.h"
#include "base/log.h"
#include "base/text.h"

namespace sojourn::channels::email {
namespace {

// A server whose STARTTLS is broken is met without it for so long where TLS is opportunistic.
constexpr Duration broken_tls_pause = Duration::minutes(10);
constexpr std::size_t broken_tls_hosts_max = 10'000;

/// Where a provider may not be given a connection more in this minute.
constexpr Duration connection_wait = Duration::seconds(5);

/// Mails to a relay for each connection: one that it carries, and one that is made ready, so that
/// it need not wait for the next.
constexpr int mails_per_place = 2;

constexpr std::string_view relay_provider = "relay";

/// Threads that sign: as many as the machine has cores, but few, since the store needs some, too.
std::size_t writers_count() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
}

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;  // clang 14 does not deduce it for aggregates

Timestamp steady_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

std::string domain_of(std::string_view address) {
  return to_lower_ascii(address.substr(address.rfind('@') + 1));
}

/// All mails go to the one host; its own limits are those of the options.
std::shared_ptr<const MxRoute> route_to(const SmtpServer& relay,
                                        const SmtpChannel::Options& options) {
  auto route = std::make_shared<MxRoute>();
  route->provider = {.name = std::string(relay_provider),
                     .limits = {.connections = options.connections_max,
                                .connections_per_minute = Providers::number_max,
                                .mails_per_connection = options.mails_per_connection_max,
                                .mails_per_minute = 0}};
  route->targets = {{.host = relay.host, .address = relay.host}};
  return route;
}

}  // namespace

/// Carries out on a socket what the session asks for.
class SmtpPool::Connection final : public net::TcpEvents {
 public:
  Connection(SmtpPool& pool, const Job& job)
      : pool_(pool),
        provider_(job.route->provider.name),
        target_(job.route->targets[job.target]),
        tls_required_(job.route->tls_required),
        session_(pool.session_settings(job)),
        client_(pool.loop_, *this) {}

  [[nodiscard]] const std::string& provider() const { return provider_; }
  /// Whether it may carry mails of the route.
  [[nodiscard]] bool serves(const MxRoute& route) const {
    if (route.tls_required && !tls_required_) return false;
    return std::ranges::any_of(
        route.targets, [this](const MxTarget& target) { return target.host == target_.host; });
  }

  void begin(Job job) {
    const std::uint16_t port = pool_.direct_ ? pool_.direct_->port : pool_.relay_.port;
    client_.connect({.host = target_.address, .port = port}, pool_.options_.timeouts.connect);
    send(std::move(job));
  }
  void send(Job job) {
    mime::WrittenMail mail = std::move(*job.mail);
    carried_ = std::move(job);
    carried_.mail.reset();
    perform(session_.send(std::move(mail)));
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
    if (failure.kind == net::TcpFailure::Kind::tls && !checks_certificate()) {
      pool_.note_broken_tls(target_.host, failure);
    }
    perform(session_.lost(failure.message));
  }

 private:
  void perform(Actions actions);
  [[nodiscard]] bool checks_certificate() const {
    if (pool_.direct_) return tls_required_;
    return pool_.relay_.tls == TlsPolicy::required || pool_.relay_.tls == TlsPolicy::implicit;
  }

  SmtpPool& pool_;
  const std::string provider_;
  const MxTarget target_;
  const bool tls_required_;
  SmtpSession session_;
  net::TcpClient client_;
  Job carried_;
};

void SmtpPool::Connection::perform(Actions actions) {
  for (Action& action : actions) {
    std::visit(Overloaded{
                   [&](WriteBytes& write) { client_.write(std::move(write.bytes)); },
                   [&](StartTls&) {
                     client_.start_tls(checks_certificate() ? *pool_.contexts_.checking
                                                            : *pool_.contexts_.trusting,
                                       target_.host);
                   },
                   [&](AskLeave&) { pool_.events_->ask_leave(carried_.id); },
                   [&](Await& await) {
                     client_.expire_after(pool_.options_.timeouts.of(await.stage));
                     if (await.stage == Stage::idle) pool_.became_idle(*this);
                     if (await.stage == Stage::quit) pool_.retire(*this);
                   },
                   [&](MailFinished& end) { pool_.ended(carried_, std::move(end.outcome)); },
                   [&](MailReturned& back) {
                     Job job = carried_;
                     job.mail = std::move(back.mail);
                     pool_.carried_by_.erase(job.id);
                     // Posted, so that this connection is out of the way first. std::function wants
                     // what it holds to be copyable.
                     auto shared = std::make_shared<Job>(std::move(job));
                     pool_.loop_.post([&pool = pool_, shared, why = std::move(back.host_failed)] {
                       pool.returned(std::move(*shared), why);
                     });
                   },
                   [&](CloseConnection&) {
                     client_.close();
                     pool_.closed(*this);
                   },
               },
               action);
  }
}

SmtpPool::SmtpPool(SmtpChannel::Options options, SmtpServer relay,
                   std::optional<DirectDelivery> direct, Contexts contexts, const Clock& clock)
    : options_(std::move(options)),
      relay_(std::move(relay)),
      direct_(direct),
      contexts_(std::move(contexts)),
      clock_(clock),
      mails_max_(direct_ ? direct_->mails_max : options_.connections_max * mails_per_place),
      relay_route_(route_to(relay_, options_)) {
  door_->pool = this;
  for (std::size_t i = 0; i < writers_count(); ++i) writers_.emplace_back();
  if (!direct_) return;
  router_ = std::make_unique<MxRouter>(
      *options_.dns, options_.fetch_policy,
      MxRouter::Options{.providers = options_.providers, .guard = options_.guard});
}

SmtpPool::~SmtpPool() {
  stop({});
  {
    const std::lock_guard lock(door_->mutex);
    door_->pool = nullptr;
  }
  loop_.stop();
}

SmtpSettings SmtpPool::session_settings(const Job& job) const {
  SmtpSettings settings{.hello_name = options_.hello_name,
                        .tls = relay_.tls,
                        .plain_login = relay_.plain_login,
                        .credentials = relay_.credentials,
                        .mails_per_connection_max = job.route->provider.limits.mails_per_connection,
                        .rules = options_.rules,
                        .has_other_hosts = direct_.has_value()};
  if (direct_) {
    settings.tls = job.route->tls_required ? TlsPolicy::required : TlsPolicy::opportunistic;
  }
  const bool broken = tls_is_broken(job.route->targets[job.target].host);
  if (settings.tls == TlsPolicy::opportunistic && broken) settings.tls = TlsPolicy::off;
  return settings;
}

bool SmtpPool::tls_is_broken(const std::string& host) const {
  const auto found = tls_broken_until_.find(host);
  return found != tls_broken_until_.end() && steady_now() < found->second;
}

void SmtpPool::note_broken_tls(const std::string& host, const net::TcpFailure& failure) {
  if (tls_is_broken(host)) return;
  log::warn("TLS handshake failed, going on without",
            {{"host", host}, {"reason", failure.message}});
  if (tls_broken_until_.size() >= broken_tls_hosts_max) tls_broken_until_.clear();
  tls_broken_until_[host] = steady_now() + broken_tls_pause;
}

int SmtpPool::capacity() const {
  if (stopping_) return 0;
  return std::max(0, mails_max_ - in_flight_);
}

std::optional<std::size_t> SmtpPool::steps_max() const {
  if (direct_) return std::nullopt;
  return static_cast<std::size_t>(options_.connections_max);
}

Duration SmtpPool::wait_for(std::string_view address) {
  if (!direct_ && entered_ >= options_.connections_max) return {};  // it is made ready
  return traffic_.wait(direct_ ? domain_of(address) : std::string(), steady_now());
}

void SmtpPool::start(Handoff handoff) {
  ENSURE(events_ != nullptr);
  const int in_flight = ++in_flight_;
  ENSURE(in_flight <= mails_max_);
  ++unreported_;
  const bool is_signed = options_.signer != nullptr && options_.signer->has_keys();
  // OPTIMIZATION: writing takes 20 us, less than waking a thread for it.
  if (!is_signed) return write(handoff.id, handoff.email);
  net::EventLoop& writer = writers_[next_writer_++ % writers_.size()];
  // std::function wants what it holds to be copyable.
  auto shared = std::make_shared<Handoff>(std::move(handoff));
  writer.post([this, shared] { write(shared->id, shared->email); });
}

void SmtpPool::write(messages::MessageId id, const messages::Email& email) {
  auto mail = mime::write_signed(email, clock_.now(), options_.signer);
  if (!mail) {
    const Outcome outcome =
        email::ended(Outcome::Kind::failed, "our_error", std::move(mail.error().message));
    loop_.post([this, id, outcome] { finished(id, outcome); });
    return;
  }
  mail->envelope_id = std::to_string(id.value);
  auto job = std::make_shared<Job>(Job{.id = id, .mail = std::move(*mail)});
  loop_.post([this, job] { place(std::move(*job)); });
}

void SmtpPool::place(Job job) {
  if (stopping_) return finished(job.id, email::ended(Outcome::Kind::not_started));
  if (direct_) return look_up(std::move(job));
  job.route = relay_route_;
  ahead_.push_back(std::move(job));
  admit();
}

/// Gives mails to the relay their places in the traffic, as far as there are any.
void SmtpPool::admit() {
  while (!ahead_.empty() && entered_ < options_.connections_max) {
    Job job = std::move(ahead_.front());
    ahead_.pop_front();
    enter(std::move(job));
  }
}

void SmtpPool::look_up(Job job) {
  const messages::MessageId id = job.id;
  const std::string domain = domain_of(job.mail->envelope_to.text());
  looked_up_[id] = std::move(job);
  router_->route(domain, id.value, [door = door_, id](MxRoute route) {
    const std::lock_guard lock(door->mutex);
    if (door->pool == nullptr) return;
    auto shared = std::make_shared<MxRoute>(std::move(route));
    door->pool->loop_.post(
        [pool = door->pool, id, shared] { pool->routed(id, std::move(*shared)); });
  });
}

void SmtpPool::routed(messages::MessageId id, MxRoute route) {
  const auto found = looked_up_.find(id);
  if (found == looked_up_.end()) return;  // stopped meanwhile
  Job job = std::move(found->second);
  looked_up_.erase(found);
  if (route.refusal) return finished(id, std::move(*route.refusal));
  job.route = std::make_shared<const MxRoute>(std::move(route));
  enter(std::move(job));
}

void SmtpPool::enter(Job job) {
  const Timestamp now = steady_now();
  const std::optional<Duration> wait = traffic_.enter(job.route->domain, job.route->provider, now);
  if (wait) {
    Outcome outcome = email::ended(Outcome::Kind::not_started);
    outcome.retry_after = *wait;
    return finished(job.id, std::move(outcome));
  }
  job.entered = now;
  ++entered_;
  assign(std::move(job));
}

void SmtpPool::assign(Job job) {
  Hosts& hosts = hosts_[job.route->provider.name];
  const auto fits = std::find_if(hosts.idle.rbegin(), hosts.idle.rend(),
                                 [&](const Connection* each) { return each->serves(*job.route); });
  if (fits != hosts.idle.rend()) {
    Connection* connection = *fits;
    hosts.idle.erase(std::next(fits).base());
    carried_by_[job.id] = connection;
    return connection->send(std::move(job));
  }
  const int most = traffic_.connections_max(job.route->provider.name, steady_now());
  if (std::cmp_less(hosts.connections.size(), most)) return open(std::move(job));
  hosts.waiting.push_back(std::move(job));
  // One that is of no use to it makes room.
  if (!hosts.idle.empty()) hosts.idle.front()->stop();
}

void SmtpPool::open(Job job) {
  if (!traffic_.connect(job.route->provider.name, steady_now())) {
    Outcome outcome = email::ended(Outcome::Kind::not_started);
    outcome.retry_after = connection_wait;
    return ended(job, std::move(outcome));
  }
  Hosts& hosts = hosts_[job.route->provider.name];
  hosts.connections.push_back(std::make_unique<Connection>(*this, job));
  Connection& connection = *hosts.connections.back();
  carried_by_[job.id] = &connection;
  connection.begin(std::move(job));
}

void SmtpPool::returned(Job job, std::optional<Outcome> host_failed) {
  if (stopping_) return ended(job, email::ended(Outcome::Kind::not_started));
  if (!host_failed) return assign(std::move(job));
  // The next address, of this host or of the next one in the order of preference.
  if (++job.target < job.route->targets.size()) return assign(std::move(job));
  traffic_.unreachable(job.route->provider.name, steady_now());
  ended(job, std::move(*host_failed));
}

void SmtpPool::answer_leave(messages::MessageId id, bool granted) {
  loop_.post([this, id, granted] {
    const auto found = carried_by_.find(id);
    if (found != carried_by_.end()) found->second->answer_leave(granted);
  });
}

void SmtpPool::ended(const Job& job, Outcome outcome) {
  const std::string& provider = job.route->provider.name;
  const Timestamp now = steady_now();
  traffic_.leave(provider, job.entered, now);
  if (outcome.kind == Outcome::Kind::accepted) traffic_.reached(provider);
  if (outcome.reason == "throttled" && traffic_.throttled(provider, now)) {
    log::warn("a provider asks for less, mails to it slow down",
              {{"provider", provider}, {"reply", outcome.reply}});
  }
  --entered_;
  finished(job.id, std::move(outcome));
  admit();
}

void SmtpPool::finished(messages::MessageId id, Outcome outcome) {
  carried_by_.erase(id);
  --in_flight_;  // before the call: the outbox reads capacity() in it
  events_->finished(id, std::move(outcome));
  if (--unreported_ == 0 && stopping_) {
    const std::lock_guard lock(ended_mutex_);
    ended_.notify_all();
  }
}

void SmtpPool::became_idle(Connection& connection) {
  Hosts& hosts = hosts_[connection.provider()];
  if (stopping_) {
    loop_.post([this] { stop_connections(); });
    hosts.idle.push_back(&connection);
    return;
  }
  const auto next = std::ranges::find_if(
      hosts.waiting, [&](const Job& job) { return connection.serves(*job.route); });
  if (next == hosts.waiting.end()) {
    hosts.idle.push_back(&connection);
    return;
  }
  Job job = std::move(*next);
  hosts.waiting.erase(next);
  carried_by_[job.id] = &connection;
  connection.send(std::move(job));
}

// The connection no longer counts: it only waits for the answer to QUIT, or is closed.
void SmtpPool::retire(Connection& connection) {
  Hosts& hosts = hosts_[connection.provider()];
  std::erase(hosts.idle, &connection);
  const auto place_of = std::ranges::find_if(
      hosts.connections, [&](const auto& owned) { return owned.get() == &connection; });
  if (place_of == hosts.connections.end()) return;  // closed after QUIT
  retired_.push_back(std::move(*place_of));
  hosts.connections.erase(place_of);
  std::deque<Job> waiting = std::exchange(hosts.waiting, {});
  for (Job& job : waiting) {
    // Those beyond the limit wait on.
    if (!stopping_) {
      assign(std::move(job));
    } else {
      hosts_[connection.provider()].waiting.push_back(std::move(job));
    }
  }
}

void SmtpPool::closed(Connection& connection) {
  retire(connection);
  // Posted, because this runs within an event of the connection.
  loop_.post([this, gone = &connection, provider = connection.provider()] {
    std::erase_if(retired_, [&](const auto& owned) { return owned.get() == gone; });
    const auto hosts = hosts_.find(provider);
    const bool empty =
        hosts != hosts_.end() && hosts->second.connections.empty() && hosts->second.waiting.empty();
    if (empty) hosts_.erase(hosts);
  });
}

void SmtpPool::stop(Duration grace) {
  stopping_ = true;
  loop_.post([this, grace] {
    stop_connections();
    grace_timer_ = loop_.after(grace, [this] { end_grace(); });
  });
  std::unique_lock lock(ended_mutex_);
  ended_.wait(lock, [this] { return unreported_ == 0; });
}

std::vector<SmtpPool::Connection*> SmtpPool::open_connections() const {
  std::vector<Connection*> all;
  for (const auto& [provider, hosts] : hosts_) {
    for (const auto& connection : hosts.connections) all.push_back(connection.get());
  }
  return all;
}

void SmtpPool::stop_connections() {
  for (const auto& [id, job] : std::exchange(looked_up_, {})) {
    finished(id, email::ended(Outcome::Kind::not_started));
  }
  for (const Job& job : std::exchange(ahead_, {})) {
    finished(job.id, email::ended(Outcome::Kind::not_started));
  }
  std::vector<Job> waiting;
  for (auto& [provider, hosts] : hosts_) {
    for (Job& job : std::exchange(hosts.waiting, {})) waiting.push_back(std::move(job));
  }
  for (const Job& job : waiting) ended(job, email::ended(Outcome::Kind::not_started));
  for (Connection* connection : open_connections()) connection->stop();
}

void SmtpPool::end_grace() {
  for (Connection* connection : open_connections()) connection->give_up("the program stopped");
}

}  // namespace sojourn::channels::email
