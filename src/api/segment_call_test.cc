#include "api/segment_call.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "domain/events/standard_names.h"

namespace sojourn::api {
namespace {

using events::Event;
using events::EventType;
using events::Trust;
namespace names = events::names;

constexpr Timestamp noon{1'800'000'000'000};

Arrival arrival_at(Timestamp received_at) {
  Arrival arrival;
  arrival.received_at = received_at;
  arrival.source = "k1";
  arrival.identity_secret = "identity secret";
  arrival.make_message_id = [made = 0]() mutable { return fmt::format("made-{}", ++made); };
  return arrival;
}

Result<ParsedItems> parse(SegmentCall call, std::string_view text,
                          const Arrival& arrival = arrival_at(noon)) {
  Result<SegmentBody> body = read_segment_body(call, text);
  if (!body) return tl::unexpected(body.error());
  return parse_items(call, std::move(*body), arrival);
}

Event event_of(SegmentCall call, std::string_view text, const Arrival& arrival = arrival_at(noon)) {
  Result<ParsedItems> parsed = parse(call, text, arrival);
  EXPECT_TRUE(parsed) << text;
  if (!parsed) return {};
  EXPECT_TRUE(parsed->errors.empty()) << text << ": " << parsed->errors.front().error.message;
  if (parsed->events.size() != 1) return {};
  return parsed->events.front();
}

Error error_of(SegmentCall call, std::string_view text, const Arrival& arrival = arrival_at(noon)) {
  Result<ParsedItems> parsed = parse(call, text, arrival);
  if (!parsed) return parsed.error();
  EXPECT_TRUE(parsed->events.empty()) << text;
  return parsed->errors.empty() ? Error{} : parsed->errors.front().error;
}

TEST(SegmentCall, EachCallHasItsTypeAndTheNameOfItsEvent) {
  const struct {
    SegmentCall call;
    const char* text;
    EventType type;
    std::string_view name;
  } cases[] = {
      {SegmentCall::identify, R"({"userId":"u"})", EventType::identify, names::identified},
      {SegmentCall::track, R"({"userId":"u","event":"Order Completed"})", EventType::track,
       names::order_completed},
      {SegmentCall::page, R"({"userId":"u"})", EventType::page, names::page_viewed},
      {SegmentCall::screen, R"({"userId":"u"})", EventType::screen, names::screen_viewed},
      {SegmentCall::group, R"({"userId":"u","groupId":"g"})", EventType::group, names::grouped},
      {SegmentCall::alias, R"({"userId":"u","previousId":"a"})", EventType::alias, names::aliased},
  };
  for (const auto& expected : cases) {
    const Event event = event_of(expected.call, expected.text);
    EXPECT_EQ(event.type, expected.type) << expected.text;
    EXPECT_EQ(event.name, expected.name) << expected.text;
    EXPECT_EQ(event.user_id, "u") << expected.text;
    EXPECT_EQ(event.source, "k1") << expected.text;
    EXPECT_EQ(event.received_at, noon) << expected.text;
  }
}

TEST(SegmentCall, KeepsIdsAndPropertiesAndLeavesOutWhatIsNull) {
  const Event event = event_of(SegmentCall::track, R"({
      "messageId":"m1","userId":null,"anonymousId":"a1","event":"Lead Scored",
      "properties":{"points":3,"tags":["x",null]},"context":null,"integrations":{"All":true}})");
  EXPECT_EQ(event.message_id, "m1");
  EXPECT_EQ(event.user_id, "");
  EXPECT_EQ(event.anonymous_id, "a1");
  EXPECT_EQ(to_json(event.properties), R"({"points":3,"tags":["x",null]})");
  EXPECT_TRUE(event.context.empty());
}

TEST(SegmentCall, TakesWholeNumbersAsIds) {
  EXPECT_EQ(event_of(SegmentCall::identify, R"({"userId":42})").user_id, "42");
}

TEST(SegmentCall, WithoutAMessageIdGetsOne) {
  EXPECT_EQ(event_of(SegmentCall::identify, R"({"userId":"u"})").message_id, "made-1");
  EXPECT_EQ(event_of(SegmentCall::identify, R"({"userId":"u","messageId":""})").message_id,
            "made-1");
}

TEST(SegmentCall, WhatIsMissingOrOfAWrongTypeIsNamed) {
  const struct {
    SegmentCall call;
    const char* text;
    const char* code;
    const char* field;
  } cases[] = {
      {SegmentCall::track, R"({"event":"E"})", "missing_field", "userId"},
      {SegmentCall::track, R"({"event":"E","userId":"","anonymousId":null})", "missing_field",
       "userId"},
      {SegmentCall::track, R"({"userId":"u"})", "missing_field", "event"},
      {SegmentCall::track, R"({"userId":"u","event":""})", "missing_field", "event"},
      {SegmentCall::track, R"({"userId":"u","event":{}})", "wrong_type", "event"},
      {SegmentCall::track, R"({"userId":["u"],"event":"E"})", "wrong_type", "userId"},
      {SegmentCall::track, R"({"userId":1.5,"event":"E"})", "wrong_type", "userId"},
      {SegmentCall::track, R"({"anonymousId":true,"event":"E"})", "wrong_type", "anonymousId"},
      {SegmentCall::track, R"({"userId":"u","event":"E","messageId":[]})", "wrong_type",
       "messageId"},
      {SegmentCall::track, R"({"userId":"u","event":"E","properties":[]})", "wrong_type",
       "properties"},
      {SegmentCall::track, R"({"userId":"u","event":"E","context":"x"})", "wrong_type", "context"},
      {SegmentCall::track, R"({"userId":"u","event":"E","context":{"traits":1}})", "wrong_type",
       "context.traits"},
      {SegmentCall::track, R"({"userId":"u","event":"E","timestamp":1})", "wrong_type",
       "timestamp"},
      {SegmentCall::track, R"({"userId":"u","event":"E","timestamp":"soon"})", "invalid_timestamp",
       "timestamp"},
      {SegmentCall::track, R"({"userId":"u","event":"E","sentAt":"x"})", "invalid_timestamp",
       "sentAt"},
      {SegmentCall::track, R"({"userId":"u\n","event":"E"})", "control_character", "userId"},
      {SegmentCall::track, "{\"userId\":\"u\",\"event\":\"E\\u0000\"}", "control_character",
       "event"},
      {SegmentCall::identify, R"({"userId":"u","traits":"x"})", "wrong_type", "traits"},
      {SegmentCall::page, R"({"userId":"u","name":3.5})", "wrong_type", "name"},
      {SegmentCall::group, R"({"userId":"u"})", "missing_field", "groupId"},
      {SegmentCall::alias, R"({"userId":"u"})", "missing_field", "previousId"},
      {SegmentCall::alias, R"({"previousId":"a","anonymousId":"a"})", "missing_field", "userId"},
      {SegmentCall::track, R"([])", "not_an_object", ""},
      {SegmentCall::track, R"({"writeKey":1})", "wrong_type", "writeKey"},
      {SegmentCall::track, R"({)", "malformed_json", ""},
      {SegmentCall::track, "", "malformed_json", ""},
      {SegmentCall::track, "{\"userId\":\"\xff\"}", "malformed_json", ""},
      {SegmentCall::batch, R"({})", "missing_field", "batch"},
      {SegmentCall::batch, R"({"batch":{}})", "wrong_type", "batch"},
      {SegmentCall::batch, R"({"batch":[],"sentAt":"x"})", "invalid_timestamp", "sentAt"},
      {SegmentCall::batch, R"({"batch":[],"context":[]})", "wrong_type", "context"},
      {SegmentCall::batch, R"({"batch":[7]})", "not_an_object", ""},
      {SegmentCall::batch, R"({"batch":[{}]})", "missing_field", "type"},
      {SegmentCall::batch, R"({"batch":[{"type":1}]})", "wrong_type", "type"},
      {SegmentCall::batch, R"({"batch":[{"type":"batch"}]})", "unknown_type", "type"},
      {SegmentCall::batch, R"({"batch":[{"type":"Track"}]})", "unknown_type", "type"},
  };
  for (const auto& expected : cases) {
    const Error error = error_of(expected.call, expected.text);
    EXPECT_EQ(error.code, expected.code) << expected.text;
    EXPECT_EQ(error.field, expected.field) << expected.text;
  }
}

TEST(SegmentCall, KeysHaveALimitOfLength) {
  const std::string at_limit(identifier_bytes_max, 'x');
  const std::string above = at_limit + "x";
  for (const char* field : {"userId", "anonymousId", "messageId", "event"}) {
    const auto call = [&](const std::string& value) {
      Object item{{"userId", "u"}, {"event", "E"}};
      item.set(field, Value(value));
      return to_json(item);
    };
    EXPECT_EQ(event_of(SegmentCall::track, call(at_limit)).type, EventType::track) << field;
    const Error error = error_of(SegmentCall::track, call(above));
    EXPECT_EQ(error.code, "too_long") << field;
    EXPECT_EQ(error.field, field);
    EXPECT_EQ(error.limit, "255");
    EXPECT_LT(error.value.size(), 120u);
  }
}

std::string nested(int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += R"({"a":)";
  text += "1";
  return text + std::string(static_cast<std::size_t>(levels), '}');
}

TEST(SegmentCall, PropertiesHaveALimitOfDepth) {
  const auto call = [](int levels) {
    return fmt::format(R"({{"userId":"u","event":"E","properties":{}}})", nested(levels));
  };
  EXPECT_EQ(event_of(SegmentCall::track, call(value_depth_max)).user_id, "u");
  const Error error = error_of(SegmentCall::track, call(value_depth_max + 1));
  EXPECT_EQ(error.code, "too_deep");
  EXPECT_EQ(error.field, "properties");
  EXPECT_EQ(error.limit, "16");
  EXPECT_EQ(error_of(SegmentCall::track, call(json_depth_max + 1)).code, "too_deep");
}

std::string call_of_size(std::size_t size) {
  const std::string head = R"({"type":"track","userId":"u","event":"E","properties":{"x":")";
  const std::string tail = R"("}})";
  return head + std::string(size - head.size() - tail.size(), 'x') + tail;
}

