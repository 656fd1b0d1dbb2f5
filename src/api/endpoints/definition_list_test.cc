#include <gtest/gtest.h>

#include <string>

#include "api/testing/fake_runtime.h"

namespace sojourn::api::testing {
namespace {

std::string unquoted(const std::string& json) {
  EXPECT_GT(json.size(), 2u);
  return json.size() > 2 ? json.substr(1, json.size() - 2) : json;
}

class DefinitionList : public ApiTest {
 protected:
  DefinitionList() {
    store::DefinitionRecord buyers = record(1, "segment", "buyers", "a.yaml");
    put(buyers, "{kind: segment, key: buyers, where: country is DE}");
    buyers.version = 2;
    buyers.rev = 2;
    buyers.changed_by = "ann";
    put(buyers, "{kind: segment, key: buyers, where: country is AT}");
    store::DefinitionRecord old = record(2, "template", "old", "");
    old.archived = true;
    put(old, "{kind: template, key: old, subject: s, html: h}");
    put(record(3, "journey", "j", "../j.yaml"), "kind: journey");
  }

  static store::DefinitionRecord record(std::uint32_t number, std::string kind, std::string key,
                                        std::string path) {
    store::DefinitionRecord made;
    made.number = number;
    made.kind = std::move(kind);
    made.key = std::move(key);
    made.path = std::move(path);
    made.changed_at = start_time;
    return made;
  }

  void put(store::DefinitionRecord version, std::string text) {
    version.source = std::move(text);
    const auto change = [&](store::StateTransaction& transaction) {
      return transaction.put_definition(version);
    };
    EXPECT_TRUE(runtime_.write(change));
  }
};

TEST_F(DefinitionList, HoldsWhatIsInForceUnderTheNamesOfItsFiles) {
  const net::Response all = get("/api/v1/definitions");
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_EQ(at(all, "items.0.key"), R"("j")");
  EXPECT_EQ(at(all, "items.0.path"), R"("journeys/j.yaml")");
  EXPECT_EQ(at(all, "items.1.path"), R"("a.yaml")");
  EXPECT_EQ(at(all, "items.1.rev"), R"("2")");
  EXPECT_EQ(at(all, "items.1.changedBy"), R"("ann")");
  EXPECT_EQ(at(all, "items.1.text"), R"("{kind: segment, key: buyers, where: country is AT}")");
  EXPECT_EQ(at(all, "items.2"), "absent");
  EXPECT_EQ(at(get("/api/v1/definitions", "archived=true"), "items.2.archived"), "true");
}

TEST_F(DefinitionList, HasPages) {
  const net::Response first = get("/api/v1/definitions", "limit=1");
  EXPECT_EQ(at(first, "items.1"), "absent");
  const std::string cursor = unquoted(at(first, "next"));
  const net::Response second = get("/api/v1/definitions", "limit=1&cursor=" + cursor);
  EXPECT_EQ(at(second, "items.0.key"), R"("buyers")");
  EXPECT_EQ(at(second, "next"), "null");
}

TEST_F(DefinitionList, PagesEndWhereTheirTextsAreLong) {
  for (std::uint32_t i = 0; i < 10; ++i) {
    put(record(10 + i, "template", "t" + std::to_string(i), ""), std::string(1 << 20, 'x'));
  }
  const net::Response first = get("/api/v1/definitions", "limit=100");
  // Two short ones before them, and eight megabytes.
  EXPECT_EQ(at(first, "items.8.key"), R"("t6")");
  EXPECT_EQ(at(first, "items.9"), "absent");
  const std::string cursor = unquoted(at(first, "next"));
  const net::Response second = get("/api/v1/definitions", "limit=100&cursor=" + cursor);
  EXPECT_EQ(at(second, "items.0.key"), R"("t7")");
  EXPECT_EQ(at(second, "items.2.key"), R"("t9")");
  EXPECT_EQ(at(second, "next"), "null");
}

TEST_F(DefinitionList, EarlierVersionsAreKept) {
  const std::string path = "/api/v1/definitions/segment/buyers";
  EXPECT_EQ(at(get(path), "version"), "2");
  EXPECT_EQ(at(get(path, "version=1"), "text"),
            R"("{kind: segment, key: buyers, where: country is DE}")");
  EXPECT_EQ(at(get("/api/v1/definitions/template/old"), "archived"), "true");
  for (const char* wrong : {"0", "-1", "x", "1x", "99999999999"}) {
    const net::Response refused = get(path, std::string("version=") + wrong);
    EXPECT_EQ(code_of(refused), "out_of_range") << wrong;
  }
  const net::Response absent = get(path, "version=3");
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(code_of(absent), "unknown_version");
  EXPECT_EQ(at(absent, "limit"), R"("2")");
  EXPECT_EQ(code_of(get("/api/v1/definitions/segment/nobody")), "unknown_definition");
}

TEST_F(DefinitionList, HistorySaysWhatEachVersionChanged) {
  const std::string path = "/api/v1/definitions/segment/buyers/versions";
  const net::Response versions = get(path);
  ASSERT_EQ(versions.status, 200) << versions.body;
  EXPECT_EQ(at(versions, "items.0.version"), "2");
  EXPECT_EQ(at(versions, "items.0.differences.0.text"),
            R"("where: country is DE -> country is AT")");
  EXPECT_EQ(at(versions, "items.0.differences.0.step"), "null");
  EXPECT_EQ(at(versions, "items.1.version"), "1");
  EXPECT_EQ(at(versions, "items.1.differences.0"), "absent");
  const std::string cursor = unquoted(at(get(path, "limit=1"), "next"));
  const net::Response second = get(path, "limit=1&cursor=" + cursor);
  EXPECT_EQ(at(second, "items.0.version"), "1");
  EXPECT_EQ(at(second, "next"), "null");
}

class DefinitionWrites : public DefinitionList {
 protected:
  net::Response write(net::Method method, const std::string& path, std::string body,
                      std::string match, std::string query = {}) {
    net::Headers headers{{"Authorization", "Bearer ak_api"}, {"Content-Type", "application/json"}};
    if (!match.empty()) headers.add(match == "*" ? "If-None-Match" : "If-Match", match);
    return send(method, path,
                {.headers = std::move(headers), .body = std::move(body), .query = query});
  }
  net::Response put_text(const std::string& path, const std::string& text, std::string match = {}) {
    return write(net::Method::put, path, to_json(Value(Object{{"text", text}})), std::move(match));
  }

