// Contacts by a condition, what there is to ask about, and one thing done to many.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/events/event_codec.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/contact_state.h"
#include "runtime/bulk_work.h"

namespace sojourn::api::testing {
namespace {

using net::Method;

constexpr int contact_count = 250;

/// Contact i is first seen i minutes later; every tenth is on plan pro.
class ContactFilterTest : public ApiTest {
 protected:
  void SetUp() override {
    runtime_.set_rules({{"s.yaml", "kind: segment\nkey: pro\nname: Pro\nwhere: plan is pro\n", 1},
                        {"l.yaml", "kind: list\nkey: vip\nname: VIP\n", 2},
                        {"t.yaml", "kind: topic\nkey: news\nname: News\n", 3}});
    const auto change = [](store::StateTransaction& transaction) -> Result<void> {
      for (int i = 0; i < contact_count; ++i) {
        reaction::ContactState state;
        state.id = id_of(i);
        state.first_seen = start_time + Duration::minutes(i);
        state.last_seen = state.first_seen;
        state.attributes.write("plan", Value(is_pro(i) ? "pro" : "free"), start_time, {});
        state.attributes.write("seats", Value(std::int64_t{i}), start_time, {});
        state.attributes.write("company", Value(Object{{"size", i}}), start_time, {});
        if (i % 2 == 0) {
          state.attributes.write("email", Value(fmt::format("c{}@example.com", i)), start_time, {});
        }
        if (is_pro(i)) {
          state.memberships.push_back({.segment = 1, .member = true, .since = start_time});
        }
        TRY_VOID(transaction.put_contact({.id = state.id,
                                          .user_id = fmt::format("user-{}", i),
                                          .email = "",
                                          .name = fmt::format("Contact {}", i),
                                          .first_seen = state.first_seen,
                                          .last_seen = state.last_seen,
                                          .state = reaction::encode(state)}));
      }
      return {};
    };
    ASSERT_TRUE(runtime_.write(change));
  }

  static bool is_pro(int i) { return i % 10 == 0; }
  static contacts::ContactId id_of(int i) {
    contacts::ContactId id;
    id.hash.bytes = {7, static_cast<std::uint8_t>(i * 37), static_cast<std::uint8_t>(i)};
    return id;
  }

