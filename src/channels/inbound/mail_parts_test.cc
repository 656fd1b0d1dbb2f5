#include "channels/inbound/mail_parts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "channels/inbound/inbound_mail.h"
#include "channels/inbound/mbox.h"

namespace sojourn::channels::inbound {
namespace {

TEST(MailParts, DecodesTransferEncodingAndCharset) {
  const MailParts mail = read_mail(
      "Subject: =?iso-8859-1?Q?Gr=FC=DFe?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\nVoil=E0=\r\n!\r\n");
  EXPECT_EQ(mail.header("subject"), "Grüße");
  ASSERT_EQ(mail.parts.size(), 1U);
  EXPECT_EQ(mail.parts.front().text, "Voilà!\n");
}

TEST(MailParts, UnknownCharsetIsReadByteByByte) {
  const MailParts mail = read_mail("Content-Type: text/plain; charset=no-such-one\n\nna\xEFve");
  ASSERT_EQ(mail.parts.size(), 1U);
  EXPECT_EQ(mail.parts.front().text, "naïve");
}

TEST(MailParts, SaysHowDeepAPartStands) {
  const MailParts mail = read_mail(
      "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/plain\n\nwords\n");
  ASSERT_EQ(mail.parts.size(), 2U);
  EXPECT_EQ(find_header(mail.parts[0].headers, "Subject"), "inner");
  EXPECT_EQ(mail.parts[1].message_depth, 1);
}

std::string nested(int depth) {
  std::string mail;
  for (int i = 0; i < depth; ++i) {
    mail += fmt::format("Content-Type: multipart/mixed; boundary=b{}\n\n--b{}\n", i, i);
  }
  return mail + "Content-Type: text/plain\n\ninnermost\n";
}

TEST(MailParts, DepthAndNumberAreBounded) {
  EXPECT_EQ(read_mail(nested(depth_max)).parts.size(), 1U);
  EXPECT_EQ(read_mail(nested(depth_max + 1)).parts.size(), 0U);
  EXPECT_EQ(read_mail(nested(5000)).parts.size(), 0U);
  std::string many = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (std::size_t i = 0; i <= parts_max; ++i) many += "--b\n\nx\n";
  EXPECT_EQ(read_mail(many).parts.size(), parts_max);
}

TEST(MailParts, MailIsReadUpToTheLimit) {
  const std::string head = "Content-Type: text/plain\n\n";
  const std::string text(2 * mail_bytes_max, 'x');
  const MailParts mail = read_mail(head + text);
  ASSERT_EQ(mail.parts.size(), 1U);
  EXPECT_EQ(mail.parts.front().text.size(), part_text_bytes_max);
}

TEST(MailParts, HtmlBecomesLinesOfWords) {
  EXPECT_EQ(text_of_html("<p>one&nbsp;two<br>three &lt;a@b.example&gt;"),
            "\none two\nthree <a@b.example>");
  EXPECT_EQ(text_of_html("a<style>p { }</style>b<!-- c -->d<title>e</title>f"), "abdf");
  EXPECT_EQ(text_of_html("a<style>never ends"), "a");
  EXPECT_EQ(text_of_html("to <ann@a.example> & co"), "to <ann@a.example> & co");
}

TEST(Mbox, IsDividedWhereAMailBegins) {
  const std::string file =
      "From a Mon Nov  2 09:00:07 2026\nSubject: 1\n\nFrom here on it is text\n\n"
      "From b Mon Nov  2 09:00:08 2026\nSubject: 2\n\ntext\n";
  const std::vector<std::string_view> mails = mails_of(file);
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_TRUE(mails[0].starts_with("Subject: 1"));
  EXPECT_TRUE(mails[1].starts_with("Subject: 2"));
  EXPECT_EQ(mails_of("Subject: 1\n\ntext").size(), 1U);
  EXPECT_EQ(mails_of("").size(), 1U);
}

TEST(InboundMail, SaysWhatTiesItToAMailOfOurs) {
  const InboundMail mail = read_inbound_mail(
      "Delivered-To: b+abc@b.news.example\nTo: <b+abc@b.news.example>\n"
      "From: MAILER-DAEMON@q.example\nSubject: failure notice\n\n<ann@q.example>:\nuser unknown\n\n"
      "--- Below this line is a copy of the message.\n\n"
      "Message-ID: <77@news.example>\nSubject: hello\n\ntext\n");
  EXPECT_EQ(mail.ties.sent_to, std::vector<std::string>{"b+abc@b.news.example"});
  EXPECT_EQ(mail.ties.message_id, "77@news.example");
  EXPECT_EQ(find_header(mail.ties.returned_headers, "Subject"), "hello");
  EXPECT_EQ(mail.from, "MAILER-DAEMON@q.example");
}

TEST(InboundMail, AnAnswerIsTiedByWhatItAnswers) {
  const InboundMail mail = read_inbound_mail(
      "From: Ann <ann@a.example>\nSubject: Re: hello\nReferences: <1@x> "
      "<77@news.example>\n\nyes\n");
  EXPECT_EQ(mail.findings.front().reason, Reason::reply);
  EXPECT_EQ(mail.ties.message_id, "77@news.example");
}

TEST(InboundMail, ALineOfManyAddressesIsReadInBoundedTime) {
  std::string mail = "From: MAILER-DAEMON@q.example\nSubject: failure notice\n\n";
  for (int i = 0; i < 5000; ++i) mail += fmt::format("<a{}@q.example> 550 user ", i);
  // Quadratic work would take minutes here.
  EXPECT_LE(read_inbound_mail(mail).findings.size(), 100U);
}

TEST(InboundMail, WordsArePrintableAndBounded) {
  const InboundMail mail = read_inbound_mail(
      "From: MAILER-DAEMON@q.example\nSubject: failure notice\n\n<ann@q.example>:\n" +
      std::string(2000, '\x07') + "\n");
  const std::string& words = mail.findings.front().words;
  EXPECT_EQ(words.size(), words_bytes_max);
  EXPECT_EQ(words.find('\x07'), std::string::npos);
}

}  // namespace
}  // namespace sojourn::channels::inbound