TEST(SegmentCall, ACallHasALimitOfSize) {
  EXPECT_EQ(event_of(SegmentCall::track, call_of_size(call_bytes_max)).name, "E");
  const Error error = error_of(SegmentCall::track, call_of_size(call_bytes_max + 1));
  EXPECT_EQ(error.code, "call_too_large");
  EXPECT_EQ(error.value, "32769");
  EXPECT_EQ(error.limit, "32768");
}

TEST(SegmentCall, AnItemOfABatchHasTheLimitOfACall) {
  const auto batch = [](std::size_t size) {
    return R"({"batch":[{"type":"identify","userId":"u"},)" + call_of_size(size) + "]}";
  };
  EXPECT_EQ(parse(SegmentCall::batch, batch(call_bytes_max))->events.size(), 2u);
  const Result<ParsedItems> parsed = parse(SegmentCall::batch, batch(call_bytes_max + 1));
  ASSERT_EQ(parsed->errors.size(), 1u);
  EXPECT_EQ(parsed->events.size(), 1u);
  EXPECT_EQ(parsed->errors[0].index, 1u);
  EXPECT_EQ(parsed->errors[0].error.code, "call_too_large");
}

TEST(SegmentCall, ABatchHasALimitOfSize) {
  const auto batch = [](std::size_t size) {
    std::string text = R"({"batch":[]})";
    text.resize(size, ' ');
    return text;
  };
  EXPECT_TRUE(parse(SegmentCall::batch, batch(batch_bytes_max)));
  EXPECT_EQ(parse(SegmentCall::batch, batch(batch_bytes_max + 1)).error().code, "body_too_large");
}

