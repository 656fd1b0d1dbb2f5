#include "channels/mime/dkim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace sojourn::channels::mime {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr Timestamp at{1'772'000'000'500};

constexpr std::string_view mail =
    "Date: Wed, 25 Feb 2026 06:13:20 +0000\r\n"
    "Message-ID: <1@example.com>\r\n"
    "From: Ann <ann@example.com>\r\n"
    "To: bob@example.net\r\n"
    "Subject: Hello\r\n"
    "List-Unsubscribe: <https://example.com/u/1>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    "X-Trace: 1\r\n"
    "\r\n"
    "Good day\r\n";

std::shared_ptr<const SigningKey> make_key(KeyKind kind) {
  const auto generated = [](KeyKind wanted) {
    return std::make_shared<const SigningKey>(std::move(*SigningKey::generate(wanted)));
  };
  // Once: an RSA key takes long to find.
  static const std::shared_ptr<const SigningKey> rsa = generated(KeyKind::rsa);
  return kind == KeyKind::rsa ? rsa : generated(kind);
}

DkimIdentity identity(KeyKind kind = KeyKind::ed25519) {
  return *DkimIdentity::create("example.com", "s1", make_key(kind));
}

std::string fields_of(std::string_view signed_mail, const DkimIdentity& who) {
  return dkim_fields(signed_mail, std::span(&who, 1), at);
}

/// The value of a tag without folding; empty where there is none.
std::string tag(std::string_view field, std::string_view name) {
  for (std::string_view part : split(field.substr(field.find(':') + 1), ';')) {
    part = trimmed(part);
    if (!part.starts_with(std::string(name) + "=")) continue;
    std::string value;
    for (const char c : part.substr(name.size() + 1)) {
      if (c != '\r' && c != '\n' && c != '\t' && c != ' ') value.push_back(c);
    }
    return value;
  }
  return {};
}

// RFC 6376 §3.4.5.
TEST(DkimRelaxed, HeaderOfTheExampleInTheRfc) {
  EXPECT_EQ(relaxed_header("A: X"), "a:X");
  EXPECT_EQ(relaxed_header("B : Y\t\r\n\tZ  "), "b:Y Z");
}

TEST(DkimRelaxed, BodyOfTheExampleInTheRfc) {
  EXPECT_EQ(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
}

TEST(DkimRelaxed, BodyEndsAsTheRfcSays) {
  struct Case {
    std::string_view body;
    std::string_view expected;
  };
  const Case cases[] = {
      {"", ""},
      {"\r\n\r\n", ""},
      {" \r\n\t\r\n", ""},
      {"a", "a\r\n"},
      {"a\r\n", "a\r\n"},
      {"a\r\n\r\nb\r\n \r\n", "a\r\n\r\nb\r\n"},
      {"\r\na\r\n", "\r\na\r\n"},
  };
  for (const Case& each : cases) EXPECT_EQ(relaxed_body(each.body), each.expected) << each.body;
}

// RFC 6376 §3.4.4: the hash of an empty body.
TEST(Dkim, HashesAnEmptyBodyAsTheRfcSays) {
  EXPECT_EQ(tag(fields_of("From: a@example.com\r\n\r\n", identity()), "bh"),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(Dkim, NamesItsAlgorithmDomainSelectorAndTime) {
  const std::string field = fields_of(mail, identity());
  EXPECT_THAT(field, StartsWith("DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;"));
  EXPECT_EQ(tag(field, "d"), "example.com");
  EXPECT_EQ(tag(field, "s"), "s1");
  EXPECT_EQ(tag(field, "t"), "1772000000");
  EXPECT_EQ(tag(field, "x"), "1772604800");
  EXPECT_EQ(tag(field, "l"), "");
  EXPECT_EQ(tag(fields_of(mail, identity(KeyKind::rsa)), "a"), "rsa-sha256");
}

TEST(Dkim, SignsWhatMayNotBeAddedOnceMore) {
  EXPECT_EQ(tag(fields_of(mail, identity()), "h"),
            "From:From:To:To:Subject:Subject:Date:Date:Reply-To:Message-ID:List-Unsubscribe:"
            "List-Unsubscribe-Post");
}

TEST(Dkim, LeavesOutWhatARelayWritesAnewAndSignsOnce) {
  const std::vector<DkimIdentity> both = {identity(KeyKind::rsa), identity(KeyKind::ed25519)};
  const std::string fields = dkim_fields(mail, both, at, Relay::rewrites_ids);
  EXPECT_EQ(fields.find("DKIM-Signature"), fields.rfind("DKIM-Signature"));
  EXPECT_EQ(tag(fields, "a"), "rsa-sha256");
  EXPECT_EQ(tag(fields, "h"),
            "From:From:To:To:Subject:Subject:Reply-To:List-Unsubscribe:List-Unsubscribe-Post");
}

TEST(Dkim, HasOnlyShortLinesAndEndsWithOne) {
  for (const KeyKind kind : {KeyKind::rsa, KeyKind::ed25519}) {
    const std::string field = fields_of(mail, identity(kind));
    EXPECT_TRUE(field.ends_with("\r\n"));
    for (const std::string_view line : split(field, '\n')) {
      EXPECT_LE(line.size(), 80u) << line;
      EXPECT_FALSE(line.starts_with(".")) << line;
    }
  }
}

TEST(Dkim, SignsForEachIdentityInTheirOrder) {
  const DkimIdentity both[] = {identity(KeyKind::rsa), identity(KeyKind::ed25519)};
  const std::string fields = dkim_fields(mail, both, at);
  const std::size_t second = fields.find("DKIM-Signature:", 1);
  ASSERT_NE(second, std::string::npos);
  EXPECT_EQ(tag(fields.substr(0, second), "a"), "rsa-sha256");
  EXPECT_EQ(tag(fields.substr(second), "a"), "ed25519-sha256");
  EXPECT_EQ(dkim_fields(mail, {}, at), "");
}

/// Whether the signature is that of what is hashed, by the public half of the key.
bool verifies(std::string_view field, std::string_view hashed_fields, const DkimIdentity& who) {
  const std::string record = who.key().dns_record();
  const std::string bytes = *from_base64(record.substr(record.find("p=") + 2));
  const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
  const bool is_rsa = who.key().kind() == KeyKind::rsa;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      is_rsa ? d2i_PUBKEY(nullptr, &in, static_cast<long>(bytes.size()))
             : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, in, bytes.size()),
      &EVP_PKEY_free);
  const std::size_t b = field.find("\tb=") + 3;
  const std::string hashed = std::string(hashed_fields) + relaxed_header(field.substr(0, b));
  const std::string signature = *from_base64(tag(field, "b"));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  const auto digest = sha256(hashed);
  const std::string_view message =
      is_rsa ? std::string_view(hashed)
             : std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
  EVP_DigestVerifyInit(context.get(), nullptr, is_rsa ? EVP_sha256() : nullptr, nullptr, key.get());
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                          message.size()) == 1;
}

