#include "domain/audience/company_scan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/text.h"

namespace sojourn::audience {
namespace {

using Code = ValueColumn::Code;

double rounded(double value) {
  constexpr double millionths = 1e6;
  return std::round(value * millionths) / millionths;
}

/// A score that was brought up to date after `now` has no earlier value.
double value_now(const Definitions::NumberedScore& asked, const scoring::ScorePoints& points,
                 Timestamp now) {
  return scoring::value_at(*asked.score, points, std::max(now, points.at));
}

/// A company while its contacts are gone through.
struct Group {
  std::uint64_t contacts = 0;
  CompanyColumn::Seen seen{.first = Timestamp::never(), .last = Timestamp::beginning()};
  Code name = ValueColumn::absent;
  Timestamp named_at;
};

void add(Group& group, Ordinal ordinal, const CompanyColumn& column) {
  const CompanyColumn::Row& row = column.row(ordinal);
  ++group.contacts;
  group.seen.first = std::min(group.seen.first, row.seen.first);
  group.seen.last = std::max(group.seen.last, row.seen.last);
  const Code name = column.names().code(ordinal);
  if (name == ValueColumn::absent) return;
  if (name == group.name) {
    group.named_at = std::max(group.named_at, row.at);
    return;
  }
  // Of two of one instant always the same, however the index came about.
  const auto is_newer = [&] {
    if (group.name == ValueColumn::absent || row.at > group.named_at) return true;
    return row.at == group.named_at && column.names().text(name) > column.names().text(group.name);
  };
  if (!is_newer()) return;
  group.name = name;
  group.named_at = row.at;
}

std::vector<Group> all_groups(const CompanyColumn& column) {
  const std::span<const Code> codes = column.ids().codes();
  std::vector<Group> groups(column.ids().code_count());
  for (Ordinal ordinal = 0; ordinal < codes.size(); ++ordinal) {
    if (codes[ordinal] != ValueColumn::absent) add(groups[codes[ordinal]], ordinal, column);
  }
  return groups;
}

/// One score of a company while its contacts are gone through.
struct Tally {
  double sum = 0;
  double highest = -std::numeric_limits<double>::infinity();
  std::uint64_t having = 0;  ///< the score, whatever its value
  std::uint64_t scored = 0;

