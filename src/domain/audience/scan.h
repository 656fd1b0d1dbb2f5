#pragma once

/// Answers a condition for every contact of the index at one instant.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/audience/bits.h"
#include "domain/audience/index.h"
#include "domain/policies/policies.h"
#include "domain/scoring/grade.h"
#include "domain/scoring/score.h"
#include "domain/segments/condition.h"

namespace sojourn::audience {

/// What the names in a condition stand for.
class Definitions {
 public:
  struct NumberedScore {
    std::uint32_t number = 0;
    const scoring::Score* score = nullptr;
  };
  virtual ~Definitions() = default;
  // Absent or null where nothing has this key.
  [[nodiscard]] virtual std::optional<std::uint32_t> segment(std::string_view key) const = 0;
  [[nodiscard]] virtual std::optional<std::uint32_t> list(std::string_view key) const = 0;
  [[nodiscard]] virtual std::optional<NumberedScore> score(std::string_view key) const = 0;
  [[nodiscard]] virtual const scoring::Grade* grade(std::string_view key) const = 0;
  /// Of contacts who have no time zone of their own.
  [[nodiscard]] virtual absl::TimeZone zone() const = 0;
  /// Whether an address without any record may not be written to about the topic.
  [[nodiscard]] virtual bool needs_opt_in(std::string_view topic) const = 0;
};

/// The consent ledger by the hashes of addresses.
class AddressBook {
 public:
  virtual ~AddressBook() = default;
  /// Null where the ledger has nothing of the address. Valid until the ledger changes.
  [[nodiscard]] virtual const policies::AddressConsent* find(const Hash128& address) const = 0;
  /// The same of the empty address, which contacts without one ask for.
  [[nodiscard]] virtual const policies::AddressConsent* find_nobody(
      std::string_view channel) const = 0;
};

/// What a scan reads; all of it stands still meanwhile.
struct Sources {
  const Index& index;
  const Definitions& definitions;
  const AddressBook& addresses;
  /// Facts that were counted for one question, by the index's ordinals; they go before the index's.
  const Index::Facts* counted = nullptr;

  [[nodiscard]] const FactColumn* fact(const facts::FactId& id) const;
};

/// The contacts of whom a bound condition is true at `now`. The index lacks nothing of it. Linear
/// in the contacts; a question about an attribute is asked once of each distinct value.
[[nodiscard]] Bits matches(const segments::Condition& condition, const Sources& sources,
                           Timestamp now);

/// One row of a condition's tree with its number of contacts, as the sentence builder shows it.
struct RowCount {
  std::string path;  ///< `where`, `where.all[0]`, `where.all[1].not`: as in the JSON form
  const segments::Condition* condition = nullptr;
  std::uint64_t count = 0;
  friend bool operator==(const RowCount&, const RowCount&) = default;
};

/// Every row of the tree with no count, in the order of count_rows().
[[nodiscard]] std::vector<RowCount> rows_of(const segments::Condition& condition);
/// Every row of the tree, parents before their parts; the first is the whole. Costs what matches()
/// costs.
[[nodiscard]] std::vector<RowCount> count_rows(const segments::Condition& condition,
                                               const Sources& sources, Timestamp now);

}  // namespace sojourn::audience