  static constexpr const char* buyers = "/api/v1/definitions/segment/buyers";
};

TEST_F(DefinitionWrites, TheLatestHasItsRevisionAsATag) {
  EXPECT_EQ(get(buyers).headers.find("ETag").value_or(""), "\"2\"");
  EXPECT_EQ(get(buyers, "version=2").headers.find("ETag").value_or(""), "\"2\"");
  EXPECT_FALSE(get(buyers, "version=1").headers.find("ETag"));
}

TEST_F(DefinitionWrites, OneTextIsPublished) {
  const std::string text = "{kind: segment, key: buyers, where: country is FR}";
  ASSERT_EQ(put_text(buyers, text, "\"2\"").status, 200);
  const runtime::DefinitionRequest& request = *runtime_.requested;
  ASSERT_EQ(request.files.size(), 1u);
  EXPECT_EQ(request.files.front().path, "a.yaml");
  EXPECT_EQ(request.files.front().text, text);
  EXPECT_EQ(request.revisions, (std::map<std::string, std::string>{{"segment/buyers", "2"}}));
  ASSERT_EQ(put_text(buyers, text).status, 200);
  EXPECT_TRUE(runtime_.requested->revisions.empty());
}

TEST_F(DefinitionWrites, WhatIsNewGetsAFileOfItsOwn) {
  const std::string path = "/api/v1/definitions/segment/fresh";
  ASSERT_EQ(put_text(path, "{kind: segment, key: fresh, where: plan is pro}", "*").status, 200);
  EXPECT_EQ(runtime_.requested->files.front().path, "segments/fresh.yaml");
}

TEST_F(DefinitionWrites, AreRefusedWhereTheDefinitionIsNotAsItWasSeen) {
  const std::string text = "{kind: segment, key: buyers, where: country is FR}";
  EXPECT_EQ(code_of(put_text(buyers, text, "*")), "changed_meanwhile") << "there is one";
  EXPECT_EQ(code_of(put_text("/api/v1/definitions/segment/fresh",
                             "{kind: segment, key: fresh, where: plan is pro}", "3")),
            "changed_meanwhile")
      << "there is none";
  EXPECT_FALSE(runtime_.requested);
}

TEST_F(DefinitionWrites, SayWhatIsWrong) {
  const net::Response other =
      put_text(buyers, "{kind: segment, key: sellers, where: country is FR}");
  EXPECT_EQ(code_of(other), "wrong_member");
  EXPECT_EQ(at(other, "value"), R"("segment/sellers")");
  EXPECT_EQ(at(other, "limit"), R"("segment/buyers")");
  EXPECT_EQ(code_of(write(net::Method::put, buyers, "{}", "")), "missing_field");
  const auto remove = [&](const std::string& path, const std::string& query) {
    return code_of(write(net::Method::delete_, path, "", "", query));
  };
  EXPECT_EQ(remove("/api/v1/definitions/segment/nobody", ""), "unknown_definition");
  EXPECT_EQ(remove("/api/v1/definitions/template/old", ""), "unknown_definition");
  EXPECT_EQ(remove("/api/v1/definitions/journey/j", "inside=move"), "unknown_value");
  EXPECT_EQ(remove(buyers, "inside=leave"), "wrong_member");
  EXPECT_FALSE(runtime_.requested);
}

TEST_F(DefinitionWrites, OneDefinitionIsArchived) {
  const net::Response removed =
      write(net::Method::delete_, "/api/v1/definitions/journey/j", "", "\"1\"", "inside=finish");
  ASSERT_EQ(removed.status, 200) << removed.body;
  const runtime::DefinitionRequest& request = *runtime_.requested;
  EXPECT_TRUE(request.files.empty());
  EXPECT_EQ(request.archived, (std::set<std::pair<std::string, std::string>>{{"journey", "j"}}));
  EXPECT_EQ(request.inside.at("j").choice, journeys::Inside::Choice::finish);
  EXPECT_EQ(request.revisions, (std::map<std::string, std::string>{{"journey/j", "1"}}));
}

TEST_F(DefinitionList, AnEarlierTextIsPublishedAgain) {
  const std::string path = "/api/v1/definitions/segment/buyers/rollback";
  const net::Response rolled = post(path, R"({"version":1})");
  ASSERT_EQ(rolled.status, 200) << rolled.body;
  ASSERT_TRUE(runtime_.requested);
  const runtime::DefinitionRequest& request = *runtime_.requested;
  ASSERT_EQ(request.files.size(), 1u);
  EXPECT_EQ(request.files.front().path, "a.yaml");
  EXPECT_EQ(request.files.front().text, "{kind: segment, key: buyers, where: country is DE}");
  EXPECT_EQ(request.rolls_back_to, 1);
  EXPECT_TRUE(request.revisions.empty());
  EXPECT_EQ(code_of(post(path, "{}")), "missing_field");
  for (const char* wrong : {"0", "\"1\"", "4294967296"}) {
    EXPECT_EQ(code_of(post(path, std::string("{\"version\":") + wrong + "}")), "wrong_type");
  }
  EXPECT_EQ(code_of(post(path, R"({"version":3})")), "unknown_version");
  EXPECT_EQ(code_of(post("/api/v1/definitions/segment/x/rollback", R"({"version":1})")),
            "unknown_definition");
}

TEST_F(DefinitionList, ARollBackNamesTheRevisionThatWasSeen) {
  for (const char* tag : {"\"2\"", "2"}) {
    const net::Response rolled =
        send(net::Method::post, "/api/v1/definitions/segment/buyers/rollback",
             {.headers = {{"Authorization", "Bearer ak_api"},
                          {"Content-Type", "application/json"},
                          {"If-Match", tag}},
              .body = R"({"version":1})"});
    ASSERT_EQ(rolled.status, 200) << rolled.body;
    EXPECT_EQ(runtime_.requested->revisions,
              (std::map<std::string, std::string>{{"segment/buyers", "2"}}));
  }
}

}  // namespace
}  // namespace sojourn::api::testing
