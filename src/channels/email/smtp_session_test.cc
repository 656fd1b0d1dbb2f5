#include "channels/email/smtp_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace sojourn::channels::email {
namespace {

using Kind = Outcome::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

mime::WrittenMail mail_of(std::string bytes) {
  return {.envelope_from = *mime::WireAddress::create("from", "news@brand.example"),
          .envelope_to = *mime::WireAddress::create("to", "ana@example.com"),
          .bytes = std::move(bytes)};
}

mime::WrittenMail sample_mail() {
  return mail_of("Subject: x\r\n\r\nHello\r\n");
}

/// A session and what it has asked for so far.
class Dialogue {
 public:
  explicit Dialogue(SmtpSettings settings = {.tls = TlsPolicy::off})
      : session_(std::move(settings)) {}

  Dialogue& take(Actions actions) {
    for (Action& action : actions) {
      if (auto* write = std::get_if<WriteBytes>(&action)) written_ += write->bytes;
      if (std::holds_alternative<StartTls>(action)) ++tls_starts_;
      if (std::holds_alternative<AskLeave>(action)) ++leaves_asked_;
      if (std::holds_alternative<CloseConnection>(action)) closed_ = true;
      if (auto* end = std::get_if<MailFinished>(&action)) outcomes_.push_back(end->outcome);
      if (auto* back = std::get_if<MailReturned>(&action)) {
        returned_ = std::move(back->mail);
        host_failed_ = std::move(back->host_failed);
      }
    }
    return *this;
  }

  Dialogue& server(std::string_view bytes) { return take(session_.received(bytes)); }
  Dialogue& send(mime::WrittenMail mail = sample_mail()) {
    return take(session_.send(std::move(mail)));
  }
  Dialogue& connect() { return take(session_.connected()); }
  Dialogue& secured() { return take(session_.secured()); }
  Dialogue& written() { return take(session_.written()); }
  Dialogue& leave(bool granted) { return take(session_.answer_leave(granted)); }
  Dialogue& lose() { return take(session_.lost("connection reset")); }
  Dialogue& stop() { return take(session_.stop()); }

  /// What has been written since the last call.
  std::string said() { return std::exchange(written_, {}); }
  [[nodiscard]] Stage stage() const { return session_.stage(); }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] int leaves_asked() const { return leaves_asked_; }
  [[nodiscard]] int tls_starts() const { return tls_starts_; }
  [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }
  [[nodiscard]] const std::optional<mime::WrittenMail>& returned() const { return returned_; }
  [[nodiscard]] const std::optional<Outcome>& host_failed() const { return host_failed_; }

  /// Plays the part of a willing server without PIPELINING up to `stage`.
  Dialogue& reach(Stage stage) {
    send();
    if (stage == Stage::connect) return *this;
    connect();
    const std::pair<Stage, std::string> steps[] = {{Stage::greeting, "220 hi\r\n"},
                                                   {Stage::hello, "250 hi\r\n"},
                                                   {Stage::mail, "250 ok\r\n"},
                                                   {Stage::recipient, "250 ok\r\n"},
                                                   {Stage::data, "354 go\r\n"}};
    for (const auto& [at, reply] : steps) {
      if (stage == at) return *this;
      server(reply);
    }
    if (stage == Stage::body) return *this;
    written();
    if (stage == Stage::leave) return *this;
    leave(true);
    return *this;
  }

 private:
  SmtpSession session_;
  std::string written_;
  int tls_starts_ = 0;
  int leaves_asked_ = 0;
  bool closed_ = false;
  std::vector<Outcome> outcomes_;
  std::optional<mime::WrittenMail> returned_;
  std::optional<Outcome> host_failed_;
};

constexpr Stage answer_stages[] = {Stage::greeting,  Stage::hello, Stage::mail,
                                   Stage::recipient, Stage::data,  Stage::end_of_data};
constexpr Stage stages_with_mail[] = {Stage::connect, Stage::greeting,  Stage::hello,
                                      Stage::mail,    Stage::recipient, Stage::data,
                                      Stage::body,    Stage::leave};

