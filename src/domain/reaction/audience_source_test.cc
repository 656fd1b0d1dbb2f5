// The property that makes counts exact: the audience index answers for every contact what
// evaluate() answers for the contact's state.
#include "domain/reaction/audience_source.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "base/json.h"
#include "domain/reaction/contact_view.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::reaction {
namespace {

constexpr Timestamp now{1'772'366'400'000};  // 2026-03-01T12:00:00Z

std::shared_ptr<const Rules> rules() {
  constexpr std::string_view texts[] = {
      "kind: segment\nkey: a\nwhere: {attribute: plan, is: pro}\n",
      "kind: segment\nkey: b\nwhere: {attribute: plan, is: free}\n",
      "kind: list\nkey: vip\n",
      "kind: score\nkey: lead\nhalf_life: 3d\n"
      "rules: [{key: r, event: E, points: 10, reason: did it}]\n"
      "thresholds: [{key: hot, up: 40, down: 20}]\n",
      "kind: score\nkey: fit\nrules: [{key: r, when: {attribute: plan, is: pro}, points: 30, "
      "reason: pays}]\n",
      "kind: grade\nkey: g\nfit: fit\nengagement: lead\n"
      "fit_bands: [{name: A, from: 25}, {name: B, from: 0}]\n"
      "engagement_bands: [{name: \"1\", from: 30}, {name: \"2\", from: 0}]\n"};
  std::vector<DefinitionSource> sources;
  for (const std::string_view text : texts) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({fmt::format("{}.yaml", number), std::string(text), number, 1});
  }
  Rules::Compiled compiled = Rules::compile(sources, "Europe/Berlin");
  EXPECT_TRUE(compiled.problems.empty()) << compiled.problems.front().message;
  return compiled.rules;
}

template <typename T>
T one_of(std::initializer_list<T> items) {
  return *rc::gen::elementOf(std::vector<T>(items));
}
bool maybe() {
  return *rc::gen::arbitrary<bool>();
}

std::string any_date() {
  return one_of<std::string>({"2026-03-01", "2026-02-28", "2024-02-29", "2026-03-01T11:59:59Z",
                              "2026-03-01T23:30:00+01:00", "2025-03-02", "2026-03-08T10:00:00Z"});
}
std::string any_span() {
  return one_of<std::string>({"1d", "36h", "1w", "1 month", "1 calendar day", "1 year", "90 days"});
}
Value any_value() {
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
      return *rc::gen::inRange(-2, 4);
    case 1:
      return one_of({0.5, 2.0, -1.25});
    case 2:
      return maybe();
    case 3:
      return Value::List{1, "x", "pro"};
    case 4:
      return Object{{"size", *rc::gen::inRange(0, 3)}, {"tags", Value::List{"x", "y"}}};
    case 5:
      return any_date();
    case 6:
      return Value::List{Object{{"sku", "x"}}, Object{{"sku", 2}}};
    default:
      return one_of<std::string>({"pro", "free", "x", "2", "", "größer", "prosaic"});
  }
}

Value any_filter() {
  const auto path = one_of<std::string>(
      {"plan", "seats", "company.size", "company.tags", "items.*.sku", "born", "a.b", "nowhere"});
  const auto op = static_cast<facts::Operator>(*rc::gen::inRange(0, 26));
  Value operand;
  switch (facts::operand_kind(op)) {
    case facts::OperandKind::value:
      operand = any_value();
      break;
    case facts::OperandKind::pattern:
      operand = "^p.*";
      break;
    case facts::OperandKind::list:
    case facts::OperandKind::pair:
      operand = Value::List{any_value(), any_value()};
      break;
    case facts::OperandKind::none:
      operand = op == facts::Operator::anniversary ? Value("today") : Value(true);
      break;
    case facts::OperandKind::date:
      operand = maybe() ? Value(any_date())
                        : Value(one_of<std::string>({"today", "now", "tomorrow", "yesterday"}));
      break;
    case facts::OperandKind::span:
      operand = any_span();
      break;
  }
  return Object{{"attribute", path}, {std::string(facts::to_string(op)), std::move(operand)}};
}

void add_window(Object& object) {
  if (maybe()) object.set("within", any_span());
  if (maybe()) object.set("since", one_of<std::string>({"2026-02-20", "2026-03-01"}));
  if (maybe()) object.set("until", "2026-03-01T10:00:00Z");
}

