#include "api/api.h"

#include <gtest/gtest.h>

#include "api/home_stream.h"
#include "api/testing/fake_runtime.h"

namespace sojourn::api {
namespace {

using net::Method;
using testing::ApiTest;
using testing::Client;

std::string filled(std::string_view pattern) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') {
      path.push_back(pattern[i]);
      continue;
    }
    path += "x";
    i = pattern.find('}', i);
  }
  return path;
}

TEST_F(ApiTest, EveryRouteThatIsNotPublicNeedsCredentials) {
  for (const Route& route : routes()) {
    if (route.permission == Permission::open || route.permission == Permission::write_key) continue;
    const net::Response response = send(route.method, filled(route.pattern));
    EXPECT_EQ(response.status, 401) << route.pattern;
    EXPECT_EQ(code_of(response), "not_signed_in") << route.pattern;
  }
}

TEST_F(ApiTest, EveryIngestRouteNeedsAWriteKey) {
  for (const Route& route : routes()) {
    if (route.permission != Permission::write_key || route.method != Method::post) continue;
    const net::Response response = send(route.method, route.pattern, {.body = "{}"});
    EXPECT_EQ(response.status, 401) << route.pattern;
    EXPECT_EQ(code_of(response), "missing_write_key") << route.pattern;
  }
}

TEST_F(ApiTest, WrongCredentialsAreRefused) {
  for (const char* header : {"Bearer nonsense", "Bearer ", "Bearer sk_server", "Basic YTpi"}) {
    const net::Response response =
        send(Method::get, "/api/v1/home", {.headers = {{"Authorization", header}}});
    EXPECT_EQ(response.status, 401) << header;
    EXPECT_EQ(code_of(response), "wrong_api_key") << header;
  }
  const net::Response response =
      send(Method::get, "/api/v1/home", {.headers = {{"Cookie", "sojourn_session=nonsense"}}});
  EXPECT_EQ(code_of(response), "not_signed_in");
}

TEST_F(ApiTest, UnknownPathsUnderReservedPrefixesAreNotTheWebApp) {
  for (const char* path :
       {"/api/v1/nothing", "/v1/nothing", "/c", "/u/", "/o", "/hooks", "/assets/x.png"}) {
    const net::Response response = send(Method::get, path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.content_type, "application/problem+json") << path;
  }
  EXPECT_EQ(send(Method::get, "/contacts/c_x").status, 200);
  EXPECT_EQ(send(Method::get, "/contacts/c_x").content_type, "text/html; charset=utf-8");
}

TEST_F(ApiTest, AWrongMethodNamesTheRightOnes) {
  const net::Response response = send(Method::delete_, "/v1/track");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "POST");
  const net::Response app = send(Method::post, "/contacts");
  EXPECT_EQ(app.status, 405);
  EXPECT_EQ(app.headers.find("Allow"), "GET, HEAD");
}

TEST_F(ApiTest, ThePreflightIsAnsweredForTheIngestionApiOnly) {
  const net::Response response = send(Method::options, "/v1/t");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "*");
  EXPECT_TRUE(response.headers.find("Access-Control-Allow-Headers"));
  for (const char* path : {"/api/v1/home", "/u/x"}) {
    const net::Response other = send(Method::options, path);
    EXPECT_EQ(other.status, 405) << path;
    EXPECT_FALSE(other.headers.find("Access-Control-Allow-Origin")) << path;
  }
}

TEST_F(ApiTest, IsReadyWhenTheRuntimeIs) {
  runtime_.is_ready = false;
  EXPECT_EQ(send(Method::get, "/healthz").status, 200);
  EXPECT_EQ(send(Method::get, "/readyz").status, 503);
  runtime_.is_ready = true;
  EXPECT_EQ(send(Method::get, "/readyz").status, 200);
}

TEST_F(ApiTest, ShowsMetricsForPrometheus) {
  const net::Response response = send(Method::get, "/metrics");
  EXPECT_TRUE(response.content_type.starts_with("text/plain; version=0.0.4"));
  EXPECT_NE(response.body.find("# TYPE sojourn_events_accepted_total counter\n"
                               "sojourn_events_accepted_total 0\n"),
            std::string::npos);
}

TEST_F(ApiTest, EveryListOfAnEmptyWorkspaceIsEmpty) {
  for (const char* list : {"contacts", "segments", "scores", "journeys", "messages", "templates",
                           "events", "mailbox", "webhooks"}) {
    const net::Response response = get(std::string("/api/v1/") + list);
    EXPECT_EQ(response.status, 200) << list;
    EXPECT_EQ(at(response, "items"), "[]") << list;
    EXPECT_EQ(at(response, "next"), "null") << list;
  }
}