TEST(SmtpSession, CarriesAMailStepByStepAndAsksLeaveBeforeItsEnd) {
  Dialogue d;
  d.send().connect();
  EXPECT_EQ(d.said(), "");
  EXPECT_EQ(d.server("220 hi\r\n").said(), "EHLO localhost\r\n");
  EXPECT_EQ(d.server("250 hi\r\n").said(), "MAIL FROM:<news@brand.example>\r\n");
  EXPECT_EQ(d.server("250 ok\r\n").said(), "RCPT TO:<ana@example.com>\r\n");
  EXPECT_EQ(d.server("250 ok\r\n").said(), "DATA\r\n");
  EXPECT_EQ(d.server("354 go\r\n").said(), "Subject: x\r\n\r\nHello");
  EXPECT_EQ(d.leaves_asked(), 0);
  EXPECT_EQ(d.written().leaves_asked(), 1);
  EXPECT_EQ(d.said(), "");
  EXPECT_EQ(d.leave(true).said(), "\r\n.\r\n");
  EXPECT_THAT(d.outcomes(), IsEmpty());
  d.server("250 2.0.0 queued as 17\r\n");
  ASSERT_EQ(d.outcomes().size(), 1u);
  EXPECT_EQ(d.outcomes()[0].kind, Kind::accepted);
  EXPECT_EQ(d.outcomes()[0].reply, "250 2.0.0 queued as 17");
  EXPECT_EQ(d.stage(), Stage::idle);
}

TEST(SmtpSession, PutsTheEnvelopeInOneWriteWherePipeliningIsOffered) {
  Dialogue d;
  d.send().connect().server("220 hi\r\n").said();
  EXPECT_EQ(d.server("250-hi\r\n250-PIPELINING\r\n250 SIZE 1000\r\n").said(),
            "MAIL FROM:<news@brand.example> SIZE=21\r\nRCPT TO:<ana@example.com>\r\nDATA\r\n");
  EXPECT_EQ(d.server("250 ok\r\n250 ok\r\n").said(), "");
  EXPECT_THAT(d.server("354 go\r\n").said(), HasSubstr("Hello"));
}

TEST(SmtpSession, UsesTheConnectionAgainUpToItsLimit) {
  Dialogue d({.tls = TlsPolicy::off, .mails_per_connection_max = 2});
  d.reach(Stage::end_of_data).server("250 ok\r\n").said();
  EXPECT_EQ(d.send().said(), "MAIL FROM:<news@brand.example>\r\n");
  d.server("250 ok\r\n").server("250 ok\r\n").server("354 go\r\n").written().leave(true).said();
  EXPECT_EQ(d.server("250 ok\r\n").said(), "QUIT\r\n");
  EXPECT_EQ(d.stage(), Stage::quit);
  EXPECT_TRUE(d.server("221 bye\r\n").closed());
  EXPECT_EQ(d.outcomes().size(), 2u);
}

TEST(SmtpSession, DefersOnAnyTemporaryRefusalAndFailsOnPermanentOnes) {
  for (const Stage stage : answer_stages) {
    const bool connection = stage == Stage::greeting || stage == Stage::hello;
    Dialogue temporary;
    temporary.reach(stage).server("451 later\r\n");
    ASSERT_EQ(temporary.outcomes().size(), 1u) << to_string(stage);
    EXPECT_EQ(temporary.outcomes()[0].kind, Kind::deferred) << to_string(stage);

    Dialogue permanent;
    permanent.reach(stage).server("550 5.7.1 no\r\n");
    if (stage == Stage::hello) permanent.server("550 5.7.1 no\r\n");  // to HELO
    ASSERT_EQ(permanent.outcomes().size(), 1u) << to_string(stage);
    EXPECT_EQ(permanent.outcomes()[0].kind, connection ? Kind::deferred : Kind::failed)
        << to_string(stage);
    EXPECT_EQ(permanent.closed(), connection) << to_string(stage);
  }
}

