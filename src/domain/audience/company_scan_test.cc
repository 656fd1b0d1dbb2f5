// The property that makes the numbers of companies exact: they are those of a plain computation
// over the contacts, whatever was changed before.
#include "domain/audience/company_scan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/json.h"

namespace sojourn::audience {
namespace {

using contacts::ContactId;

constexpr Timestamp now{1'772'366'400'000};  // 2026-03-01T12:00:00Z

scoring::Score score_of(std::string_view text) {
  Result<Value> value = parse_json(text);
  EXPECT_TRUE(value) << text;
  Result<scoring::Score> score = scoring::read_score(*value);
  EXPECT_TRUE(score) << score.error().message;
  return std::move(*score);
}

const scoring::Score fading = score_of(
    R"({"kind": "score", "key": "lead", "half_life": "3d",
        "rules": [{"key": "r", "event": "E", "points": 1}]})");
const scoring::Score lasting = score_of(
    R"({"kind": "score", "key": "fit", "rules": [{"key": "r", "event": "E", "points": 1}]})");
const std::vector<Definitions::NumberedScore> both = {{4, &fading}, {5, &lasting}};

/// A contact, and what the test knows of their company without reading attributes.
struct Person {
  ContactId id;
  contacts::Attributes attributes;
  std::vector<scoring::ScoreState> scores;
  Timestamp first_seen;
  Timestamp last_seen;
  std::string company;  ///< empty: none
  std::string name;
  Timestamp written_at;

  [[nodiscard]] double value(const Definitions::NumberedScore& asked) const {
    for (const scoring::ScoreState& state : scores) {
      if (state.score == asked.number) {
        return scoring::value_at(*asked.score, state, std::max(now, state.at));
      }
    }
    return 0;
  }
};

void put(Index& index, const Person& person) {
  index.put({.id = person.id,
             .attributes = person.attributes,
             .facts = {},
             .memberships = {},
             .lists = {},
             .scores = person.scores,
             .address = {},
             .first_seen = person.first_seen,
             .last_seen = person.last_seen});
}

struct Written {
  Value id;
  std::string company;
};
Written any_company() {
  return *rc::gen::elementOf(std::vector<Written>{
      {"acme", "acme"},
      {"ACME", "ACME"},
      {42, "42"},
      {"42", "42"},
      {42.0, "42"},
      {0.5, "0.5"},
      {"größer", "größer"},
      {"", ""},
      {true, ""},
      {nullptr, ""},
      {Value::List{1}, ""},
      {std::string(company_id_bytes_max, 'x'), std::string(company_id_bytes_max, 'x')},
      {std::string(company_id_bytes_max + 1, 'x'), ""}});
}

Timestamp any_time() {
  return now - Duration::hours(*rc::gen::inRange(0, 30));
}

void write_company(Person& person) {
  const Written written = any_company();
  const std::string name = *rc::gen::elementOf(std::vector<std::string>{
      "", "Acme", "acme Ltd", "Zürich AG", std::string(company_name_bytes_max + 1, 'n')});
  Object company{{"id", written.id}};
  if (!name.empty()) company.set("name", name);
  person.written_at = any_time();
  person.attributes.write("company", company, person.written_at, {});
  person.company = written.company;
  if (!person.company.empty() && name.size() <= company_name_bytes_max) person.name = name;
}

Person any_person(int number) {
  Person person;
  person.id.hash.bytes[3] = static_cast<std::uint8_t>(number);
  person.first_seen = any_time() - Duration::days(2);
  person.last_seen = any_time();
  person.attributes.write("plan", "pro", now, {});
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      break;
    case 1:
      person.attributes.write("company", "Acme", any_time(), {});  // another use of the name
      break;
    case 2:  // an attribute of this very name wins over the path
      write_company(person);
      person.written_at = any_time();
      person.attributes.write("company.id", "dotted", person.written_at, {});
      person.company = "dotted";
      person.name = {};
      if (const Value* name = find_path(*person.attributes.find("company"), "name")) {
        if (name->as_string()->size() <= company_name_bytes_max) person.name = *name->as_string();
      }
      break;
    default:
      write_company(person);
  }
  for (const std::uint32_t score : {4U, 5U, 6U}) {
    if (*rc::gen::inRange(0, 3) == 0) continue;
    scoring::ScoreState& state = person.scores.emplace_back();
    state.score = score;
    // Now and then brought up to date after the instant that is asked for.
    state.at = now - Duration::hours(*rc::gen::inRange(-5, 300));
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
      state.contributions.push_back({fmt::format("r{}", i), *rc::gen::inRange(-90, 60) / 7.0});
      state.standing.push_back({fmt::format("s{}", i), *rc::gen::inRange(-9, 30) / 3.0, now});
    }
  }
  return person;
}

/// Contacts that were changed some times over, merged away and erased, and the index that followed.
struct Population {
  std::map<ContactId, Person> people;
  Index index{{}};

