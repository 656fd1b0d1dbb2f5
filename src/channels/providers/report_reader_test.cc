#include "channels/providers/report_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <atomic>
#include <future>

#include "base/json.h"
#include "base/text.h"
#include "channels/providers/keyed_digest.h"
#include "channels/providers/report_signatures.h"
#include "net/http_server.h"

namespace sojourn::channels::providers {
namespace {

using Reports = std::vector<ProviderReport>;
using Kind = ProviderReport::Kind;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

const ManualClock noon(Timestamp{1'772'452'800'000});

std::string signature(EVP_PKEY* key, const EVP_MD* digest, const std::string& text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EXPECT_EQ(EVP_DigestSignInit(context, nullptr, digest, nullptr, key), 1);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  EXPECT_EQ(EVP_DigestSign(context, nullptr, &size, bytes, text.size()), 1);
  std::string made(size, '\0');
  EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(made.data()), &size, bytes,
                           text.size()),
            1);
  made.resize(size);
  EVP_MD_CTX_free(context);
  return to_base64(made);
}

std::string public_key(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  std::string text = to_base64({reinterpret_cast<char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return text;
}

std::string certificate_of(EVP_PKEY* key) {
  X509* certificate = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  EXPECT_EQ(X509_set_pubkey(certificate, key), 1);
  EXPECT_GT(X509_sign(certificate, key, EVP_sha256()), 0);
  BIO* bio = BIO_new(BIO_s_mem());
  EXPECT_EQ(PEM_write_bio_X509(bio, certificate), 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string pem(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
  X509_free(certificate);
  return pem;
}

/// What a reader makes of a request; `not answered` where it does not call back.
Result<Reports> read(ProviderHooks& reader, const net::Request& request) {
  auto promise = std::make_shared<std::promise<Result<Reports>>>();
  reader.read(request, [promise](Result<Reports> reports) { promise->set_value(reports); });
  std::future<Result<Reports>> future = promise->get_future();
  if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
    return failure("not answered", "");
  }
  return future.get();
}

std::string code_of(const Result<Reports>& reports) {
  return reports ? "" : reports.error().code;
}

std::unique_ptr<ReportReader> reader_of(const std::string& url, const std::string& key = {}) {
  auto made = ReportReader::create(
      {.url = url, .key = key, .guard = net::AddressGuard::parse("127.0.0.0/8").value()}, noon);
  EXPECT_TRUE(made) << made.error().message;
  return std::move(*made);
}

TEST(SendGridSignature, MustBeOfTheKeyOverTimestampAndBody) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Key other(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const auto reader = reader_of("sendgrid://k@", public_key(key.get()));
  const std::string body = R"([{"event":"spamreport","sg_event_id":"1","sojourn-message":"7-a"},)"
                           R"({"event":"open","sojourn-message":"7-a"},)"
                           R"({"event":"unsubscribe","sg_event_id":"2","sojourn-message":"8-b"}])"
                           "\r\n";
  const auto request = [&](EVP_PKEY* by, const std::string& at, const std::string& sent) {
    net::Request made{.method = net::Method::post, .body = sent};
    made.headers.add("X-Twilio-Email-Event-Webhook-Signature",
                     signature(by, EVP_sha256(), "1772452800" + body));
    made.headers.add("X-Twilio-Email-Event-Webhook-Timestamp", at);
    return made;
  };
  const Result<Reports> reports = read(*reader, request(key.get(), "1772452800", body));
  ASSERT_TRUE(reports) << reports.error().message;
  ASSERT_EQ(reports->size(), 2U);
  EXPECT_EQ(reports->at(0).kind, Kind::complaint);
  EXPECT_EQ(reports->at(1).reference, "8-b");
  for (const net::Request& forged :
       {request(other.get(), "1772452800", body), request(key.get(), "1772452801", body),
        request(key.get(), "1772452800", body + " "), net::Request{.body = body}}) {
    EXPECT_EQ(code_of(read(*reader, forged)), "forged_report");
  }
  const auto keyless = reader_of("sendgrid://k@");
  EXPECT_TRUE(keyless->lacks_key());
  EXPECT_EQ(code_of(read(*keyless, request(key.get(), "1772452800", body))), "forged_report");
  const auto no_key = ReportReader::create({.url = "sendgrid://k@", .key = "bm8ga2V5"}, noon);
  ASSERT_FALSE(no_key);
  EXPECT_EQ(no_key.error().code, "invalid_key");
}

net::Request mailgun_request(std::int64_t at, const std::string& token, const std::string& event,
                             const std::string& key = "signing-key") {
  const std::string timestamp = std::to_string(at);
  return {.method = net::Method::post,
          .body = fmt::format(
              R"({{"signature":{{"timestamp":"{}","token":"{}","signature":"{}"}},"event-data":)"
              R"({{"event":"{}","id":"i","user-variables":{{"sojourn-message":"7-a"}}}}}})",
              timestamp, token, to_hex(keyed_digest(key, timestamp + token)), event)};
}

TEST(MailgunSignature, IsTakenOnceForOneBodyAndOnlyForHours) {
  constexpr std::int64_t now = 1'772'452'800;
  const auto reader = reader_of("mailgun://k@mg.example.com", "signing-key");
  EXPECT_FALSE(reader->lacks_key());
  const net::Request report = mailgun_request(now, "t1", "complained");
  const Result<Reports> first = read(*reader, report);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_EQ(first->size(), 1U);
  EXPECT_EQ(first->at(0).kind, Kind::complaint);
  const Result<Reports> again = read(*reader, report);
  ASSERT_TRUE(again) << "a report that is sent again is the same report";
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(code_of(read(*reader, mailgun_request(now, "t1", "unsubscribed"))), "forged_report")
      << "a token that was seen proves no other body";

  EXPECT_EQ(code_of(read(*reader, mailgun_request(now, "t2", "complained", "other"))),
            "forged_report");
  const std::int64_t oldest = now - ReportReader::mailgun_age_max.ms / 1000;
  const std::int64_t newest = now + ReportReader::clocks_differ_max.ms / 1000;
  EXPECT_EQ(code_of(read(*reader, mailgun_request(oldest, "t3", "complained"))), "");
  EXPECT_EQ(code_of(read(*reader, mailgun_request(oldest - 1, "t4", "complained"))),
            "forged_report");
  EXPECT_EQ(code_of(read(*reader, mailgun_request(newest, "t5", "complained"))), "");
  EXPECT_EQ(code_of(read(*reader, mailgun_request(newest + 1, "t6", "complained"))),
            "forged_report");
  EXPECT_EQ(code_of(read(*reader, {.body = "{}"})), "forged_report");
  EXPECT_EQ(code_of(read(*reader, {.body = "{"})), "malformed_json");
  EXPECT_EQ(code_of(read(*reader_of("mailgun://k@mg.example.com"), report)), "forged_report");
}

TEST(PostmarkReport, NeedsNoSignature) {
  const auto reader = reader_of("postmark://k@");
  EXPECT_FALSE(reader->lacks_key());
  const Result<Reports> reports =
      read(*reader, {.body = R"({"RecordType":"Bounce","Type":"HardBounce","ID":1,)"
                             R"("Metadata":{"sojourn-message":"7-a"}})"});
  ASSERT_TRUE(reports);
  EXPECT_EQ(reports->size(), 1U);
  EXPECT_EQ(code_of(read(*reader, {.body = "[]"})), "not_an_object");
}

/// Amazon: its certificate and the address that confirms subscriptions.
class Amazon {
 public:
  Amazon() : pem_(certificate_of(key_.get())) {
    server_ = net::HttpServer::create({}, [this](net::Request&& request, net::Reply&& reply) {
                if (request.path.ends_with(".pem")) {
                  ++fetched;
                  reply.send({.body = pem_});
                } else {
                  confirmed += request.query;
                  reply.send({});
                }
              }).value();
    server_->start();
  }
  [[nodiscard]] std::string url() const {
    return fmt::format("ses://AKIA:s@eu-west-1?endpoint=http%3A%2F%2F127.0.0.1%3A{}",
                       server_->port());
  }
  /// Signed, in the form that SNS posts.
  [[nodiscard]] net::Request request(Object message, const char* version = "2") const {
    message.set("SignatureVersion", version);
    message.set("SigningCertURL", "https://sns.eu-west-1.amazonaws.com/SNS-1.pem");
    const EVP_MD* digest = std::string_view(version) == "1" ? EVP_sha1() : EVP_sha256();
    message.set("Signature", signature(key_.get(), digest, sns_text_to_sign(message).value_or("")));
    return {.method = net::Method::post, .body = to_json(message)};
  }

  std::atomic<int> fetched = 0;
  std::string confirmed;

 private:
  const Key key_{EVP_RSA_gen(2048), &EVP_PKEY_free};
  const std::string pem_;
  std::unique_ptr<net::HttpServer> server_;
};

Object notification() {
  return {{"Type", "Notification"},
          {"MessageId", "m1"},
          {"TopicArn", "arn:aws:sns:eu-west-1:1:ses"},
          {"Timestamp", "2026-03-02T12:00:00.000Z"},
          {"Message", R"({"eventType":"Complaint","complaint":{"feedbackId":"f"},)"
                      R"("mail":{"tags":{"sojourn-message":["7-a"]}}})"}};
}

TEST(SnsReport, IsReadWhereTheCertificateOfAmazonSignsIt) {
  Amazon amazon;
  const auto reader = reader_of(amazon.url());
  for (const char* version : {"1", "2"}) {
    const Result<Reports> reports = read(*reader, amazon.request(notification(), version));
    ASSERT_TRUE(reports) << reports.error().message;
    ASSERT_EQ(reports->size(), 1U);
    EXPECT_EQ(reports->at(0).kind, Kind::complaint);
  }
  Object with_subject = notification();
  with_subject.set("Subject", "Amazon SES Email Event Notification");
  EXPECT_TRUE(read(*reader, amazon.request(with_subject)));
  EXPECT_EQ(amazon.fetched, 1) << "the certificate is kept";
}

TEST(SnsReport, IsRefusedWhereAnythingIsChangedOrTheCertificateIsElsewhere) {
  Amazon amazon;
  const auto reader = reader_of(amazon.url());
  const net::Request good = amazon.request(notification());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"7-a", "8-a"},
           {"m1", "m2"},
           {"sns:eu-west-1", "sns:eu-west-2"},
           {R"("SignatureVersion":"2")", R"("SignatureVersion":"1")"},
           {R"("SignatureVersion":"2")", R"("SignatureVersion":"3")"},
           {R"("Type":"Notification")", R"("Type":"Other")"},
           {"https://sns.eu-west-1.amazonaws.com",
            "https://sns.eu-west-1.amazonaws.com.evil.example"},
           {"https://sns.eu-west-1.amazonaws.com", "http://sns.eu-west-1.amazonaws.com"}}) {
    net::Request changed = good;
    changed.body.replace(changed.body.find(from), from.size(), to);
    EXPECT_EQ(code_of(read(*reader, changed)), "forged_report") << to;
  }
  EXPECT_EQ(code_of(read(*reader, {.body = "{}"})), "forged_report");
}