TEST(SmtpSession, Ends421WithTheConnectionAtEveryStage) {
  for (const Stage stage : answer_stages) {
    Dialogue d;
    d.reach(stage).server("421 closing\r\n");
    ASSERT_EQ(d.outcomes().size(), 1u) << to_string(stage);
    EXPECT_EQ(d.outcomes()[0].kind, Kind::deferred) << to_string(stage);
    EXPECT_EQ(d.outcomes()[0].reason, "unreachable") << to_string(stage);
    EXPECT_TRUE(d.closed()) << to_string(stage);
  }
}

TEST(SmtpSession, DefersWhatIsLostBeforeTheFinalDot) {
  for (const Stage stage : stages_with_mail) {
    Dialogue d;
    d.reach(stage).lose();
    ASSERT_EQ(d.outcomes().size(), 1u) << to_string(stage);
    EXPECT_EQ(d.outcomes()[0].kind, Kind::deferred) << to_string(stage);
    EXPECT_EQ(d.outcomes()[0].reason, "unreachable") << to_string(stage);
    EXPECT_EQ(d.outcomes()[0].reply, "connection reset") << to_string(stage);
    EXPECT_THAT(d.said(), Not(HasSubstr("\r\n.\r\n"))) << to_string(stage);
  }
}

TEST(SmtpSession, IsUncertainOfWhatIsLostAfterTheFinalDot) {
  Dialogue d;
  d.reach(Stage::end_of_data).lose();
  EXPECT_EQ(d.outcomes().at(0).kind, Kind::uncertain);
  EXPECT_EQ(d.outcomes().at(0).reason, "connection_lost");
}

TEST(SmtpSession, TakesNoGarbageForAnAnswer) {
  const std::string garbage[] = {"hello\r\n",
                                 "250 ok\n",
                                 "250 a\rb\r\n",
                                 "250-a\r\n550 b\r\n",
                                 std::string(5000, 'x'),
                                 "250 " + std::string(5000, 'x') + "\r\n"};
  for (const Stage stage : answer_stages) {
    for (const std::string& bytes : garbage) {
      Dialogue d;
      d.reach(stage).server(bytes);
      ASSERT_EQ(d.outcomes().size(), 1u) << to_string(stage) << ": " << bytes.substr(0, 20);
      EXPECT_EQ(d.outcomes()[0].kind,
                stage == Stage::end_of_data ? Kind::uncertain : Kind::deferred)
          << to_string(stage) << ": " << bytes.substr(0, 20);
      EXPECT_EQ(d.outcomes()[0].reason, "invalid_reply") << to_string(stage);
      EXPECT_TRUE(d.closed());
    }
  }
}

TEST(SmtpSession, GivesUpOnAGiantReplyOfSmallLines) {
  for (const Stage stage : answer_stages) {
    Dialogue d;
    d.reach(stage);
    for (int i = 0; i < 100 && !d.closed(); ++i) d.server("250-" + std::string(1000, 'x') + "\r\n");
    EXPECT_TRUE(d.closed()) << to_string(stage);
    EXPECT_EQ(d.outcomes().at(0).reason, "invalid_reply") << to_string(stage);
  }
}

TEST(SmtpSession, TakesNoAnswerThatCameBeforeItsQuestion) {
  Dialogue praise;
  praise.reach(Stage::leave).server("250 ok\r\n");
  EXPECT_EQ(praise.outcomes().at(0).kind, Kind::deferred);

  Dialogue behind_354;
  behind_354.reach(Stage::data).server("354 go\r\n250 ok\r\n");
  EXPECT_EQ(behind_354.outcomes().at(0).kind, Kind::deferred);

  Dialogue half;
  half.reach(Stage::leave).server("250 o").leave(true);
  EXPECT_EQ(half.outcomes().at(0).kind, Kind::deferred);
  EXPECT_THAT(half.said(), Not(HasSubstr("\r\n.\r\n")));

  Dialogue data_250;
  data_250.reach(Stage::data).server("250 ok\r\n");
  EXPECT_EQ(data_250.outcomes().at(0).reason, "invalid_reply");
}

