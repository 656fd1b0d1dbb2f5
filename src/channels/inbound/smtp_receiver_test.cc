#include "channels/inbound/smtp_receiver.h"

#include <gtest/gtest.h>

namespace sojourn::channels::inbound {
namespace {

SmtpReceiver::Options options() {
  return {.host_name = "b.example.com",
          .mail_bytes_max = 2000,
          .recipients_max = 2,
          .mails_max = 2,
          .errors_max = 4};
}

SmtpReceiver receiver() {
  return {options(), [](std::string_view address) { return address.starts_with("b+"); }};
}

/// What it answers to these bytes.
std::string say(SmtpReceiver& receiver, std::string_view bytes) {
  receiver.receive(bytes);
  return receiver.take_output();
}

constexpr std::string_view envelope =
    "EHLO mx.example.net\r\nMAIL FROM:<> SIZE=100\r\nRCPT TO:<b+token@b.example.com>\r\nDATA\r\n";

TEST(SmtpReceiver, TakesAMailOfTheNullSender) {
  SmtpReceiver smtp = receiver();
  EXPECT_EQ(smtp.take_output(), "220 b.example.com ESMTP\r\n");
  const std::string answers = say(smtp, envelope);
  EXPECT_TRUE(answers.ends_with("250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go on\r\n")) << answers;
  EXPECT_EQ(say(smtp, "Subject: x\r\n\r\n..dot\r\n.\r\n"), "");
  ASSERT_TRUE(smtp.waits_for_answer());
  const auto mail = smtp.take_mail();
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->from, "");
  EXPECT_EQ(mail->to, std::vector<std::string>{"b+token@b.example.com"});
  EXPECT_EQ(mail->bytes, "Subject: x\r\n\r\n.dot\r\n");
  EXPECT_FALSE(smtp.take_mail());
  smtp.answer(Receipt::taken);
  EXPECT_EQ(smtp.take_output(), "250 2.0.0 taken\r\n");
  EXPECT_EQ(say(smtp, "QUIT\r\n"), "221 2.0.0 b.example.com\r\n");
  EXPECT_TRUE(smtp.ended());
}

TEST(SmtpReceiver, GivesTheSameForAnyCutOfTheBytes) {
  const std::string all = std::string(envelope) + "a\r\n\r\nb\r\n.\r\n";
  SmtpReceiver smtp = receiver();
  for (const char byte : all) smtp.receive({&byte, 1});
  const auto mail = smtp.take_mail();
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->bytes, "a\r\n\r\nb\r\n");
}

TEST(SmtpReceiver, KeepsPipelinedCommandsUntilTheMailIsAnswered) {
  SmtpReceiver smtp = receiver();
  smtp.receive(envelope);
  static_cast<void>(smtp.take_output());
  EXPECT_EQ(say(smtp, "x\r\n.\r\nNOOP\r\n"), "");
  EXPECT_TRUE(smtp.take_mail());
  smtp.answer(Receipt::later);
  EXPECT_EQ(smtp.take_output(), "451 4.3.0 not now\r\n250 2.0.0 ok\r\n");
}

TEST(SmtpReceiver, OnlyADotBetweenTwoWholeLineEndsEndsAMail) {
  for (const std::string_view smuggled :
       {"x\n.\n", "x\n.\r\n", "x\r.\r\n", "x\r\n.\n", "x\r\n.\r"}) {
    SmtpReceiver smtp = receiver();
    smtp.receive(envelope);
    smtp.receive(smuggled);
    smtp.receive("MAIL FROM:<a@b>\r\n");
    EXPECT_FALSE(smtp.waits_for_answer()) << smuggled;
  }
}

struct Refusal {
  std::string_view bytes;
  std::string_view answer;
};

