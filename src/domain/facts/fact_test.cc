#include "domain/facts/fact.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "domain/events/hit_mark.h"

namespace sojourn::facts {
namespace {

constexpr int keep = 3;

const FactDefinition counted{.match = {"E", {}}, .keep = keep};

FactState state_of(const std::vector<int>& times) {
  FactState state;
  for (const int time : times) state.add(counted, {Timestamp{time}});
  return state;
}

/// Measured amounts, one a millisecond apart in the order that `times` gives.
FactState measured(Measured what, const std::vector<std::pair<int, int>>& times_and_values) {
  const FactDefinition definition{
      .match = {"E", {}}, .measured = what, .property = "p", .keep = keep};
  FactState state;
  for (const auto& [time, value] : times_and_values) {
    state.add(definition, {Timestamp{time}, value});
  }
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
  EXPECT_EQ(state.newest, (std::vector<Occurrence>{{{5}}, {{7}}, {{9}}}));
  EXPECT_EQ(state.count, 4u);
  EXPECT_EQ(state.first, Timestamp{1});
  EXPECT_EQ(state.last, Timestamp{9});
  FactState total;
  total.add({.match = {"E", {}}}, {Timestamp{4}});
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

TEST(Fact, MeasuresTheSameInWhateverOrderEventsArrive) {
  for (const Measured what : {Measured::number, Measured::distinct}) {
    EXPECT_TRUE(rc::check([what](std::vector<std::pair<int, int>> given,
                                 const std::vector<std::pair<int, int>>& more) {
      const FactState x = measured(what, given);
      const FactState y = measured(what, more);
      std::vector<std::pair<int, int>> both = given;
      both.insert(both.end(), more.begin(), more.end());
      std::reverse(both.begin(), both.end());
      RC_ASSERT(combine(x, y, keep) == combine(y, x, keep));
      RC_ASSERT(combine(x, y, keep) == measured(what, both));
      ByteWriter out;
      encode(out, x);
      const std::string bytes = out.take();
      ByteReader in(bytes);
      RC_ASSERT(decode_fact(in) == x);
      RC_ASSERT(in.ok() && in.at_end());
    }));
  }
}

TEST(Fact, AddsAmountsExactly) {
  const FactDefinition revenue{
      .match = {"Order", {}}, .measured = Measured::number, .property = "total"};
  FactState state;
  events::Event event;
  event.name = "Order";
  for (const Value& total :
       {Value(0.1), Value(0.2), Value("19.99"), Value("free"), Value(true), Value()}) {
    event.properties.set("total", total);
    if (const auto occurrence = occurrence_in(revenue, event)) state.add(revenue, *occurrence);
  }
  EXPECT_EQ(state.count, 3u);
  EXPECT_EQ(static_cast<std::int64_t>(state.sum), 20'290'000);
  EXPECT_EQ(state.least, 100'000);
  EXPECT_EQ(state.greatest, 19'990'000);
}

TEST(Fact, EstimatesDistinctValuesBeyondTheLimit) {
  const FactDefinition pages{
      .match = {"Page", {}}, .measured = Measured::distinct, .property = "path"};
  FactState state;
  events::Event event;
  event.name = "Page";
  const auto view = [&](int path) {
    event.properties.set("path", path);
    state.add(pages, *occurrence_in(pages, event));
  };
  for (int i = 0; i < 999; ++i) {
    view(i);
    view(i);
  }
  EXPECT_EQ(distinct_count(state.values), 999);
  for (int i = 0; i < 20'000; ++i) view(i);
  EXPECT_EQ(state.values.size(), distinct_max);
  EXPECT_NEAR(distinct_count(state.values), 20'000, 2'000);
}

TEST(Fact, KeepsOneOfFewSizesSoThatItNeverGrows) {
  for (int count = 0; count <= occurrences_max; ++count) {
    EXPECT_GE(kept_for(count), count);
    EXPECT_EQ(kept_for(kept_for(count)), kept_for(count));
  }
  EXPECT_EQ(kept_for(0), 0);
  EXPECT_EQ(kept_for(4), 4);
  EXPECT_EQ(kept_for(5), 16);
}

TEST(EventMatch, OpensAndClicksAreThoseOfPeopleUnlessAskedFor) {
  events::Event click;
  click.name = "Link Clicked";
  click.trust = events::Trust::system;
  events::Event of_program = click;
  events::mark_hit(click, std::nullopt);
  events::mark_hit(of_program, events::HitReason::head);
  const auto asked = [](Operator op, Value operand) {
    return EventMatch{"Link Clicked", {*make_filter("machine", op, std::move(operand))}};
  };
  const EventMatch people{"Link Clicked", {}};
  EXPECT_TRUE(people.matches(click));
  EXPECT_FALSE(people.matches(of_program));
  const EventMatch all = asked(Operator::exists, {});
  EXPECT_TRUE(all.matches(click));
  EXPECT_TRUE(all.matches(of_program));
  const EventMatch programs = asked(Operator::is, true);
  EXPECT_FALSE(programs.matches(click));
  EXPECT_TRUE(programs.matches(of_program));
  // What others send under this name is theirs.
  of_program.trust = events::Trust::server_key;
  EXPECT_TRUE(people.matches(of_program));
}

TEST(FactId, IsThatOfWhatCounts) {
  const FactDefinition pricing{
      .match = {"Page Viewed", {make_filter("path", Operator::is, "/pricing").value()}}};
  FactDefinition other = pricing;
  other.keep = 9;
  FactDefinition similar = pricing;
  similar.keep = 16;
  EXPECT_NE(fact_id(pricing), fact_id(other));
  EXPECT_EQ(fact_id(similar), fact_id(other));
  other.keep = 0;
  other.match.where.front().operand = "/docs";
  EXPECT_NE(fact_id(pricing), fact_id(other));
  FactDefinition summed = pricing;
  summed.measured = Measured::number;
  summed.property = "price";
  EXPECT_NE(fact_id(pricing), fact_id(summed));
  FactDefinition bounded = pricing;
  bounded.from = Timestamp{5};
  EXPECT_NE(fact_id(pricing), fact_id(bounded));
}

TEST(EventMatch, AsksEveryFilterOfTheProperties) {
  const EventMatch match{"Order Completed",
                         {make_filter("total", Operator::at_least, 100).value(),
                          make_filter("products.0.sku", Operator::is, "a").value()}};
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
