#include "channels/mime/mail_signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/text.h"

namespace sojourn::channels::mime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Timestamp at{1'772'000'000'500};

const std::string& pem(SenderKeys::Kind kind) {
  // Once: an RSA key takes long to find.
  static const std::string rsa = MailSigner().generate(SenderKeys::Kind::rsa)->pem;
  static const std::string ed25519 = MailSigner().generate(SenderKeys::Kind::ed25519)->pem;
  return kind == SenderKeys::Kind::rsa ? rsa : ed25519;
}

SenderKeys::Key key(std::string domain, std::string selector,
                    SenderKeys::Kind kind = SenderKeys::Kind::ed25519) {
  return {.domain = std::move(domain), .selector = std::move(selector), .pem = pem(kind)};
}

messages::Email email_from(std::string address) {
  messages::Email email;
  email.from = {.name = "Ann", .address = std::move(address)};
  email.to = {.name = "", .address = "bob@example.net"};
  email.subject = "Hello";
  email.text = "Good day\n";
  email.message_id = "1@example.com";
  email.unsubscribe_url = "https://example.com/u/1";
  return email;
}

/// `d=… s=…` of each signature, in the order of the mail.
std::vector<std::string> signers(const MailSigner& signer, std::string address) {
  const auto mail = write_signed(email_from(std::move(address)), at, &signer);
  EXPECT_TRUE(mail) << mail.error().message;
  std::vector<std::string> found;
  for (const ReadMail::Header& header : read_headers(mail->bytes)) {
    if (header.name != "DKIM-Signature") continue;
    const std::size_t begin = header.value.find("d=");
    found.push_back(header.value.substr(begin, header.value.find(" t=") - begin));
  }
  return found;
}

TEST(MailSigner, LeavesMailsAsTheyAreWithoutAKey) {
  const MailSigner signer;
  const messages::Email email = email_from("ann@example.com");
  EXPECT_EQ(write_signed(email, at, &signer)->bytes, write_mime(email, at)->bytes);
  EXPECT_EQ(write_signed(email, at, nullptr)->bytes, write_mime(email, at)->bytes);
}

TEST(MailSigner, SignsBeforeTheMailByRsaFirst) {
  MailSigner signer;
  ASSERT_TRUE(
      signer.use({key("example.com", "s1e"), key("example.com", "s1r", SenderKeys::Kind::rsa)}));
  EXPECT_THAT(signers(signer, "ann@example.com"),
              ElementsAre("d=example.com; s=s1r;", "d=example.com; s=s1e;"));
  const messages::Email email = email_from("ann@example.com");
  const std::string signed_mail = write_signed(email, at, &signer)->bytes;
  EXPECT_TRUE(signed_mail.starts_with("DKIM-Signature: "));
  EXPECT_TRUE(signed_mail.ends_with("\r\n" + write_mime(email, at)->bytes));
}

TEST(MailSigner, TakesTheKeysOfTheAddressOrOfTheNearestDomainAbove) {
  MailSigner signer;
  ASSERT_TRUE(signer.use({key("example.com", "above"), key("news.example.com", "near"),
                          key("xn--mller-kva.example", "idn")}));
  struct Case {
    std::string from;
    std::vector<std::string> expected;
  };
  const Case cases[] = {
      {"ann@news.example.com", {"d=news.example.com; s=near;"}},
      {"ann@a.news.example.com", {"d=news.example.com; s=near;"}},
      {"ann@NEWS.Example.com", {"d=news.example.com; s=near;"}},
      {"ann@shop.example.com", {"d=example.com; s=above;"}},
      {"ann@example.com", {"d=example.com; s=above;"}},
      {"ann@badexample.com", {}},
      {"ann@example.com.evil.example", {}},
      {"ann@m\xC3\xBCller.example", {"d=xn--mller-kva.example; s=idn;"}},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(signers(signer, each.from), each.expected) << each.from;
  }
}

TEST(MailSigner, ReplacesAllKeysOrNone) {
  MailSigner signer;
  ASSERT_TRUE(signer.use({key("example.com", "one")}));
  EXPECT_EQ(
      signer.use({key("example.com", "two"), {"example.com", "three", "no key"}}).error().code,
      "invalid_key");
  EXPECT_EQ(signer.use({key("localhost", "two")}).error().code, "invalid_domain");
  EXPECT_EQ(signer.use({key("example.com", "a b")}).error().code, "invalid_selector");
  EXPECT_THAT(signers(signer, "ann@example.com"), ElementsAre("d=example.com; s=one;"));
  ASSERT_TRUE(signer.use({}));
  EXPECT_THAT(signers(signer, "ann@example.com"), IsEmpty());
}

TEST(MailSigner, TakesSoManyKeysOfADomain) {
  MailSigner signer;
  std::vector<SenderKeys::Key> keys;
  for (std::size_t i = 0; i < MailSigner::keys_per_domain_max; ++i) {
    keys.push_back(key("example.com", "s" + std::to_string(i)));
  }
  ASSERT_TRUE(signer.use(keys));
  keys.push_back(key("example.com", "more"));
  const Error error = signer.use(keys).error();
  EXPECT_EQ(error.code, "too_many_keys");
  EXPECT_EQ(error.limit, "4");
}

TEST(MailSigner, SwapsKeysWhileMailsAreSigned) {
  MailSigner signer;
  ASSERT_TRUE(signer.use({key("example.com", "a"), key("example.com", "b")}));
  std::thread swaps([&] {
    for (int i = 0; i < 50; ++i) {
      EXPECT_TRUE(signer.use({key("example.com", "c"), key("example.com", "d")}));
      EXPECT_TRUE(signer.use({key("example.com", "a"), key("example.com", "b")}));
    }
  });
  const std::vector<std::string> one{"d=example.com; s=a;", "d=example.com; s=b;"};
  const std::vector<std::string> other{"d=example.com; s=c;", "d=example.com; s=d;"};
  for (int i = 0; i < 50; ++i) {
    const std::vector<std::string> found = signers(signer, "ann@example.com");
    EXPECT_TRUE(found == one || found == other);
  }
  swaps.join();
}

TEST(MailSigner, MakesKeysThatItCanUse) {
  MailSigner signer;
  for (const auto kind : {SenderKeys::Kind::rsa, SenderKeys::Kind::ed25519}) {
    const auto made = signer.generate(kind);
    ASSERT_TRUE(made);
    EXPECT_THAT(made->dns_record, HasSubstr(kind == SenderKeys::Kind::rsa ? "k=rsa" : "k=ed25519"));
    EXPECT_TRUE(signer.use({{"example.com", "s1", made->pem}}));
  }
}

TEST(MailSigner, BringsDomainsToOneForm) {
  const MailSigner signer;
  EXPECT_EQ(*signer.domain_form("News.Example.COM"), "news.example.com");
  EXPECT_EQ(*signer.domain_form("m\xC3\xBCller.example"), "xn--mller-kva.example");
  for (const std::string& text : {std::string(), std::string("localhost"), std::string("a b.com"),
                                  std::string("a..com"), "a." + std::string(64, 'x')}) {
    const auto form = signer.domain_form(text);
    ASSERT_FALSE(form) << text;
    EXPECT_EQ(form.error().code, "invalid_domain");
    EXPECT_EQ(form.error().field, "domain");
  }
}

}  // namespace
}  // namespace sojourn::channels::mime
