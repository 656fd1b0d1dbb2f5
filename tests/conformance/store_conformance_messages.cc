#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "conformance/store_conformance.h"
#include "domain/campaigns/standing.h"
#include "store/campaign.h"
#include "store/campaign_answers.h"
#include "store/message_copies.h"
#include "store/returned_mails.h"
#include "store/warm_up_days.h"

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

TEST_P(StoreConformance, CopiesOfMessagesAreKeptUntilTheirTimeIsOver) {
  const auto copy_of = [&](std::uint64_t id) {
    const auto state = view();
    return value_of(copies_in(*state).message_copy({id}));
  };
  const auto earliest_end = [&] {
    const auto state = view();
    return value_of(copies_in(*state).earliest_copy_end());
  };
  const auto remove = [&](Timestamp now, std::size_t limit) {
    commit(
        [&](StateTransaction& state) { must(copies_in(state).remove_message_copies(now, limit)); });
  };
  EXPECT_EQ(copy_of(1), std::nullopt);
  EXPECT_EQ(earliest_end(), std::nullopt);
  const std::string large(1 << 20, 'x');
  commit([&](StateTransaction& state) {
    MessageCopies& copies = copies_in(state);
    for (const std::uint64_t number : {1u, 2u, 3u, 4u}) {
      must(state.put_message(sample_message(number)));
      must(copies.put_message_copy({number}, "early", {100 + static_cast<std::int64_t>(number)}));
    }
    must(copies.put_message_copy({1}, large, {400}));
    EXPECT_EQ(value_of(copies.message_copy({1})), (MessageCopy{large, {400}}));
    EXPECT_EQ(value_of(copies.earliest_copy_end()), Timestamp{102});
  });
  EXPECT_EQ(copy_of(1), (MessageCopy{large, {400}}));
  remove({101}, 9);
  EXPECT_EQ(copy_of(2), (MessageCopy{"early", {102}})) << "not yet";
  remove({104}, 2);
  EXPECT_EQ(copy_of(2), std::nullopt);
  EXPECT_EQ(copy_of(3), std::nullopt);
  EXPECT_EQ(earliest_end(), Timestamp{104}) << "only so many at once";
  remove({400}, 9);
  EXPECT_EQ(earliest_end(), std::nullopt);
  EXPECT_EQ(value_of(view()->message({1})), sample_message(1));
}

TEST_P(StoreConformance, DaysOfWarmUpPlansComeByPlanAndDay) {
  using Entry = policies::WarmUpBook::Entry;
  {
    const auto state = view();
    EXPECT_THAT(value_of(warm_ups_in(*state).warm_up_days()), IsEmpty());
  }
  const Entry second{"shop.example", {absl::CivilDay(2026, 3, 3), 1, 70, 80, 2, 1}};
  const Entry first{"shop.example", {absl::CivilDay(2026, 3, 2), 0, 50, 50}};
  const Entry other{"*", {absl::CivilDay(1969, 12, 31), 0, std::int64_t{1} << 40}};
  Entry changed = first;
  changed.day.sent = 51;
  commit([&](StateTransaction& state) {
    for (const Entry& each : {second, first, other}) must(warm_ups_in(state).put_warm_up_day(each));
    must(warm_ups_in(state).put_warm_up_day(changed));
    EXPECT_THAT(value_of(warm_ups_in(state).warm_up_days()), ElementsAre(other, changed, second));
  });
  {
    const Result<std::unique_ptr<StateTransaction>> dropped = store->begin();
    ASSERT_TRUE(dropped);
    must(warm_ups_in(**dropped).put_warm_up_day(first));
  }
  reopen();
  const auto state = view();
  EXPECT_THAT(value_of(warm_ups_in(*state).warm_up_days()), ElementsAre(other, changed, second));
}