TEST(SegmentCall, ABatchHasALimitOfItems) {
  const auto batch = [](std::size_t items) {
    std::string text = R"({"batch":[)";
    for (std::size_t i = 0; i < items; ++i) {
      text += R"({"type":"identify","userId":"u"},)";
    }
    text.back() = ']';
    return text + "}";
  };
  EXPECT_EQ(parse(SegmentCall::batch, batch(batch_items_max))->events.size(), batch_items_max);
  const Result<ParsedItems> above = parse(SegmentCall::batch, batch(batch_items_max + 1));
  EXPECT_EQ(above.error().code, "too_many_items");
  EXPECT_EQ(above.error().limit, "2500");
}

TEST(SegmentCall, ABatchKeepsItsOrderAndJudgesEachItem) {
  const Result<ParsedItems> parsed = parse(SegmentCall::batch, R"({"batch":[
      {"type":"track","userId":"u","event":"A","messageId":"1"},
      {"type":"track","userId":"u","messageId":"2"},
      {"type":"identify","userId":"u","messageId":"3"},
      "nonsense"]})");
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->events.size(), 2u);
  EXPECT_EQ(parsed->events[0].message_id, "1");
  EXPECT_EQ(parsed->events[1].message_id, "3");
  ASSERT_EQ(parsed->errors.size(), 2u);
  EXPECT_EQ(parsed->errors[0].index, 1u);
  EXPECT_EQ(parsed->errors[0].message_id, "2");
  EXPECT_EQ(parsed->errors[0].error.field, "event");
  EXPECT_EQ(parsed->errors[1].index, 3u);
  EXPECT_EQ(parsed->errors[1].message_id, "");
}