Value any_did() {
  Object did{{"event", one_of<std::string>({"E", "F"})}};
  const auto measure =
      one_of<std::string>({"", "", "sum", "average", "minimum", "maximum", "distinct"});
  if (!measure.empty()) did.set(measure, "p");
  const auto comparison =
      one_of<std::string>({"at_least", "at_most", "exactly", "more_than", "less_than", "between"});
  const int amount = *rc::gen::inRange(1, 4);
  did.set(comparison, comparison == "between" ? Value(Value::List{amount, amount + 1}) : amount);
  add_window(did);
  return Object{{"did", std::move(did)}};
}

Value any_sequence() {
  Value::List stages{Object{{"event", "E"}}};
  for (int i = *rc::gen::inRange(1, 3); i > 0; --i) {
    Object stage{{"event", one_of<std::string>({"E", "F"})}};
    if (maybe()) stage.set("never", true);
    if (maybe()) stage.set("within", any_span());
    stages.push_back(std::move(stage));
  }
  Object sequence{{"stages", std::move(stages)}};
  add_window(sequence);
  return Object{{"sequence", std::move(sequence)}};
}

Value any_other() {
  Object about{{"channel", "email"}};
  if (maybe()) about.set("topic", "news");
  switch (*rc::gen::inRange(0, 10)) {
    case 0:
      return Object{{"segment", one_of<std::string>({"a", "b", "gone"})}};
    case 1:
      return Object{{"list", one_of<std::string>({"vip", "gone"})}};
    case 2:
      return Object{{"score", one_of<std::string>({"lead", "fit", "gone"})},
                    {"at_least", *rc::gen::inRange(-5, 40)}};
    case 3:
      return Object{{"score", "lead"}, {"at_least", -3}, {"below", *rc::gen::inRange(0, 40)}};
    case 4:
      return Object{{"score", "lead"}, {"threshold", "hot"}};
    case 5:
      return Object{{"grade", one_of<std::string>({"g", "gone"})},
                    {"one_of", Value::List{"A1", "B2"}}};
    case 6:
      return Object{{"reachable", std::move(about)}};
    case 7:
      about.set("is", one_of<std::string>({"opted_in", "opted_out", "unknown", "suppressed"}));
      return Object{{"consent", std::move(about)}};
    case 8: {
      Object occurred{{"event", "E"}, {"longer_ago", any_span()}};
      return Object{{one_of<std::string>({"first", "last"}), std::move(occurred)}};
    }
    default:
      return Object{{"random", 40}, {"seed", "autumn"}};
  }
}

Value any_condition(int depth) {
  const int kind = depth == 0 ? 3 : *rc::gen::inRange(0, 4);
  if (kind == 2) return Object{{"not", any_condition(depth - 1)}};
  if (kind == 3) {
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        return any_filter();
      case 1:
        return any_did();
      case 2:
        return any_sequence();
      default:
        return any_other();
    }
  }
  Value::List parts;
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) parts.push_back(any_condition(depth - 1));
  return Object{{kind == 0 ? "all" : "any", std::move(parts)}};
}

struct SameNames final : segments::Names {
  std::optional<std::string> segment(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> list(std::string_view) const override { return std::nullopt; }
};

/// Addresses are their own hashes, as far as tests need them.
struct TableLedger final : policies::ConsentLedger, audience::AddressBook {
  std::map<std::string, policies::AddressConsent, std::less<>> records;