  Population() {
    for (int change = *rc::gen::inRange(1, 60); change > 0; --change) {
      const Person person = any_person(*rc::gen::inRange(0, 25));
      if (*rc::gen::inRange(0, 5) == 0) {
        index.remove(person.id);
        people.erase(person.id);
        continue;
      }
      put(index, person);
      people[person.id] = person;
    }
  }
};

double rounded(double value) {
  return std::round(value * 1e6) / 1e6;
}
bool is_near(double a, double b) {
  return std::abs(a - b) < 2e-6;
}

/// What the contacts say, added up one by one.
std::map<std::string, Company> plain(const Population& population) {
  std::map<std::string, std::vector<const Person*>> by_company;
  for (const auto& [id, person] : population.people) {
    if (!person.company.empty()) by_company[person.company].push_back(&person);
  }
  std::map<std::string, Company> companies;
  for (const auto& [id, people] : by_company) {
    Company& company = companies[id];
    company.id = id;
    company.contacts = people.size();
    company.first_seen = Timestamp::never();
    company.last_seen = Timestamp::beginning();
    const Person* named = nullptr;
    for (const Person* person : people) {
      company.first_seen = std::min(company.first_seen, person->first_seen);
      company.last_seen = std::max(company.last_seen, person->last_seen);
      if (person->name.empty()) continue;
      const bool is_newer = named == nullptr || std::tie(named->written_at, named->name) <
                                                    std::tie(person->written_at, person->name);
      if (is_newer) named = person;
    }
    if (named != nullptr) company.name = named->name;
    for (const Definitions::NumberedScore& asked : both) {
      CompanyScore& score = company.scores.emplace_back();
      score.highest = -1e300;
      for (const Person* person : people) {
        const double value = person->value(asked);
        score.sum += value;
        score.highest = std::max(score.highest, value);
        if (rounded(value) != 0) ++score.contacts;
      }
      score.average = score.sum / static_cast<double>(people.size());
    }
  }
  return companies;
}

void expect_same(const Company& found, const Company& expected) {
  RC_ASSERT(found.id == expected.id);
  RC_ASSERT(found.name == expected.name);
  RC_ASSERT(found.contacts == expected.contacts);
  RC_ASSERT(found.first_seen == expected.first_seen);
  RC_ASSERT(found.last_seen == expected.last_seen);
  RC_ASSERT(found.scores.size() == expected.scores.size());
  for (std::size_t i = 0; i < found.scores.size(); ++i) {
    RC_ASSERT(is_near(found.scores[i].sum, expected.scores[i].sum));
    RC_ASSERT(is_near(found.scores[i].average, expected.scores[i].average));
    RC_ASSERT(is_near(found.scores[i].highest, expected.scores[i].highest));
    RC_ASSERT(found.scores[i].contacts == expected.scores[i].contacts);
  }
}

CompanyOrder any_order() {
  return {.by = *rc::gen::elementOf(std::vector{CompanyOrder::By::contacts, CompanyOrder::By::score,
                                                CompanyOrder::By::name}),
          .score = *rc::gen::inRange<std::size_t>(0, 2),
          .measure =
              *rc::gen::elementOf(std::vector{Measure::sum, Measure::average, Measure::highest})};
}

/// All pages of a list, one after another.
std::vector<Company> walk(const CompanyOrder& order, std::string_view search, std::size_t limit,
                          std::uint64_t total, const Index& index) {
  std::vector<Company> all;
  CompanyQuery query{
      .scores = both, .order = order, .search = search, .after = {}, .limit = limit, .now = now};
  while (true) {
    CompanyPage page = list_companies(query, index);
    RC_ASSERT(page.total == total);
    RC_ASSERT(page.companies.size() <= limit);
    for (Company& company : page.companies) all.push_back(std::move(company));
    if (!page.more) return all;
    query.after = place_of(all.back(), order);
  }
}

TEST(Companies, AreWhatTheirContactsAddUpTo) {
  EXPECT_TRUE(rc::check([] {
    const Population population;
    const std::map<std::string, Company> expected = plain(population);
    const CompanyOrder order = any_order();
    const std::vector<Company> found =
        walk(order, "", *rc::gen::inRange<std::size_t>(1, 6), expected.size(), population.index);
    RC_ASSERT(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      expect_same(found[i], expected.at(found[i].id));
      RC_ASSERT(find_company(found[i].id, both, population.index, now) == found[i]);
      if (i == 0) continue;
      const CompanyPlace before = place_of(found[i - 1], order);
      const CompanyPlace after = place_of(found[i], order);
      RC_ASSERT(std::make_tuple(-before.value, before.key, before.id) <
                std::make_tuple(-after.value, after.key, after.id));
    }
    RC_ASSERT(!find_company("nobody", both, population.index, now).has_value());
  }));
}

