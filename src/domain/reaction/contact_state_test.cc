#include "domain/reaction/contact_state.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sojourn::reaction {
namespace {

ContactState full() {
  ContactState state;
  state.id = {Hash128{{9, 8, 7}}};
  state.first_seen = Timestamp{1'772'000'000'000};
  state.last_seen = Timestamp{1'772'000'900'000};
  state.identifiers = {{"userId", "ana"}, {"anonymousId", "phone"}};
  state.attributes.write("firstName", "Ana", Timestamp{5}, Hash128{{1}});
  state.attributes.write("lastName", "Lee", Timestamp{5}, Hash128{{1}});
  facts::FactState fact;
  fact.id = Hash128{{3}};
  fact.add({.match = {"E", {}}, .keep = 2}, {Timestamp{1'772'000'000'000}});
  state.facts = {fact};
  state.memberships = {{4, true, Timestamp{8}, Timestamp{9}}};
  state.lists = {{3, true, Timestamp{6}, Hash128{{4}}}};
  scoring::ScoreState& score = state.scores.emplace_back();
  score.crossed = {"hot"};
  score.standing = {{"fit", 20, Timestamp{5}}};
  score.recheck = Timestamp{99};
  score.history = {{20'500, 12.5}};
  state.runs.emplace_back().visits = {{"a", 2}};
  state.run_sequence = 3;
  state.reservations = {{"7/mail/1/email", Timestamp{8}}};
  state.timeline = {{Timestamp{5}, {1}, "Page Viewed"},
                    {Timestamp{4}, {2}, "Order Completed"},
                    {Timestamp{9}, {7}, "Page Viewed"}};
  state.timeline_chunks = 2;
  state.wake = Timestamp{77};
  return state;
}

TEST(ContactCodec, ReadsBackWhatItWrote) {
  for (const ContactState& state : {ContactState{}, full()}) {
    const Result<ContactState> read = decode_contact(encode(state));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, state);
  }
}

TEST(ContactCodec, RefusesEveryCutAndEveryExtension) {
  const std::string bytes = encode(full());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = decode_contact(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, "damaged_contact");
  }
  EXPECT_FALSE(decode_contact(bytes + "x"));
}

TEST(ContactCodec, IsWrittenAgainBesideItsTimelineAsItWas) {
  for (ContactState state : {ContactState{}, full()}) {
    const std::string bytes = encode(state);
    Result<StateBesideTimeline> read = decode_beside_timeline(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(encode_beside_timeline(*read), bytes);
    state.memberships.push_back({9, true, Timestamp{1}, Timestamp{2}});
    read->state.memberships.push_back({9, true, Timestamp{1}, Timestamp{2}});
    EXPECT_EQ(encode_beside_timeline(*read), encode(state));
    state.timeline.clear();
    EXPECT_EQ(read->state, state);
  }
}

TEST(ContactCodec, RefusesEveryCutAndEveryExtensionBesideTheTimelineToo) {
  const std::string bytes = encode(full());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_beside_timeline(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_beside_timeline(bytes + "x"));
}

TEST(TimelineReader, ShowsEntriesAsTheyWereWritten) {
  const std::string bytes = encode(full());
  const Result<StateBesideTimeline> read = decode_beside_timeline(bytes);
  ASSERT_TRUE(read);
  ByteReader in(read->timeline);
  TimelineReader reader(in);
  std::vector<TimelineEntry> entries;
  while (const auto entry = reader.next()) {
    entries.push_back({entry->at, entry->position, std::string(reader.names()[entry->name])});
  }
  EXPECT_EQ(entries, full().timeline);
  EXPECT_TRUE(in.ok());
}

TEST(TimelineReader, EndsWhereAnEntryHasNoName) {
  ByteWriter out;
  out.unsigned_number(1);
  out.string("A");
  out.unsigned_number(1);
  for (const std::uint64_t number : {2u, 2u, 1u}) out.unsigned_number(number);
  ByteReader in(out.bytes());
  TimelineReader reader(in);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(in.ok());
}

TEST(ContactCodec, ReadsHostileBytesWithoutHarm) {
  const std::string bytes = encode(full());
  EXPECT_TRUE(rc::check([&](std::size_t place, char byte, std::size_t second, char other) {
    std::string damaged = bytes;
    damaged[place % damaged.size()] = byte;
    damaged[second % damaged.size()] = other;
    const Result<ContactState> read = decode_contact(damaged);
    if (!read) return;
    RC_ASSERT(decode_contact(encode(*read)).has_value());
  }));
}

TEST(TimelineCodec, ReadsBackAndRefusesCuts) {
  const std::vector<TimelineEntry> entries = full().timeline;
  const std::string bytes = encode_timeline(entries);
  EXPECT_EQ(*decode_timeline(bytes), entries);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_timeline(std::string_view(bytes).substr(0, size))) << size;
  }
}

TEST(ContactState, IsKnownByItsUserIdAndShownByItsName) {
  EXPECT_TRUE(full().is_known());
  EXPECT_EQ(full().display_name(), "Ana Lee");
  EXPECT_FALSE(ContactState{}.is_known());
  EXPECT_EQ(ContactState{}.display_name(), "");
  ContactState named;
  named.attributes.write("name", "A. Lee", Timestamp{1}, {});
  EXPECT_EQ(named.display_name(), "A. Lee");
}

}  // namespace
}  // namespace sojourn::reaction
