#include "api/endpoints/audit.h"

#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "base/text.h"
#include "store/audit_chain.h"

namespace sojourn::api {
namespace {

class Audit : public testing::ApiTest {
 protected:
  void add(std::string_view actor, std::string_view action, std::string_view object,
           int times = 1) {
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
      for (int i = 0; i < times; ++i) {
        TRY_VOID(transaction.append_audit(actor, action, object, "", testing::start_time));
      }
      return {};
    }));
  }
  [[nodiscard]] std::vector<Value> items(const net::Response& response) {
    const Value body = body_of(response);
    const Object* object = body.as_object();
    const Value* list = object == nullptr ? nullptr : object->find("items");
    return list == nullptr ? std::vector<Value>() : *list->as_list();
  }
  [[nodiscard]] std::string objects(const std::string& query) {
    std::string text;
    for (const Value& item : items(get("/api/v1/audit", query))) {
      text += *item.as_object()->find("object")->as_string() + " ";
    }
    return text;
  }
};

TEST_F(Audit, IsListedNewestFirstInPages) {
  add("ann@example.com", "user.role", "bea@example.com");
  add("ak_1", "job.submit", "job/1");
  add("ann@example.com", "definition.publish", "journey/welcome");
  const net::Response first = get("/api/v1/audit", "limit=2");
  EXPECT_EQ(objects("limit=2"), "journey/welcome job/1 ");
  const std::string next = at(first, "next");
  EXPECT_EQ(objects("limit=2&cursor=" + next.substr(1, next.size() - 2)), "bea@example.com ");
  EXPECT_EQ(at(get("/api/v1/audit"), "next"), "null");
}

TEST_F(Audit, IsFiltered) {
  add("ann@example.com", "user.role", "bea@example.com");
  add("ak_1", "user.removed", "cem@example.com");
  add("ann@example.com", "users", "x");
  EXPECT_EQ(objects("action=user"), "cem@example.com bea@example.com ");
  EXPECT_EQ(objects("action=user.role"), "bea@example.com ");
  EXPECT_EQ(objects("actor=ANN@example.com"), "x bea@example.com ");
  EXPECT_EQ(objects("actor=ann"), "");
  EXPECT_EQ(objects("object=example"), "cem@example.com bea@example.com ");
  EXPECT_EQ(objects("action=user&actor=ak_1"), "cem@example.com ");
}

TEST_F(Audit, APageLooksThroughSoManyLinesAndTheNextGoesOnThere) {
  add("ann@example.com", "rare", "needle");
  add("ann@example.com", "usual", "hay", 20'000);
  const net::Response first = get("/api/v1/audit", "action=rare");
  EXPECT_EQ(at(first, "items"), "[]");
  const std::string next = at(first, "next");
  ASSERT_NE(next, "null");
  EXPECT_EQ(objects("action=rare&cursor=" + next.substr(1, next.size() - 2)), "needle ");
}

TEST_F(Audit, ACursorOfOtherFiltersIsRefused) {
  add("ann@example.com", "a", "1", 3);
  const std::string next = at(get("/api/v1/audit", "limit=1"), "next");
  EXPECT_EQ(code_of(get("/api/v1/audit", "action=a&cursor=" + next.substr(1, next.size() - 2))),
            "cursor_invalid");
  EXPECT_EQ(code_of(get("/api/v1/audit", "actor=" + std::string(301, 'a'))), "too_long");
}

TEST_F(Audit, ShowsWhatTheChainIsMadeOf) {
  add("ann@example.com", "user.role", "bea@example.com", 2);
  const std::vector<Value> lines = items(get("/api/v1/audit"));
  ASSERT_EQ(lines.size(), 2u);
  std::string chain;
  for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) {
    chain = store::audit_chain(chain, {.line = {.sequence = sequence,
                                                .at = testing::start_time,
                                                .actor = "ann@example.com",
                                                .action = "user.role",
                                                .subject = "bea@example.com",
                                                .detail = "",
                                                .chain = ""}});
    EXPECT_EQ(*lines[2 - sequence].as_object()->find("chain")->as_string(), to_hex(chain));
  }
}

TEST_F(Audit, ShowsWhatAChangeChangedAndOfAddressesTheHostAlone) {
  const net::Response made = post("/api/v1/webhook-endpoints",
                                  R"({"url":"https://a.example/t0ken","events":["message.sent"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string body = get("/api/v1/audit", "action=webhook").body;
  EXPECT_NE(body.find(R"("detail":"https://a.example","client":null,"changes":[{"field":"events",)"
                      R"("before":null,"after":"message.sent"}])"),
            std::string::npos)
      << body;
  EXPECT_EQ(body.find("t0ken"), std::string::npos);
}

}  // namespace
}  // namespace sojourn::api