TEST_P(StoreConformance, ReturnedMailsOfAnAddressAreKeptUntilNothingIsLeft) {
  const auto kept = [&] {
    const auto state = view();
    return value_of(returned_mails_in(*state).returned_mails());
  };
  const auto record = [](std::uint8_t address, int mails) {
    ReturnedMailsRecord made{Hash128{{address}}, {}};
    for (int i = 0; i < mails; ++i) made.mails.come_back({{9}, {i}}, {i});
    return made;
  };
  EXPECT_THAT(kept(), IsEmpty());
  ReturnedMailsRecord more = record(1, 1);
  more.mails.come_back({{10}, {77}}, {77});
  commit([&](StateTransaction& state) {
    ReturnedMailsWrites& mails = returned_mails_in(state);
    must(mails.put_returned_mails(record(2, 1)));
    must(mails.put_returned_mails(record(1, 1)));
    must(mails.put_returned_mails(more));
    EXPECT_THAT(value_of(mails.returned_mails()), ElementsAre(more, record(2, 1)));
  });
  reopen();
  EXPECT_THAT(kept(), ElementsAre(more, record(2, 1)));
  commit([&](StateTransaction& state) {
    must(returned_mails_in(state).put_returned_mails(record(1, 0)));
    must(returned_mails_in(state).put_returned_mails(record(3, 0)));
  });
  EXPECT_THAT(kept(), ElementsAre(record(2, 1)));
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

Message campaign_message(std::uint64_t number, std::string address, DeliveryState state) {
  Message message = sample_message(number);
  message.journey.clear();
  message.campaign = "news";
  message.step = number % 2 == 0 ? "even" : "odd";
  message.address = std::move(address);
  message.state = state;
  return message;
}

TEST_P(StoreConformance, MessagesOfACampaignAreListedAndCountedByState) {
  const auto states = [&] {
    std::map<std::string, std::int64_t> found;
    for (const Counter& each : value_of(view()->counters(campaign_states_kind, "news"))) {
      if (each.count != 0) found[each.key.variant + " " + each.key.outcome] = each.count;
    }
    return found;
  };
  using Found = std::map<std::string, std::int64_t>;
  commit([&](StateTransaction& state) {
    must(state.put_message(sample_message(1)));
    must(state.put_message(campaign_message(2, "a@x.example", DeliveryState::queued)));
    must(state.put_message(campaign_message(3, "b@x.example", DeliveryState::queued)));
    must(state.put_message(campaign_message(4, "a@x.example", DeliveryState::skipped)));
    EXPECT_EQ(value_of(state.counters(campaign_states_kind, "news")).size(), 3u);
  });
  EXPECT_EQ(states(), (Found{{"even queued", 1}, {"odd queued", 1}, {"even skipped", 1}}));
  EXPECT_THAT(ids_of(value_of(view()->list_messages({.campaign = "news"})).messages),
              ElementsAre(4, 3, 2));
  EXPECT_THAT(ids_of(value_of(view()->list_messages(
                                  {.contact = sample_message(3).contact, .campaign = "news"}))
                         .messages),
              ElementsAre(3));
  EXPECT_TRUE(value_of(view()->has_campaign_address("news", "b@x.example")));
  EXPECT_FALSE(value_of(view()->has_campaign_address("other", "b@x.example")));
  EXPECT_FALSE(value_of(view()->has_campaign_address("news", "c@x.example")));
  commit([&](StateTransaction& state) {
    must(state.put_message(campaign_message(2, "a@x.example", DeliveryState::cancelled)));
    Message held = campaign_message(3, "b@x.example", DeliveryState::retry);
    held.due = Timestamp::never();
    must(state.put_message(held));
  });
  // What is skipped or cancelled has not gone to the address.
  EXPECT_FALSE(value_of(view()->has_campaign_address("news", "a@x.example")));
  EXPECT_EQ(states(), (Found{{"even cancelled", 1}, {"odd retry", 1}, {"even skipped", 1}}));
  EXPECT_THAT(value_of(view()->waiting_in_campaign("news", false, 9)), ElementsAre(MessageId{3}));
  EXPECT_THAT(value_of(view()->waiting_in_campaign("news", true, 9)), ElementsAre(MessageId{3}));
  EXPECT_THAT(value_of(view()->waiting_in_campaign("other", true, 9)), IsEmpty());
}

TEST_P(StoreConformance, ACampaignsAnswersAreListedOnceEach) {
  using campaigns::Answer;
  commit([&](StateTransaction& state) {
    for (const std::uint64_t number : {2u, 3u, 4u}) {
      must(state.put_message(campaign_message(number, "a@x.example", DeliveryState::sent)));
    }
    CampaignAnswers& answers = answers_in(state);
    EXPECT_TRUE(value_of(answers.put_campaign_answer("news", Answer::opened, {2})));
    EXPECT_FALSE(value_of(answers.put_campaign_answer("news", Answer::opened, {2})));
    EXPECT_TRUE(value_of(answers.put_campaign_answer("news", Answer::opened, {4})));
    EXPECT_TRUE(value_of(answers.put_campaign_answer("news", Answer::clicked, {4})));
  });
  const auto list = [&](const CampaignAnswerReads::Query& query) {
    return value_of(answers_in(*view()).campaign_answers(query));
  };
  EXPECT_THAT(ids_of(list({.campaign = "news"}).messages), ElementsAre(4, 2));
  EXPECT_THAT(ids_of(list({.campaign = "news", .answer = Answer::clicked}).messages),
              ElementsAre(4));
  EXPECT_THAT(list({.campaign = "other"}).messages, IsEmpty());
  const auto first = list({.campaign = "news", .limit = 1});
  EXPECT_THAT(ids_of(first.messages), ElementsAre(4));
  const auto second = list({.campaign = "news", .cursor = first.next, .limit = 1});
  EXPECT_THAT(ids_of(second.messages), ElementsAre(2));
  EXPECT_EQ(second.next, "");
  EXPECT_FALSE(answers_in(*view()).campaign_answers({.campaign = "news", .cursor = "x"}));
  // Who is erased is behind no number.
  commit([&](StateTransaction& state) { must(state.erase_contact(sample_message(4).contact)); });
  EXPECT_THAT(ids_of(list({.campaign = "news"}).messages), ElementsAre(2));
  EXPECT_THAT(list({.campaign = "news", .answer = Answer::clicked}).messages, IsEmpty());
}

TEST_P(StoreConformance, MessagesOfACampaignInOneStateArePagedThroughALedgerOfOthers) {
  // More than one page looks at.
  constexpr std::uint64_t others = 20'100;
  commit([&](StateTransaction& state) {
    must(state.put_message(campaign_message(1, "first@x.example", DeliveryState::failed)));
    for (std::uint64_t number = 2; number < others; ++number) {
      must(state.put_message(campaign_message(number, "", DeliveryState::sent)));
    }
    must(state.put_message(campaign_message(others, "last@x.example", DeliveryState::failed)));
  });
  StateReads::MessageQuery query{.state = DeliveryState::failed, .limit = 10, .campaign = "news"};
  const auto first = value_of(view()->list_messages(query));
  EXPECT_THAT(ids_of(first.messages), ElementsAre(others));
  ASSERT_NE(first.next, "");
  query.cursor = first.next;
  const auto second = value_of(view()->list_messages(query));
  EXPECT_THAT(ids_of(second.messages), ElementsAre(1));
  EXPECT_EQ(second.next, "");
}

TEST_P(StoreConformance, ErasingAContactKeepsACampaignsCountWhole) {
  Message message = campaign_message(3, "b@x.example", DeliveryState::sent);
  message.contact = sample_id(3);
  commit([&](StateTransaction& state) {
    must(state.put_message(message));
    must(state.put_message_content({3}, R"({"data":{}})"));
    must(state.put_contact(sample_contact(3)));
  });
  EXPECT_EQ(value_of(view()->message_content({3})), R"({"data":{}})");
  commit([&](StateTransaction& state) { must(state.erase_contact(message.contact)); });
  EXPECT_EQ(value_of(view()->message_content({3})), std::nullopt);
  std::map<std::string, std::int64_t> found;
  for (const Counter& each : value_of(view()->counters(campaign_states_kind, "news"))) {
    found[each.key.outcome] = each.count;
  }
  EXPECT_EQ(found, (std::map<std::string, std::int64_t>{{"erased", 1}, {"sent", 0}}));
}

TEST_P(StoreConformance, CampaignAndItsAudienceComeBackAsTheyWerePut) {
  campaigns::Standing record{.number = 7,
                             .key = "news",
                             .version = 2,
                             .state = campaigns::State::paused,
                             .reason = "bounce_rate",
                             .started_by = "ann",
                             .started_at = {5},
                             .begins_at = {6},
                             .ended_at = Timestamp{7},
                             .is_frozen = true,
                             .position = {8},
                             .audience = 9,
                             .gone = 1,
                             .pages = 2,
                             .pass = 1,
                             .next_page = 1,
                             .next_in_page = 3,
                             .last_due = {10},
                             .look_due = {11},
                             .winner = "a",
                             .look = "{}",
                             .batch = 3,
                             .batch_left = 17,
                             .shares = {9'000, 1'000}};
  commit([&](StateTransaction& state) {
    must(state.put_campaign(record));
    const std::vector<contacts::ContactId> page = {sample_id(1), sample_id(2)};
    must(state.put_campaign_audience(7, 0, page));
    must(state.put_campaign_audience(7, 1, std::span(page).first(1)));
    must(state.put_campaign_audience(8, 0, page));
  });
  EXPECT_THAT(value_of(view()->campaigns()), ElementsAre(record));
  EXPECT_EQ(value_of(view()->campaign(8)), std::nullopt);
  EXPECT_THAT(value_of(view()->campaign_audience(7, 0)), ElementsAre(sample_id(1), sample_id(2)));
  EXPECT_THAT(value_of(view()->campaign_audience(7, 1)), ElementsAre(sample_id(1)));
  EXPECT_THAT(value_of(view()->campaign_audience(7, 2)), IsEmpty());
  record.ended_at.reset();
  record.state = campaigns::State::sending;
  commit([&](StateTransaction& state) {
    must(state.put_campaign(record));
    must(state.remove_campaign_audience(7));
  });
  EXPECT_EQ(value_of(view()->campaign(7)), record);
  EXPECT_THAT(value_of(view()->campaign_audience(7, 0)), IsEmpty());
  EXPECT_EQ(value_of(view()->campaign_audience(8, 0)).size(), 2u);
}

TEST_P(StoreConformance, MembersComeInTheOrderOfTheirIds) {
  commit([&](StateTransaction& state) {
    for (const std::uint64_t number : {3u, 1u, 2u})
      must(state.put_member(5, sample_id(number), {9}));
    must(state.put_member(6, sample_id(4), {9}));
  });
  std::vector<contacts::ContactId> all = {sample_id(1), sample_id(2), sample_id(3)};
  std::sort(all.begin(), all.end());
  EXPECT_EQ(value_of(view()->members(5, {}, 9)), all);
  EXPECT_THAT(value_of(view()->members(5, all[0], 1)), ElementsAre(all[1]));
  EXPECT_THAT(value_of(view()->members(5, all[2], 9)), IsEmpty());
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