TEST(Companies, HaveTheContactsThatAddUpToThem) {
  EXPECT_TRUE(rc::check([] {
    const Population population;
    std::optional<std::size_t> by;
    if (*rc::gen::arbitrary<bool>()) by = *rc::gen::inRange<std::size_t>(0, 2);
    for (const auto& [id, company] : plain(population)) {
      std::vector<CompanyPerson> found;
      PeopleQuery query{
          .company = id, .scores = both, .by = by, .after = {}, .limit = 2, .now = now};
      while (true) {
        const std::optional<PeoplePage> page = list_people(query, population.index);
        RC_ASSERT(page.has_value());
        RC_ASSERT(page->total == company.contacts);
        found.insert(found.end(), page->people.begin(), page->people.end());
        if (!page->more) break;
        query.after = place_of(found.back(), by);
      }
      RC_ASSERT(found.size() == company.contacts);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const Person& person = population.people.at(found[i].id);
        RC_ASSERT(person.company == id);
        RC_ASSERT(found[i].last_seen == person.last_seen);
        for (std::size_t s = 0; s < both.size(); ++s) {
          RC_ASSERT(is_near(found[i].scores[s], person.value(both[s])));
        }
        if (i == 0) continue;
        const PersonPlace before = place_of(found[i - 1], by);
        const PersonPlace after = place_of(found[i], by);
        RC_ASSERT(std::make_tuple(-before.value, before.id) <
                  std::make_tuple(-after.value, after.id));
      }
    }
    RC_ASSERT(!list_people({.company = "nobody", .limit = 1, .now = now}, population.index));
  }));
}

/// A contact of a company whose attribute was written so many hours ago.
Person person_of(int number, Object company, int hours_ago) {
  Person person;
  person.id.hash.bytes[0] = static_cast<std::uint8_t>(number);
  person.attributes.write("company", std::move(company), now - Duration::hours(hours_ago), {});
  return person;
}

TEST(Companies, AreFoundByTheBeginningOfNameOrId) {
  Index index({});
  put(index, person_of(1, {{"id", "a-1"}, {"name", "Zebra"}}, 1));
  put(index, person_of(2, {{"id", "z-2"}, {"name", "Acme"}}, 1));
  put(index, person_of(3, {{"id", "b-3"}}, 1));
  const struct {
    std::string_view search;
    std::string_view found;
  } cases[] = {{"", "z-2 b-3 a-1 "}, {"ZE", "a-1 "},       {"a", "z-2 a-1 "}, {"z", "z-2 a-1 "},
               {"B-3", "b-3 "},      {"Acme and son", ""}, {"cme", ""},       {"b-34", ""}};
  for (const auto& each : cases) {
    const CompanyPage page = list_companies({.scores = {},
                                             .order = {.by = CompanyOrder::By::name},
                                             .search = each.search,
                                             .after = {},
                                             .limit = 10,
                                             .now = now},
                                            index);
    std::string found;
    for (const Company& company : page.companies) found += company.id + " ";
    EXPECT_EQ(found, each.found) << each.search;
    EXPECT_EQ(page.total, page.companies.size());
  }
}

TEST(Companies, KnowEachTraitAsTheNewestContactHasIt) {
  const Person old = person_of(
      1, {{"id", "acme"}, {"name", "Acme"}, {"plan", "free"}, {"city", "Ulm"}, {"size", 3}}, 9);
  const Person middle =
      person_of(2, {{"id", "acme"}, {"plan", "pro"}, {"city", nullptr}, {"size", 5}}, 5);
  const Person newest = person_of(3, {{"id", "acme"}, {"size", 7}}, 1);
  const Person other = person_of(4, {{"id", "other"}, {"size", 1}, {"fax", "1"}}, 0);
  const Object traits = company_traits(
      "acme", {&old.attributes, &other.attributes, &newest.attributes, &middle.attributes});
  EXPECT_EQ(to_json(Value(traits)), R"({"size":7,"plan":"pro","name":"Acme"})");
}

TEST(Companies, AskTheContactsWhoseAttributeWasWrittenLast) {
  Index index({});
  for (int i = 0; i < 5; ++i) put(index, person_of(i, {{"id", "acme"}}, i == 3 ? 0 : 9 - i));
  put(index, person_of(7, {{"id", "other"}}, 0));
  std::string found;
  for (const ContactId& id : newest_writers("acme", 3, index)) {
    found += fmt::format("{} ", id.hash.bytes[0]);
  }
  EXPECT_EQ(found, "3 4 2 ");
  EXPECT_TRUE(newest_writers("nobody", 3, index).empty());
}

TEST(Companies, LoseAContactWhoNamesAnother) {
  Index index({});
  put(index, person_of(1, {{"id", "acme"}, {"name", "Acme"}}, 2));
  put(index, person_of(1, {{"id", "beta"}}, 1));
  EXPECT_FALSE(find_company("acme", {}, index, now).has_value());
  const std::optional<Company> beta = find_company("beta", {}, index, now);
  ASSERT_TRUE(beta);
  EXPECT_EQ(beta->contacts, 1U);
  EXPECT_EQ(beta->name, "") << "the name was that of the other company";
}

}  // namespace
}  // namespace sojourn::audience