TEST(Dkim, SignatureIsThatOfTheFieldsInTheOrderNamed) {
  constexpr std::string_view two =
      "From: a@example.com\r\nSubject: one\r\nsubject:  two\r\n\r\nbody\r\n";
  for (const KeyKind kind : {KeyKind::rsa, KeyKind::ed25519}) {
    const DkimIdentity who = identity(kind);
    const std::string field = fields_of(two, who);
    EXPECT_TRUE(verifies(field, "from:a@example.com\r\nsubject:two\r\nsubject:one\r\n", who));
    EXPECT_FALSE(verifies(field, "from:b@example.com\r\nsubject:two\r\nsubject:one\r\n", who));
  }
}

TEST(DkimIdentity, SignsForADomainInItsAsciiForm) {
  const auto who = DkimIdentity::create("Bücher.example", "S1.mail", make_key(KeyKind::ed25519));
  ASSERT_TRUE(who);
  EXPECT_EQ(who->domain(), "xn--bcher-kva.example");
  EXPECT_EQ(who->selector(), "s1.mail");
}

TEST(DkimIdentity, RefusesWhatIsNoName) {
  const auto key = make_key(KeyKind::ed25519);
  for (const std::string_view domain : {"", "localhost", "a..example", "a b.example", "-a.example",
                                        "a.example;", "a.example\r\nX: y"}) {
    const auto refused = DkimIdentity::create(domain, "s1", key);
    ASSERT_FALSE(refused) << domain;
    EXPECT_EQ(refused.error().code, "invalid_domain");
  }
  for (const std::string_view selector : {"", "a b", "a;", "ü", "a\r\n"}) {
    const auto refused = DkimIdentity::create("example.com", selector, key);
    ASSERT_FALSE(refused) << selector;
    EXPECT_EQ(refused.error().code, "invalid_selector");
  }
}

TEST(SigningKey, IsReadBackFromItsText) {
  for (const KeyKind kind : {KeyKind::rsa, KeyKind::ed25519}) {
    const auto key = make_key(kind);
    const Result<SigningKey> read = SigningKey::read(key->pem());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->kind(), kind);
    EXPECT_EQ(read->dns_record(), key->dns_record());
    EXPECT_EQ(read->sign(sha256("x")), key->sign(sha256("x")));
  }
}

TEST(SigningKey, ShowsItsPublicHalfAsTheRfcsWantIt) {
  // RFC 8463, appendix A.2: the key and its record.
  constexpr std::string_view pem =
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      "-----END PRIVATE KEY-----\n";
  const Result<SigningKey> key = SigningKey::read(pem);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->dns_record(),
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  EXPECT_THAT(make_key(KeyKind::rsa)->dns_record(), StartsWith("v=DKIM1; k=rsa; p=MIIBIjAN"));
}

TEST(SigningKey, RefusesWhatIsNoKeyOrTooWeak) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> weak(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{512}), &EVP_PKEY_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> curve(EVP_EC_gen("P-256"),
                                                                  &EVP_PKEY_free);
  const auto pem_of = [](EVP_PKEY* key) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    char* start = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &start);
    return std::string(start, static_cast<std::size_t>(size));
  };
  const std::string good = make_key(KeyKind::ed25519)->pem();
  const std::string cases[] = {"",
                               "hello",
                               good.substr(0, good.size() / 2),
                               pem_of(weak.get()),
                               pem_of(curve.get()),
                               std::string(SigningKey::pem_bytes_max + 1, 'x')};
  for (const std::string& pem : cases) {
    const Result<SigningKey> refused = SigningKey::read(pem);
    ASSERT_FALSE(refused) << pem;
    EXPECT_EQ(refused.error().code, "invalid_key");
    EXPECT_THAT(refused.error().message, Not(HasSubstr("PRIVATE")));
  }
}

}  // namespace
}  // namespace sojourn::channels::mime