TEST(SegmentCall, TheContextOfABatchCompletesThatOfItsItems) {
  const Result<ParsedItems> parsed = parse(SegmentCall::batch, R"({
      "context":{"library":{"name":"lib"},"locale":"fr"},
      "batch":[{"type":"track","userId":"u","event":"E","context":{"locale":"de"}},
               {"type":"track","userId":"u","event":"E"}]})");
  EXPECT_EQ(to_json(parsed->events[0].context), R"({"locale":"de","library":{"name":"lib"}})");
  EXPECT_EQ(to_json(parsed->events[1].context), R"({"library":{"name":"lib"},"locale":"fr"})");
}

TEST(SegmentCall, TheClockOfASenderIsCorrectedBySentAt) {
  const Duration hour = Duration::hours(1);
  const struct {
    const char* name;
    std::optional<Timestamp> claimed;
    std::optional<Timestamp> sent_at;
    Timestamp expected;
  } cases[] = {
      {"no time at all", {}, {}, noon},
      {"sentAt alone says nothing", {}, noon - hour, noon},
      {"a time without sentAt is believed", noon - hour, {}, noon - hour},
      {"clock an hour slow", noon - hour, noon - hour, noon},
      {"clock an hour slow, sent ten minutes after", noon - hour - Duration::minutes(10),
       noon - hour, noon - Duration::minutes(10)},
      {"clock an hour fast", noon + hour, noon + hour, noon},
      {"ahead by the limit", noon + ahead_max, {}, noon + ahead_max},
      {"ahead by more than the limit",
       noon + ahead_max + Duration::milliseconds(1),
       {},
       noon + ahead_max},
      {"years ago", noon - Duration::days(3000), noon, noon - Duration::days(3000)},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(corrected_time(c.claimed, c.sent_at, noon), c.expected) << c.name;
  }
}

