#include "channels/mime/mime.h"

#include <gmime/gmime.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/text.h"
#include "channels/mime/encoding.h"

namespace sojourn::channels::mime {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Timestamp monday{1'772'488'200'000};  // 2026-03-02T21:50:00Z

messages::Email sample() {
  messages::Email email;
  email.from = {.name = "Sojourn Shop", .address = "news@brand.example"};
  email.to = {.name = "Ana Lopez", .address = "ana@example.com"};
  email.subject = "A reminder";
  email.text = "Hello Ana\nBye\n";
  email.html = "<p>Hello Ana</p>\n";
  email.message_id = "m1@brand.example";
  return email;
}

std::string written(const messages::Email& email) {
  const auto mail = write_mime(email, monday);
  EXPECT_TRUE(mail) << mail.error().message;
  return mail ? mail->bytes : std::string();
}

std::string error_code(const messages::Email& email) {
  const auto mail = write_mime(email, monday);
  return mail ? "none" : mail.error().code;
}

/// What GMime, which shares no line with our reader, finds in a mail.
class SecondOpinion {
 public:
  explicit SecondOpinion(const std::string& bytes) {
    g_mime_init();
    GMimeStream* stream = g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size());
    GMimeParser* parser = g_mime_parser_new_with_stream(stream);
    message_ = g_mime_parser_construct_message(parser, nullptr);
    g_object_unref(parser);
    g_object_unref(stream);
  }
  ~SecondOpinion() { g_object_unref(message_); }

  [[nodiscard]] std::string subject() const {
    return or_empty(g_mime_message_get_subject(message_));
  }
  [[nodiscard]] messages::Mailbox from() const { return first(g_mime_message_get_from(message_)); }
  [[nodiscard]] messages::Mailbox to() const { return first(g_mime_message_get_to(message_)); }

  /// The decoded text of the part at `index` of the multipart.
  [[nodiscard]] std::string part(int index) const {
    GMimeObject* top = g_mime_message_get_mime_part(message_);
    GMimeObject* object =
        GMIME_IS_MULTIPART(top) ? g_mime_multipart_get_part(GMIME_MULTIPART(top), index) : top;
    char* text = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
    std::string copy = or_empty(text);
    g_free(text);
    std::erase(copy, '\r');
    return copy;
  }

 private:
  static std::string or_empty(const char* text) { return text != nullptr ? text : ""; }
  static messages::Mailbox first(InternetAddressList* list) {
    InternetAddress* address = internet_address_list_get_address(list, 0);
    return {
        .name = or_empty(internet_address_get_name(address)),
        .address = or_empty(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)))};
  }
  GMimeMessage* message_ = nullptr;
};

TEST(WriteMime, GivesExactlyTheseBytes) {
  messages::Email email = sample();
  email.reply_to = "help@brand.example";
  email.unsubscribe_url = "https://t.brand.example/u/TOKEN";
  email.unsubscribe_mailto = "mailto:u+TOKEN@brand.example?subject=unsubscribe";
  email.list_id = "news.brand.example";
  email.feedback_id = "spring:ws1:marketing:sojourn";
  EXPECT_EQ(written(email),
            "Date: Mon, 02 Mar 2026 21:50:00 +0000\r\n"
            "Message-ID: <m1@brand.example>\r\n"
            "From: Sojourn Shop <news@brand.example>\r\n"
            "To: Ana Lopez <ana@example.com>\r\n"
            "Subject: A reminder\r\n"
            "Reply-To: help@brand.example\r\n"
            "List-Id: <news.brand.example>\r\n"
            "List-Unsubscribe: <https://t.brand.example/u/TOKEN>,\r\n"
            " <mailto:u+TOKEN@brand.example?subject=unsubscribe>\r\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
            "Feedback-ID: spring:ws1:marketing:sojourn\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative; boundary=\"=_1d5b3419cef5e153d3051566\"\r\n"
            "\r\n"
            "--=_1d5b3419cef5e153d3051566\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Hello Ana\r\n"
            "Bye\r\n"
            "\r\n"
            "--=_1d5b3419cef5e153d3051566\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "<p>Hello Ana</p>\r\n"
            "\r\n"
            "--=_1d5b3419cef5e153d3051566--\r\n");
}