  static Hash128 hash(std::string_view address) { return keyed_hash(HashKey{}, {address}); }
  policies::AddressConsent consent(std::string_view channel,
                                   std::string_view address) const override {
    const auto found = records.find(fmt::format("{}:{}", channel, address));
    return found == records.end() ? policies::AddressConsent{} : found->second;
  }
  const policies::AddressConsent* find(const Hash128& address) const override {
    for (const auto& [name, record] : records) {
      if (name.starts_with("email:") && hash(name.substr(6)) == address) return &record;
    }
    return nullptr;
  }
  const policies::AddressConsent* find_nobody(std::string_view channel) const override {
    const auto found = records.find(fmt::format("{}:", channel));
    return found == records.end() ? nullptr : &found->second;
  }
};

/// The facts that the conditions read, each with the most that any of them keeps.
std::vector<facts::FactDefinition> facts_of(const std::vector<segments::Condition>& conditions) {
  std::map<facts::FactId, facts::FactDefinition> facts;
  for (const segments::Condition& condition : conditions) {
    segments::Reads reads;
    segments::collect_reads(condition, reads);
    for (const facts::FactDefinition& fact : reads.facts) {
      auto& held = facts.try_emplace(facts::fact_id(fact), fact).first->second;
      held.keep = std::max(held.keep, fact.keep);
    }
  }
  std::vector<facts::FactDefinition> all;
  for (const auto& [id, fact] : facts) all.push_back(fact);
  return all;
}

/// A state that its parts do not owe to any events: the index must say what it says.
ContactState any_state(int number, const std::vector<facts::FactDefinition>& facts) {
  ContactState state;
  state.id.hash.bytes[15] = static_cast<std::uint8_t>(number);
  for (const char* name :
       {"plan", "seats", "company", "company.size", "items", "born", "a", "a.b"}) {
    const bool removed = *rc::gen::inRange(0, 8) == 0;
    if (maybe()) state.attributes.write(name, removed ? Value() : any_value(), now, {});
  }
  if (maybe()) {
    state.attributes.write(
        "timezone", one_of<std::string>({"Asia/Tokyo", "America/New_York", "Moon/Base"}), now, {});
  }
  if (maybe()) {
    state.attributes.write("email", one_of<std::string>({"a@x.com", "b@x.com", "none"}), now, {});
  }
  for (const facts::FactDefinition& fact : facts) {
    if (maybe()) continue;
    facts::FactState& held = state.facts.emplace_back();
    held.id = facts::fact_id(fact);
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
      const Timestamp at = now - Duration::hours(*rc::gen::inRange(0, 24 * 60));
      if (at < fact.from || at >= fact.until) continue;
      const std::int64_t value = *rc::gen::inRange(0, 4) * facts::millionths;
      held.add(fact, {at, fact.measured == facts::Measured::nothing ? 0 : value});
    }
  }
  for (const std::uint32_t segment : {1U, 2U, 77U}) {
    if (maybe()) state.memberships.push_back({.segment = segment, .member = maybe(), .since = now});
  }
  if (maybe()) state.lists.push_back({.list = 3, .on = maybe(), .at = now, .writer = {}});
  for (const std::uint32_t number_of_score : {4U, 5U}) {
    if (maybe()) continue;
    scoring::ScoreState& score = state.scores.emplace_back();
    score.score = number_of_score;
    score.at = now - Duration::hours(*rc::gen::inRange(0, 200));
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
      score.contributions.push_back({fmt::format("r{}", i), *rc::gen::inRange(-9, 60) / 7.0});
      score.standing.push_back({fmt::format("s{}", i), *rc::gen::inRange(-9, 30) / 3.0, now});
    }
    if (maybe()) score.crossed.push_back("hot");
  }
  return state;
}

/// States, changed some times over, and the index that followed them.
struct Population {
  std::map<contacts::ContactId, ContactState> states;
  audience::Index index;

  explicit Population(const std::vector<facts::FactDefinition>& facts) : index(facts) {
    for (int change = *rc::gen::inRange(1, 40); change > 0; --change) {
      ContactState state = any_state(*rc::gen::inRange(0, 20), facts);
      if (*rc::gen::inRange(0, 5) == 0) {
        index.remove(state.id);
        states.erase(state.id);
        continue;
      }
      const std::string address = ledger_address(state);
      index.put(audience_row(
          state, address.empty() ? std::nullopt : std::optional(TableLedger::hash(address))));
      states[state.id] = std::move(state);
    }
  }
};

TableLedger any_ledger() {
  TableLedger ledger;
  for (const char* who : {"email:a@x.com", "email:b@x.com", "email:"}) {
    if (maybe()) continue;
    ledger.records[who] = {
        .suppressed = maybe(),
        .opted_out = maybe() ? std::vector<std::string>{"news"} : std::vector<std::string>{},
        .opted_in = maybe() ? std::vector<std::string>{""} : std::vector<std::string>{}};
  }
  return ledger;
}

