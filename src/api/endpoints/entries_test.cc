#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/events/standard_names.h"

namespace sojourn::api {
namespace {

using contacts::ContactId;
using events::Event;
using events::Trust;

class EntryTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    runtime_.set_rules({{.path = "welcome.yaml",
                         .text = "kind: journey\nkey: welcome\nname: Welcome\n"
                                 "trigger: {entry: true}\n"
                                 "steps:\n  - id: stop\n    exit: done\n",
                         .number = 1}});
    add_keys();
    open();
  }
  ContactId add_contact(const std::string& user_id, const std::string& email) {
    const contacts::Identifier name{std::string(contacts::kinds::user_id), user_id};
    const ContactId id = contacts::derive_contact_id(runtime_.master_key(), name);
    EXPECT_TRUE(runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
      TRY_VOID(transaction.put_identifier(name, id));
      return transaction.put_contact({.id = id,
                                      .user_id = user_id,
                                      .email = email,
                                      .name = "",
                                      .first_seen = testing::start_time,
                                      .last_seen = testing::start_time,
                                      .state = ""});
    }));
    return id;
  }
  net::Response enter(std::string body, std::string_view journey = "welcome") {
    return post("/api/v1/journeys/" + std::string(journey) + "/enter", std::move(body));
  }
};

TEST_F(EntryTest, IsAnEventOfTheContactByIdUserIdOrEmail) {
  const ContactId ann = add_contact("ann", "ann@example.com");
  for (const std::string& name : {contacts::format(ann), std::string("ann"),
                                  std::string("ann@EXAMPLE.com"), std::string("ann@example.com")}) {
    const net::Response response = enter(R"({"contact":")" + name + R"(","data":{"plan":"pro"}})");
    ASSERT_EQ(response.status, 202) << name << response.body;
    EXPECT_EQ(at(response, "contact"), '"' + contacts::format(ann) + '"') << name;
    const Event event = runtime_.submitted().back();
    EXPECT_EQ(at(response, "eventId"), '"' + event.message_id + '"');
    EXPECT_EQ(event.name, events::names::entry_requested);
    EXPECT_EQ(event.trust, Trust::system);
    EXPECT_EQ(event.contact, ann.hash);
    EXPECT_EQ(to_json(event.properties), R"({"journey":"welcome","data":{"plan":"pro"}})");
  }
  EXPECT_EQ(runtime_.submitted().size(), 4U);
}

TEST_F(EntryTest, MakesAContactOnlyWhereItIsAskedTo) {
  const net::Response unknown = enter(R"({"userId":"new"})");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(code_of(unknown), "unknown_contact");
  EXPECT_EQ(at(unknown, "field"), R"("userId")");
  EXPECT_TRUE(runtime_.submitted().empty());

  const net::Response made = enter(R"({"userId":"new","create":true})");
  EXPECT_EQ(made.status, 202);
  EXPECT_EQ(at(made, "contact"), "null");
  ASSERT_EQ(runtime_.submitted().size(), 1U);
  EXPECT_EQ(runtime_.submitted().back().user_id, "new");
  EXPECT_EQ(runtime_.submitted().back().contact, Hash128{});
}

TEST_F(EntryTest, GivesAttributesToAContactThatItMakesAndToNoOther) {
  add_contact("ann", "ann@example.com");
  const std::string traits = R"("create":true,"traits":{"email":"new@example.com"}})";
  EXPECT_EQ(enter(R"({"userId":"new",)" + traits).status, 202);
  EXPECT_EQ(to_json(runtime_.submitted().back().traits), R"({"email":"new@example.com"})");
  EXPECT_EQ(enter(R"({"userId":"ann",)" + traits).status, 202);
  EXPECT_TRUE(runtime_.submitted().back().traits.empty());
}

TEST_F(EntryTest, IsRecognisedByItsMessageIdWhenItIsSentAgain) {
  add_contact("ann", "");
  EXPECT_EQ(at(enter(R"({"contact":"ann","messageId":"order-7"})"), "eventId"),
            R"("entry/welcome/order-7")");
  EXPECT_EQ(at(enter(R"({"contact":"ann","messageId":"order-7"})"), "eventId"),
            R"("entry/welcome/order-7")");
  EXPECT_NE(at(enter(R"({"contact":"ann"})"), "eventId"),
            at(enter(R"({"contact":"ann"})"), "eventId"));
}

TEST_F(EntryTest, RefusesWhatItCannotMean) {
  add_contact("ann", "shared@example.com");
  add_contact("ben", "shared@example.com");
  struct Case {
    std::string body;
    int status;
    std::string code;
  };
  const std::string deep = std::string(20, '[') + "1" + std::string(20, ']');
  for (const Case& c :
       {Case{"{}", 400, "missing_field"}, Case{R"({"contact":""})", 400, "missing_field"},
        Case{R"({"contact":"ann","userId":"ann"})", 400, "missing_field"},
        Case{R"({"contact":"ann","create":true})", 400, "missing_field"},
        Case{R"({"userId":"new","traits":{"a":1}})", 400, "missing_field"},
        Case{R"({"contact":7})", 400, "wrong_type"},
        Case{R"({"userId":["ann"]})", 400, "wrong_type"},
        Case{R"({"contact":"ann","data":[1]})", 400, "wrong_type"},
        Case{R"({"contact":"ann","data":{"a":)" + deep + "}}", 400, "too_deep"},
        Case{R"({"contact":"ann","messageId":")" + std::string(256, 'x') + R"("})", 400,
             "too_long"},
        Case{R"({"contact":"nobody@example.com"})", 404, "unknown_contact"},
        Case{R"({"contact":"shared@example.com"})", 409, "ambiguous_contact"}}) {
    const net::Response response = enter(c.body);
    EXPECT_EQ(response.status, c.status) << c.body << response.body;
    EXPECT_EQ(code_of(response), c.code) << c.body;
  }
  const net::Response no_journey = enter(R"({"contact":"ann"})", "other");
  EXPECT_EQ(no_journey.status, 404);
  EXPECT_EQ(code_of(no_journey), "unknown_journey");
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(EntryTest, IsAnsweredWhenTheEventIsDurable) {
  add_contact("ann", "");
  runtime_.disk_fails = Error{.code = "disk_full", .message = "no space"};
  EXPECT_EQ(enter(R"({"contact":"ann"})").status, 503);
  runtime_.disk_fails.reset();
  runtime_.refuses = Error{.code = "queue_full", .message = "too many"};
  EXPECT_EQ(enter(R"({"contact":"ann"})").status, 429);
}

}  // namespace
}  // namespace sojourn::api
