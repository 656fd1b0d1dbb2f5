#include "channels/email/smtp_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "channels/channel_conformance.h"
#include "channels/testing/certificate.h"
#include "channels/testing/smtp_server.h"
#include "net/testing/fake_dns.h"

namespace sojourn::channels {
namespace {

using email::SmtpChannel;
using email::SmtpTimeouts;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::make_certificate;
using testing::SmtpScript;
using testing::SmtpServer;
using testing::TemporaryFile;

using Kind = Outcome::Kind;
using Leave = RecordedEvents::Leave;

constexpr Timestamp monday{1'772'488'200'000};  // 2026-03-02T21:50:00Z
constexpr Duration at_once = Duration::milliseconds(1);

std::string url_of(const SmtpServer& server, std::string_view query = "") {
  return "smtp://localhost:" + std::to_string(server.port()) + std::string(query);
}

/// A channel that hands over to one server.
struct Sender {
  Sender(const SmtpChannel::Options& options, Leave leave) : events(leave) {
    auto created = SmtpChannel::create(options, clock);
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
  RecordedEvents events;
  std::unique_ptr<SmtpChannel> channel;
  int sent = 0;
};

class SmtpWorld final : public ChannelWorld {
 public:
  SmtpWorld() {
    auto created = SmtpChannel::create({.url = url_of(server_)}, clock_);
    channel_ = std::move(*created);
  }
  Channel& channel() override { return *channel_; }
  std::optional<std::size_t> steps_max() override { return channel_->steps_max(); }
  int delivered() override { return static_cast<int>(server_.mails().size()); }