TEST(SmtpSession, TakesARefusalInTheMiddleOfTheMail) {
  for (const Stage stage : {Stage::body, Stage::leave}) {
    Dialogue d;
    d.reach(stage).server("552 5.3.4 too large\r\n");
    EXPECT_EQ(d.outcomes().at(0).kind, Kind::failed);
    EXPECT_TRUE(d.closed());
    d.leave(true);
    EXPECT_EQ(d.outcomes().size(), 1u);
  }
}

TEST(SmtpSession, ARefusedLeaveClosesWithoutTheDot) {
  Dialogue d;
  d.reach(Stage::leave).leave(false);
  EXPECT_EQ(d.outcomes().at(0).kind, Kind::not_started);
  EXPECT_TRUE(d.closed());
  EXPECT_TRUE(d.said().ends_with("Hello"));
}

TEST(SmtpSession, ARefusedRecipientDoesNotEndTheConnection) {
  Dialogue d;
  d.reach(Stage::recipient).said();
  EXPECT_EQ(d.server("550 5.1.1 no\r\n").said(), "RSET\r\n");
  EXPECT_TRUE(d.outcomes().at(0).suppress_address);
  EXPECT_EQ(d.server("250 ok\r\n").stage(), Stage::idle);
}

TEST(SmtpSession, WaitsForAllPipelinedAnswersAfterARefusal) {
  Dialogue d;
  d.send().connect().server("220 hi\r\n").server("250-hi\r\n250 PIPELINING\r\n").said();
  d.server("250 ok\r\n550 5.1.1 no\r\n");
  EXPECT_THAT(d.outcomes(), IsEmpty());
  EXPECT_EQ(d.server("554 5.5.1 no valid recipients\r\n").said(), "RSET\r\n");
  EXPECT_EQ(d.outcomes().at(0).reason, "hard_bounce");
  EXPECT_EQ(d.server("250 ok\r\n").stage(), Stage::idle);
}

TEST(SmtpSession, NeverEndsAMailWhoseRecipientWasRefused) {
  Dialogue d;
  d.send().connect().server("220 hi\r\n").server("250-hi\r\n250 PIPELINING\r\n").said();
  d.server("250 ok\r\n550 5.1.1 no\r\n354 go\r\n");
  EXPECT_EQ(d.outcomes().at(0).reason, "hard_bounce");
  EXPECT_TRUE(d.closed());
  EXPECT_EQ(d.said(), "");
}

TEST(SmtpSession, ReturnsTheMailWhenAKeptConnectionHadEnded) {
  for (const bool by_reply : {true, false}) {
    Dialogue d;
    d.reach(Stage::end_of_data).server("250 ok\r\n").send();
    by_reply ? d.server("421 idle too long\r\n") : d.lose();
    EXPECT_EQ(d.outcomes().size(), 1u);
    ASSERT_TRUE(d.returned());
    EXPECT_EQ(d.returned()->bytes, sample_mail().bytes);
    EXPECT_TRUE(d.closed());
  }
}

TEST(SmtpSession, ClosesAnIdleConnectionThatSpeaks) {
  Dialogue d;
  d.reach(Stage::end_of_data).server("250 ok\r\n").server("421 bye\r\n");
  EXPECT_TRUE(d.closed());
  EXPECT_EQ(d.outcomes().size(), 1u);
}

TEST(SmtpSession, FallsBackToHelo) {
  Dialogue d;
  d.reach(Stage::hello).said();
  EXPECT_EQ(d.server("502 what\r\n").said(), "HELO localhost\r\n");
  EXPECT_EQ(d.server("250 hi\r\n").said(), "MAIL FROM:<news@brand.example>\r\n");
}

