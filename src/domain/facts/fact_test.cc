#include "domain/facts/fact.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace sojourn::facts {
namespace {

constexpr int keep = 3;

FactState state_of(const std::vector<int>& times) {
  FactState state;
  for (const int time : times) state.add(Timestamp{time}, keep);
  return state;
}

TEST(Fact, CountsTheSameInWhateverOrderEventsArrive) {
  EXPECT_TRUE(rc::check([](std::vector<int> times) {
    const FactState given = state_of(times);
    std::sort(times.begin(), times.end());
    RC_ASSERT(given == state_of(times));
  }));
}

TEST(Fact, CombiningIsCommutativeAndAssociativeAndCountsBothHistories) {
  EXPECT_TRUE(rc::check(
      [](const std::vector<int>& a, const std::vector<int>& b, const std::vector<int>& c) {
        const FactState x = state_of(a);
        const FactState y = state_of(b);
        const FactState z = state_of(c);
        RC_ASSERT(combine(x, y, keep) == combine(y, x, keep));
        RC_ASSERT(combine(combine(x, y, keep), z, keep) == combine(x, combine(y, z, keep), keep));
        RC_ASSERT(combine(x, FactState{}, keep) == x);
        std::vector<int> both = a;
        both.insert(both.end(), b.begin(), b.end());
        RC_ASSERT(combine(x, y, keep) == state_of(both));
      }));
}

TEST(Fact, KeepsTheNewestTimesOnly) {
  const FactState state = state_of({5, 1, 9, 7});
  EXPECT_EQ(state.newest, (std::vector<Timestamp>{{5}, {7}, {9}}));
  EXPECT_EQ(state.count, 4u);
  EXPECT_EQ(state.first, Timestamp{1});
  EXPECT_EQ(state.last, Timestamp{9});
  FactState total;
  total.add(Timestamp{4}, 0);
  EXPECT_TRUE(total.newest.empty());
  EXPECT_EQ(total.count, 1u);
}

TEST(Fact, AWindowIsOpenAtItsBeginning) {
  const FactState state = state_of({1, 5, 9});
  EXPECT_EQ(state.count_since(Timestamp{0}), 3);
  EXPECT_EQ(state.count_since(Timestamp{4}), 2);
  EXPECT_EQ(state.count_since(Timestamp{5}), 1);
  EXPECT_EQ(state.count_since(Timestamp{9}), 0);
}

TEST(FactCodec, ReadsBackWhatItWrote) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& times) {
    const FactState state = state_of(times);
    ByteWriter out;
    encode(out, state);
    const std::string bytes = out.take();
    ByteReader in(bytes);
    RC_ASSERT(decode_fact(in) == state);
    RC_ASSERT(in.ok());
    RC_ASSERT(in.at_end());
  }));
}

TEST(FactId, IsThatOfWhatCounts) {
  const EventMatch pricing{"Page Viewed", {{"path", Operator::is, "/pricing"}}};
  EventMatch other = pricing;
  EXPECT_EQ(fact_id(pricing), fact_id(other));
  other.where.front().operand = "/docs";
  EXPECT_NE(fact_id(pricing), fact_id(other));
}

TEST(EventMatch, AsksEveryFilterOfTheProperties) {
  const EventMatch match{
      "Order Completed",
      {{"total", Operator::at_least, 100}, {"products.0.sku", Operator::is, "a"}}};
  events::Event event;
  event.name = "Order Completed";
  event.properties = {{"total", 120}, {"products", Value::List{Object{{"sku", "a"}}}}};
  EXPECT_TRUE(match.matches(event));
  event.properties.set("total", 99);
  EXPECT_FALSE(match.matches(event));
  event.properties.set("total", 100);
  EXPECT_TRUE(match.matches(event));
  event.name = "order completed";
  EXPECT_FALSE(match.matches(event));
}

TEST(EventMatchText, LimitsFiltersOnBothSides) {
  const auto with_filters = [](std::size_t count) {
    Value::List where(count, Object{{"property", "p"}, {"is", 1}});
    return read_event_match(Object{{"event", "E"}, {"where", std::move(where)}}, "goal");
  };
  EXPECT_TRUE(with_filters(filters_max));
  const auto refused = with_filters(filters_max + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "goal.where");
}

}  // namespace
}  // namespace sojourn::facts