TEST(WriteMime, WithoutHtmlIsOnePart) {
  messages::Email email = sample();
  email.html.clear();
  email.text = "Hello";
  const std::string bytes = written(email);
  EXPECT_THAT(bytes, Not(HasSubstr("multipart")));
  EXPECT_TRUE(bytes.ends_with("\r\n\r\nHello\r\n"));
}

TEST(WriteMime, MarksMailWithoutUnsubscribeAddressAsAutomatic) {
  EXPECT_THAT(written(sample()), HasSubstr("\r\nAuto-Submitted: auto-generated\r\n"));
  messages::Email email = sample();
  email.unsubscribe_url = "http://127.0.0.1:8080/u/T";
  EXPECT_THAT(written(email), Not(HasSubstr("Auto-Submitted")));
  EXPECT_THAT(written(email), HasSubstr("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
}

TEST(WriteMime, OffersNoOneClickWhereOnlyAMailAddressUnsubscribes) {
  messages::Email email = sample();
  email.unsubscribe_mailto = "u+T@brand.example";
  EXPECT_THAT(written(email), HasSubstr("List-Unsubscribe: <mailto:u+T@brand.example>\r\n"));
  EXPECT_THAT(written(email), Not(HasSubstr("List-Unsubscribe-Post")));
}

TEST(WriteMime, RefusesWhatCannotStandInAMail) {
  struct Case {
    std::string name;
    std::function<void(messages::Email&)> change;
    std::string code;
  };
  const std::vector<Case> cases = {
      {"line break in subject", [](auto& e) { e.subject = "a\r\nBcc: x@y.example"; },
       "header_control_character"},
      {"bare LF in name", [](auto& e) { e.to.name = "a\nb"; }, "header_control_character"},
      {"NUL in subject", [](auto& e) { e.subject = std::string("a\0b", 3); },
       "header_control_character"},
      {"line break in address", [](auto& e) { e.to.address = "a\r\nb@example.com"; },
       "address_malformed"},
      {"line break in envelope", [](auto& e) { e.envelope_from = "a@b.example>\r\nDATA"; },
       "address_malformed"},
      {"no domain", [](auto& e) { e.to.address = "ana"; }, "address_malformed"},
      {"empty domain label", [](auto& e) { e.to.address = "ana@example..com"; },
       "address_malformed"},
      {"bracket in domain", [](auto& e) { e.to.address = "ana@exam>ple.com"; },
       "address_malformed"},
      {"control of Unicode in a local part",
       [](auto& e) { e.to.address = "a\xc2\x85nne@example.com"; }, "address_malformed"},
      {"line separator in a local part",
       [](auto& e) { e.to.address = "a\xe2\x80\xa8nne@example.com"; }, "address_malformed"},
      {"local part of 66 bytes in 33 letters",
       [](auto& e) {
         e.to.address = "@example.com";
         for (int i = 0; i < 33; ++i) e.to.address.insert(0, "ä");
       },
       "address_too_long"},
      {"local part of 65 bytes",
       [](auto& e) { e.to.address = std::string(65, 'a') + "@example.com"; }, "address_too_long"},
      {"broken UTF-8 in text", [](auto& e) { e.text = "\xff"; }, "not_utf8"},
      {"NUL in html", [](auto& e) { e.html = std::string("a\0", 2); }, "not_utf8"},
      {"broken UTF-8 in subject", [](auto& e) { e.subject = "\xc3"; }, "not_utf8"},
      {"bracket in message id", [](auto& e) { e.message_id = "a>b"; }, "header_malformed"},
      {"no message id", [](auto& e) { e.message_id = ""; }, "header_malformed"},
      {"space in URL", [](auto& e) { e.unsubscribe_url = "https://a b"; }, "header_malformed"},
      {"URL of another scheme", [](auto& e) { e.unsubscribe_url = "javascript:x"; },
       "header_malformed"},
      {"subject of 4,097 bytes", [](auto& e) { e.subject = std::string(4097, 'a'); },
       "header_too_long"},
      {"text of over 10 MB", [](auto& e) { e.text = std::string(mail_bytes_max + 1, 'a'); },
       "mail_too_large"},
      {"mail of over 10 MB", [](auto& e) { e.text = std::string(mail_bytes_max - 10, 'a'); },
       "mail_too_large"},
  };
  for (const Case& c : cases) {
    messages::Email email = sample();
    c.change(email);
    EXPECT_EQ(error_code(email), c.code) << c.name;
  }
}

TEST(WriteMime, WritesAnAddressOutsideAsciiAsItIs) {
  messages::Email email = sample();
  email.to = {.name = "Änne", .address = "änne@bücher.example"};
  const auto mail = write_mime(email, {});
  ASSERT_TRUE(mail) << mail.error().message;
  EXPECT_TRUE(mail->needs_utf8);
  EXPECT_EQ(mail->envelope_to.text(), "änne@xn--bcher-kva.example");
  EXPECT_NE(mail->bytes.find("To: =?utf-8?B?w4RubmU=?= <änne@xn--bcher-kva.example>\r\n"),
            std::string::npos);
  email.to.address = "anne@bücher.example";
  EXPECT_FALSE(write_mime(email, {})->needs_utf8) << "a domain is none but A-labels";
}

TEST(WriteMime, TakesWhatStandsAtTheLimits) {
  messages::Email email = sample();
  email.subject = std::string(4096, 'a');
  email.to.address = std::string(64, 'a') + "@example.com";
  EXPECT_EQ(error_code(email), "none");
}

TEST(WireAddress, WritesDomainsAsALabelsAndQuotesOddLocalParts) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"ana@Example.COM", "ana@example.com"},
      {"ana@bücher.example", "ana@xn--bcher-kva.example"},
      {"ana@faß.example", "ana@xn--fa-hia.example"},
      {"a..b@docomo.example", "\"a..b\"@docomo.example"},
      {"ana lopez@example.com", "\"ana lopez\"@example.com"},
      {"\"ana lopez\"@example.com", "\"ana lopez\"@example.com"},
      {"a\"b@example.com", "\"a\\\"b\"@example.com"},
      {"ana>@example.com", "\"ana>\"@example.com"},
      {"ana@localhost", "ana@localhost"},
      {"ana+tag@example.com", "ana+tag@example.com"},
  };
  for (const auto& [address, wire] : cases) {
    const auto result = WireAddress::create("to", address);
    ASSERT_TRUE(result) << address << ": " << result.error().message;
    EXPECT_EQ(result->text(), wire);
  }
}

