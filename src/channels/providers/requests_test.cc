// What each service is asked, part by part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "channels/providers/provider.h"

namespace sojourn::channels::providers {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Timestamp noon{1'772'452'800'000};  // 2026-03-02T12:00:00Z

messages::Email mail() {
  messages::Email email;
  email.from = {.name = "Sojourn", .address = "news@brand.example"};
  email.to = {.name = "Ana \"A\" Lee", .address = "ana7@example.com"};
  email.subject = "Hello";
  email.text = "Hello Ana";
  email.html = "<p>Hello Ana</p>";
  email.message_id = "7@brand.example";
  return email;
}

messages::Email marketing_mail() {
  messages::Email email = mail();
  email.reply_to = "help@brand.example";
  email.unsubscribe_url = "https://news.brand.example/u/abc";
  email.list_id = "news.brand.example";
  email.feedback_id = "welcome:brand:marketing:sojourn";
  return email;
}

messages::Email transactional_mail() {
  messages::Email email = mail();
  email.html.clear();
  return email;
}

net::WebRequest request_of(const std::string& url, const messages::Email& email) {
  const auto account = parse_provider_url(url);
  EXPECT_TRUE(account) << account.error().message;
  const auto written = mime::write_mime(email, noon);
  EXPECT_TRUE(written);
  return make_provider(*account)->request(
      {.email = email, .written = *written, .reference = "7-abc"}, noon);
}

std::string header(const net::WebRequest& request, std::string_view name) {
  for (const auto& [each, value] : request.headers) {
    if (each == name) return value;
  }
  return {};
}

std::string at(const net::WebRequest& request, std::string_view path) {
  const auto body = parse_json(request.body);
  const Value* found = body ? find_path(*body, path) : nullptr;
  return found == nullptr ? "absent" : to_json(*found);
}

TEST(ProviderRequest, OfSesIsTheWholeMailSigned) {
  const messages::Email email = marketing_mail();
  const net::WebRequest request =
      request_of("ses://AKIA:secret@eu-west-1?configuration_set=news", email);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails");
  EXPECT_THAT(header(request, "Authorization"),
              HasSubstr("Credential=AKIA/20260302/eu-west-1/ses/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date"));
  EXPECT_EQ(at(request, "Destination.ToAddresses"), R"(["ana7@example.com"])");
  EXPECT_EQ(at(request, "ConfigurationSetName"), R"("news")");
  EXPECT_EQ(at(request, "EmailTags"), R"([{"Name":"sojourn-message","Value":"7-abc"}])");
  const std::string data = at(request, "Content.Raw.Data");
  EXPECT_EQ(from_base64(data.substr(1, data.size() - 2)), mime::write_mime(email, noon)->bytes);
}

TEST(ProviderRequest, OfSendGridHasThePartsAndNoTrackingOfItsOwn) {
  const net::WebRequest request = request_of("sendgrid://SG.key@global", marketing_mail());
  EXPECT_EQ(request.url, "https://api.sendgrid.com/v3/mail/send");
  EXPECT_EQ(header(request, "Authorization"), "Bearer SG.key");
  EXPECT_EQ(at(request, "personalizations"),
            R"([{"to":[{"email":"ana7@example.com","name":"Ana \"A\" Lee"}]}])");
  EXPECT_EQ(at(request, "from"), R"({"email":"news@brand.example","name":"Sojourn"})");
  EXPECT_EQ(at(request, "reply_to"), R"({"email":"help@brand.example"})");
  EXPECT_EQ(at(request, "content.0"), R"({"type":"text/plain","value":"Hello Ana"})");
  EXPECT_EQ(at(request, "content.1"), R"({"type":"text/html","value":"<p>Hello Ana</p>"})");
  EXPECT_EQ(at(request, "custom_args"), R"({"sojourn-message":"7-abc"})");
  EXPECT_EQ(at(request, "headers"),
            R"({"Message-ID":"<7@brand.example>","List-Id":"<news.brand.example>",)"
            R"("List-Unsubscribe":"<https://news.brand.example/u/abc>",)"
            R"("List-Unsubscribe-Post":"List-Unsubscribe=One-Click",)"
            R"("Feedback-ID":"welcome:brand:marketing:sojourn"})");
  EXPECT_EQ(at(request, "tracking_settings.click_tracking"),
            R"({"enable":false,"enable_text":false})");
  for (const char* kind : {"open_tracking", "subscription_tracking", "ganalytics"}) {
    EXPECT_EQ(at(request, std::string("tracking_settings.") + kind), R"({"enable":false})");
  }
}

