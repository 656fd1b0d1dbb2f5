#include "api/endpoints/provider.h"

#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "channels/exchanges.h"
#include "channels/provider_hooks.h"
#include "domain/events/answer_names.h"
#include "domain/events/standard_names.h"
#include "runtime/message_id.h"
#include "runtime/provider_token.h"

namespace sojourn::api {
namespace {

using channels::Exchange;
using channels::ProviderReport;
using net::Method;

/// Says of every request what it was told to.
class FakeHooks final : public channels::ProviderHooks {
 public:
  [[nodiscard]] std::string_view provider() const override { return "ses"; }
  [[nodiscard]] bool lacks_key() const override { return true; }
  void read(const net::Request& request, Done done) override {
    body = request.body;
    done(says);
  }
  std::string body;
  Result<std::vector<ProviderReport>> says;
};

class FakeExchanges final : public channels::Exchanges {
 public:
  [[nodiscard]] std::vector<Exchange> before(std::uint64_t number,
                                             std::size_t count) const override {
    std::vector<Exchange> found;
    for (std::uint64_t each = number == 0 ? 3 : number - 1; each > 0 && found.size() < count;
         --each) {
      found.push_back({.number = each,
                       .at = testing::start_time,
                       .service = "ses",
                       .operation = "send",
                       .url = "https://email.example/send",
                       .key = "7-abc",
                       .status = each == 1 ? 0 : 200,
                       .outcome = each == 1 ? "outcome_unknown" : "answered",
                       .words = "",
                       .took = Duration::milliseconds(12)});
    }
    return found;
  }
};

class ProviderTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    provider_hooks_ = &hooks_;
    exchanges_ = &sent_;
    add_keys();
    open({.public_url = "https://news.example.com"});
  }
  [[nodiscard]] std::string path() const {
    return "/hooks/ses/" + runtime::make_provider_token(runtime_.master_key(), "ses");
  }
  net::Response report(const std::string& to) {
    return send(Method::post, to, {.headers = {}, .body = "{}", .query = {}});
  }
  /// Hands a message to the store; what a report calls it by.
  std::string add_message(std::uint64_t id) {
    messages::Message message;
    message.id = {id};
    message.key = "1/welcome/1/email";
    message.contact = contacts::derive_contact_id(runtime_.master_key(),
                                                  {std::string(contacts::kinds::user_id), "ann"});
    message.channel = "email";
    message.address = "ann@example.com";
    message.state = messages::DeliveryState::sent;
    EXPECT_TRUE(runtime_.write(
        [&](store::StateTransaction& transaction) { return transaction.put_message(message); }));
    const std::string own = runtime::mail_message_id(runtime_.master_key(), message.key, "");
    return std::to_string(id) + "-" + own.substr(0, own.find('@'));
  }

  FakeHooks hooks_;
  FakeExchanges sent_;
};

TEST_F(ProviderTest, IsShownWithTheAddressForItsReports) {
  const net::Response response = get("/api/v1/provider");
  EXPECT_EQ(at(response, "provider"), R"("ses")");
  EXPECT_EQ(at(response, "webhook"), "\"https://news.example.com" + path() + '"');
  EXPECT_EQ(at(response, "lacksKey"), "true");
}

TEST_F(ProviderTest, WhatWasAskedOfItIsListedInPages) {
  const net::Response first = get("/api/v1/provider/exchanges", "limit=2");
  EXPECT_EQ(at(first, "items.0.key"), R"("7-abc")");
  EXPECT_EQ(at(first, "items.0.status"), "200");
  EXPECT_EQ(at(first, "items.0.tookMs"), "12");
  const std::string next = at(first, "next");
  ASSERT_NE(next, "null");
  const net::Response second =
      get("/api/v1/provider/exchanges", "limit=2&cursor=" + next.substr(1, next.size() - 2));
  EXPECT_EQ(at(second, "items.0.status"), "null");
  EXPECT_EQ(at(second, "items.0.outcome"), R"("outcome_unknown")");
  EXPECT_EQ(at(second, "next"), "null");
}

TEST_F(ProviderTest, ReportsBecomeEventsOfTheirMessages) {
  const std::string reference = add_message(7);
  hooks_.says = std::vector<ProviderReport>{
      {.kind = ProviderReport::Kind::hard_bounce,
       .reference = reference,
       .reason = "unknown_user",
       .status = "5.1.1",
       .words = "550 no",
       .id = "ses-1"},
      {.kind = ProviderReport::Kind::complaint, .reference = reference, .id = "ses-2"}};
  const net::Response response = report(path());
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.body, R"({"reports":2})");
  ASSERT_EQ(runtime_.submitted().size(), 2U);
  EXPECT_EQ(runtime_.submitted()[0].name, events::names::message_bounced);
  EXPECT_EQ(runtime_.submitted()[1].name, events::names::spam_reported);
}

TEST_F(ProviderTest, ReportsOnMailsOfOthersChangeNothing) {
  const std::string reference = add_message(7);
  for (const std::string& foreign :
       {reference.substr(0, reference.size() - 1), "8" + reference.substr(1), reference + "x",
        std::string("7"), std::string("7-"), std::string("x-y"), std::string(), "-" + reference}) {
    hooks_.says = std::vector<ProviderReport>{{.reference = foreign, .id = "1"}};
    const net::Response response = report(path());
    EXPECT_EQ(response.status, 200) << foreign;
    EXPECT_EQ(response.body, R"({"reports":0})") << foreign;
  }
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(ProviderTest, OtherAddressesAndUnsignedReportsAreRefused) {
  const std::string reference = add_message(7);
  hooks_.says = std::vector<ProviderReport>{{.reference = reference, .id = "1"}};
  EXPECT_EQ(code_of(report(path() + "a")), "forged_report");
  EXPECT_EQ(code_of(report("/hooks/mailgun/" + path().substr(11))), "unknown_webhook");
  EXPECT_EQ(hooks_.body, "") << "nothing was read";
  hooks_.says = failure("forged_report", "not signed");
  const net::Response forged = report(path());
  EXPECT_EQ(forged.status, 403);
  hooks_.says = failure("provider_unreachable", "no certificate");
  EXPECT_EQ(report(path()).status, 503);
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST(ProviderToken, IsOfItsProviderAndItsWorkspace) {
  const HashKey master{{1}};
  const std::string token = runtime::make_provider_token(master, "ses");
  EXPECT_EQ(token.size(), 26U);
  EXPECT_EQ(token, runtime::make_provider_token(master, "ses"));
  EXPECT_NE(token, runtime::make_provider_token(master, "mailgun"));
  EXPECT_NE(token, runtime::make_provider_token(HashKey{{2}}, "ses"));
}

}  // namespace
}  // namespace sojourn::api