TEST(WriteMime, IsReadTheSameByAnIndependentReader) {
  messages::Email email = sample();
  email.from = {.name = "Müller, \"Söhne\" & Co", .address = "news@brand.example"};
  email.to = {.name = "Lopez, Ana (VIP)", .address = "ana.lopez@example.com"};
  email.subject = "Grüße aus Köln: 50 % auf alles, was Sie sich schon lange gewünscht haben 🎉🎉";
  email.text = "Zeile eins \n.\n..zwei\nFrom here\nÄÖÜ = ä\tTab \n";
  email.html = "<p>" + std::string(3000, 'x') + "</p>\n<p>日本語のテキスト</p>";
  const SecondOpinion opinion(written(email));
  EXPECT_EQ(opinion.subject(), email.subject);
  EXPECT_EQ(opinion.from(), email.from);
  EXPECT_EQ(opinion.to(), email.to);
  EXPECT_EQ(opinion.part(0), email.text);
  EXPECT_EQ(opinion.part(1), email.html);
}

class RandomText {
 public:
  explicit RandomText(unsigned seed) : random_(seed) {}

  std::string line(std::size_t length) { return make(length, line_pieces); }
  std::string text(std::size_t length) { return make(length, text_pieces); }

 private:
  static constexpr std::string_view line_pieces[] = {"a",  "Word", " ", "  ",   ".",  "=",
                                                     "=?", "?=",   "_", ",",    "\"", "\\",
                                                     "(",  "@",    "é", "日本", "🎉",  ":"};
  static constexpr std::string_view text_pieces[] = {"a",
                                                     "Word",
                                                     " ",
                                                     ".",
                                                     "=",
                                                     "\n",
                                                     "\n.",
                                                     "\nFrom ",
                                                     "\t",
                                                     "é",
                                                     "日本",
                                                     "🎉",
                                                     " \n",
                                                     "\n\n",
                                                     "--=_",
                                                     "=\n",
                                                     "loooooooooooooooooooooooooooooooong"};

