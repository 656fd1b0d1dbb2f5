#pragma once

/// Companies as the contacts of the index make them up: how many people, and their scores as one,
/// at one instant. Exact: each contact's value is computed at that instant, and nothing is kept.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "domain/audience/index.h"
#include "domain/audience/scan.h"

namespace sojourn::audience {

/// Of one score, over all contacts of a company. A contact without points has 0, as in conditions.
/// Rounded to millionths, so that the order of adding shows nowhere.
struct CompanyScore {
  double sum = 0;
  double average = 0;
  double highest = 0;
  std::uint64_t contacts = 0;  ///< whose value is not 0
  friend bool operator==(const CompanyScore&, const CompanyScore&) = default;
};

struct Company {
  std::string id;
  /// As the contact has it whose attribute was written last, of those who have one; empty: none.
  std::string name;
  std::uint64_t contacts = 0;
  Timestamp first_seen;  ///< of all its contacts
  Timestamp last_seen;
  std::vector<CompanyScore> scores;  ///< in the order of the scores that were asked for
  friend bool operator==(const Company&, const Company&) = default;
};

using AskedScores = std::span<const Definitions::NumberedScore>;

/// The number of a company by which a list is sorted.
enum class Measure : std::uint8_t { sum, average, highest };
[[nodiscard]] double value_of(const CompanyScore& score, Measure measure);

struct CompanyOrder {
  enum class By : std::uint8_t { contacts, score, name };
  By by = By::contacts;
  std::size_t score = 0;  ///< place among the scores that are asked for
  Measure measure = Measure::sum;
};

/// Where a company stands in a list: the greatest value first, then by key, then by id.
struct CompanyPlace {
  double value = 0;  ///< 0 in a list by name
  std::string key;   ///< the name in lower case, or the id; empty in a list by numbers
  std::string id;
};
[[nodiscard]] CompanyPlace place_of(const Company& company, const CompanyOrder& order);

struct CompanyQuery {
  AskedScores scores = {};
  CompanyOrder order = {};
  std::string_view search = {};  ///< beginning of a name or id, where A to Z are a to z; empty: all
  std::optional<CompanyPlace> after = {};
  std::size_t limit = 0;
  Timestamp now = {};
};
struct CompanyPage {
  std::vector<Company> companies;
  std::uint64_t total = 0;  ///< that the search finds, on all pages
  bool more = false;
};
/// Linear in the contacts, and in the companies for the order.
[[nodiscard]] CompanyPage list_companies(const CompanyQuery& query, const Index& index);

/// Absent where no contact belongs to it. Linear in the contacts, and cheap for each.
[[nodiscard]] std::optional<Company> find_company(std::string_view id, AskedScores scores,
                                                  const Index& index, Timestamp now);

struct CompanyPerson {
  contacts::ContactId id;
  Timestamp last_seen;
  std::vector<double> scores;  ///< in the order asked; rounded as above
  friend bool operator==(const CompanyPerson&, const CompanyPerson&) = default;
};
/// Where a person stands: the greatest value first, then by id. The value is the score's, or the
/// milliseconds of `last_seen`.
struct PersonPlace {
  double value = 0;
  contacts::ContactId id;
};
struct PeopleQuery {
  std::string_view company;
  AskedScores scores = {};
  std::optional<std::size_t> by = {};  ///< place among the scores; absent: who was seen last
  std::optional<PersonPlace> after = {};
  std::size_t limit = 0;
  Timestamp now = {};
};
[[nodiscard]] PersonPlace place_of(const CompanyPerson& person,
                                   const std::optional<std::size_t>& by);
struct PeoplePage {
  std::vector<CompanyPerson> people;
  std::uint64_t total = 0;
  bool more = false;
};
/// Absent where no contact belongs to the company.
[[nodiscard]] std::optional<PeoplePage> list_people(const PeopleQuery& query, const Index& index);

/// The contacts of a company whose attribute was written last, newest first.
[[nodiscard]] std::vector<contacts::ContactId> newest_writers(std::string_view company,
                                                              std::size_t limit,
                                                              const Index& index);
/// More traits than this are not shown: an object of so many is looked through for each.
inline constexpr std::size_t company_traits_max = 500;
/// What contacts together know of a company, beside its id: each trait as the newest has it who has
/// it; what the newest has taken back is none. Contacts of other companies say nothing.
[[nodiscard]] Object company_traits(std::string_view company,
                                    std::vector<const contacts::Attributes*> contacts);

}  // namespace sojourn::audience
