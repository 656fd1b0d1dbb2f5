#include "runtime/backtest.h"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/ensure.h"
#include "domain/events/event_codec.h"
#include "domain/events/standard_names.h"
#include "runtime/blast_radius.h"
#include "runtime/event_log.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

using events::Event;
namespace names = events::names;

const Timestamp start = *parse_timestamp("2026-03-02T09:00:00Z");
constexpr HashKey master{{1, 2, 3}};

/// A store in a folder of its own, and a log that is written event by event.
class BacktestOverStore : public ::testing::Test {
 protected:
  BacktestOverStore() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-bt-XXXXXX").string();
    ENSURE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    auto opened = store::sql::open_sqlite_store(
        {.folder = folder_, .durability = store::Durability::planted_no_fsync});
    ENSURE(opened.has_value());
    store_ = std::move(*opened);
  }
  ~BacktestOverStore() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static contacts::ContactId id_of(const std::string& kind, const std::string& value) {
    return contacts::derive_contact_id(contact_key(master), {kind, value});
  }

  void log(Event event) {
    event.message_id = std::to_string(++position_);
    event.source = "test";
    const std::string kind = event.user_id.empty() ? "anonymousId" : "userId";
    const std::string value = event.user_id.empty() ? event.anonymous_id : event.user_id;
    records_.push_back({.position = {position_},
                        .message = keyed_hash(master, {event.message_id}),
                        .subject = id_of(kind, value).hash,
                        .at = event.at,
                        .received_at = event.received_at,
                        .name = event.name,
                        .payload = events::encode(event)});
  }
  static Event event_of(const std::string& user, std::string_view name, Timestamp at) {
    Event event;
    event.name = name;
    event.user_id = user;
    event.at = at;
    event.received_at = at;
    return event;
  }
  void track(const std::string& user, std::string_view name, Timestamp at) {
    log(event_of(user, name, at));
  }
  void identify(const std::string& user, Timestamp at) {
    Event event = event_of(user, names::identified, at);
    event.type = events::EventType::identify;
    event.traits = {{"email", user + "@a.example"}};
    log(std::move(event));
  }
  void flush() {
    ASSERT_TRUE(store_->log_writer().append(records_).has_value());
    records_.clear();
  }

  template <typename Work>
  void commit(const Work& work) {
    auto transaction = store_->begin();
    ASSERT_TRUE(transaction.has_value());
    work(**transaction);
    ASSERT_TRUE((*transaction)->commit().has_value());
  }

  BacktestAnswer backtest(BacktestRequest request) {
    auto answer = run_backtest(*store_, master, request, {});
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    if (!answer) return {};
    for (const DefinitionProblem& problem : answer->problems) ADD_FAILURE() << problem.message;
    return std::move(*answer);
  }

  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::uint64_t position_ = 0;
  std::vector<store::LogRecord> records_;
};

const std::vector<DefinitionFile> drafts = {
    {"w.yaml",
     "{kind: journey, key: welcome, trigger: {event: Order Completed}, reentry: always, "
     "steps: [{id: hello, send: {template: mail}}]}"},
    {"m.yaml", "{kind: template, key: mail, subject: Hello, html: '<p>Hi</p>'}"}};

BacktestRequest whole_window() {
  return {.journey = "welcome",
          .since = start,
          .until = start + Duration::days(100),
          .definitions = drafts,
          .open_rate = 0,
          .click_rate = 0};
}

TEST_F(BacktestOverStore, ReplaysADraftOverTheLog) {
  identify("ana", start);
  track("ana", names::order_completed, start + Duration::days(1));
  track("ana", "Video Played", start + Duration::days(2));
  track("ana", names::order_completed, start + Duration::days(3));
  track("bob", names::order_completed, start + Duration::days(3));
  track("ana", names::order_completed, start + Duration::days(101));
  flush();
  const BacktestAnswer answer = backtest(whole_window());
  const simulation::JourneyForecast& welcome = answer.report.journeys.at("welcome");
  EXPECT_EQ(welcome.entered, 3u);
  EXPECT_EQ(welcome.contacts, 2u);
  EXPECT_EQ(welcome.sent, 2u);
  EXPECT_EQ(welcome.steps.at("hello").skipped, (simulation::Counts{{"no_address", 1}}));
  EXPECT_EQ(answer.scanned, 6u);
  // The video is nobody's business, and the last order comes after the window.
  EXPECT_EQ(answer.report.events, 4u);
  EXPECT_EQ(answer.passes, 1);
}