  template <std::size_t N>
  std::string make(std::size_t length, const std::string_view (&pieces)[N]) {
    std::string out;
    while (out.size() < length) out += pieces[random_() % N];
    return out;
  }
  std::mt19937 random_;
};

TEST(WriteMime, KeepsItsLineRulesAndDecodesToWhatWasWritten) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    RandomText random(seed);
    messages::Email email = sample();
    email.subject = std::string(trimmed(random.line(seed)));
    email.to.name = std::string(trimmed(random.line(seed / 3)));
    email.text = random.text(seed * 7);
    email.html = "<p>" + random.text(seed * 11);
    const std::string bytes = written(email);
    ASSERT_TRUE(bytes.ends_with("\r\n")) << "seed " << seed;
    for (const std::string_view line : split(std::string_view(bytes), '\n')) {
      ASSERT_LE(line.size(), 79u) << "seed " << seed << ": " << line;  // with its CR
      ASSERT_FALSE(line.starts_with('.')) << "seed " << seed;
    }
    ASSERT_TRUE(std::ranges::none_of(bytes, [](char c) { return (c & 0x80) != 0 || c == 0; }));
    ASSERT_EQ(std::ranges::count(bytes, '\r'), std::ranges::count(bytes, '\n'));

    const ReadMail read = read_mime(bytes);
    EXPECT_EQ(read.header("Subject"), email.subject) << "seed " << seed;
    EXPECT_EQ(read.text, email.text) << "seed " << seed;
    EXPECT_EQ(read.html, email.html) << "seed " << seed;

    const SecondOpinion opinion(bytes);
    EXPECT_EQ(opinion.subject(), email.subject) << "seed " << seed;
    EXPECT_EQ(opinion.to(), email.to) << "seed " << seed;
    EXPECT_EQ(opinion.part(0), email.text) << "seed " << seed;
    EXPECT_EQ(opinion.part(1), email.html) << "seed " << seed;
  }
}

TEST(EncodeText, TakesTheShorterEncoding) {
  EXPECT_EQ(encode_text("plain words").encoding, TransferEncoding::quoted_printable);
  EXPECT_EQ(encode_text("日本語日本語日本語").encoding, TransferEncoding::base64);
}

TEST(WithCrlf, KnowsAllThreeLineEnds) {
  EXPECT_EQ(with_crlf("a\nb\rc\r\nd\n"), "a\r\nb\r\nc\r\nd\r\n");
  EXPECT_EQ(with_crlf("\r\r\n\n"), "\r\n\r\n\r\n");
}

TEST(ReadMime, NeverFailsOnWhatOthersWrote) {
  const std::vector<std::string> cases = {
      "",
      "\r\n\r\n",
      "Subject",
      "Subject: =?utf-8?B?!!!?=\r\n\r\n",
      "Content-Type: multipart/mixed\r\n\r\n--\r\n",
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b",
      "Content-Transfer-Encoding: base64\r\n\r\n!",
      "Subject: =?utf-8?Q?=\r\n",
      ": \r\n \r\n"};
  for (const std::string& bytes : cases) (void)read_mime(bytes);
  EXPECT_EQ(read_mime("Subject: =?utf-8?B?!!!?=\r\n\r\n").header("subject"), "=?utf-8?B?!!!?=");
}

}  // namespace
}  // namespace sojourn::channels::mime