TEST(SmtpSession, DoesNotBeginAMailLargerThanTheServerTakes) {
  Dialogue d;
  d.send(mail_of(std::string(99, 'x') + "\r\n")).connect().server("220 hi\r\n").said();
  d.server("250-hi\r\n250 SIZE 100\r\n");
  EXPECT_EQ(d.said(), "");
  EXPECT_EQ(d.outcomes().at(0).reason, "our_error");
  EXPECT_EQ(d.outcomes().at(0).reply, "the mail is 101 bytes, the server takes 100");
  EXPECT_EQ(d.stage(), Stage::idle);
  EXPECT_THAT(d.send(mail_of(std::string(98, 'x') + "\r\n")).said(), HasSubstr("SIZE=100"));
}

mime::WrittenMail mail_to_joerg() {
  return {.envelope_from = *mime::WireAddress::create("from", "news@brand.example"),
          .envelope_to = *mime::WireAddress::create("to", "jörg@bücher.example"),
          .bytes = "To: <jörg@xn--bcher-kva.example>\r\n\r\nHello\r\n",
          .envelope_id = "7",
          .needs_utf8 = true};
}

TEST(SmtpSession, SendsAnAddressOutsideAsciiWhereTheServerTakesSuch) {
  Dialogue d;
  d.send(mail_to_joerg()).connect().server("220 hi\r\n");
  d.said();
  d.server("250-hi\r\n250-PIPELINING\r\n250-DSN\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
  EXPECT_EQ(d.said(),
            "MAIL FROM:<news@brand.example> RET=HDRS ENVID=7 BODY=8BITMIME SMTPUTF8\r\n"
            "RCPT TO:<jörg@xn--bcher-kva.example> NOTIFY=FAILURE\r\nDATA\r\n");
}

TEST(SmtpSession, FailsAnAddressOutsideAsciiElsewhereAndGoesOn) {
  Dialogue d;
  d.send(mail_to_joerg()).connect().server("220 hi\r\n").server("250-hi\r\n250 8BITMIME\r\n");
  ASSERT_EQ(d.outcomes().size(), 1u);
  EXPECT_EQ(d.outcomes()[0].kind, Kind::failed);
  EXPECT_EQ(d.outcomes()[0].reason, "smtputf8_unavailable");
  EXPECT_FALSE(d.outcomes()[0].suppress_address);
  EXPECT_THAT(d.said(), ::testing::Not(HasSubstr("MAIL")));
  EXPECT_EQ(d.stage(), Stage::idle);
  d.send();
  EXPECT_THAT(d.said(), HasSubstr("MAIL FROM:<news@brand.example>\r\n"));
}

TEST(SmtpSession, SpeaksTlsWhereItIsOfferedAndForgetsWhatItLearnedBefore) {
  Dialogue d({.tls = TlsPolicy::opportunistic});
  d.send().connect().server("220 hi\r\n").said();
  EXPECT_EQ(d.server("250-hi\r\n250-PIPELINING\r\n250 STARTTLS\r\n").said(), "STARTTLS\r\n");
  EXPECT_EQ(d.server("220 go\r\n").tls_starts(), 1);
  EXPECT_EQ(d.said(), "");
  EXPECT_EQ(d.secured().said(), "EHLO localhost\r\n");
  EXPECT_EQ(d.server("250 hi\r\n").said(), "MAIL FROM:<news@brand.example>\r\n");
}

TEST(SmtpSession, DiscardsWhatWasInjectedBehindStartTls) {
  Dialogue d({.tls = TlsPolicy::required});
  d.send().connect().server("220 hi\r\n").server("250-hi\r\n250 STARTTLS\r\n").said();
  d.server("220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n250 ok\r\n");
  EXPECT_EQ(d.tls_starts(), 1);
  EXPECT_EQ(d.said(), "");
  EXPECT_EQ(d.secured().said(), "EHLO localhost\r\n");
  EXPECT_EQ(d.stage(), Stage::hello);
}

TEST(SmtpSession, SendsNothingWithoutTlsWhereItIsRequired) {
  Dialogue not_offered({.tls = TlsPolicy::required});
  not_offered.send().connect().server("220 hi\r\n").server("250 hi\r\n");
  EXPECT_EQ(not_offered.outcomes().at(0).reason, "tls_unavailable");
  EXPECT_TRUE(not_offered.closed());

  Dialogue refused({.tls = TlsPolicy::required});
  refused.send().connect().server("220 hi\r\n").server("250 STARTTLS\r\n").server("454 no\r\n");
  EXPECT_EQ(refused.outcomes().at(0).reason, "tls_unavailable");

  Dialogue helo({.tls = TlsPolicy::required});
  helo.send().connect().server("220 hi\r\n").server("502 no\r\n").server("250 hi\r\n");
  EXPECT_EQ(helo.outcomes().at(0).reason, "tls_unavailable");

  Dialogue opportunistic({.tls = TlsPolicy::opportunistic});
  opportunistic.send().connect().server("220 hi\r\n").server("250 STARTTLS\r\n").said();
  EXPECT_THAT(opportunistic.server("454 no\r\n").said(), HasSubstr("MAIL FROM"));
}

TEST(SmtpSession, BeginsWithTlsWhereItIsImplicit) {
  Dialogue d({.tls = TlsPolicy::implicit});
  EXPECT_EQ(d.send().connect().tls_starts(), 1);
  EXPECT_EQ(d.secured().stage(), Stage::greeting);
  EXPECT_EQ(d.server("220 hi\r\n").said(), "EHLO localhost\r\n");
  EXPECT_THAT(d.server("250-hi\r\n250 STARTTLS\r\n").said(), HasSubstr("MAIL FROM"));
}

SmtpSettings with_login(PlainLogin plain) {
  return {.tls = TlsPolicy::off,
          .plain_login = plain,
          .credentials = Credentials{.user = "u", .password = "p"}};
}

TEST(SmtpSession, LogsInByPlainOrLogin) {
  Dialogue plain(with_login(PlainLogin::allowed));
  plain.send().connect().server("220 hi\r\n").said();
  EXPECT_EQ(plain.server("250-hi\r\n250 AUTH LOGIN PLAIN\r\n").said(), "AUTH PLAIN AHUAcA==\r\n");
  EXPECT_THAT(plain.server("235 ok\r\n").said(), HasSubstr("MAIL FROM"));

  Dialogue login(with_login(PlainLogin::allowed));
  login.send().connect().server("220 hi\r\n").said();
  EXPECT_EQ(login.server("250-hi\r\n250 AUTH LOGIN\r\n").said(), "AUTH LOGIN\r\n");
  EXPECT_EQ(login.server("334 VXNlcm5hbWU6\r\n").said(), "dQ==\r\n");
  EXPECT_EQ(login.server("334 UGFzc3dvcmQ6\r\n").said(), "cA==\r\n");
  EXPECT_THAT(login.server("235 ok\r\n").said(), HasSubstr("MAIL FROM"));
}

TEST(SmtpSession, DefersWhereItCannotLogIn) {
  Dialogue refused(with_login(PlainLogin::allowed));
  refused.send().connect().server("220 hi\r\n").server("250-hi\r\n250 AUTH PLAIN\r\n");
  refused.server("535 5.7.8 wrong\r\n");
  EXPECT_EQ(refused.outcomes().at(0).kind, Kind::deferred);
  EXPECT_EQ(refused.outcomes().at(0).reason, "login_refused");
  EXPECT_TRUE(refused.closed());

  Dialogue not_offered(with_login(PlainLogin::allowed));
  not_offered.send().connect().server("220 hi\r\n").server("250 hi\r\n");
  EXPECT_EQ(not_offered.outcomes().at(0).reason, "login_refused");
}

TEST(SmtpSession, NeverSendsCredentialsInTheClear) {
  Dialogue d(with_login(PlainLogin::refused));
  d.send().connect().server("220 hi\r\n").said();
  EXPECT_EQ(d.server("250-hi\r\n250 AUTH PLAIN\r\n").said(), "");
  EXPECT_EQ(d.outcomes().at(0).reason, "tls_unavailable");
}

TEST(SmtpSession, StopGivesUpWhatIsNotHandedOverAndLetsTheRestEnd) {
  for (const Stage stage : stages_with_mail) {
    Dialogue d;
    d.reach(stage).stop();
    EXPECT_EQ(d.outcomes().at(0).kind, Kind::not_started) << to_string(stage);
    EXPECT_TRUE(d.closed()) << to_string(stage);
  }
  Dialogue past;
  past.reach(Stage::end_of_data).stop();
  EXPECT_THAT(past.outcomes(), IsEmpty());
  past.server("250 ok\r\n").said();
  EXPECT_EQ(past.outcomes().at(0).kind, Kind::accepted);
  EXPECT_EQ(past.stop().said(), "QUIT\r\n");
}

TEST(DotStuffed, DoublesTheDotAtTheBeginningOfALine) {
  EXPECT_EQ(dot_stuffed("a\r\nb.c\r\n"), "a\r\nb.c\r\n");
  EXPECT_EQ(dot_stuffed(".a\r\n.\r\n..b\r\nc"), "..a\r\n..\r\n...b\r\nc");
  EXPECT_EQ(dot_stuffed("a\r\n."), "a\r\n..");
  EXPECT_EQ(dot_stuffed("."), "..");
  EXPECT_EQ(dot_stuffed(""), "");
}

TEST(SmtpSession, GivesAMailBackWhereTheHostFailsBeforeAnyMailAndThereAreOthers) {
  const std::pair<Stage, std::string> refusals[] = {{Stage::greeting, "554 5.7.1 go away\r\n"},
                                                    {Stage::hello, "421 busy\r\n"},
                                                    {Stage::mail, "451 later\r\n"},
                                                    {Stage::recipient, "550 5.1.1 no\r\n"}};
  for (const auto& [stage, reply] : refusals) {
    Dialogue d({.tls = TlsPolicy::off, .has_other_hosts = true});
    d.reach(stage).server(reply);
    const bool before_mails = stage == Stage::greeting || stage == Stage::hello;
    EXPECT_EQ(d.returned().has_value(), before_mails) << to_string(stage);
    EXPECT_EQ(d.outcomes().empty(), before_mails) << to_string(stage);
    if (before_mails) {
      EXPECT_EQ(d.host_failed()->reason, "unreachable");
    }
  }
  Dialogue lost({.tls = TlsPolicy::off, .has_other_hosts = true});
  lost.reach(Stage::connect).lose();
  ASSERT_TRUE(lost.host_failed());
  EXPECT_EQ(lost.host_failed()->kind, Kind::deferred);
  Dialogue no_tls({.tls = TlsPolicy::required, .has_other_hosts = true});
  no_tls.reach(Stage::hello).server("250 hi\r\n");
  EXPECT_EQ(no_tls.host_failed()->reason, "tls_unavailable");
  Dialogue stopped({.tls = TlsPolicy::off, .has_other_hosts = true});
  stopped.reach(Stage::greeting).stop();
  ASSERT_EQ(stopped.outcomes().size(), 1u);
  EXPECT_EQ(stopped.outcomes()[0].kind, Kind::not_started);
}

TEST(SmtpSession, AsksForReportsWhereTheServerSendsAny) {
  mime::WrittenMail mail = sample_mail();
  mail.envelope_id = "17+4";
  Dialogue d;
  d.send(std::move(mail)).connect().server("220 hi\r\n");
  d.said();
  EXPECT_EQ(d.server("250-hi\r\n250 DSN\r\n").said(),
            "MAIL FROM:<news@brand.example> RET=HDRS ENVID=17+2B4\r\n");
  EXPECT_EQ(d.server("250 ok\r\n").said(),
            "RCPT TO:<ana@example.com> NOTIFY=FAILURE ORCPT=rfc822;ana@example.com\r\n");
}

}  // namespace
}  // namespace sojourn::channels::email
