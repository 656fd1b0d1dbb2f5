#include "channels/providers/provider_channel.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <thread>

#include "channels/channel_conformance.h"
#include "net/http_server.h"

namespace sojourn::channels {
namespace {

using connector::ExchangeJournal;
using net::Reply;
using net::Request;
using net::Response;
using providers::ProviderChannel;
using Kind = Outcome::Kind;
using Leave = RecordedEvents::Leave;

constexpr Timestamp monday{1'772'488'200'000};  // 2026-03-02T21:50:00Z

Response taken_by(std::string_view path) {
  Response response;
  if (path == "/v3/mail/send") response.status = 202;
  if (path == "/v2/email/outbound-emails") response.body = R"({"MessageId":"1"})";
  if (path == "/email") response.body = R"({"ErrorCode":0,"MessageID":"1","Message":"OK"})";
  if (path == "/v3/mg.example.com/messages.mime") response.body = R"({"id":"1"})";
  return response;
}

/// A service on loopback: gives the answers that it was told, then takes everything. A silent one
/// keeps what it was asked.
class Service {
 public:
  explicit Service(std::deque<Response> answers = {}, bool silent = false)
      : answers_(std::move(answers)), silent_(silent) {
    server_ = net::HttpServer::create({}, [this](Request&& request, Reply&& reply) {
                take(std::move(request), std::move(reply));
              }).value();
    server_->start();
  }
  [[nodiscard]] std::string endpoint() const {
    return fmt::format("http%3A%2F%2F127.0.0.1%3A{}", server_->port());
  }
  [[nodiscard]] int asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] int taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  void take(Request&& request, Reply&& reply) {
    const std::lock_guard lock(mutex_);
    ++asked_;
    if (silent_) return kept_.push_back(std::move(reply));
    if (!answers_.empty()) {
      reply.send(std::move(answers_.front()));
      answers_.pop_front();
      return;
    }
    ++taken_;
    reply.send(taken_by(request.path));
  }

  mutable std::mutex mutex_;
  std::deque<Response> answers_;  // guarded by mutex_
  const bool silent_;
  std::vector<Reply> kept_;  // guarded by mutex_
  int asked_ = 0;            // guarded by mutex_
  int taken_ = 0;            // guarded by mutex_
  std::unique_ptr<net::HttpServer> server_;
};

std::string url_of(std::string_view account, const Service& service) {
  return fmt::format("{}?rate=1000&endpoint={}", account, service.endpoint());
}

/// A channel to `service`.
struct Sender {
  Sender(const Service& service, Leave leave, std::string_view account = "sendgrid://key@",
         ProviderChannel::Options options = {})
      : events(leave) {
    options.url = url_of(account, service);
    options.guard = net::AddressGuard::parse("127.0.0.0/8").value();
    auto created = ProviderChannel::create(options, {.product = clock, .real = clock}, journal);
    EXPECT_TRUE(created) << created.error().message;
    channel = std::move(*created);
    channel->connect(events);
    events.answer_through(*channel);
  }
  Outcome send(std::uint64_t id) {
    channel->start(sample_handoff(id));
    EXPECT_TRUE(events.await_finished(++sent));
    return events.outcome(id);
  }

  ManualClock clock{monday};
  ExchangeJournal journal;
  RecordedEvents events;
  std::unique_ptr<ProviderChannel> channel;
  int sent = 0;
};

class ProviderWorld final : public ChannelWorld {
 public:
  explicit ProviderWorld(std::string_view account) {
    channel_ = ProviderChannel::create({.url = url_of(account, service_),
                                        .guard = net::AddressGuard::parse("127.0.0.0/8").value()},
                                       {.product = clock_, .real = clock_}, journal_)
                   .value();
  }
  Channel& channel() override { return *channel_; }
  int delivered() override { return service_.taken(); }

 private:
  ManualClock clock_{monday};
  ExchangeJournal journal_;
  Service service_;
  std::unique_ptr<ProviderChannel> channel_;
};

MakeChannelWorld world_of(std::string_view account) {
  return [account] { return std::make_unique<ProviderWorld>(account); };
}

INSTANTIATE_TEST_SUITE_P(Providers, ChannelConformance,
                         ::testing::Values(world_of("ses://AKIA:secret@eu-west-1"),
                                           world_of("sendgrid://key@"), world_of("postmark://key@"),
                                           world_of("mailgun://key@mg.example.com")));

TEST(ProviderChannel, AnAnswerThatNeverComesIsUncertainAndNotAskedForAgain) {
  const Service service({}, true);
  Sender sender(service, Leave::grant, "sendgrid://key@",
                {.answer_timeout = Duration::milliseconds(200)});
  const Outcome outcome = sender.send(1);
  EXPECT_EQ(outcome.kind, Kind::uncertain);
  EXPECT_EQ(outcome.reason, "unreachable");
  EXPECT_EQ(service.asked(), 1);
  EXPECT_EQ(sender.journal.before(0, 1).at(0).outcome, "outcome_unknown");
}

TEST(ProviderChannel, AConnectionThatIsNotMadeLeavesTheMailForLater) {
  auto gone = std::make_unique<Service>();
  Sender sender(*gone, Leave::grant);
  gone.reset();
  const Outcome outcome = sender.send(1);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.reason, "unreachable");
  EXPECT_EQ(sender.journal.before(0, 1).at(0).outcome, "not_made");
}