TEST(ProviderRequest, OfPostmarkGoesThroughTheStreamOfItsKind) {
  const std::string url = "postmark://token@?marketing=news";
  const net::WebRequest marketing = request_of(url, marketing_mail());
  EXPECT_EQ(marketing.url, "https://api.postmarkapp.com/email");
  EXPECT_EQ(header(marketing, "X-Postmark-Server-Token"), "token");
  EXPECT_EQ(at(marketing, "MessageStream"), R"("news")");
  EXPECT_EQ(at(marketing, "From"), R"("\"Sojourn\" <news@brand.example>")");
  EXPECT_EQ(at(marketing, "To"), R"("\"Ana \\\"A\\\" Lee\" <ana7@example.com>")");
  EXPECT_EQ(at(marketing, "ReplyTo"), R"("help@brand.example")");
  EXPECT_EQ(at(marketing, "HtmlBody"), R"("<p>Hello Ana</p>")");
  EXPECT_EQ(at(marketing, "TextBody"), R"("Hello Ana")");
  EXPECT_EQ(at(marketing, "TrackOpens"), "false");
  EXPECT_EQ(at(marketing, "TrackLinks"), R"("None")");
  EXPECT_EQ(at(marketing, "Metadata"), R"({"sojourn-message":"7-abc"})");
  for (const char* field :
       {R"({"Name":"Message-ID","Value":"<7@brand.example>"})",
        R"({"Name":"List-Unsubscribe-Post","Value":"List-Unsubscribe=One-Click"})",
        R"({"Name":"X-PM-KeepID","Value":"true"})"}) {
    EXPECT_THAT(at(marketing, "Headers"), HasSubstr(field));
  }
  const net::WebRequest transactional = request_of(url, transactional_mail());
  EXPECT_EQ(at(transactional, "MessageStream"), R"("outbound")");
  EXPECT_EQ(at(transactional, "HtmlBody"), "absent");
  EXPECT_THAT(at(transactional, "Headers"), HasSubstr("Auto-Submitted"));
}

TEST(ProviderRequest, OfMailgunIsAFormWithTheWholeMail) {
  const messages::Email email = marketing_mail();
  const net::WebRequest request = request_of("mailgun://key-1@mg.example.com", email);
  EXPECT_EQ(request.url, "https://api.mailgun.net/v3/mg.example.com/messages.mime");
  EXPECT_EQ(header(request, "Authorization"), "Basic " + to_base64("api:key-1"));
  const std::string type = header(request, "Content-Type");
  ASSERT_TRUE(type.starts_with("multipart/form-data; boundary=")) << type;
  const std::string boundary = "--" + type.substr(type.find('=') + 1);
  for (const char* part :
       {"name=\"to\"\r\n\r\nana7@example.com\r\n", "name=\"o:tracking\"\r\n\r\nno\r\n",
        "name=\"o:tracking-clicks\"\r\n\r\nno\r\n", "name=\"o:tracking-opens\"\r\n\r\nno\r\n",
        "name=\"v:sojourn-message\"\r\n\r\n7-abc\r\n"}) {
    EXPECT_THAT(request.body, HasSubstr(part));
  }
  const std::string written = mime::write_mime(email, noon)->bytes;
  EXPECT_THAT(request.body, HasSubstr("\r\n\r\n" + written + "\r\n" + boundary + "--\r\n"));
  EXPECT_THAT(written, Not(HasSubstr(boundary)));
}

TEST(ProviderRequest, ShowsNoKeyBesideItsOwnHeader) {
  for (const std::string url : {"ses://AKIA:hidden@eu-west-1", "sendgrid://hidden@",
                                "postmark://hidden@", "mailgun://hidden@mg.example.com"}) {
    const net::WebRequest request = request_of(url, marketing_mail());
    EXPECT_THAT(request.url + request.body, Not(HasSubstr("hidden"))) << url;
  }
}

}  // namespace
}  // namespace sojourn::channels::providers
