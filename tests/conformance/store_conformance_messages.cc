#include <gmock/gmock.h>

#include "conformance/store_conformance.h"

namespace sojourn::store {
namespace {

using messages::DeliveryState;
using messages::Message;
using messages::MessageId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::uint64_t> ids_of(const std::vector<Message>& messages) {
  std::vector<std::uint64_t> ids;
  for (const Message& message : messages) ids.push_back(message.id.value);
  return ids;
}

TEST_P(StoreConformance, MessageComesBackAsItWasPut) {
  EXPECT_EQ(value_of(view()->next_message_id()), MessageId{1});
  Message message = sample_message(3);
  commit([&](StateTransaction& state) { must(state.put_message(message)); });
  EXPECT_EQ(value_of(view()->message({3})), message);
  EXPECT_EQ(value_of(view()->message_by_key(message.key)), message);
  EXPECT_EQ(value_of(view()->message({4})), std::nullopt);
  EXPECT_EQ(value_of(view()->message_by_key("none")), std::nullopt);
  EXPECT_EQ(value_of(view()->next_message_id()), MessageId{4});
  message.state = DeliveryState::sent;
  message.sent_at = Timestamp{12};
  message.links.clear();
  commit([&](StateTransaction& state) { must(state.put_message(message)); });
  EXPECT_EQ(value_of(view()->message({3})), message);
  message.address = "elsewhere@example.com";
  commit([&](StateTransaction& state) { must(state.put_message(message)); });
  EXPECT_EQ(value_of(view()->message({3})), message);
}

TEST_P(StoreConformance, MessageKeyBelongsToOneMessage) {
  commit([&](StateTransaction& state) {
    must(state.put_message(sample_message(1)));
    must(state.put_message(sample_message(2)));
  });
  for (const std::uint64_t id : {2u, 3u}) {
    Message message = sample_message(id);
    message.key = sample_message(1).key;
    const auto transaction = value_of(store->begin());
    EXPECT_EQ(code_of(transaction->put_message(message)), "duplicate_key");
  }
  EXPECT_EQ(value_of(view()->message({2})), sample_message(2));
}

TEST_P(StoreConformance, QueuedMessagesComeByDueTimeAndOnlyThose) {
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= 9; ++number) {
      Message message = sample_message(number);
      message.state = static_cast<DeliveryState>(number - 1);
      must(state.put_message(message));
    }
  });
  const auto queued = value_of(view()->queued_messages({1000}, 10));
  ASSERT_EQ(queued.size(), 2u);
  EXPECT_EQ(queued[0].id, MessageId{5});
  EXPECT_EQ(queued[0].due, Timestamp{995});
  EXPECT_EQ(queued[1].id, MessageId{1});
  EXPECT_EQ(value_of(view()->queued_messages({995}, 10)).size(), 1u);
  EXPECT_THAT(value_of(view()->queued_messages({994}, 10)), IsEmpty());
}

TEST_P(StoreConformance, MessagesOfAStateAreFoundAndCounted) {
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= 9; ++number) {
      Message message = sample_message(number);
      message.state = static_cast<DeliveryState>(number - 1);
      must(state.put_message(message));
    }
    EXPECT_EQ(value_of(state.message_count(DeliveryState::queued)), 1u);
    Message moved = sample_message(1);
    moved.state = DeliveryState::claimed;
    must(state.put_message(moved));
  });
  EXPECT_EQ(value_of(view()->message_count(DeliveryState::queued)), 0u);
  EXPECT_EQ(value_of(view()->message_count(DeliveryState::claimed)), 2u);
  EXPECT_THAT(ids_of(value_of(view()->messages_in(DeliveryState::claimed, 9))), ElementsAre(1, 2));
  EXPECT_THAT(ids_of(value_of(view()->messages_in(DeliveryState::sent, 9))), ElementsAre(4));
  EXPECT_THAT(ids_of(value_of(view()->messages_in(DeliveryState::queued, 9))), IsEmpty());
}

TEST_P(StoreConformance, MessageListsFilterByContactJourneyAndState) {
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= 8; ++number) {
      Message message = sample_message(number);
      message.contact = sample_id(number % 4);
      message.state = number <= 4 ? DeliveryState::sent : DeliveryState::failed;
      must(state.put_message(message));
    }
  });
  const auto list = [&](const StateReads::MessageQuery& query) {
    return ids_of(value_of(view()->list_messages(query)).messages);
  };
  EXPECT_THAT(list({.limit = 3}), ElementsAre(8, 7, 6));
  EXPECT_THAT(list({.contact = sample_id(1)}), ElementsAre(5, 1));
  EXPECT_THAT(list({.contact = sample_id(1), .state = DeliveryState::sent}), ElementsAre(1));
  EXPECT_THAT(list({.contact = sample_id(1), .journey = "even"}), IsEmpty());
  EXPECT_THAT(list({.journey = "even"}), ElementsAre(8, 6, 4, 2));
  EXPECT_THAT(list({.journey = "even", .state = DeliveryState::failed}), ElementsAre(8, 6));
  EXPECT_THAT(list({.state = DeliveryState::failed, .limit = 2}), ElementsAre(8, 7));
  EXPECT_THAT(list({.state = DeliveryState::sent}), ElementsAre(4, 3, 2, 1));
}

TEST_P(StoreConformance, MessageListCursorStaysWhenMessagesArrive) {
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= 4; ++number) {
      must(state.put_message(sample_message(number)));
    }
  });
  const auto first = value_of(view()->list_messages({.limit = 2}));
  EXPECT_THAT(ids_of(first.messages), ElementsAre(4, 3));
  commit([&](StateTransaction& state) { must(state.put_message(sample_message(5))); });
  const auto second = value_of(view()->list_messages({.cursor = first.next, .limit = 2}));
  EXPECT_THAT(ids_of(second.messages), ElementsAre(2, 1));
  EXPECT_EQ(second.next, "");
}

}  // namespace
}  // namespace sojourn::store