 private:
  ManualClock clock_{monday};
  SmtpServer server_{SmtpScript{}};
  std::unique_ptr<SmtpChannel> channel_;
};

INSTANTIATE_TEST_SUITE_P(Smtp, ChannelConformance,
                         ::testing::Values([] { return std::make_unique<SmtpWorld>(); }));

TEST(SmtpChannel, DeliversMailsSigned) {
  mime::MailSigner signer;
  const std::string pem = signer.generate(SenderKeys::Kind::ed25519)->pem;
  const std::string from = sample_handoff(1).email.from.address;
  ASSERT_TRUE(signer.use({{from.substr(from.find('@') + 1), "s1e", pem}}));
  SmtpServer server({});
  Sender sender({.url = url_of(server), .signer = &signer}, Leave::grant);
  EXPECT_EQ(sender.send(1).kind, Kind::accepted);
  ASSERT_EQ(server.mails().size(), 1U);
  EXPECT_THAT(server.mails()[0].data,
              ::testing::StartsWith("DKIM-Signature: v=1; a=ed25519-sha256;"));
}

TEST(SmtpChannel, DeliversTheMailUnderItsEnvelope) {
  SmtpServer server({});
  Sender sender({.url = url_of(server), .hello_name = "app.example"}, Leave::grant);
  const Outcome outcome = sender.send(1);
  EXPECT_EQ(outcome.kind, Kind::accepted);
  EXPECT_EQ(outcome.reply, "250 2.0.0 taken");
  const auto mails = server.mails();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(mails[0].from, "FROM:<news@brand.example>");
  EXPECT_EQ(mails[0].to, "TO:<ana1@example.com>");
  EXPECT_THAT(mails[0].data, HasSubstr("Date: Mon, 02 Mar 2026 21:50:00 +0000\r\n"));
  EXPECT_THAT(mails[0].data, HasSubstr("Subject: Hello 1\r\n"));
  EXPECT_EQ(server.commands().at(0), "EHLO app.example");
}

TEST(SmtpChannel, KeepsAConnectionForTheNextMailAndPutsTheEnvelopeInOnePacket) {
  SmtpServer server({});
  Sender sender({.url = url_of(server)}, Leave::grant);
  for (std::uint64_t id = 1; id <= 20; ++id) EXPECT_EQ(sender.send(id).kind, Kind::accepted);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.largest_group(), 3);
}

TEST(SmtpChannel, TakesANewConnectionAfterItsLimitOfMails) {
  SmtpServer server({});
  Sender sender({.url = url_of(server), .mails_per_connection_max = 5}, Leave::grant);
  for (std::uint64_t id = 1; id <= 20; ++id) EXPECT_EQ(sender.send(id).kind, Kind::accepted);
  ASSERT_TRUE(server.await_ended(4));
  EXPECT_EQ(server.connections(), 4);
  EXPECT_EQ(std::ranges::count(server.commands(), "QUIT"), 4);
}

TEST(SmtpChannel, TriesAMailAgainThatAnEndedConnectionReturned) {
  SmtpServer server({.mails_before_drop = 1});
  Sender sender({.url = url_of(server)}, Leave::grant);
  for (std::uint64_t id = 1; id <= 5; ++id) EXPECT_EQ(sender.send(id).kind, Kind::accepted);
  EXPECT_EQ(server.mails().size(), 5u);
  EXPECT_EQ(server.connections(), 5);
}

TEST(SmtpChannel, SaysQuitWhenAConnectionWasIdleTooLong) {
  SmtpServer server({});
  SmtpTimeouts timeouts;
  timeouts.idle = at_once;
  Sender sender({.url = url_of(server), .timeouts = timeouts}, Leave::grant);
  EXPECT_EQ(sender.send(1).kind, Kind::accepted);
  ASSERT_TRUE(server.await_ended(1));
  EXPECT_EQ(server.commands().back(), "QUIT");
}

TEST(SmtpChannel, ARefusedLeaveCutsTheMailOffBeforeItsDot) {
  SmtpServer server({});
  Sender sender({.url = url_of(server)}, Leave::refuse);
  EXPECT_EQ(sender.send(1).kind, Kind::not_started);
  ASSERT_TRUE(server.await_ended(1));
  EXPECT_EQ(server.mails_cut_off(), 1);
  EXPECT_TRUE(server.mails().empty());
}

TEST(SmtpChannel, DefersWhereNobodyListens) {
  std::string url;
  {
    const SmtpServer gone({});
    url = url_of(gone);
  }
  Sender sender({.url = url}, Leave::grant);
  const Outcome outcome = sender.send(1);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.reason, "unreachable");
  EXPECT_EQ(outcome.reply, "Connection refused");
  EXPECT_TRUE(sender.events.asked().empty());
}

TEST(SmtpChannel, BoundsEveryStageByItsTimeout) {
  const std::pair<std::string, void (*)(SmtpTimeouts&)> stages[] = {
      {"CONNECT", [](SmtpTimeouts& t) { t.greeting = at_once; }},
      {"EHLO", [](SmtpTimeouts& t) { t.hello = at_once; }},
      {"MAIL", [](SmtpTimeouts& t) { t.mail = at_once; }},
      {"RCPT", [](SmtpTimeouts& t) { t.recipient = at_once; }},
      {"DATA", [](SmtpTimeouts& t) { t.data = at_once; }},
  };
  for (const auto& [silent_at, shorten] : stages) {
    SmtpServer server({.capabilities = {}, .replies = {{silent_at, testing::stay_silent}}});
    SmtpTimeouts timeouts;
    shorten(timeouts);
    Sender sender({.url = url_of(server), .timeouts = timeouts}, Leave::grant);
    const Outcome outcome = sender.send(1);
    EXPECT_EQ(outcome.kind, Kind::deferred) << silent_at;
    EXPECT_EQ(outcome.reply, "timed out") << silent_at;
  }
}

TEST(SmtpChannel, DefersWhereLeaveIsNotAnswered) {
  SmtpServer server({});
  SmtpTimeouts timeouts;
  timeouts.leave = at_once;
  Sender sender({.url = url_of(server), .timeouts = timeouts}, Leave::keep_waiting);
  EXPECT_EQ(sender.send(1).kind, Kind::deferred);
  sender.channel->answer_leave({1}, true);
  sender.channel->stop({});
  EXPECT_TRUE(server.mails().empty());
}

TEST(SmtpChannel, IsUncertainWhereTheAnswerToTheDotDoesNotCome) {
  SmtpServer dropping({.replies = {{".", testing::drop_connection}}});
  Sender dropped({.url = url_of(dropping)}, Leave::grant);
  EXPECT_EQ(dropped.send(1).kind, Kind::uncertain);

  SmtpServer silent({.replies = {{".", testing::stay_silent}}});
  SmtpTimeouts timeouts;
  timeouts.end_of_data = at_once;
  Sender late({.url = url_of(silent), .timeouts = timeouts}, Leave::grant);
  EXPECT_EQ(late.send(1).kind, Kind::uncertain);
}

TEST(SmtpChannel, GoesOnAfterARefusalOnTheSameConnection) {
  SmtpServer server({.replies = {{"RCPT", "550 5.1.1 no such user\r\n"},
                                 {"DATA", "554 5.5.1 no valid recipients\r\n"}}});
  Sender sender({.url = url_of(server), .connections_max = 1}, Leave::grant);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    const Outcome outcome = sender.send(id);
    EXPECT_EQ(outcome.kind, Kind::failed);
    EXPECT_EQ(outcome.reason, "hard_bounce");
    EXPECT_TRUE(outcome.suppress_address);
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_GE(std::ranges::count(server.commands(), "RSET"), 2);  // the last may be on its way
}

TEST(SmtpChannel, StopGivesWhatIsPastLeaveItsGraceAndIsThenUncertain) {
  SmtpServer server({.replies = {{".", testing::stay_silent}}});
  Sender sender({.url = url_of(server)}, Leave::grant);
  sender.channel->start(sample_handoff(1));
  ASSERT_TRUE(sender.events.await_asked(1));
  // Until the dot has arrived the mail could still end not_started.
  while (server.dots() == 0) std::this_thread::yield();
  sender.channel->stop(at_once);
  EXPECT_EQ(sender.events.outcome(1).kind, Kind::uncertain);
}

TEST(SmtpChannel, StartsNothingAfterStop) {
  SmtpServer server({});
  Sender sender({.url = url_of(server)}, Leave::grant);
  sender.channel->stop({});
  EXPECT_EQ(sender.channel->capacity(), 0);
  EXPECT_EQ(sender.send(1).kind, Kind::not_started);
}

TEST(SmtpChannel, SpeaksTlsToAServerItTrusts) {
  const auto certificate = make_certificate("localhost");
  const TemporaryFile authorities(certificate.certificate_pem);
  SmtpServer server({.capabilities = {"STARTTLS", "PIPELINING"}, .certificate = certificate});
  Sender sender({.url = url_of(server, "?tls=required"), .authorities_file = authorities.path()},
                Leave::grant);
  EXPECT_EQ(sender.send(1).kind, Kind::accepted);
  EXPECT_EQ(sender.send(2).kind, Kind::accepted);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_THAT(server.mails(), Each(Field(&testing::TakenMail::secure, true)));
}

TEST(SmtpChannel, SpeaksTlsFromTheFirstByte) {
  const auto certificate = make_certificate("localhost");
  const TemporaryFile authorities(certificate.certificate_pem);
  SmtpServer server({.certificate = certificate, .tls_from_the_first_byte = true});
  Sender sender({.url = "smtps://localhost:" + std::to_string(server.port()),
                 .authorities_file = authorities.path()},
                Leave::grant);
  EXPECT_EQ(sender.send(1).kind, Kind::accepted);
  EXPECT_TRUE(server.mails().at(0).secure);
}

TEST(SmtpChannel, SendsNothingToAServerItDoesNotTrust) {
  const auto certificate = make_certificate("localhost");
  const TemporaryFile strangers(make_certificate("localhost").certificate_pem);
  SmtpServer stranger({.capabilities = {"STARTTLS"}, .certificate = certificate});
  Sender sender({.url = url_of(stranger, "?tls=required"), .authorities_file = strangers.path()},
                Leave::grant);
  EXPECT_EQ(sender.send(1).kind, Kind::deferred);
  EXPECT_TRUE(stranger.mails().empty());

  const auto other_name = make_certificate("mail.example");
  const TemporaryFile authorities(other_name.certificate_pem);
  SmtpServer misnamed({.capabilities = {"STARTTLS"}, .certificate = other_name});
  Sender careful({.url = url_of(misnamed, "?tls=required"), .authorities_file = authorities.path()},
                 Leave::grant);
  EXPECT_EQ(careful.send(1).kind, Kind::deferred);
  EXPECT_TRUE(misnamed.mails().empty());
}

TEST(SmtpChannel, OpportunisticTlsTakesAnyCertificateAndGoesOnWithoutABrokenOne) {
  SmtpServer any({.capabilities = {"STARTTLS"}, .certificate = make_certificate("mail.example")});
  Sender trusting({.url = url_of(any)}, Leave::grant);
  EXPECT_EQ(trusting.send(1).kind, Kind::accepted);
  EXPECT_TRUE(any.mails().at(0).secure);

  SmtpServer broken({.capabilities = {"STARTTLS"},
                     .certificate = make_certificate("localhost"),
                     .behind_start_tls = "this is no TLS record\r\n"});
  Sender sender({.url = url_of(broken)}, Leave::grant);
  sender.send(1);
  EXPECT_EQ(sender.send(2).kind, Kind::accepted);
}

TEST(SmtpChannel, BelievesNothingThatWasInjectedBehindStartTls) {
  const auto certificate = make_certificate("localhost");
  const TemporaryFile authorities(certificate.certificate_pem);
  SmtpServer server({.capabilities = {"STARTTLS"},
                     .certificate = certificate,
                     .behind_start_tls = "250-evil\r\n250 PIPELINING\r\n"});
  Sender sender({.url = url_of(server, "?tls=required"), .authorities_file = authorities.path()},
                Leave::grant);
  EXPECT_EQ(sender.send(1).kind, Kind::accepted);
  EXPECT_TRUE(server.mails().at(0).secure);
  EXPECT_EQ(server.largest_group(), 1);  // PIPELINING was not believed
}

TEST(SmtpChannel, LogsInWithinTls) {
  const auto certificate = make_certificate("localhost");
  const TemporaryFile authorities(certificate.certificate_pem);
  SmtpServer server({.capabilities = {"STARTTLS", "AUTH PLAIN"}, .certificate = certificate});
  Sender sender({.url = "smtp://u:p@localhost:" + std::to_string(server.port()),
                 .authorities_file = authorities.path()},
                Leave::grant);
  EXPECT_EQ(sender.send(1).kind, Kind::accepted);
  const auto commands = server.commands();
  EXPECT_EQ(commands.at(1), "STARTTLS");
  EXPECT_EQ(commands.at(3), "AUTH PLAIN AHUAcA==");
}

/// Mails to the hosts of example.com, all of which are on loopback.
struct Direct {
  explicit Direct(std::uint16_t port,
                  const testing::Certificate& trusted = make_certificate("x.example"),
                  email::Providers providers = {})
      : authorities(trusted.certificate_pem),
        sender({.url = "mx:?port=" + std::to_string(port),
                .authorities_file = authorities.path(),
                .providers = std::move(providers),
                .guard = *net::AddressGuard::parse("127.0.0.0/8"),
                .dns = &dns,
                .fetch_policy =
                    [this](const std::string&,
                           const std::function<void(Result<std::string>)>& done) { done(policy); }},
               Leave::grant) {}