TEST(SegmentCall, TakesTheTimeWhereLibrariesPutIt) {
  const Timestamp at = noon - Duration::hours(2);
  const std::string when = format_timestamp(at);
  const auto parsed_at = [&](std::string_view members) {
    return event_of(SegmentCall::identify, fmt::format(R"({{"userId":"u",{}}})", members)).at;
  };
  EXPECT_EQ(parsed_at(fmt::format(R"("timestamp":"{}")", when)), at);
  EXPECT_EQ(parsed_at(fmt::format(R"("originalTimestamp":"{}")", when)), at);
  EXPECT_EQ(parsed_at(fmt::format(R"("timestamp":"{0}","sentAt":"{0}")", when)), noon);
  EXPECT_EQ(parsed_at(R"("integrations":{})"), noon);
}

TEST(SegmentCall, TheSentAtOfAnItemWinsOverThatOfItsBatch) {
  const std::string hour_ago = format_timestamp(noon - Duration::hours(1));
  const std::string day_ago = format_timestamp(noon - Duration::days(1));
  const Result<ParsedItems> parsed =
      parse(SegmentCall::batch, fmt::format(R"({{"sentAt":"{0}","batch":[
          {{"type":"identify","userId":"u","timestamp":"{0}"}},
          {{"type":"identify","userId":"u","timestamp":"{1}","sentAt":"{1}"}}]}})",
                                            hour_ago, day_ago));
  EXPECT_EQ(parsed->events[0].at, noon);
  EXPECT_EQ(parsed->events[1].at, noon);
}

TEST(SegmentCall, APageTakesItsPropertiesFromTheContextToo) {
  const struct {
    const char* text;
    const char* properties;
  } cases[] = {
      {R"({"userId":"u","context":{"page":{"path":"/a","url":"https://x/a","title":"A",
           "referrer":"","search":"?q","other":1}}})",
       R"({"path":"/a","url":"https://x/a","title":"A","referrer":"","search":"?q"})"},
      {R"({"userId":"u","properties":{"path":"/own"},"context":{"page":{"path":"/a"}}})",
       R"({"path":"/own"})"},
      {R"({"userId":"u","properties":{"url":"https://x.example/pricing?a=/b#c"}})",
       R"({"url":"https://x.example/pricing?a=/b#c","path":"/pricing"})"},
      {R"({"userId":"u","properties":{"url":"https://x.example?a=/b"}})",
       R"({"url":"https://x.example?a=/b","path":"/"})"},
      {R"({"userId":"u","properties":{"url":"about:blank"}})", R"({"url":"about:blank"})"},
      {R"({"userId":"u","name":"Home","category":"Docs"})", R"({"name":"Home","category":"Docs"})"},
      {R"({"userId":"u","name":"Home","properties":{"name":"own"}})", R"({"name":"own"})"},
      {R"({"userId":"u","context":{"page":"x"}})", R"({})"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(to_json(event_of(SegmentCall::page, c.text).properties), c.properties) << c.text;
  }
}

TEST(SegmentCall, TraitsMayStandAtTheTopOrInTheContextOfAnyCall) {
  const struct {
    SegmentCall call;
    const char* text;
  } cases[] = {
      {SegmentCall::identify, R"({"userId":"u","traits":{"email":"a@b.c"}})"},
      {SegmentCall::page, R"({"userId":"u","traits":{"email":"a@b.c"}})"},
      {SegmentCall::track, R"({"userId":"u","event":"E","context":{"traits":{"email":"a@b.c"}}})"},
      {SegmentCall::page,
       R"({"userId":"u","traits":{"email":"a@b.c"},"context":{"traits":{"email":"older"}}})"},
  };
  for (const auto& c : cases) {
    const Event event = event_of(c.call, c.text);
    EXPECT_EQ(to_json(event.traits), R"({"email":"a@b.c"})") << c.text;
    EXPECT_EQ(event.context.find("traits"), nullptr) << c.text;
  }
}

TEST(SegmentCall, TheTraitsOfAGroupAreTheCompanysAndThePersonsStayApart) {
  const Event event = event_of(SegmentCall::group, R"({"userId":"u","groupId":"g",
      "traits":{"name":"Acme"},"context":{"traits":{"name":"Ann"}}})");
  EXPECT_EQ(to_json(event.traits), R"({"name":"Acme"})");
  EXPECT_EQ(to_json(event.context), R"({"traits":{"name":"Ann"}})");
}

