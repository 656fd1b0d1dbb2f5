#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "conformance/store_conformance.h"

namespace sojourn::store {
namespace {

using events::Position;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::uint64_t> positions_of(const std::vector<LogRecord>& records) {
  std::vector<std::uint64_t> positions;
  for (const LogRecord& record : records) positions.push_back(record.position.value);
  return positions;
}

TEST_P(StoreConformance, EmptyLogHasNoHeadAndNoRecords) {
  EXPECT_EQ(value_of(store->log_reader().head()), Position{});
  EXPECT_THAT(value_of(store->log_reader().read({}, 10)), IsEmpty());
  EXPECT_FALSE(value_of(store->log_reader().read_back({}, 10, "", 10)).next.has_value());
  EXPECT_EQ(value_of(store->log_reader().counts(0)).total, 0u);
}

TEST_P(StoreConformance, AppendedEventsAreReadInOrderAndAfterReopening) {
  must(store->log_writer().append(sample_events(1, 3)));
  must(store->log_writer().append({}));
  must(store->log_writer().append(sample_events(7, 20)));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(value_of(store->log_reader().head()), Position{20});
    std::vector<LogRecord> wanted = sample_events(1, 3);
    for (const LogRecord& record : sample_events(7, 20)) wanted.push_back(record);
    EXPECT_EQ(value_of(store->log_reader().read({}, 100)), wanted);
    EXPECT_EQ(positions_of(value_of(store->log_reader().read({2}, 3))),
              (std::vector<std::uint64_t>{3, 7, 8}));
    EXPECT_THAT(value_of(store->log_reader().read({20}, 3)), IsEmpty());
    EXPECT_THAT(value_of(store->log_reader().read({}, 0)), IsEmpty());
    reopen();
  }
}

TEST_P(StoreConformance, MoreEventsThanABlockHoldsAreAppendedTogether) {
  const std::vector<LogRecord> many = sample_events(1, 10'000);
  must(store->log_writer().append(many));
  EXPECT_EQ(value_of(store->log_reader().read({}, 20'000)), many);
}

TEST_P(StoreConformance, EventAboveTheLimitIsRefusedAndAtTheLimitTaken) {
  constexpr std::size_t limit = 8 << 20;
  LogRecord record = sample_event(1);
  record.payload.assign(limit + 1, 'x');
  EXPECT_EQ(code_of(store->log_writer().append({&record, 1})), "too_large");
  EXPECT_EQ(value_of(store->log_reader().head()), Position{});
  record.payload.pop_back();
  must(store->log_writer().append({&record, 1}));
  EXPECT_EQ(value_of(store->log_reader().read({}, 1)).at(0), record);
}

TEST_P(StoreConformance, AScanShowsTheWantedNamesInSlicesThatMeet) {
  std::vector<LogRecord> all = sample_events(1, 9'000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].name = i % 7 == 0 ? "Rare" : "Common";
  must(store->log_writer().append(std::span(all).first(5'000)));
  must(store->log_writer().append(std::span(all).subspan(5'000)));
  const std::vector<Position> erased{{8}};
  must(store->log_writer().erase(erased));
  EventLogReader::Scan scan{.after = {1}, .until = {8'500}, .names = {"Rare"}, .records_max = 1};
  std::vector<std::uint64_t> seen;
  while (scan.after < scan.until) {
    const Position reached = value_of(store->log_reader().scan(scan, [&](const auto& each) {
      EXPECT_EQ(each.name, "Rare");
      EXPECT_EQ(each.payload, all[each.position.value - 1].payload);
      seen.push_back(each.position.value);
    }));
    ASSERT_GT(reached, scan.after);
    scan.after = reached;
  }
  std::vector<std::uint64_t> expected;
  for (std::uint64_t position = 15; position <= 8'500; position += 7) expected.push_back(position);
  EXPECT_EQ(seen, expected);
  scan = {.after = {9'000}, .until = {20'000}, .names = {"Rare"}, .records_max = 10};
  EXPECT_EQ(value_of(store->log_reader().scan(scan, [](const auto&) { FAIL(); })),
            Position{20'000});
}

TEST_P(StoreConformance, ReadsBackwardsInPagesThatMeet) {
  must(store->log_writer().append(sample_events(1, 4)));
  must(store->log_writer().append(sample_events(5, 9)));
  const auto first = value_of(store->log_reader().read_back({}, 4, "", 100));
  EXPECT_THAT(positions_of(first.records), ElementsAre(9, 8, 7, 6));
  ASSERT_TRUE(first.next.has_value());
  const auto second = value_of(store->log_reader().read_back(first.next, 4, "", 100));
  EXPECT_THAT(positions_of(second.records), ElementsAre(5, 4, 3, 2));
  const auto third = value_of(store->log_reader().read_back(second.next, 4, "", 100));
  EXPECT_THAT(positions_of(third.records), ElementsAre(1));
  EXPECT_FALSE(third.next.has_value());
}

TEST_P(StoreConformance, BackwardPagesStayWhileEventsAreAppended) {
  must(store->log_writer().append(sample_events(1, 6)));
  const auto first = value_of(store->log_reader().read_back({}, 3, "", 100));
  must(store->log_writer().append(sample_events(7, 9)));
  EXPECT_THAT(positions_of(value_of(store->log_reader().read_back(first.next, 3, "", 9)).records),
              ElementsAre(3, 2, 1));
}

TEST_P(StoreConformance, ReadsBackByNameWithinTheScanLimit) {
  must(store->log_writer().append(sample_events(1, 12)));
  const auto found = value_of(store->log_reader().read_back({}, 10, "Order Completed", 100));
  EXPECT_THAT(positions_of(found.records), ElementsAre(12, 9, 6, 3));
  EXPECT_FALSE(found.next.has_value());
  const auto limited = value_of(store->log_reader().read_back({}, 10, "Order Completed", 5));
  EXPECT_THAT(positions_of(limited.records), ElementsAre(12, 9));
  EXPECT_EQ(limited.next, Position{8});
}

TEST_P(StoreConformance, FindsEventsByPositionInTheOrderAskedFor) {
  must(store->log_writer().append(sample_events(1, 3)));
  must(store->log_writer().append(sample_events(10, 12)));
  const std::vector<Position> wanted = {{11}, {2}, {5}, {12}, {99}, {1}};
  EXPECT_THAT(positions_of(value_of(store->log_reader().at(wanted))), ElementsAre(11, 2, 12, 1));
}

TEST_P(StoreConformance, CountsEventsOfADayByTimeOfReceipt) {
  std::vector<LogRecord> events = sample_events(1, 3);
  events[0].received_at = {Duration::days(2).ms - 1};
  events[1].received_at = {Duration::days(2).ms};
  events[2].received_at = {Duration::days(3).ms};
  must(store->log_writer().append(events));
  const auto counts = value_of(store->log_reader().counts(2));
  EXPECT_EQ(counts.total, 3u);
  EXPECT_EQ(counts.that_day, 2u);
}

TEST_P(StoreConformance, JoiningSmallBlocksChangesNothingThatIsRead) {
  for (std::uint64_t position = 1; position <= 2500; position += 5) {
    must(store->log_writer().append(sample_events(position, position + 4)));
  }
  const auto before = value_of(store->log_reader().read({}, 10'000));
  must(store->log_writer().checkpoint());
  EXPECT_EQ(value_of(store->log_reader().read({}, 10'000)), before);
  EXPECT_EQ(value_of(store->log_reader().counts(0)).total, 2500u);
  must(store->log_writer().append(sample_events(2501, 2502)));
  reopen();
  EXPECT_EQ(value_of(store->log_reader().read({2499}, 10)), sample_events(2500, 2502));
}

TEST_P(StoreConformance, ErasedEventsAreSkippedEverywhereAndStillCounted) {
  must(store->log_writer().append(sample_events(1, 6)));
  const std::vector<Position> erased = {{5}, {2}, {2}, {50}};
  must(store->log_writer().erase(erased));
  must(store->log_writer().erase(erased));
  EXPECT_THAT(positions_of(value_of(store->log_reader().read({}, 10))), ElementsAre(1, 3, 4, 6));
  EXPECT_THAT(positions_of(value_of(store->log_reader().read_back({}, 10, "", 10)).records),
              ElementsAre(6, 4, 3, 1));
  EXPECT_THAT(value_of(store->log_reader().at(erased)), IsEmpty());
  EXPECT_EQ(value_of(store->log_reader().counts(0)).total, 6u);
  EXPECT_EQ(value_of(store->log_reader().head()), Position{6});
}

TEST_P(StoreConformance, RemembersMessagesByBucketUntilTheyAreForgotten) {
  EventLogWriter& log = store->log_writer();
  std::vector<Hash128> first;
  for (std::uint64_t number = 0; number < 5000; ++number) first.push_back(sample_hash(number));
  std::sort(first.begin(), first.end());
  const std::vector<Hash128> second = {sample_hash(9000)};
  must(log.remember_messages(1, first, {40}));
  must(log.remember_messages(1, first, {41}));
  must(log.remember_messages(2, second, {42}));
  reopen();
  EventLogWriter& again = store->log_writer();
  EXPECT_EQ(value_of(again.covered()), Position{42});
  const std::vector<Hash128> asked = {sample_hash(7), sample_hash(9000), sample_hash(9001)};
  EXPECT_THAT(value_of(again.were_remembered(asked)), ElementsAre(true, true, false));
  EXPECT_EQ(value_of(again.remembered_buckets()).at(0).count, 5000u);

  std::vector<Hash128> visited;
  must(again.visit_remembered(1, [&](std::span<const Hash128> batch) {
    visited.insert(visited.end(), batch.begin(), batch.end());
  }));
  EXPECT_EQ(visited, first);

  must(again.forget_messages(1));
  EXPECT_THAT(value_of(again.were_remembered(asked)), ElementsAre(false, true, false));
  ASSERT_EQ(value_of(again.remembered_buckets()).size(), 1u);
  must(again.remember_messages(1, second, {43}));
  EXPECT_EQ(value_of(again.remembered_buckets()).at(0).count, 1u);
  EXPECT_THAT(value_of(again.were_remembered(asked)), ElementsAre(false, true, false));
}

TEST_P(StoreConformance, ForgottenMessagesLeaveTheDiskWhenIdle) {
  const std::vector<Hash128> hashes = {sample_hash(123456)};
  must(store->log_writer().remember_messages(1, hashes, {1}));
  must(store->log_writer().forget_messages(1));
  must(store->log_writer().checkpoint());
  EXPECT_THAT(value_of(store->log_writer().were_remembered(hashes)), ElementsAre(false));
}

TEST_P(StoreConformance, ReadersSeeWholeBlocksWhileTheWriterAppends) {
  constexpr std::uint64_t blocks = 60;
  std::thread writer([&] {
    for (std::uint64_t block = 0; block < blocks; ++block) {
      must(store->log_writer().append(sample_events(block * 10 + 1, block * 10 + 10)));
      if (block % 16 == 0) must(store->log_writer().checkpoint());
    }
  });
  std::size_t seen = 0;
  while (seen < blocks * 10) {
    const auto records = value_of(store->log_reader().read({}, 10'000));
    EXPECT_EQ(records.size() % 10, 0u);
    EXPECT_GE(records.size(), seen);
    seen = records.size();
    if (HasFailure()) break;
  }
  writer.join();
}

}  // namespace
}  // namespace sojourn::store