  void add_host(const std::string& host, std::uint16_t preference, const std::string& address) {
    dns.add("example.com", net::DnsType::mx, host, preference);
    dns.add(host, net::DnsType::a, address);
  }

  net::testing::FakeDns dns;
  Result<std::string> policy = failure("mta_sts_unreachable", "no");
  TemporaryFile authorities;
  Sender sender;
};

TEST(SmtpChannel, DeliversToTheMailHostsOfItsRecipientsOverKeptConnections) {
  SmtpServer server({});
  Direct direct(server.port());
  direct.add_host("mx1.example.com", 10, "127.0.0.1");
  for (std::uint64_t id = 1; id <= 10; ++id) {
    EXPECT_EQ(direct.sender.send(id).kind, Kind::accepted);
  }
  EXPECT_EQ(server.mails().size(), 10u);
  EXPECT_EQ(server.connections(), 1);
}

TEST(SmtpChannel, TriesTheNextMailHostWhereOneFails) {
  SmtpServer server({});
  Direct direct(server.port());
  direct.add_host("gone.example.com", 10, "127.0.0.99");  // nobody listens there
  direct.add_host("mx1.example.com", 20, "127.0.0.1");
  EXPECT_EQ(direct.sender.send(1).kind, Kind::accepted);
  EXPECT_EQ(server.mails().size(), 1u);
}

TEST(SmtpChannel, DefersWhereNoMailHostAnswersAndThenLeavesThemAlone) {
  SmtpServer server({.replies = {{"CONNECT", "554 no\r\n"}}});
  Direct direct(server.port());
  direct.add_host("mx1.example.com", 10, "127.0.0.1");
  direct.add_host("mx2.example.com", 20, "127.0.0.1");
  EXPECT_EQ(direct.sender.channel->wait_for("ana@example.com"), Duration{});
  const Outcome outcome = direct.sender.send(1);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.reason, "unreachable");
  EXPECT_EQ(server.connections(), 2);
  EXPECT_GT(direct.sender.channel->wait_for("ana@example.com"), Duration{});
  EXPECT_EQ(direct.sender.channel->wait_for("ana@example.net"), Duration{});
  const Outcome next = direct.sender.send(2);
  EXPECT_EQ(next.kind, Kind::not_started);
  EXPECT_GT(next.retry_after.value_or(Duration{}), Duration{});
  EXPECT_EQ(server.connections(), 2);
}