TEST_F(ApiTest, EveryListRefusesALimitOutOfRange) {
  for (const char* list : {"contacts", "segments", "scores", "journeys", "messages", "templates",
                           "events", "mailbox", "sources", "webhooks"}) {
    EXPECT_EQ(code_of(get(std::string("/api/v1/") + list, "limit=201")), "limit_out_of_range")
        << list;
    EXPECT_EQ(code_of(get(std::string("/api/v1/") + list, "cursor=zzzz")), "cursor_invalid")
        << list;
  }
}

TEST_F(ApiTest, UnknownThingsAreNamedByKind) {
  const std::pair<const char*, const char*> cases[] = {
      {"contacts/nobody", "unknown_contact"},
      {"contacts/nobody/timeline", "unknown_contact"},
      {"segments/none", "unknown_segment"},
      {"segments/none/contacts", "unknown_segment"},
      {"scores/none", "unknown_score"},
      {"journeys/none", "unknown_journey"},
      {"journeys/none/contacts", "unknown_journey"},
      {"templates/none", "unknown_template"},
      {"mailbox/none", "unknown_mail"},
  };
  for (const auto& [path, code] : cases) {
    const net::Response response = get(std::string("/api/v1/") + path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(code_of(response), code) << path;
  }
}

TEST_F(ApiTest, HomeHasSixtyMinutesAndAChecklist) {
  const net::Response response = get("/api/v1/home");
  ASSERT_EQ(response.status, 200) << response.body;
  const Value body = body_of(response);
  EXPECT_EQ(body.as_object()->find("eventsPerMinute")->as_list()->size(), 60u);
  EXPECT_EQ(at(response, "checklist.0.done"), "false");
  EXPECT_EQ(at(response, "contacts"), "0");
}

TEST_F(ApiTest, SendingIsStoppedWithAReasonAndResumed) {
  EXPECT_EQ(code_of(post("/api/v1/sending/stop", R"({})")), "missing_field");
  EXPECT_EQ(code_of(post("/api/v1/sending/stop", R"({"reason":""})")), "too_short");
  const net::Response stopped = post("/api/v1/sending/stop", R"({"reason":"wrong price"})");
  EXPECT_EQ(at(stopped, "stopped"), "true");
  EXPECT_EQ(at(stopped, "reason"), "\"wrong price\"");
  EXPECT_TRUE(runtime_.actor.starts_with("ak_"));
  EXPECT_EQ(at(post("/api/v1/sending/resume", "{}"), "stopped"), "false");
}

TEST_F(ApiTest, TheClockMovesForwardOnlyAndOnlyWhereItIsVirtual) {
  EXPECT_EQ(code_of(post("/api/v1/clock", R"({"advance":"3d"})")), "clock_is_real");
  runtime_.virtual_clock = true;
  const net::Response moved = post("/api/v1/clock", R"({"advance":"3d"})");
  EXPECT_EQ(at(moved, "now"),
            "\"" + format_timestamp(testing::start_time + Duration::days(3)) + "\"");
  EXPECT_EQ(code_of(post("/api/v1/clock", R"({"to":"2001-01-01T00:00:00Z"})")), "time_in_past");
  EXPECT_EQ(code_of(post("/api/v1/clock", R"({"advance":"soon"})")), "invalid_duration");
  EXPECT_EQ(code_of(post("/api/v1/clock", R"({"to":"soon"})")), "invalid_timestamp");
  EXPECT_EQ(code_of(post("/api/v1/clock", R"({})")), "missing_field");
  EXPECT_EQ(code_of(post("/api/v1/clock", R"({"advance":"1d","to":"2030-01-01"})")),
            "missing_field");
}

runtime::DefinitionChange change_of(std::string kind, runtime::Change change,
                                    std::uint64_t contacts_inside = 0) {
  return {.kind = std::move(kind),
          .key = "a",
          .change = change,
          .summary = "as the test has it",
          .contacts_inside = contacts_inside};
}

TEST_F(ApiTest, DefinitionsAreAppliedWhenTheyAreRightAndHarmless) {
  const std::string body = R"({"files":[{"path":"segments/a.yaml","text":"kind: segment"}]})";
  runtime_.planned.changes = {change_of("segment", runtime::Change::created)};
  const net::Response applied = post("/api/v1/definitions/apply", body);
  EXPECT_EQ(applied.status, 200) << applied.body;
  EXPECT_EQ(at(applied, "changes.0.change"), "\"created\"");
  ASSERT_EQ(runtime_.applied_files.size(), 1u);
  EXPECT_EQ(runtime_.applied_files[0].path, "segments/a.yaml");
}

TEST_F(ApiTest, DefinitionsThatRemoveOrTouchRunsNeedAYes) {
  const std::string body = R"({"files":[],"yes":false})";
  for (const runtime::DefinitionChange& change :
       {change_of("segment", runtime::Change::removed),
        change_of("journey", runtime::Change::changed, 1)}) {
    runtime_.planned.changes = {change};
    runtime_.applied_files = {{.path = "untouched", .text = {}}};
    const net::Response refused = post("/api/v1/definitions/apply", body);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(code_of(refused), "needs_yes");
    EXPECT_EQ(at(refused, "changes.0.key"), "\"a\"");
    EXPECT_EQ(runtime_.applied_files.size(), 1u);
    EXPECT_EQ(post("/api/v1/definitions/apply", R"({"files":[],"yes":true})").status, 200);
    EXPECT_TRUE(runtime_.applied_files.empty());
  }
}

TEST_F(ApiTest, WhatBecomesOfThoseInsideIsChosenByJourney) {
  runtime::DefinitionChange change = change_of("journey", runtime::Change::unchanged, 3);
  change.inside = {.choice = journeys::Inside::Choice::move,
                   .stay = 1,
                   .go_on = 2,
                   .steps = {{"old", 2, {journeys::Fate::Kind::goes_on, "new"}},
                             {"kept", 1, {journeys::Fate::Kind::stays, "kept"}}}};
  runtime_.planned.changes = {change};
  const std::string choice =
      R"("inside":{"a":{"choice":"move","steps":{"old":"new","gone":null}}})";
  const net::Response planned = post("/api/v1/definitions/plan", R"({"files":[],)" + choice + "}");
  EXPECT_EQ(at(planned, "changes.0.inside.goOn"), "2") << planned.body;
  EXPECT_EQ(at(planned, "changes.0.inside.steps.0.to"), "\"new\"");
  EXPECT_EQ(code_of(post("/api/v1/definitions/apply", R"({"files":[],)" + choice + "}")),
            "needs_yes");
  EXPECT_EQ(post("/api/v1/definitions/apply", R"({"files":[],"yes":true,)" + choice + "}").status,
            200);
  const journeys::Inside& inside = runtime_.applied_inside.at("a");
  EXPECT_EQ(inside.choice, journeys::Inside::Choice::move);
  EXPECT_EQ(inside.steps.at("old"), "new");
  EXPECT_EQ(inside.steps.at("gone"), "");
}

TEST_F(ApiTest, AChoiceForThoseInsideThatMakesNoSenseIsRefusedByName) {
  struct Case {
    const char* inside;
    const char* code;
    const char* field;
  };
  for (const Case& each : {
           Case{"3", "wrong_type", "inside"},
           Case{R"({"a":3})", "wrong_type", "inside.a"},
           Case{R"({"a":{}})", "missing_field", "inside.a.choice"},
           Case{R"({"a":{"choice":"stay"}})", "unknown_value", "inside.a.choice"},
           Case{R"({"a":{"choice":"leave","steps":{"b":"c"}}})", "wrong_member", "inside.a.steps"},
           Case{R"({"a":{"choice":"move","steps":[]}})", "wrong_type", "inside.a.steps"},
           Case{R"({"a":{"choice":"move","steps":{"b":1}}})", "wrong_type", "inside.a.steps.b"},
       }) {
    const net::Response refused = post("/api/v1/definitions/plan",
                                       std::string(R"({"files":[],"inside":)") + each.inside + "}");
    EXPECT_EQ(code_of(refused), each.code) << each.inside;
    EXPECT_EQ(at(refused, "field"), "\"" + std::string(each.field) + "\"") << each.inside;
  }
}

TEST_F(ApiTest, DefinitionsWithProblemsAreNotApplied) {
  runtime_.planned.problems = {
      {.file = "a.yaml", .line = 3, .code = "unknown_segment", .message = "there is no segment"}};
  const std::string body = R"({"files":[{"path":"a.yaml","text":""}],"yes":true})";
  const net::Response refused = post("/api/v1/definitions/apply", body);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(at(refused, "problems.0.line"), "3");
  EXPECT_TRUE(runtime_.applied_files.empty());
  EXPECT_EQ(post("/api/v1/definitions/plan", body).status, 200);
}

TEST_F(ApiTest, DefinitionsOfAWholeFolderComeWithWhatWasSeen) {
  using Rest = runtime::DefinitionRequest::Rest;
  const auto planned = [&](const std::string& members) {
    const net::Response plan = post("/api/v1/definitions/plan", R"({"files":[])" + members + "}");
    EXPECT_EQ(plan.status, 200) << plan.body;
    return *runtime_.requested;
  };
  EXPECT_EQ(planned("").rest, Rest::keep);
  EXPECT_EQ(planned(R"(,"whole":true)").rest, Rest::list);
  const runtime::DefinitionRequest pruned =
      planned(R"(,"whole":true,"prune":true,"revisions":{"journey/a":"3"})");
  EXPECT_EQ(pruned.rest, Rest::archive);
  EXPECT_EQ(pruned.revisions, (std::map<std::string, std::string>{{"journey/a", "3"}}));
  for (const char* wrong : {"3", R"({"journey/a":3})"}) {
    const net::Response refused =
        post("/api/v1/definitions/plan", std::string(R"({"files":[],"revisions":)") + wrong + "}");
    EXPECT_EQ(code_of(refused), "wrong_type") << wrong;
  }
}

TEST_F(ApiTest, DefinitionsThatWereChangedMeanwhileAreNotOverwritten) {
  runtime::DefinitionChange change = change_of("journey", runtime::Change::changed);
  change.changed_meanwhile = true;
  change.changed_at = testing::start_time;
  change.changed_by = "ann";
  change.differences = {{.path = "step w", .before = "a", .after = "b", .step = "w"}};
  change.rev = 4;
  runtime_.planned.changes = {change};
  const net::Response refused =
      post("/api/v1/definitions/apply", R"({"files":[],"yes":true,"revisions":{"journey/a":"2"}})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "changed_meanwhile");
  EXPECT_EQ(at(refused, "value"), R"("journey/a")");
  EXPECT_EQ(at(refused, "changes.0.meanwhile.by"), R"("ann")");
  EXPECT_EQ(at(refused, "changes.0.differences.0.text"), R"("step w: a -> b")");
  EXPECT_EQ(at(refused, "changes.0.rev"), R"("4")");
  EXPECT_TRUE(runtime_.actor.empty());
}

TEST_F(ApiTest, DefinitionFilesStayInTheirFolder) {
  for (const char* path : {"/etc/passwd", "../a", "a/../b", "a//b", "./a", "a\\\\b"}) {
    const net::Response response =
        post("/api/v1/definitions/plan",
             std::string(R"({"files":[{"path":")") + path + R"(","text":""}]})");
    EXPECT_EQ(code_of(response), "invalid_path") << path;
    EXPECT_EQ(at(response, "field"), "\"files[0].path\"");
  }
}

TEST_F(ApiTest, AFormOfAnotherSiteCannotPostJson) {
  const net::Response response = send(
      Method::post, "/api/v1/session",
      {.headers = {{"Content-Type", "text/plain"}}, .body = R"({"email":"a","password":"b"})"});
  EXPECT_EQ(response.status, 415);
}

TEST_F(ApiTest, TheStreamBeginsWithHomeAndListensOnlyWhileSomebodyReads) {
  add_keys();
  open();
  EXPECT_FALSE(runtime_.is_listened_to());
  Client client;
  (*api_)(request(Method::get, "/api/v1/stream", {.headers = {{"Authorization", "Bearer ak_api"}}}),
          client.reply());
  const std::shared_ptr<net::StreamState> stream = client.stream();
  ASSERT_NE(stream, nullptr);
  const auto received = [&](std::string_view text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      {
        const std::lock_guard lock(stream->mutex);
        if (stream->pending.find(text) != std::string::npos) return true;
      }
      std::this_thread::yield();
    }
    return false;
  };
  EXPECT_TRUE(received("retry: 2000"));
  EXPECT_TRUE(received("event: home"));
  EXPECT_TRUE(runtime_.is_listened_to());
  events::LoggedEvent logged;
  logged.position = {7};
  logged.event.name = "Page Viewed";
  logged.event.message_id = "m";
  const runtime::TailEvent event{std::make_shared<const events::LoggedEvent>(logged), {}};
  runtime_.emit({event});
  EXPECT_TRUE(received("id: 7\nevent: event\ndata: {\"position\":\"7\""));
  runtime_.emit(std::vector<runtime::TailEvent>(streamed_events_max + 3, event));
  EXPECT_TRUE(received("event: gap\ndata: {\"missed\":3}"));
  api_->stop();
  EXPECT_FALSE(runtime_.is_listened_to());
}

}  // namespace
}  // namespace sojourn::api
