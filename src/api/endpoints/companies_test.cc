#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/reaction/contact_state.h"

namespace sojourn::api::testing {
namespace {

using reaction::ContactState;

class Companies : public ApiTest {
 protected:
  Companies() {
    runtime_.set_rules({{"l.yaml",
                         "kind: score\nkey: lead\nname: Lead\nhalf_life: 1d\n"
                         "rules: [{key: v, event: V, points: 1, reason: v}]\n",
                         1, 1},
                        {"f.yaml",
                         "kind: score\nkey: fit\nname: Fit\n"
                         "rules: [{key: v, event: V, points: 1, reason: v}]\n",
                         2, 1}});
    const auto change = [](store::StateTransaction& transaction) -> Result<void> {
      TRY_VOID(put(transaction, 1, {{"id", "acme"}, {"name", "Acme"}, {"plan", "free"}}, {80, 1}));
      TRY_VOID(put(transaction, 2, {{"id", "acme"}, {"plan", "pro"}}, {20, 2}));
      TRY_VOID(put(transaction, 3, {{"id", "acme"}}, {}));
      TRY_VOID(put(transaction, 4, {{"id", 42}, {"name", "Zebra"}}, {60, 7}));
      TRY_VOID(put(transaction, 5, {{"id", "beta"}}, {90, -4}));
      return put(transaction, 6, {}, {1000, 1000});
    };
    EXPECT_TRUE(runtime_.write(change));
  }

  /// A contact who wrote later than those with smaller numbers. `points`: lead and fit, a day ago.
  static Result<void> put(store::StateTransaction& transaction, int number, Object company,
                          const std::vector<double>& points) {
    ContactState state;
    state.id.hash.bytes = {9, static_cast<std::uint8_t>(number)};
    state.first_seen = start_time - Duration::days(30 + number);
    state.last_seen = start_time - Duration::hours(number);
    if (!company.empty()) {
      const Timestamp at = start_time - Duration::days(10 - number);
      state.attributes.write("company", std::move(company), at, {});
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      scoring::ScoreState& score = state.scores.emplace_back();
      score.score = static_cast<std::uint32_t>(i + 1);
      score.at = start_time - Duration::days(1);
      score.contributions.push_back({"v", points[i]});
    }
    return transaction.put_contact({.id = state.id,
                                    .user_id = "u" + std::to_string(number),
                                    .email = "",
                                    .name = "",
                                    .first_seen = state.first_seen,
                                    .last_seen = state.last_seen,
                                    .state = reaction::encode(state)});
  }

  /// The values at a path below each item.
  static std::string each(const net::Response& answer, const std::string& path) {
    std::string found;
    for (int i = 0;; ++i) {
      const std::string value = at(answer, "items." + std::to_string(i) + "." + path);
      if (value == "absent") return found;
      found += value + " ";
    }
  }
};

TEST_F(Companies, AddUpTheScoresOfTheirContacts) {
  const net::Response answer = get("/api/v1/companies");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(each(answer, "id"), R"("acme" "42" "beta" )");
  EXPECT_EQ(each(answer, "name"), R"("Acme" "Zebra" null )");
  EXPECT_EQ(each(answer, "contacts"), "3 1 1 ");
  EXPECT_EQ(at(answer, "items.0.firstSeenAt"), R"("2026-12-13T08:00:00.000Z")");
  EXPECT_EQ(at(answer, "items.0.lastSeenAt"), R"("2027-01-15T07:00:00.000Z")");
  EXPECT_EQ(at(answer, "scores.0.key"), R"("fit")") << "scores by name";
  EXPECT_EQ(at(answer, "items.0.values.0"),
            R"({"score":"fit","sum":3.0,"average":1.0,"highest":2.0,"contacts":2})");
  EXPECT_EQ(at(answer, "items.0.values.1"),
            R"({"score":"lead","sum":50.0,"average":16.666667,"highest":40.0,"contacts":2})")
      << "half of the points have faded in the day";
  EXPECT_EQ(at(answer, "items.2.values.0.highest"), "-4.0");
  EXPECT_EQ(at(answer, "total"), "3");
  EXPECT_EQ(at(answer, "at"), R"("2027-01-15T08:00:00.000Z")");
}

TEST_F(Companies, AreSortedByANumberOfAScore) {
  const struct {
    const char* query;
    std::string_view ids;
  } cases[] = {
      {"score=lead", R"("acme" "beta" "42" )"},
      {"score=lead&measure=sum", R"("acme" "beta" "42" )"},
      {"score=lead&measure=average", R"("beta" "42" "acme" )"},
      {"score=lead&measure=highest", R"("beta" "acme" "42" )"},
      {"score=fit&measure=highest&sort=score", R"("42" "acme" "beta" )"},
      {"score=fit&sort=contacts", R"("acme" "42" "beta" )"},
      {"sort=name", R"("acme" "beta" "42" )"},
      {"sort=name&search=ZE", R"("42" )"},
      {"search=4", R"("42" )"},
      {"search=cme", ""},
  };
  for (const auto& one : cases) {
    const net::Response answer = get("/api/v1/companies", one.query);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(each(answer, "id"), one.ids) << one.query;
  }
}

TEST_F(Companies, ComeInPagesOfOneInstant) {
  const net::Response first = get("/api/v1/companies", "score=lead&measure=highest&limit=2");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(each(first, "id"), R"("beta" "acme" )");
  const std::string cursor = at(first, "next");
  ASSERT_GT(cursor.size(), 2U);
  const std::string next = "&cursor=" + cursor.substr(1, cursor.size() - 2);
  runtime_.manual_clock().set(start_time + Duration::days(3));
  const net::Response second =
      get("/api/v1/companies", "score=lead&measure=highest&limit=2" + next);
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(each(second, "id"), R"("42" )");
  EXPECT_EQ(at(second, "items.0.values.0.sum"), "30.0") << "as on the first page";
  EXPECT_EQ(at(second, "at"), at(first, "at"));
  EXPECT_EQ(at(second, "next"), "null");
  EXPECT_EQ(code_of(get("/api/v1/companies", "score=fit" + next)), "cursor_invalid");
}

TEST_F(Companies, TellWhatTheirContactsKnowTogether) {
  const net::Response answer = get("/api/v1/companies/acme");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "name"), R"("Acme")");
  EXPECT_EQ(at(answer, "contacts"), "3");
  EXPECT_EQ(at(answer, "traits"), R"({"plan":"pro","name":"Acme"})");
  EXPECT_EQ(at(answer, "values.1.sum"), "50.0");
  EXPECT_EQ(at(get("/api/v1/companies/42"), "name"), R"("Zebra")");
}