TEST(SmtpChannel, FailsMailsToDomainsThatTakeNone) {
  Direct direct(1);
  direct.dns.add("example.com", net::DnsType::mx, "", 0);
  const Outcome outcome = direct.sender.send(1);
  EXPECT_EQ(outcome.kind, Kind::failed);
  EXPECT_EQ(outcome.reason, "hard_bounce");
  EXPECT_TRUE(outcome.suppress_address);
}

TEST(SmtpChannel, KeepsTheLimitOfAProvider) {
  SmtpServer server({.replies = {{".", testing::stay_silent}}});
  Direct direct(server.port(), make_certificate("x.example"),
                *email::Providers::parse("ours mx=*.example.com connections=2"));
  direct.add_host("mx1.example.com", 10, "127.0.0.1");
  for (std::uint64_t id = 1; id <= 5; ++id) direct.sender.channel->start(sample_handoff(id));
  ASSERT_TRUE(direct.sender.events.await_finished(3));
  for (const auto& [id, outcomes] : direct.sender.events.outcomes()) {
    EXPECT_EQ(outcomes.front().kind, Kind::not_started) << id;
    EXPECT_TRUE(outcomes.front().retry_after) << id;
  }
  while (server.dots() < 2) std::this_thread::yield();
  EXPECT_EQ(server.connections(), 2);
  direct.sender.channel->stop(at_once);
}

