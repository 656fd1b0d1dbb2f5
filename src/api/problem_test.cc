#include "api/problem.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sojourn::api {
namespace {

Object body_of(const net::Response& response) {
  Result<Value> value = parse_json(response.body);
  EXPECT_TRUE(value) << response.body;
  return value ? *value->as_object() : Object();
}

TEST(Problem, NamesCodeFieldValueLimitAndFix) {
  const net::Response response = problem({.code = "too_long",
                                          .message = "userId is 300 bytes long, the limit is 255",
                                          .field = "userId",
                                          .value = "300",
                                          .limit = "255"});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(to_json(body_of(response)),
            R"({"type":"about:blank","title":"too long","status":400,)"
            R"("detail":"userId is 300 bytes long, the limit is 255","code":"too_long",)"
            R"("field":"userId","value":"300","limit":"255","fix":"shorten the value"})");
}

TEST(Problem, SaysNullOfWhatDoesNotApply) {
  const Object body = body_of(problem({.code = "unknown_path", .message = "nothing is here"}));
  for (const char* name : {"field", "value", "limit", "fix"}) {
    ASSERT_NE(body.find(name), nullptr) << name;
    EXPECT_TRUE(body.find(name)->is_null()) << name;
  }
}

TEST(Problem, OfACodeThatNobodyKnowsTellsNothingOfTheInside) {
  const net::Response response =
      problem({.code = "sqlite_11", .message = "database disk image is malformed"});
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("malformed"), std::string::npos);
  EXPECT_EQ(*body_of(response).find("code"), Value("internal_error"));
}

TEST(Problem, OfAFullQueueOrDiskSaysWhenToTryAgain) {
  EXPECT_EQ(problem({.code = "queue_full", .message = "full"}).headers.find("Retry-After"), "1");
  EXPECT_EQ(problem({.code = "disk_full", .message = "full"}).headers.find("Retry-After"), "10");
  EXPECT_EQ(problem({.code = "disk_full", .message = "full"}).status, 503);
  EXPECT_FALSE(problem({.code = "wrong_type", .message = "x"}).headers.find("Retry-After"));
}

TEST(Problem, RoundsTheTimeToWaitUpToWholeSeconds) {
  const net::Response response = problem({.code = "too_many_attempts", .message = "wait"},
                                         {.retry_after = Duration::milliseconds(1001)});
  EXPECT_EQ(response.headers.find("Retry-After"), "2");
}

TEST(Problem, CarriesTheMembersOfItsKind) {
  const net::Response response = problem({.code = "all_items_refused", .message = "none is valid"},
                                         {.members = R"("accepted":0,"errors":[])"});
  EXPECT_EQ(*body_of(response).find("accepted"), Value(0));
}

TEST(Problem, StatusFollowsTheCode) {
  const std::pair<const char*, int> cases[] = {
      {"malformed_json", 400},
      {"wrong_write_key", 401},
      {"csrf_required", 403},
      {"unknown_contact", 404},
      {"method_not_allowed", 405},
      {"setup_done", 409},
      {"body_too_large", 413},
      {"unsupported_encoding", 415},
      {"definitions_invalid", 422},
      {"too_many_attempts", 429},
      {"stopping", 503},
      {"no_such_code", 500},
  };
  for (const auto& [code, status] : cases) EXPECT_EQ(status_of(code), status) << code;
}

}  // namespace
}  // namespace sojourn::api