  void add(double value) {
    sum += value;
    highest = std::max(highest, value);
    ++having;
    if (rounded(value) != 0) ++scored;
  }
  [[nodiscard]] CompanyScore of(std::uint64_t contacts) const {
    const double top = having < contacts ? std::max(highest, 0.0) : highest;
    return {.sum = rounded(sum),
            .average = rounded(sum / static_cast<double>(contacts)),
            .highest = rounded(top),
            .contacts = scored};
  }
};

/// Goes through the contacts who have a score; `slot_of` a company's code is below `slots`, or
/// `slots` where it does not matter.
template <typename SlotOf>
std::vector<Tally> tally(const Definitions::NumberedScore& asked, const Index& index, Timestamp now,
                         std::size_t slots, SlotOf slot_of) {
  std::vector<Tally> tallies(slots);
  const ScoreColumn* column = index.score(asked.number);
  if (column == nullptr) return tallies;
  const ValueColumn& ids = index.companies().ids();
  for (std::size_t row = 0; row < column->ordinals().size(); ++row) {
    const Code code = ids.code(column->ordinals()[row]);
    if (code == ValueColumn::absent) continue;
    const std::size_t slot = slot_of(code);
    if (slot == slots) continue;
    tallies[slot].add(value_now(asked, column->points()[row], now));
  }
  return tallies;
}

Company company_from(Code code, const Group& group, const CompanyColumn& column) {
  return {.id = std::string(column.ids().text(code)),
          .name = group.name == ValueColumn::absent ? std::string()
                                                    : std::string(column.names().text(group.name)),
          .contacts = group.contacts,
          .first_seen = group.seen.first,
          .last_seen = group.seen.last,
          .scores = {}};
}

/// Gives each of the companies its scores.
void add_scores(std::vector<Company>& companies, const std::vector<Code>& codes, AskedScores scores,
                const Index& index, Timestamp now) {
  std::vector<std::size_t> slots(index.companies().ids().code_count(), codes.size());
  for (std::size_t slot = 0; slot < codes.size(); ++slot) slots[codes[slot]] = slot;
  for (const Definitions::NumberedScore& asked : scores) {
    const std::vector<Tally> tallies =
        tally(asked, index, now, codes.size(), [&](Code code) { return slots[code]; });
    for (std::size_t slot = 0; slot < codes.size(); ++slot) {
      companies[slot].scores.push_back(tallies[slot].of(companies[slot].contacts));
    }
  }
}

/// A company that may stand on the page.
struct Candidate {
  double value = 0;
  std::string key;
  std::string_view id;
  Code code = ValueColumn::absent;
};

/// Lower stands first.
bool is_before(double a_value, std::string_view a_key, std::string_view a_id, const Candidate& b) {
  if (a_value != b.value) return a_value > b.value;
  return std::tie(a_key, a_id) < std::tuple<std::string_view, std::string_view>(b.key, b.id);
}

std::string name_key(std::string_view name, std::string_view id) {
  return to_lower_ascii(name.empty() ? id : name);
}

bool begins_with(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         equal_ignoring_case(text.substr(0, lower_case.size()), lower_case);
}

/// Every company that the search finds, with what it is sorted by.
std::vector<Candidate> candidates_of(const CompanyQuery& query, const std::vector<Group>& groups,
                                     const Index& index) {
  const CompanyColumn& column = index.companies();
  const CompanyOrder& order = query.order;
  std::vector<Tally> tallies;
  if (order.by == CompanyOrder::By::score) {
    tallies = tally(query.scores[order.score], index, query.now, groups.size(),
                    [](Code code) -> std::size_t { return code; });
  }
  std::vector<Candidate> found;
  for (Code code = 1; code < groups.size(); ++code) {
    const Group& group = groups[code];
    if (group.contacts == 0) continue;
    Candidate candidate{.value = 0, .key = {}, .id = column.ids().text(code), .code = code};
    const std::string_view name =
        group.name == ValueColumn::absent ? std::string_view() : column.names().text(group.name);
    if (!begins_with(candidate.id, query.search) && !begins_with(name, query.search)) continue;
    switch (order.by) {
      case CompanyOrder::By::contacts:
        candidate.value = static_cast<double>(group.contacts);
        break;
      case CompanyOrder::By::score:
        candidate.value = value_of(tallies[code].of(group.contacts), order.measure);
        break;
      case CompanyOrder::By::name:
        candidate.key = name_key(name, candidate.id);
        break;
    }
    found.push_back(std::move(candidate));
  }
  return found;
}

/// The contacts of a company, ascending.
std::vector<Ordinal> people_of(std::string_view company, const Index& index) {
  const ValueColumn& ids = index.companies().ids();
  const Code wanted = ids.find(Value(company));
  std::vector<Ordinal> people;
  if (wanted == ValueColumn::absent) return people;
  const std::span<const Code> codes = ids.codes();
  for (Ordinal ordinal = 0; ordinal < codes.size(); ++ordinal) {
    if (codes[ordinal] == wanted) people.push_back(ordinal);
  }
  return people;
}

double score_of(Ordinal ordinal, const Definitions::NumberedScore& asked, const Index& index,
                Timestamp now) {
  const ScoreColumn* column = index.score(asked.number);
  const scoring::ScorePoints* points = column == nullptr ? nullptr : column->find(ordinal);
  return points == nullptr ? 0 : rounded(value_now(asked, *points, now));
}

}  // namespace

double value_of(const CompanyScore& score, Measure measure) {
  switch (measure) {
    case Measure::sum:
      return score.sum;
    case Measure::average:
      return score.average;
    case Measure::highest:
      break;
  }
  return score.highest;
}

CompanyPlace place_of(const Company& company, const CompanyOrder& order) {
  CompanyPlace place{.value = 0, .key = {}, .id = company.id};
  switch (order.by) {
    case CompanyOrder::By::contacts:
      place.value = static_cast<double>(company.contacts);
      break;
    case CompanyOrder::By::score:
      place.value = value_of(company.scores[order.score], order.measure);
      break;
    case CompanyOrder::By::name:
      place.key = name_key(company.name, company.id);
      break;
  }
  return place;
}

PersonPlace place_of(const CompanyPerson& person, const std::optional<std::size_t>& by) {
  return {.value = by ? person.scores[*by] : static_cast<double>(person.last_seen.ms),
          .id = person.id};
}

CompanyPage list_companies(const CompanyQuery& query, const Index& index) {
  const CompanyColumn& column = index.companies();
  const std::vector<Group> groups = all_groups(column);
  std::vector<Candidate> candidates = candidates_of(query, groups, index);
  CompanyPage page;
  page.total = candidates.size();
  if (query.after) {
    const CompanyPlace& after = *query.after;
    std::erase_if(candidates, [&](const Candidate& each) {
      return !is_before(after.value, after.key, after.id, each);
    });
  }
  page.more = candidates.size() > query.limit;
  const std::size_t shown = std::min(candidates.size(), query.limit);
  std::partial_sort(
      candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(shown), candidates.end(),
      [](const Candidate& a, const Candidate& b) { return is_before(a.value, a.key, a.id, b); });
  std::vector<Code> codes;
  for (std::size_t i = 0; i < shown; ++i) {
    codes.push_back(candidates[i].code);
    page.companies.push_back(company_from(codes.back(), groups[codes.back()], column));
  }
  add_scores(page.companies, codes, query.scores, index, query.now);
  return page;
}

std::optional<Company> find_company(std::string_view id, AskedScores scores, const Index& index,
                                    Timestamp now) {
  const std::vector<Ordinal> people = people_of(id, index);
  if (people.empty()) return std::nullopt;
  const CompanyColumn& column = index.companies();
  Group group;
  for (const Ordinal ordinal : people) add(group, ordinal, column);
  Company company = company_from(column.ids().code(people.front()), group, column);
  for (const Definitions::NumberedScore& asked : scores) {
    Tally tally;
    const ScoreColumn* points = index.score(asked.number);
    for (const Ordinal ordinal : people) {
      const scoring::ScorePoints* held = points == nullptr ? nullptr : points->find(ordinal);
      if (held != nullptr) tally.add(value_now(asked, *held, now));
    }
    company.scores.push_back(tally.of(company.contacts));
  }
  return company;
}

std::optional<PeoplePage> list_people(const PeopleQuery& query, const Index& index) {
  const std::vector<Ordinal> ordinals = people_of(query.company, index);
  if (ordinals.empty()) return std::nullopt;
  const auto is_first = [](const PersonPlace& a, const PersonPlace& b) {
    return a.value != b.value ? a.value > b.value : a.id < b.id;
  };
  struct Placed {
    PersonPlace place;
    Ordinal ordinal;
  };
  std::vector<Placed> placed;
  for (const Ordinal ordinal : ordinals) {
    const PersonPlace place{
        .value = query.by ? score_of(ordinal, query.scores[*query.by], index, query.now)
                          : static_cast<double>(index.companies().row(ordinal).seen.last.ms),
        .id = index.id_of(ordinal)};
    if (!query.after || is_first(*query.after, place)) placed.push_back({place, ordinal});
  }
  PeoplePage page;
  page.total = ordinals.size();
  page.more = placed.size() > query.limit;
  const std::size_t shown = std::min(placed.size(), query.limit);
  std::partial_sort(placed.begin(), placed.begin() + static_cast<std::ptrdiff_t>(shown),
                    placed.end(),
                    [&](const Placed& a, const Placed& b) { return is_first(a.place, b.place); });
  for (std::size_t i = 0; i < shown; ++i) {
    const Ordinal ordinal = placed[i].ordinal;
    CompanyPerson person{.id = placed[i].place.id,
                         .last_seen = index.companies().row(ordinal).seen.last,
                         .scores = {}};
    for (const Definitions::NumberedScore& asked : query.scores) {
      person.scores.push_back(score_of(ordinal, asked, index, query.now));
    }
    page.people.push_back(std::move(person));
  }
  return page;
}

std::vector<contacts::ContactId> newest_writers(std::string_view company, std::size_t limit,
                                                const Index& index) {
  std::vector<Ordinal> people = people_of(company, index);
  const auto is_newer = [&](Ordinal a, Ordinal b) {
    const Timestamp a_at = index.companies().row(a).at;
    const Timestamp b_at = index.companies().row(b).at;
    return a_at != b_at ? a_at > b_at : index.id_of(a) < index.id_of(b);
  };
  const std::size_t kept = std::min(people.size(), limit);
  std::partial_sort(people.begin(), people.begin() + static_cast<std::ptrdiff_t>(kept),
                    people.end(), is_newer);
  std::vector<contacts::ContactId> ids;
  for (std::size_t i = 0; i < kept; ++i) ids.push_back(index.id_of(people[i]));
  return ids;
}

Object company_traits(std::string_view company, std::vector<const contacts::Attributes*> contacts) {
  struct Said {
    Timestamp at;
    const Object* traits;
  };
  std::vector<Said> said;
  for (const contacts::Attributes* attributes : contacts) {
    const std::optional<CompanyLink> link = company_of(*attributes);
    const Value* value = attributes->find(company_attribute);
    const Object* traits = value == nullptr ? nullptr : value->as_object();
    if (link && link->id == company && traits != nullptr) said.push_back({link->at, traits});
  }
  std::stable_sort(said.begin(), said.end(),
                   [](const Said& a, const Said& b) { return a.at > b.at; });
  Object known;
  for (const Said& each : said) {
    for (const auto& [name, value] : *each.traits) {
      if (known.size() == company_traits_max) break;
      if (name != "id" && known.find(name) == nullptr) known.append(name, value);
    }
  }
  Object traits;
  for (const auto& [name, value] : known) {
    if (!value.is_null()) traits.append(name, value);
  }
  return traits;
}

}  // namespace sojourn::audience