  /// The userIds of all pages.
  std::vector<std::string> all_of(const std::string& where, const std::string& more = "") {
    std::vector<std::string> found;
    std::string cursor;
    for (int page = 0; page < contact_count; ++page) {
      const net::Response answer =
          get("/api/v1/contacts", fmt::format("where={}&limit=7{}{}", where, more,
                                              cursor.empty() ? "" : "&cursor=" + cursor));
      EXPECT_EQ(answer.status, 200) << answer.body;
      const Value body = body_of(answer);
      for (const Value& item : *body.as_object()->find("items")->as_list()) {
        found.push_back(*item.as_object()->find("userId")->as_string());
      }
      const std::string* next = body.as_object()->find("next")->as_string();
      if (next == nullptr) return found;
      cursor = *next;
    }
    ADD_FAILURE() << "there is no end";
    return found;
  }
  static std::vector<std::string> pros() {
    std::vector<std::string> newest_first;
    for (int i = contact_count - 1; i >= 0; --i) {
      if (is_pro(i)) newest_first.push_back(fmt::format("user-{}", i));
    }
    return newest_first;
  }
  net::Response patch(std::string_view path, std::string body) {
    return send(
        Method::patch, path,
        {.headers = {{"Authorization", "Bearer ak_api"}, {"Content-Type", "application/json"}},
         .body = std::move(body)});
  }
};

TEST_F(ContactFilterTest, ShowsThoseOfAConditionTheNewestFirst) {
  EXPECT_EQ(all_of("plan%20is%20pro"), pros());
  const net::Response answer = get("/api/v1/contacts", "where=plan%20is%20pro&limit=2");
  EXPECT_EQ(at(answer, "total"), "25");
}

TEST_F(ContactFilterTest, TakesTheJsonFormBesideASegmentAListAndASearch) {
  EXPECT_EQ(all_of("%7B%22attribute%22:%22seats%22,%22at_least%22:100%7D", "&segment=pro").size(),
            15u);
  EXPECT_TRUE(all_of("everybody", "&list=vip").empty());
  EXPECT_EQ(all_of("plan%20is%20pro", "&q=contact%2024"), (std::vector<std::string>{"user-240"}));
}

TEST_F(ContactFilterTest, FindsWhatNoIndexHoldsByLookingAtEach) {
  EXPECT_EQ(all_of("plan%20is%20pro%20and%20did%20not%20Rare"), pros());
  EXPECT_TRUE(all_of("did%20Rare").empty());
}

TEST_F(ContactFilterTest, SaysWhereAConditionCannotBeRead) {
  const net::Response wrong = get("/api/v1/contacts", "where=plan%20=~%203");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(code_of(wrong), "bad_condition");
  EXPECT_EQ(at(wrong, "column"), "7");
  EXPECT_EQ(code_of(get("/api/v1/contacts", "where=everybody&segment=none")), "unknown_segment");
  EXPECT_EQ(code_of(get("/api/v1/contacts", "where=everybody&list=none")), "unknown_list");
  const net::Response longest =
      get("/api/v1/contacts", "where=plan%20is%20" + std::string(8'192, 'a'));
  EXPECT_EQ(longest.status, 422);
  EXPECT_EQ(at(longest, "limit"), "\"8192\"");
}

TEST_F(ContactFilterTest, ShowsAttributesThatAreAskedFor) {
  const net::Response answer =
      get("/api/v1/contacts", "where=seats%20is%2010&attributes=plan,seats,nothing");
  EXPECT_EQ(at(answer, "items.0.attributes"), R"({"plan":"pro","seats":10})");
  EXPECT_EQ(at(get("/api/v1/contacts", "limit=1"), "items.0.attributes"), "absent");
  std::string names = "a";
  for (int i = 0; i < 20; ++i) names += ",a";
  EXPECT_EQ(code_of(get("/api/v1/contacts", "attributes=" + names)), "too_many_items");
}

TEST_F(ContactFilterTest, ShowsSomeOfThoseWhoAreCounted) {
  const net::Response answer =
      post("/api/v1/segments/count", R"({"where": "plan is pro", "people": 3, "wait": true})");
  EXPECT_EQ(at(answer, "count"), "25");
  EXPECT_EQ(at(answer, "people.0.userId"), "\"user-240\"");
  EXPECT_EQ(at(answer, "people.3"), "absent");
  EXPECT_EQ(at(post("/api/v1/segments/count", R"({"where": "plan is pro"})"), "people"), "absent");
  const net::Response many =
      post("/api/v1/segments/count", R"({"where": "plan is pro", "people": 11})");
  EXPECT_EQ(code_of(many), "out_of_range");
  EXPECT_EQ(at(many, "limit"), "\"10\"");
}

TEST_F(ContactFilterTest, ReadsAConditionInBothForms) {
  const net::Response text =
      post("/api/v1/segments/read", R"({"where": "plan is pro and not in list vip"})");
  ASSERT_EQ(text.status, 200) << text.body;
  EXPECT_EQ(at(text, "definition"),
            R"({"all":[{"attribute":"plan","is":"pro"},{"not":{"list":"vip"}}]})");
  const net::Response object =
      post("/api/v1/segments/read", R"({"where": )" + at(text, "definition") + "}");
  EXPECT_EQ(at(object, "text"), at(text, "text"));
  const net::Response wrong =
      post("/api/v1/segments/read", R"({"where": {"all": [{"segment": ""}]}})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(at(wrong, "field"), R"("where.all[0].segment")");
}

TEST_F(ContactFilterTest, TellsWhatThereIsToAskAbout) {
  const net::Response names = get("/api/v1/attributes");
  ASSERT_EQ(names.status, 200) << names.body;
  EXPECT_EQ(at(names, "items.0"),
            R"({"name":"company","contacts":250,"types":["object"],"members":["size"]})");
  EXPECT_EQ(at(names, "items.1.contacts"), "125") << "email";
  EXPECT_EQ(at(names, "items.3.types"), R"(["number"])") << "seats";
  const net::Response plans = get("/api/v1/attributes/plan/values");
  EXPECT_EQ(at(plans, "items"),
            R"([{"value":"free","contacts":225},{"value":"pro","contacts":25}])");
  EXPECT_EQ(at(get("/api/v1/attributes/plan/values", "q=PR"), "items"),
            R"([{"value":"pro","contacts":25}])");
  EXPECT_EQ(at(get("/api/v1/attributes/none/values"), "items"), "[]");
  EXPECT_EQ(code_of(get("/api/v1/attributes/plan/values", "q=" + std::string(201, 'a'))),
            "too_long");
}

TEST_F(ContactFilterTest, TellsWhatContactsDid) {
  runtime_.set_rules({{"s.yaml", "kind: segment\nkey: s\nname: S\nwhere: did \"Not Yet\"\n", 1}});
  std::vector<store::LogRecord> records;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    events::Event event;
    event.message_id = std::to_string(i);
    event.name = "Page Viewed";
    event.user_id = "user-1";
    event.at = start_time + Duration::minutes(static_cast<std::int64_t>(i));
    event.received_at = event.at;
    event.properties = {{"path", i == 1 ? "/" : "/pricing"}, {"price", 5}};
    records.push_back({.position = {i},
                       .message = {},
                       .subject = id_of(1).hash,
                       .at = event.at,
                       .received_at = event.at,
                       .name = event.name,
                       .payload = events::encode(event)});
  }
  ASSERT_TRUE(runtime_.store().log_writer().append(records));
  const net::Response answer = get("/api/v1/event-names");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "items.0"), R"({"name":"Not Yet","count":0,"lastAt":null,"properties":[]})");
  EXPECT_EQ(at(answer, "items.1.count"), "3");
  EXPECT_EQ(at(answer, "items.1.properties.0"),
            R"({"name":"path","types":["text"],"values":["/pricing","/"]})");
  EXPECT_EQ(at(answer, "items.1.properties.1.types"), R"(["number"])");
}

TEST_F(ContactFilterTest, WritesAttributesAsAnEventOfTheContact) {
  const net::Response answer = patch("/api/v1/contacts/" + contacts::format(id_of(3)),
                                     R"({"attributes": {"plan": "gold", "seats": null}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const std::vector<events::Event> events = runtime_.submitted();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].type, events::EventType::identify);
  EXPECT_EQ(events[0].contact, id_of(3).hash);
  EXPECT_EQ(to_json(events[0].traits), R"({"plan":"gold","seats":null})");
  EXPECT_GT(events[0].at, start_time) << "later than what it changes";
}

TEST_F(ContactFilterTest, RefusesAttributesThatCannotBe) {
  const struct {
    std::string body;
    std::string_view code;
  } cases[] = {
      {R"({})", "missing_field"},
      {R"({"attributes": {}})", "missing_field"},
      {R"({"attributes": 5})", "wrong_type"},
      {R"({"attributes": {"email": "nobody"}})", "wrong_type"},
      {R"({"attributes": {"": 1}})", "too_long"},
      {R"({"attributes": {")" + std::string(256, 'a') + R"(": 1}})", "too_long"},
      {R"({"attributes": {"a": )" + std::string(17, '[') + std::string(17, ']') + "}}", "too_deep"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(code_of(patch("/api/v1/contacts/user-3", each.body)), each.code) << each.body;
  }
  EXPECT_EQ(code_of(patch("/api/v1/contacts/none", R"({"attributes": {"a": 1}})")),
            "unknown_contact");
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(ContactFilterTest, TellsHowASegmentHasGrown) {
  constexpr std::int64_t day_ms = 86'400'000;
  const auto today = static_cast<std::int32_t>(start_time.ms / day_ms);
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    for (int i = 0; i < 5; ++i) TRY_VOID(transaction.put_member(1, id_of(i), start_time));
    const auto add = [&](std::int32_t day, std::string outcome, std::int64_t by) {
      return transaction.add_to_counter({.kind = "segment",
                                         .key = "pro",
                                         .version = 1,
                                         .day = day,
                                         .outcome = std::move(outcome)},
                                        by);
    };
    TRY_VOID(add(today - 2, "entered", 4));
    TRY_VOID(add(today, "entered", 3));
    TRY_VOID(add(today, "left", 2));
    return add(0, "entered", 7);
  };
  ASSERT_TRUE(runtime_.write(change));
  const net::Response answer = get("/api/v1/segments/pro/history");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "items.0.size"), "4");
  EXPECT_EQ(at(answer, "items.0.entered"), "4");
  EXPECT_EQ(at(answer, "items.1.size"), "4");
  EXPECT_EQ(at(answer, "items.2.size"), "5");
  EXPECT_EQ(at(answer, "items.2.left"), "2");
  EXPECT_EQ(at(answer, "items.3"), "absent");
  EXPECT_EQ(code_of(get("/api/v1/segments/none/history")), "unknown_segment");
}

/// The jobs of a FakeRuntime, which tests step.
class BulkTest : public ContactFilterTest {
 protected:
  void SetUp() override {
    ContactFilterTest::SetUp();
    runtime_.jobs().add_kind(std::string(runtime::bulk_kind),
                             std::make_unique<runtime::BulkWork>(runtime_));
  }
  /// Carries the job of an answer out to its end, and answers its counts.
  std::string run(const net::Response& accepted) {
    EXPECT_EQ(accepted.status, 202) << accepted.body;
    while (runtime_.jobs().step()) {
    }
    const std::string id = at(accepted, "id");
    return at(get("/api/v1/jobs/" + id.substr(1, id.size() - 2)), "counts");
  }
};

TEST_F(BulkTest, PutsThoseOfAConditionOnAList) {
  EXPECT_EQ(run(post("/api/v1/contacts/bulk",
                     R"({"action": "add_to_list", "list": "vip", "where": "plan is pro"})")),
            R"({"changed":25})");
  const std::vector<events::Event> events = runtime_.submitted();
  ASSERT_EQ(events.size(), 25u);
  EXPECT_EQ(events[0].name, events::names::list_joined);
  EXPECT_EQ(to_json(events[0].properties), R"({"list":"vip"})");
  EXPECT_EQ(events[0].message_id.substr(0, 7), "bulk-1-");
}

TEST_F(BulkTest, SubscribesOnlyThoseWithAnAddress) {
  const std::string ids =
      fmt::format(R"(["{}", "{}"])", contacts::format(id_of(2)), contacts::format(id_of(3)));
  EXPECT_EQ(run(post("/api/v1/contacts/bulk",
                     R"({"action": "opt_out", "topic": "news", "contacts": )" + ids + "}")),
            R"({"changed":1,"no_address":1})");
  const std::vector<events::Event> events = runtime_.submitted();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, events::names::unsubscribed);
}

TEST_F(BulkTest, ErasesNoMoreThanWasExpected) {
  const net::Response more =
      post("/api/v1/contacts/erase", R"({"where": "plan is pro", "expected": 24})");
  EXPECT_EQ(more.status, 409);
  EXPECT_EQ(code_of(more), "more_than_expected");
  EXPECT_EQ(at(more, "limit"), "\"25\"");
  EXPECT_FALSE(runtime_.erased);
  EXPECT_EQ(run(post("/api/v1/contacts/erase", R"({"where": "plan is pro", "expected": 25})")),
            R"({"erased":25})");
  EXPECT_TRUE(runtime_.erased);
}

TEST_F(BulkTest, SaysWhatIsWrongBeforeItBegins) {
  const struct {
    std::string body;
    std::string_view code;
  } cases[] = {
      {R"({"action": "add_to_list", "where": "everybody"})", "missing_member"},
      {R"({"action": "add_to_list", "list": "none", "where": "everybody"})", "unknown_list"},
      {R"({"action": "opt_in", "topic": "none", "where": "everybody"})", "unknown_value"},
      {R"({"action": "opt_in", "list": "vip", "where": "everybody"})", "wrong_member"},
      {R"({"action": "opt_in"})", "missing_member"},
      {R"({"action": "opt_in", "where": "everybody", "contacts": [")" + contacts::format(id_of(1)) +
           R"("]})",
       "wrong_member"},
      {R"({"action": "opt_in", "where": "plan =~ 3"})", "bad_condition"},
      {R"({"action": "opt_in", "contacts": ["user-1"]})", "wrong_type"},
      {R"({"action": "erase", "where": "everybody"})", "unknown_value"},
      {R"({"action": "dance", "where": "everybody"})", "unknown_value"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(code_of(post("/api/v1/contacts/bulk", each.body)), each.code) << each.body;
  }
  EXPECT_EQ(code_of(post("/api/v1/contacts/erase", R"({"where": "everybody"})")), "missing_field");
}

}  // namespace
}  // namespace sojourn::api::testing