TEST(AudienceIndex, AnswersForEveryContactWhatItsStateAnswers) {
  const std::shared_ptr<const Rules> compiled = rules();
  const AudienceDefinitions definitions(*compiled);
  EXPECT_TRUE(rc::check([&] {
    std::vector<segments::Condition> conditions;
    for (int i = 0; i < 10; ++i) {
      const Value written = any_condition(2);
      Result<segments::Condition> read = segments::read_condition(written, "where");
      if (!read) RC_FAIL(to_json(written) + ": " + read.error().message);
      segments::bind(*read, compiled->zone(), SameNames());
      conditions.push_back(std::move(*read));
    }
    const Population people(facts_of(conditions));
    const TableLedger ledger = any_ledger();
    const audience::Sources sources{people.index, definitions, ledger};
    RC_ASSERT(people.index.contact_count() == people.states.size());
    for (const segments::Condition& condition : conditions) {
      RC_ASSERT(!people.index.lack(condition).has_value());
      const audience::Bits found = audience::matches(condition, sources, now);
      std::uint64_t expected = 0;
      for (const auto& [id, state] : people.states) {
        const std::vector<effects::Effect> none;
        const ContactView view(*compiled, state, ledger, none, now, {});
        const bool answer = segments::evaluate(condition, view, now).value;
        expected += answer ? 1 : 0;
        if (found.test(people.index.find(id).value()) != answer) {
          RC_FAIL(segments::describe(condition) + " of " + to_json(state.attributes.values()));
        }
      }
      const std::vector<audience::RowCount> rows = audience::count_rows(condition, sources, now);
      RC_ASSERT(rows.front().count == expected);
    }
  }));
}

TEST(AudienceIndex, CountsEachRowOfTheTree) {
  const std::shared_ptr<const Rules> compiled = rules();
  audience::Index index({});
  for (int i = 0; i < 10; ++i) {
    ContactState state;
    state.id.hash.bytes[0] = static_cast<std::uint8_t>(i);
    state.attributes.write("seats", i, now, {});
    if (i % 2 == 0) state.attributes.write("plan", "pro", now, {});
    index.put(audience_row(state, std::nullopt));
  }
  Result<segments::Condition, segments::SyntaxError> condition =
      segments::parse_condition("seats > 2 and (plan is pro or not seats < 9)");
  ASSERT_TRUE(condition);
  segments::bind(*condition, compiled->zone(), SameNames());
  const AudienceDefinitions definitions(*compiled);
  const TableLedger ledger;
  std::string shown;
  for (const audience::RowCount& row :
       audience::count_rows(*condition, {index, definitions, ledger}, now)) {
    shown += fmt::format("{} {}\n", row.path, row.count);
  }
  EXPECT_EQ(shown,
            "where 4\n"
            "where.all[0] 7\n"
            "where.all[1] 6\n"
            "where.all[1].any[0] 5\n"
            "where.all[1].any[1] 1\n"
            "where.all[1].any[1].not 9\n");
}

TEST(AudienceIndex, SaysWhatItCannotAnswer) {
  const auto condition_of = [](std::string_view json) {
    Result<segments::Condition> read = segments::read_condition(*parse_json(json), "where");
    EXPECT_TRUE(read);
    segments::bind(*read, absl::UTCTimeZone(), SameNames());
    return std::move(*read);
  };
  const segments::Condition twice =
      condition_of(R"({"did": {"event": "E", "at_least": 2, "within": "7d"}})");
  const segments::Condition thrice =
      condition_of(R"({"did": {"event": "E", "at_least": 3, "within": "7d"}})");
  audience::Index index(facts_of({twice}));
  EXPECT_EQ(index.lack(twice), std::nullopt);
  EXPECT_EQ(index.lack(thrice), audience::Index::Lack::fact) << "only two occurrences are kept";

  ContactState state;
  state.attributes.write("plan", "pro", now, {});
  state.attributes.write("biography", std::string(100'000, 'x'), now, {});
  index.put(audience_row(state, std::nullopt));
  EXPECT_EQ(index.lack(condition_of(R"({"attribute": "biography", "exists": true})")),
            std::nullopt);
  index.shed(50'000, {"biography"});
  EXPECT_EQ(index.lack(condition_of(R"({"attribute": "biography", "exists": true})")),
            audience::Index::Lack::dropped);
  EXPECT_LT(index.bytes(), 50'000U);
}

}  // namespace
}  // namespace sojourn::reaction