TEST(ProviderChannel, AnEndpointInsideTheNetworkIsNotReachedWithoutTheOperatorsLeave) {
  const Service service;
  RecordedEvents events(Leave::grant);
  ManualClock clock(monday);
  ExchangeJournal journal;
  const auto channel = ProviderChannel::create({.url = url_of("sendgrid://key@", service)},
                                               {.product = clock, .real = clock}, journal)
                           .value();
  channel->connect(events);
  events.answer_through(*channel);
  channel->start(sample_handoff(1));
  ASSERT_TRUE(events.await_finished(1));
  EXPECT_EQ(events.outcome(1).kind, Kind::deferred);
  EXPECT_EQ(service.asked(), 0);
}

TEST(ProviderChannel, WhereTheServiceAsksForAPauseTheNextMailWaitsBeforeItAsksLeave) {
  Response busy{.status = 429};
  busy.headers.add("Retry-After", "1");
  const Service service({busy});
  Sender sender(service, Leave::grant);
  const Outcome first = sender.send(1);
  EXPECT_EQ(first.kind, Kind::deferred);
  EXPECT_EQ(first.reason, "throttled");
  const auto begin = std::chrono::steady_clock::now();
  sender.channel->start(sample_handoff(2));
  EXPECT_FALSE(sender.events.asked().contains(2));
  ASSERT_TRUE(sender.events.await_asked(2));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(900));
  ASSERT_TRUE(sender.events.await_finished(2));
  EXPECT_EQ(sender.events.outcome(2).kind, Kind::accepted);
}

TEST(ProviderChannel, AQuotaThatIsUsedUpHoldsTheNextMail) {
  Response last{.status = 202};
  last.headers.add("X-RateLimit-Remaining", "0");
  last.headers.add("X-RateLimit-Reset", std::to_string(monday.ms / 1000 + 1));
  const Service service({last});
  Sender sender(service, Leave::grant);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(sender.send(1).kind, Kind::accepted);
  EXPECT_EQ(sender.send(2).kind, Kind::accepted);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(900));
}

TEST(ProviderChannel, RefusedCredentialsHoldEveryMailThatComesAfter) {
  const Service service({Response{.status = 401}});
  Sender sender(service, Leave::grant);
  const Outcome first = sender.send(1);
  EXPECT_EQ(first.kind, Kind::deferred);
  EXPECT_EQ(first.reason, "login_refused");
  for (std::uint64_t id = 2; id <= 9; ++id) sender.channel->start(sample_handoff(id));
  sender.channel->stop({});
  EXPECT_EQ(service.asked(), 1);
  EXPECT_EQ(sender.events.asked().size(), 1U) << "no leave was asked for what would be refused";
  for (std::uint64_t id = 2; id <= 9; ++id) {
    EXPECT_EQ(sender.events.outcome(id).kind, Kind::not_started);
  }
}

TEST(ProviderChannel, StopGivesAHandOffItsGraceAndIsThenUncertain) {
  const Service service({}, true);
  Sender sender(service, Leave::grant);
  sender.channel->start(sample_handoff(1));
  while (service.asked() == 0) std::this_thread::yield();
  sender.channel->stop(Duration::milliseconds(50));
  EXPECT_EQ(sender.events.outcome(1).kind, Kind::uncertain);
}

TEST(ProviderChannel, NotesWhatItAskedWithoutSecretsAndMails) {
  const Service service(
      {Response{.status = 400, .body = R"({"errors":[{"message":"no ann@example.com"}]})"}});
  Sender sender(service, Leave::grant, "sendgrid://hidden@");
  sender.send(1);
  const Exchange exchange = sender.journal.before(0, 1).at(0);
  EXPECT_EQ(exchange.service, "sendgrid");
  EXPECT_EQ(exchange.operation, "send");
  EXPECT_EQ(exchange.key, "1-1");
  EXPECT_EQ(exchange.status, 400);
  EXPECT_EQ(exchange.outcome, "answered");
  EXPECT_EQ(exchange.at, monday - exchange.took);
  EXPECT_TRUE(exchange.url.ends_with("/v3/mail/send")) << exchange.url;
  EXPECT_EQ(exchange.words, R"({"errors":[{"message":"no …@example.com"}]})");
}

TEST(ProviderChannel, RefusesLimitsAndUrlsThatCannotBe) {
  ManualClock clock(monday);
  ExchangeJournal journal;
  const ProviderChannel::Clocks clocks{.product = clock, .real = clock};
  EXPECT_EQ(ProviderChannel::create({.url = "sendgrid://k@", .mails_max = 0}, clocks, journal)
                .error()
                .code,
            "limit_invalid");
  EXPECT_EQ(ProviderChannel::create({.url = "sendgrid://"}, clocks, journal).error().code,
            "provider_url_invalid");
}

}  // namespace
}  // namespace sojourn::channels