TEST(SegmentCall, RecordsTheAddressOfTheClientUnlessTheCallHasOne) {
  Arrival arrival = arrival_at(noon);
  arrival.client_address = "192.0.2.0";
  EXPECT_EQ(to_json(event_of(SegmentCall::identify, R"({"userId":"u"})", arrival).context),
            R"({"ip":"192.0.2.0"})");
  EXPECT_EQ(to_json(event_of(SegmentCall::identify, R"({"userId":"u","context":{"ip":"0.0.0.0"}})",
                             arrival)
                        .context),
            R"({"ip":"0.0.0.0"})");
}

TEST(SegmentCall, RecordsGlobalPrivacyControlWhateverTheCallSays) {
  Arrival arrival = arrival_at(noon);
  arrival.global_privacy_control = true;
  EXPECT_EQ(
      to_json(event_of(SegmentCall::identify, R"({"userId":"u","context":{"gpc":false}})", arrival)
                  .context),
      R"({"gpc":true})");
}

TEST(SegmentCall, OnlySojournWritesDeliveriesClicksAndOptOuts) {
  for (const std::string_view name :
       {names::email_sent, names::email_opened, names::link_clicked, names::message_bounced,
        names::unsubscribed, names::subscribed, names::message_failed, names::message_deferred,
        names::message_uncertain}) {
    const Error error =
        error_of(SegmentCall::track, fmt::format(R"({{"userId":"u","event":"{}"}})", name));
    EXPECT_EQ(error.code, "reserved_event_name") << name;
    EXPECT_EQ(error.field, "event");
    EXPECT_EQ(error.value, name);
  }
  EXPECT_EQ(event_of(SegmentCall::track, R"({"userId":"u","event":"email sent"})").name,
            "email sent");
}

// RFC 4231 §4.3, test case 2.
TEST(UserHash, IsHmacSha256) {
  EXPECT_EQ(user_hash("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(UserHash, RaisesTheTrustOfABrowsersCallAndIsNotKept) {
  const std::string text =
      fmt::format(R"({{"userId":"u","context":{{"userHash":"{}","locale":"en"}}}})",
                  user_hash("identity secret", "u"));
  const Event event = event_of(SegmentCall::identify, text);
  EXPECT_EQ(event.trust, Trust::server_key);
  EXPECT_EQ(to_json(event.context), R"({"locale":"en"})");
}

TEST(UserHash, OfAnotherUserIsRefused) {
  const std::string of_v = user_hash("identity secret", "v");
  for (const std::string& hash :
       {fmt::format("\"{}\"", of_v), std::string("\"\""), std::string("7")}) {
    const Error error =
        error_of(SegmentCall::identify,
                 fmt::format(R"({{"userId":"u","context":{{"userHash":{}}}}})", hash));
    EXPECT_EQ(error.code, "invalid_user_hash") << hash;
  }
}

TEST(UserHash, OfNobodyProvesNothing) {
  const std::string text = fmt::format(R"({{"anonymousId":"a","context":{{"userHash":"{}"}}}})",
                                       user_hash("identity secret", ""));
  EXPECT_EQ(error_of(SegmentCall::identify, text).code, "invalid_user_hash");
}

TEST(UserHash, IsNotNeededWithASecretKey) {
  Arrival arrival = arrival_at(noon);
  arrival.trust = Trust::server_key;
  const Event event =
      event_of(SegmentCall::identify, R"({"userId":"u","context":{"userHash":"x"}})", arrival);
  EXPECT_EQ(event.trust, Trust::server_key);
  EXPECT_TRUE(event.context.empty());
}

}  // namespace
}  // namespace sojourn::api
