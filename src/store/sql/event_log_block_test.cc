#include "store/sql/event_log_block.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/bytes.h"

namespace sojourn::store::sql {
namespace {

std::vector<LogRecord> arbitrary_records() {
  const auto size = *rc::gen::oneOf(rc::gen::inRange(1, 60), rc::gen::inRange(250, 300));
  std::vector<LogRecord> records;
  std::uint64_t position = 0;
  for (int index = 0; index < size; ++index) {
    position += *rc::gen::inRange<std::uint64_t>(1, 1000);
    LogRecord record;
    record.position = {position};
    record.subject.bytes = *rc::gen::arbitrary<std::array<std::uint8_t, 16>>();
    record.message.bytes = *rc::gen::arbitrary<std::array<std::uint8_t, 16>>();
    record.at = {*rc::gen::arbitrary<std::int64_t>()};
    record.received_at = {*rc::gen::arbitrary<std::int64_t>()};
    record.name = *rc::gen::element<std::string>("", "Page Viewed", "Order Completed", "\0x");
    record.payload = *rc::gen::arbitrary<std::string>();
    records.push_back(record);
  }
  return records;
}

std::string encode(const std::vector<LogRecord>& records) {
  std::vector<BlockEntry> entries;
  for (const LogRecord& record : records) entries.push_back(to_entry(record));
  return BlockEncoder().encode(entries);
}

LogRecord sample(std::uint64_t position) {
  LogRecord record;
  record.position = {position};
  record.at = {1'700'000'000'000};
  record.received_at = {1'700'000'000'123};
  record.name = "Page Viewed";
  record.payload = "path=/pricing";
  return record;
}

RC_GTEST_PROP(EventLogBlock, GivesBackWhatWasWritten, ()) {
  const std::vector<LogRecord> records = arbitrary_records();
  Block block;
  RC_ASSERT(block.decode(encode(records)).has_value());
  std::vector<LogRecord> read;
  for (const BlockEntry& entry : block.entries()) read.push_back(entry.to_record());
  RC_ASSERT(read == records);
}

RC_GTEST_PROP(EventLogBlock, RefusesBytesThatWereChanged, ()) {
  std::string bytes = encode(arbitrary_records());
  const auto place = *rc::gen::inRange<std::size_t>(0, bytes.size());
  const auto bit = *rc::gen::inRange(0, 8);
  const std::string before = bytes;
  bytes[place] = static_cast<char>(bytes[place] ^ (1 << bit));
  Block changed;
  const Result<void> decoded = changed.decode(bytes);
  if (!decoded) {
    RC_ASSERT(decoded.error().code == "damaged");
    return;
  }
  // A few bits of a zstd frame mean nothing; then the content must be the same.
  Block original;
  RC_ASSERT(original.decode(before).has_value());
  RC_ASSERT(changed.entries().size() == original.entries().size());
}

RC_GTEST_PROP(EventLogBlock, SurvivesHostileBytesInsideAValidFrame, ()) {
  const auto content = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  std::string bytes(1 + ZSTD_compressBound(content.size()), '\1');
  const std::size_t size =
      ZSTD_compress(bytes.data() + 1, bytes.size() - 1, content.data(), content.size(), 1);
  bytes.resize(1 + size);
  Block block;
  const Result<void> decoded = block.decode(bytes);
  RC_ASSERT(decoded.has_value() || decoded.error().code == "damaged");
}

TEST(EventLogBlock, RefusesEveryTruncation) {
  const std::string bytes = encode({sample(1), sample(2)});
  std::vector<LogRecord> many;
  for (std::uint64_t position = 1; position <= split_records_min; ++position) {
    many.push_back(sample(position));
  }
  const std::string split = encode(many);
  for (std::size_t size = 0; size < split.size(); ++size) {
    Block block;
    EXPECT_FALSE(block.decode(std::string_view(split).substr(0, size)).has_value()) << size;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Block block;
    EXPECT_FALSE(block.decode(std::string_view(bytes).substr(0, size)).has_value()) << size;
  }
}

TEST(EventLogBlock, RefusesAnotherVersion) {
  std::string bytes = encode({sample(1)});
  bytes.front() = 3;
  Block block;
  ASSERT_FALSE(block.decode(bytes).has_value());
}

TEST(EventLogBlock, RefusesAClaimOfMoreThanTheLimit) {
  for (const bool is_above : {false, true}) {
    const std::string content(block_content_bytes_max + (is_above ? 1 : 0), '\0');
    std::string bytes(1 + ZSTD_compressBound(content.size()), '\1');
    bytes.resize(
        1 + ZSTD_compress(bytes.data() + 1, bytes.size() - 1, content.data(), content.size(), 1));
    Block block;
    const Result<void> decoded = block.decode(bytes);
    ASSERT_FALSE(decoded.has_value());
    const bool is_for_size = decoded.error().message == "log block does not say its size";
    EXPECT_EQ(is_for_size, is_above);
  }
}

RC_GTEST_PROP(EventLogBlock, AScanShowsWhatDecodingShows, ()) {
  const std::vector<LogRecord> records = arbitrary_records();
  const events::Position last = records.back().position;
  const std::vector<std::vector<std::string>> name_sets = {
      {"Page Viewed"}, {"", "Order Completed"}, {"Nothing"}, {}};
  const EventLogReader::Scan scan{.after = {*rc::gen::inRange<std::uint64_t>(0, last.value + 2)},
                                  .until = {*rc::gen::inRange<std::uint64_t>(0, last.value + 2)},
                                  .names = *rc::gen::elementOf(name_sets),
                                  .records_max = 1};
  std::vector<std::uint64_t> expected;
  events::Position reached = scan.after;
  for (const LogRecord& record : records) {
    if (record.position <= scan.after || record.position > scan.until) continue;
    reached = record.position;
    const bool is_wanted =
        std::find(scan.names.begin(), scan.names.end(), record.name) != scan.names.end();
    if (is_wanted) expected.push_back(record.position.value);
  }
  std::vector<std::uint64_t> seen;
  const auto answer = scan_block(encode(records), scan, [&](const auto& each) {
    seen.push_back(each.position.value);
    const auto record = std::find_if(records.begin(), records.end(), [&](const LogRecord& one) {
      return one.position == each.position;
    });
    RC_ASSERT(record->payload == each.payload);
  });
  RC_ASSERT(answer.has_value());
  RC_ASSERT(*answer == reached);
  RC_ASSERT(seen == expected);
}

RC_GTEST_PROP(EventLogBlock, SurvivesHostileBytesInsideAValidSplitFrame, ()) {
  const auto content = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  std::string frame(ZSTD_compressBound(content.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), content.data(), content.size(), 1));
  ByteWriter size;
  size.unsigned_number(frame.size());
  Block block;
  const Result<void> decoded = block.decode("\2" + size.bytes() + frame + frame);
  RC_ASSERT(decoded.has_value() || decoded.error().code == "damaged");
}

TEST(EventLogBlock, KeepsOnlyThePositionOfAnErasedEvent) {
  const std::vector<LogRecord> records = {sample(5), sample(6), sample(9)};
  Block block;
  ASSERT_TRUE(block.decode(encode(records)).has_value());
  BlockEntry& victim = block.entries()[1];
  victim = BlockEntry();
  victim.position = {6};
  victim.is_erased = true;
  Block rewritten;
  ASSERT_TRUE(rewritten.decode(BlockEncoder().encode(block.entries())).has_value());
  ASSERT_EQ(rewritten.entries().size(), 3u);
  EXPECT_EQ(rewritten.entries()[0].to_record(), records[0]);
  EXPECT_TRUE(rewritten.entries()[1].is_erased);
  EXPECT_EQ(rewritten.entries()[1].position.value, 6u);
  EXPECT_TRUE(rewritten.entries()[1].payload.empty());
  EXPECT_EQ(rewritten.entries()[2].to_record(), records[2]);
}

}  // namespace
}  // namespace sojourn::store::sql