TEST_F(BacktestOverStore, PassesOverWhoHasNoEventThatLetsIn) {
  identify("ana", start);
  track("ana", names::order_completed, start + Duration::days(1));
  identify("bob", start);
  track("cid", "Video Played", start);
  // The event that lets in comes long after those that only tell who this is.
  identify("dan", start);
  track("dan", "Video Played", start + Duration::days(1));
  track("dan", names::order_completed, start + Duration::days(60));
  flush();
  const BacktestAnswer by_event = backtest(whole_window());
  EXPECT_EQ(by_event.report.contacts, 4u);
  EXPECT_EQ(by_event.report.events, 4u);
  EXPECT_EQ(by_event.report.journeys.at("welcome").contacts, 2u);
  EXPECT_EQ(by_event.report.journeys.at("welcome").sent, 2u);
  EXPECT_EQ(by_event.scanned, 7u);

  // What a contact is lets in here: everybody must be looked at.
  BacktestRequest by_segment = whole_window();
  by_segment.definitions.files.front().text =
      "{kind: journey, key: welcome, trigger: {segment_entered: reachable}, reentry: always, "
      "steps: [{id: hello, send: {template: mail}}]}";
  by_segment.definitions.files.push_back(
      {"s.yaml", "{kind: segment, key: reachable, where: email is set}"});
  const BacktestAnswer answer = backtest(by_segment);
  EXPECT_EQ(answer.report.contacts, 4u);
  EXPECT_EQ(answer.report.journeys.at("welcome").contacts, 3u);
}

TEST_F(BacktestOverStore, FindsThePresentContactThroughLinksAndMerges) {
  Event visit = event_of("", names::order_completed, start + Duration::hours(1));
  visit.anonymous_id = "v1";
  log(visit);
  identify("ana", start + Duration::hours(2));
  track("ann", names::order_completed, start + Duration::hours(3));
  track("ana", names::order_completed, start + Duration::hours(4));
  flush();
  const contacts::ContactId ana = id_of("anonymousId", "v1");
  commit([&](store::StateTransaction& state) {
    ASSERT_TRUE(state.put_identifier({"anonymousId", "v1"}, ana).has_value());
    ASSERT_TRUE(state.put_identifier({"userId", "ana"}, ana).has_value());
    ASSERT_TRUE(state.put_alias(id_of("userId", "ann"), ana).has_value());
  });
  const BacktestAnswer answer = backtest(whole_window());
  const simulation::JourneyForecast& welcome = answer.report.journeys.at("welcome");
  EXPECT_EQ(answer.report.contacts, 1u);
  EXPECT_EQ(welcome.entered, 3u);
  EXPECT_EQ(welcome.contacts, 1u);
  // The first order came before the address.
  EXPECT_EQ(welcome.sent, 2u);
}

TEST_F(BacktestOverStore, PassesThroughTheLogAgainWhereMemoryIsShort) {
  constexpr int people = 300;
  for (int i = 0; i < people; ++i) identify(fmt::format("u{}", i), start);
  for (int i = 0; i < people; ++i) {
    track(fmt::format("u{}", i), names::order_completed, start + Duration::hours(i + 1));
    if (i % 50 == 0) flush();
  }
  flush();
  const BacktestAnswer whole = backtest(whole_window());
  EXPECT_EQ(whole.passes, 1);
  EXPECT_EQ(whole.report.journeys.at("welcome").sent, people);
  BacktestRequest small = whole_window();
  small.memory_bytes_max = 40'000;
  const BacktestAnswer parts = backtest(small);
  EXPECT_GT(parts.passes, 2);
  EXPECT_EQ(parts.report, whole.report);
  EXPECT_EQ(parts.scanned, whole.scanned);
}

