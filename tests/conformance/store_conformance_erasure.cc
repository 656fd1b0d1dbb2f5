#include <gmock/gmock.h>

#include <algorithm>

#include "conformance/store_conformance.h"
#include "store/message_copies.h"

namespace sojourn::store {
namespace {

using messages::DeliveryState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view secret = "SECRET-c0ffee";

std::string with_secret(std::string_view text) {
  return std::string(text) + std::string(secret) + std::string(text);
}

/// Everything that can be said of a contact, with the secret in all of it.
void put_everything(StateTransaction& state, const contacts::ContactId& id) {
  ContactRecord record = sample_contact(1);
  record.id = id;
  record.user_id = with_secret("u");
  record.email = with_secret("e");
  record.name = with_secret("n");
  record.state = with_secret("s");
  must(state.put_contact(record));
  // Long enough to need pages of its own.
  record.state = with_secret(std::string(20'000, 's'));
  must(state.put_contact(record));
  must(state.put_identifier({"email", with_secret("e")}, id));
  must(state.put_identifier({"userId", with_secret("u")}, id));
  must(state.put_wake(id, {}, Timestamp{10}));
  must(state.append_decision(
      {.contact = id, .at = {1}, .sequence = 5, .kind = 1, .payload = with_secret("d")}));
  must(state.put_timeline_chunk(id, 0, with_secret("t")));
  must(state.put_member(3, id, {1}));
  must(state.put_member(8, id, {1}));
  must(state.put_partition_mail({1, id, with_secret("p")}));
  must(state.put_consent({.address = sample_hash(77),
                          .channel = "email",
                          .topic = "news",
                          .state = "opted_out",
                          .at = {4},
                          .source = "page",
                          .evidence = with_secret("c"),
                          .contact = id,
                          .shown_by = {.basis = "consent",
                                       .wording = "form/f/1",
                                       .wording_hash = "ab",
                                       .ip = with_secret("i"),
                                       .user_agent = with_secret("b"),
                                       .actor = with_secret("o")}}));
  must(state.put_signup({.id = with_secret("g"),
                         .form = "f",
                         .address = sample_hash(77),
                         .contact = id,
                         .at = {4},
                         .payload = with_secret("y")}));
  messages::Message message = sample_message(9);
  message.contact = id;
  message.key = with_secret("k");
  message.address = with_secret("a");
  message.subject = with_secret("m");
  message.links = {with_secret("l")};
  must(state.put_message(message));
  must(copies_in(state).put_message_copy(message.id, with_secret("v"), {1000}));
}

void put_bystanders(StateTransaction& state) {
  for (std::uint64_t number = 100; number < 300; ++number) {
    must(state.put_contact(sample_contact(number)));
    must(state.put_identifier({"email", sample_contact(number).email}, sample_id(number)));
    must(state.put_member(3, sample_id(number), {1}));
    must(state.put_message(sample_message(number)));
  }
}

TEST_P(StoreConformance, ErasedContactIsInNoTableAndOnNoDisk) {
  const contacts::ContactId id = sample_id(1);
  commit([&](StateTransaction& state) {
    put_bystanders(state);
    put_everything(state, id);
    must(state.put_alias(sample_id(50), id));
  });
  must(store->checkpoint_state());
  ASSERT_NE(bed->bytes_on_disk().find(secret), std::string::npos);

  commit([&](StateTransaction& state) {
    must(state.put_wake(id, Timestamp{10}, {}));
    must(state.erase_contact(id));
  });
  must(store->checkpoint_state());
  EXPECT_EQ(bed->bytes_on_disk().find(secret), std::string::npos);

  const auto state = view();
  EXPECT_EQ(value_of(state->contact(id)), std::nullopt);
  EXPECT_EQ(value_of(state->contact_count()), 200u);
  EXPECT_EQ(value_of(state->member_count(3)), 200u);
  EXPECT_EQ(value_of(state->member_count(8)), 0u);
  EXPECT_EQ(value_of(state->message_count(DeliveryState::queued)), 200u);
  EXPECT_EQ(value_of(state->alias(sample_id(50))), std::nullopt);
  EXPECT_EQ(value_of(state->earliest_wake()), std::nullopt);
  EXPECT_THAT(value_of(state->decisions(id, {}, 9)), IsEmpty());
  EXPECT_THAT(value_of(state->timeline_chunks(id, UINT32_MAX, 9)), IsEmpty());
  EXPECT_THAT(value_of(state->partition_mail(9)), IsEmpty());
  EXPECT_EQ(value_of(copies_in(*state).message_copy({9})), std::nullopt);
  EXPECT_EQ(value_of(copies_in(*state).earliest_copy_end()), std::nullopt);
  EXPECT_EQ(value_of(state->contact(sample_id(100))), sample_contact(100));
}

TEST_P(StoreConformance, LedgerOutlivesTheContactWithoutItsEvidence) {
  commit([&](StateTransaction& state) { put_everything(state, sample_id(1)); });
  commit([&](StateTransaction& state) { must(state.erase_contact(sample_id(1))); });
  for (const auto& lines :
       {value_of(view()->consents()), value_of(view()->consent_history(sample_hash(77)))}) {
    ASSERT_THAT(lines, SizeIs(1));
    EXPECT_EQ(lines[0].state, "opted_out");
    EXPECT_EQ(lines[0].at, Timestamp{4});
    EXPECT_EQ(lines[0].evidence, "");
    EXPECT_TRUE(lines[0].contact.is_zero());
  }
}

TEST_P(StoreConformance, ErasureWaitsForViewsAndIsCompletedByTheNextCheckpoint) {
  commit([&](StateTransaction& state) { put_everything(state, sample_id(1)); });
  auto reader = view();
  commit([&](StateTransaction& state) { must(state.erase_contact(sample_id(1))); });
  must(store->checkpoint_state());
  EXPECT_EQ(value_of(reader->contact(sample_id(1)))->name, with_secret("n"));
  reader.reset();
  must(store->checkpoint_state());
  EXPECT_EQ(bed->bytes_on_disk().find(secret), std::string::npos);
}

TEST_P(StoreConformance, ErasedEventIsOnNoDisk) {
  // Lengths on both sides of a page.
  for (const std::size_t size : {std::size_t{10}, std::size_t{30'000}}) {
    const std::uint64_t first = value_of(store->log_reader().head()).value + 1;
    std::vector<LogRecord> events = sample_events(first, first + 4);
    // Bytes that do not compress, so that the secret stands in the block as it is.
    std::string noise;
    for (std::uint64_t index = 0; noise.size() < size; ++index) {
      const Hash128 hash = keyed_hash({}, {std::to_string(index)});
      noise += hash.view();
    }
    events[2].payload = with_secret(noise);
    events[2].name = "Named " + std::string(secret);
    must(store->log_writer().append(events));
    must(store->log_writer().checkpoint());
    ASSERT_NE(bed->bytes_on_disk().find(secret), std::string::npos);
    const events::Position erased[] = {{first + 2}};
    must(store->log_writer().erase(erased));
    EXPECT_EQ(bed->bytes_on_disk().find(secret), std::string::npos);
    EXPECT_EQ(value_of(store->log_reader().read({first + 2}, 9)),
              sample_events(first + 3, first + 4));
  }
}

TEST_P(StoreConformance, MergeMovesEverythingToTheSurvivor) {
  const contacts::ContactId loser = sample_id(1);
  const contacts::ContactId survivor = sample_id(2);
  commit([&](StateTransaction& state) {
    put_everything(state, loser);
    must(state.put_contact(sample_contact(2)));
    must(state.put_member(3, survivor, {1}));
    must(state.put_timeline_chunk(survivor, 0, "own"));
    must(state.put_timeline_chunk(survivor, 1, "newer"));
    must(state.put_alias(sample_id(60), loser));
  });
  commit([&](StateTransaction& state) {
    must(state.put_wake(loser, Timestamp{10}, {}));
    must(state.put_alias(loser, survivor));
  });

  const auto state = view();
  EXPECT_EQ(value_of(state->alias(loser)), survivor);
  EXPECT_EQ(value_of(state->alias(sample_id(60))), survivor);
  EXPECT_THAT(value_of(state->merged_into(survivor)), SizeIs(2));
  EXPECT_THAT(value_of(state->merged_into(loser)), IsEmpty());
  EXPECT_EQ(value_of(state->contact(loser)), std::nullopt);
  EXPECT_EQ(value_of(state->contact_count()), 1u);
  const std::vector<contacts::Identifier> names = {{"email", with_secret("e")}};
  EXPECT_THAT(value_of(state->identifiers(names)), ElementsAre(survivor));
  EXPECT_EQ(value_of(state->earliest_wake()), std::nullopt);
  EXPECT_EQ(value_of(state->member_count(3)), 1u);
  EXPECT_EQ(value_of(state->member_count(8)), 0u);
  EXPECT_THAT(value_of(state->decisions(survivor, {}, 9)), SizeIs(1));
  EXPECT_THAT(value_of(state->decisions(loser, {}, 9)), IsEmpty());
  // Both chunks of number 0 come together, though only two were asked for.
  EXPECT_THAT(value_of(state->timeline_chunks(survivor, UINT32_MAX, 2)), SizeIs(3));
  EXPECT_EQ(value_of(state->message({9}))->contact, survivor);
  EXPECT_THAT(value_of(state->list_messages({.contact = survivor})).messages, SizeIs(1));
  EXPECT_EQ(value_of(state->consents()).at(0).contact, survivor);
  EXPECT_EQ(value_of(state->partition_mail(9)).at(0).to, survivor);
}

}  // namespace
}  // namespace sojourn::store