TEST(SnsReport, ConfirmsASubscriptionThatIsSigned) {
  Amazon amazon;
  const auto reader = reader_of(amazon.url());
  Object message = notification();
  message.set("Type", "SubscriptionConfirmation");
  message.set("Token", "t");
  message.set("SubscribeURL",
              "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t");
  const Result<Reports> reports = read(*reader, amazon.request(message));
  ASSERT_TRUE(reports) << reports.error().message;
  EXPECT_TRUE(reports->empty());
  EXPECT_EQ(amazon.confirmed, "Action=ConfirmSubscription&Token=t");
  message.set("SubscribeURL", "https://evil.example/");
  EXPECT_EQ(code_of(read(*reader, amazon.request(message))), "forged_report");
}

TEST(SnsReport, IsToBeSentAgainWhereTheCertificateCannotBeFetched) {
  std::string url;
  net::Request request;
  {
    Amazon amazon;
    url = amazon.url();
    request = amazon.request(notification());
  }
  EXPECT_EQ(code_of(read(*reader_of(url), request)), "provider_unreachable");
}

TEST(SnsUrl, IsAmazonsAlone) {
  EXPECT_TRUE(is_sns_url("https://sns.eu-west-1.amazonaws.com/a.pem"));
  EXPECT_TRUE(is_sns_url("https://sns.cn-north-1.amazonaws.com.cn/a.pem"));
  for (const char* url :
       {"http://sns.eu-west-1.amazonaws.com/a.pem", "https://sns.eu-west-1.amazonaws.com",
        "https://sns.evil.example/.amazonaws.com/a.pem", "https://sns.a.b.amazonaws.com/a.pem",
        "https://sns.x@evil.amazonaws.com/a.pem", "https://sns.eu-west-1.amazonaws.com:1/a.pem",
        "https://s3.eu-west-1.amazonaws.com/a.pem", "https://sns..amazonaws.com/a.pem",
        "https://sns.amazonaws.com/a.pem", ""}) {
    EXPECT_FALSE(is_sns_url(url)) << url;
  }
}

}  // namespace
}  // namespace sojourn::channels::providers