TEST(SmtpChannel, FailsAnAddressThatNeedsSmtpUtf8WhereItIsNotOffered) {
  SmtpServer server({});
  Sender sender({.url = url_of(server)}, Leave::grant);
  Handoff handoff = sample_handoff(1);
  handoff.email.to.address = "j\xc3\xb6rg@example.com";
  sender.channel->start(handoff);
  ASSERT_TRUE(sender.events.await_finished(1));
  const Outcome outcome = sender.events.outcome(1);
  EXPECT_EQ(outcome.kind, Kind::failed);
  EXPECT_EQ(outcome.reason, "smtputf8_unavailable");
  EXPECT_THAT(outcome.reply, ::testing::StartsWith("5.6.7 "));
  EXPECT_FALSE(outcome.suppress_address);
}

TEST(SmtpChannel, SlowsDownWhereAProviderAsksForLess) {
  SmtpServer server({.replies = {{"MAIL", "450 4.7.28 too fast\r\n"}}});
  Direct direct(server.port());
  direct.add_host("mx1.example.com", 10, "127.0.0.1");
  EXPECT_EQ(direct.sender.send(1).reason, "throttled");
  EXPECT_GT(direct.sender.channel->wait_for("ana@example.com"), Duration::seconds(30));
  SmtpServer relay({.replies = {{"MAIL", "450 4.7.28 too fast\r\n"}}});
  Sender relayed({.url = url_of(relay)}, Leave::grant);
  EXPECT_EQ(relayed.send(1).reason, "throttled");
  EXPECT_GT(relayed.channel->wait_for("ben@example.net"), Duration::seconds(30));
}