TEST_F(BacktestOverStore, RefusesAPartitionThatDoesNotFit) {
  for (int i = 0; i < 100; ++i) identify("ana", start);
  flush();
  BacktestRequest request = whole_window();
  request.memory_bytes_max = 1'000;
  const auto answer = run_backtest(*store_, master, request, {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "backtest_too_large");
  EXPECT_EQ(answer.error().limit, "1000");
}

TEST_F(BacktestOverStore, AnswersByObservedRatesAndSaysSo) {
  identify("ana", start);
  for (int i = 0; i < 50; ++i) {
    track("ana", names::order_completed, start + Duration::days(i));
  }
  flush();
  auto opens = [&] {
    BacktestRequest request = whole_window();
    request.open_rate = std::nullopt;
    request.click_rate = std::nullopt;
    const BacktestAnswer answer = backtest(request);
    return std::pair(answer.report.journeys.at("welcome").steps.at("hello").opened,
                     answer.assumptions.front());
  };
  EXPECT_EQ(opens().second,
            "30.0 % of the mails are opened and 3.0 % clicked, for want of observations; 0 steps "
            "have their own observed rates");
  commit([&](store::StateTransaction& state) {
    store::DefinitionRecord record;
    record.number = 1;
    record.kind = "journey";
    record.key = "welcome";
    record.source = drafts.front().text;
    record.path = drafts.front().path;
    ASSERT_TRUE(state.put_definition(record).has_value());
    store::CounterKey key{.kind = "journey",
                          .key = "welcome",
                          .version = 1,
                          .step = "hello",
                          .variant = "",
                          .day = 0,
                          .outcome = "sent"};
    ASSERT_TRUE(state.add_to_counter(key, 200).has_value());
    key.outcome = "opened";
    ASSERT_TRUE(state.add_to_counter(key, 200).has_value());
  });
  EXPECT_EQ(opens().first, 50u);
  EXPECT_EQ(opens().second,
            "100.0 % of the mails are opened and 0.0 % clicked, as observed in this workspace; 1 "
            "steps have their own observed rates");
}

TEST_F(BacktestOverStore, RefusesWindowsThatAreEmptyOrTooLong) {
  const auto code_of = [&](Timestamp since, Timestamp until) {
    BacktestRequest request = whole_window();
    request.since = since;
    request.until = until;
    const auto answer = run_backtest(*store_, master, request, {});
    return answer ? std::string() : answer.error().code;
  };
  EXPECT_EQ(code_of(start, start), "window_empty");
  EXPECT_EQ(code_of(start, start + backtest_window_max), "");
  EXPECT_EQ(code_of(start, start + backtest_window_max + Duration::milliseconds(1)),
            "window_too_long");
}

TEST_F(BacktestOverStore, EndsWhenItIsToldTo) {
  identify("ana", start);
  flush();
  const auto answer = run_backtest(*store_, master, whole_window(), [](double) { return false; });
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "cancelled");
}

TEST_F(BacktestOverStore, ForecastsWhatAPublicationWouldSetOff) {
  constexpr int people = 12;
  for (int i = 0; i < people; ++i) {
    identify(fmt::format("u{}", i), start);
    track(fmt::format("u{}", i), names::order_completed, start + Duration::hours(i));
  }
  flush();
  std::vector<DefinitionFile> files = drafts;
  files.push_back(
      {"g.yaml", "{kind: workspace, key: w, guard: {max_contacts: 5, margin_percent: 10}}"});
  const Timestamp now = start + Duration::days(3);
  const auto forecast = [&](const KeepGoing& keep_going) {
    auto radius = forecast_blast_radius(*store_, master, files, now, keep_going);
    EXPECT_TRUE(radius.has_value()) << radius.error().message;
    return radius ? std::move(*radius) : BlastRadius();
  };
  const BlastRadius first = forecast([] { return true; });
  ASSERT_EQ(first.journeys.size(), 1u);
  EXPECT_TRUE(first.complete);
  EXPECT_EQ(first.journeys[0].journey, "welcome");
  EXPECT_EQ(first.journeys[0].busiest_day, people);
  EXPECT_EQ(first.journeys[0].allowed, 5u);
  EXPECT_EQ(first.journeys[0].before, std::nullopt);
  EXPECT_EQ(first.reach_to_confirm(), people);

  commit([&](store::StateTransaction& state) {
    ASSERT_TRUE(keep_forecast(state, first).has_value());
  });
  const BlastRadius again = forecast([] { return true; });
  EXPECT_EQ(again.journeys[0].before, people);
  EXPECT_EQ(again.journeys[0].allowed, 13u);
  EXPECT_EQ(again.reach_to_confirm(), 0u);

  // Given up: whoever is there counts.
  commit([&](store::StateTransaction& state) {
    for (int i = 0; i < 20; ++i) {
      store::ContactRecord record;
      record.id = id_of("userId", fmt::format("u{}", i));
      ASSERT_TRUE(state.put_contact(record).has_value());
    }
  });
  const BlastRadius given_up = forecast([] { return false; });
  EXPECT_FALSE(given_up.complete);
  EXPECT_EQ(given_up.reach_to_confirm(), 20u);

  // A new text of a mail lets nobody in.
  files = {drafts[1]};
  EXPECT_TRUE(forecast([] { return true; }).journeys.empty());
}

TEST_F(BacktestOverStore, TellsWhatIsWrongWithTheDefinitions) {
  BacktestRequest request = whole_window();
  request.definitions.files.pop_back();
  const auto answer = run_backtest(*store_, master, request, {});
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(answer->problems.size(), 1u);
  EXPECT_EQ(answer->problems.front().code, "unknown_template");
}

}  // namespace
}  // namespace sojourn::runtime