TEST(SmtpReceiver, Refuses) {
  const Refusal table[] = {
      {"MAIL FROM:<>\r\n", "503 5.5.1 EHLO comes first\r\n"},
      {"HELO a\r\nRCPT TO:<b+1@x>\r\n", "250 b.example.com\r\n503 5.5.1 MAIL comes first\r\n"},
      {"HELO a\r\nDATA\r\n", "250 b.example.com\r\n503 5.5.1 RCPT comes first\r\n"},
      {"HELO a\r\nMAIL FROM:x\r\n", "250 b.example.com\r\n501 5.5.4 MAIL FROM:<address>\r\n"},
      {"HELO a\r\nMAIL FROM:<> SIZE=2001\r\n",
       "250 b.example.com\r\n552 5.3.4 a mail has at most 2000 bytes\r\n"},
      {"HELO a\r\nMAIL FROM:<> SIZE=99999999999999999999999\r\n",
       "250 b.example.com\r\n552 5.3.4 a mail has at most 2000 bytes\r\n"},
      {"HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<ann@b.example.com>\r\n",
       "250 b.example.com\r\n250 2.1.0 ok\r\n550 5.1.1 there is no such address here\r\n"},
      {"HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<b+1@x>\r\nRCPT TO:<b+2@x>\r\nRCPT TO:<b+3@x>\r\n",
       "250 b.example.com\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok\r\n"
       "452 4.5.3 a mail has at most 2 recipients\r\n"},
      {"HELO a\n", "500 5.5.2 a line ends with CRLF, and has a limit\r\n"},
      {"STARTTLS\r\n", "502 5.5.1 there is no such command here\r\n"},
      {"VRFY ann\r\n", "252 2.5.0 send it and see\r\n"},
  };
  for (const Refusal& each : table) {
    SmtpReceiver smtp = receiver();
    static_cast<void>(smtp.take_output());
    EXPECT_EQ(say(smtp, each.bytes), each.answer) << each.bytes;
  }
}

TEST(SmtpReceiver, AMailBeyondTheLimitIsRefusedAndTheNextIsTaken) {
  SmtpReceiver smtp = receiver();
  smtp.receive(envelope);
  static_cast<void>(smtp.take_output());
  const std::string long_line(5000, 'x');
  EXPECT_EQ(say(smtp, long_line + "\r\n.\r\n"), "552 5.3.4 a mail has at most 2000 bytes\r\n");
  // A line that never ends keeps nothing.
  smtp.receive("MAIL FROM:<>\r\nRCPT TO:<b+1@x>\r\nDATA\r\n");
  static_cast<void>(smtp.take_output());
  for (int i = 0; i < 100; ++i) smtp.receive(long_line);
  EXPECT_EQ(say(smtp, "\r\n.\r\n"), "552 5.3.4 a mail has at most 2000 bytes\r\n");
}

TEST(SmtpReceiver, ADotAfterALineThatWasCutIsContent) {
  SmtpReceiver smtp = receiver();
  smtp.receive(envelope);
  smtp.receive(std::string(3000, 'x'));
  static_cast<void>(smtp.take_output());
  // The end of the long line, which is no line of a dot alone.
  EXPECT_EQ(say(smtp, ".\r\n"), "");
  EXPECT_EQ(say(smtp, ".\r\n"), "552 5.3.4 a mail has at most 2000 bytes\r\n");
}

TEST(SmtpReceiver, HangsUpAfterTooManyErrorsLinesWithoutEndAndMails) {
  SmtpReceiver errors = receiver();
  for (int i = 0; i < 4; ++i) errors.receive("WHAT\r\n");
  EXPECT_TRUE(errors.ended());
  EXPECT_TRUE(errors.take_output().ends_with("421 4.3.2 b.example.com too many errors\r\n"));

  SmtpReceiver endless = receiver();
  endless.receive(std::string(4000, 'A'));
  EXPECT_TRUE(endless.ended());

  SmtpReceiver busy = receiver();
  for (int i = 0; i < 2; ++i) {
    busy.receive(envelope);
    busy.receive("x\r\n.\r\n");
    busy.answer(Receipt::refused);
  }
  busy.receive("MAIL FROM:<>\r\n");
  EXPECT_TRUE(busy.ended());
}

TEST(SmtpReceiver, ReadsQuotedLocalPartsAndSourceRoutes) {
  SmtpReceiver smtp = receiver();
  smtp.receive(
      "HELO a\r\nMAIL FROM:<\"a>b\"@example.com>\r\nRCPT TO:<@a.example,@b.example:b+1@x> "
      "NOTIFY=NEVER\r\nDATA\r\n.\r\n");
  const auto mail = smtp.take_mail();
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->from, "\"a>b\"@example.com");
  EXPECT_EQ(mail->to, std::vector<std::string>{"b+1@x"});
}

}  // namespace
}  // namespace sojourn::channels::inbound