TEST(SmtpChannel, SendsNothingInTheClearWhereADomainEnforcesTls) {
  SmtpServer plain({});
  Direct direct(plain.port());
  direct.add_host("mx1.example.com", 10, "127.0.0.1");
  direct.dns.add("_mta-sts.example.com", net::DnsType::txt, "v=STSv1; id=1");
  direct.policy = "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 86400\n";
  const Outcome outcome = direct.sender.send(1);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.reason, "tls_unavailable");
  EXPECT_TRUE(plain.mails().empty());

  // The certificate names another host than the one that was asked for.
  SmtpServer misnamed({.capabilities = {"STARTTLS"}, .certificate = make_certificate("x.example")});
  Direct careful(misnamed.port());
  careful.add_host("mx1.example.com", 10, "127.0.0.1");
  careful.dns.add("_mta-sts.example.com", net::DnsType::txt, "v=STSv1; id=1");
  careful.policy = direct.policy;
  EXPECT_EQ(careful.sender.send(1).kind, Kind::deferred);
  EXPECT_TRUE(misnamed.mails().empty());
}

TEST(SmtpChannel, DeliversOverTlsThatADomainEnforces) {
  const auto certificate = make_certificate("mx1.example.com");
  SmtpServer server({.capabilities = {"STARTTLS"}, .certificate = certificate});
  Direct direct(server.port(), certificate);
  direct.add_host("mx1.example.com", 10, "127.0.0.1");
  direct.dns.add("_mta-sts.example.com", net::DnsType::txt, "v=STSv1; id=1");
  direct.policy = "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 86400\n";
  EXPECT_EQ(direct.sender.send(1).kind, Kind::accepted);
  EXPECT_TRUE(server.mails().at(0).secure);
}

TEST(SmtpChannel, StopsWhileNamesAreLookedUp) {
  Direct direct(1);
  direct.dns.fail("example.com", net::DnsType::mx);
  direct.sender.channel->start(sample_handoff(1));
  direct.sender.channel->stop({});
  const Kind kind = direct.sender.events.outcome(1).kind;
  EXPECT_TRUE(kind == Kind::not_started || kind == Kind::deferred);
}

TEST(SmtpChannel, IsNotMadeFromWrongOptions) {
  const ManualClock clock(monday);
  EXPECT_FALSE(SmtpChannel::create({.url = "ftp://x"}, clock));
  EXPECT_FALSE(SmtpChannel::create({.url = "smtp://x", .hello_name = "a b"}, clock));
  EXPECT_FALSE(SmtpChannel::create({.url = "smtp://x", .hello_name = "a\r\nQUIT"}, clock));
  EXPECT_FALSE(
      SmtpChannel::create({.url = "smtp://x", .hello_name = std::string(256, 'a')}, clock));
  EXPECT_TRUE(SmtpChannel::create({.url = "smtp://x", .hello_name = std::string(255, 'a')}, clock));
  EXPECT_FALSE(SmtpChannel::create({.url = "mx:"}, clock));  // nobody to ask for hosts
  EXPECT_FALSE(SmtpChannel::create({.url = "smtp://x", .connections_max = 0}, clock));
  EXPECT_FALSE(SmtpChannel::create({.url = "smtp://x", .mails_per_connection_max = 0}, clock));
  EXPECT_FALSE(SmtpChannel::create(
      {.url = "smtp://x?tls=required", .authorities_file = "/nonexistent"}, clock));
}

}  // namespace
}  // namespace sojourn::channels