TEST_F(Companies, ListTheirContactsHighestFirst) {
  const net::Response answer = get("/api/v1/companies/acme/contacts", "score=fit");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(each(answer, "contact.userId"), R"("u2" "u1" "u3" )");
  EXPECT_EQ(
      each(answer, "values.0"),
      R"({"score":"fit","value":2.0} {"score":"fit","value":1.0} {"score":"fit","value":0.0} )");
  EXPECT_EQ(at(answer, "total"), "3");
  const net::Response seen = get("/api/v1/companies/acme/contacts", "limit=1");
  EXPECT_EQ(each(seen, "contact.userId"), R"("u1" )");
  const std::string cursor = at(seen, "next");
  const net::Response rest =
      get("/api/v1/companies/acme/contacts", "cursor=" + cursor.substr(1, cursor.size() - 2));
  EXPECT_EQ(each(rest, "contact.userId"), R"("u2" "u3" )");
  EXPECT_EQ(at(rest, "next"), "null");
}

TEST_F(Companies, SayWhetherTheirScoresAreWhole) {
  EXPECT_EQ(at(get("/api/v1/companies"), "scores.1.state"), R"("ready")");
  const auto publish = [](store::StateTransaction& transaction) -> Result<void> {
    store::DefinitionRecord record;
    record.number = 1;
    record.kind = "score";
    record.key = "lead";
    record.changed_at = start_time;
    return transaction.put_definition(record);
  };
  ASSERT_TRUE(runtime_.write(publish));
  runtime_.backfilling = {.active = true, .since = start_time, .complete = 0};
  const net::Response answer = get("/api/v1/companies");
  EXPECT_EQ(at(answer, "scores.0.state"), R"("ready")");
  EXPECT_EQ(at(answer, "scores.1.state"), R"("building")");
}

TEST_F(Companies, RefuseWhatTheyDoNotKnow) {
  const struct {
    const char* path;
    std::string query;
    int status;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {"/api/v1/companies", "sort=size", 400, "unknown_value", R"("sort")"},
      {"/api/v1/companies", "sort=score", 400, "missing_field", R"("score")"},
      {"/api/v1/companies", "score=lead&measure=median", 400, "unknown_value", R"("measure")"},
      {"/api/v1/companies", "score=none", 404, "unknown_score", R"("score")"},
      {"/api/v1/companies", "search=" + std::string(201, 'x'), 400, "too_long", R"("search")"},
      {"/api/v1/companies", "limit=201", 400, "limit_out_of_range", R"("limit")"},
      {"/api/v1/companies", "cursor=x", 400, "cursor_invalid", R"("cursor")"},
      {"/api/v1/companies/none", "", 404, "unknown_company", R"("id")"},
      {"/api/v1/companies/none/contacts", "", 404, "unknown_company", R"("id")"},
      {"/api/v1/companies/acme/contacts", "score=none", 404, "unknown_score", R"("score")"},
  };
  for (const auto& one : cases) {
    const net::Response answer = get(one.path, one.query);
    EXPECT_EQ(answer.status, one.status) << one.path << one.query << answer.body;
    EXPECT_EQ(code_of(answer), one.code) << one.query;
    EXPECT_EQ(at(answer, "field"), one.field) << one.query;
  }
  EXPECT_EQ(at(get("/api/v1/companies", "sort=size"), "limit"), R"("score, contacts, name")");
  EXPECT_EQ(get("/api/v1/companies", "search=" + std::string(200, 'x')).status, 200);
}

}  // namespace
}  // namespace sojourn::api::testing
