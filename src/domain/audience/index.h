#pragma once

/// The audience index: what conditions ask of contacts, in columns and bitmaps, for all contacts of
/// a workspace (ARCHITECTURE 5). Derived from their states, rebuildable, bounded in memory.
///
/// It holds what the contacts' states say, so that a scan of it (scan.h) answers for each contact
/// what segments::evaluate() answers for its state.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/string_map.h"
#include "domain/audience/bitmap.h"
#include "domain/audience/company_column.h"
#include "domain/audience/fact_column.h"
#include "domain/audience/score_column.h"
#include "domain/audience/value_column.h"
#include "domain/contacts/attributes.h"
#include "domain/contacts/contact_id.h"
#include "domain/segments/condition.h"
#include "domain/segments/segment.h"
#include "domain/segments/static_list.h"

namespace sojourn::audience {

/// A contact's state as the index reads it. Borrows everything.
struct ContactRow {
  contacts::ContactId id;
  const contacts::Attributes& attributes;
  std::span<const facts::FactState> facts;
  std::span<const segments::Membership> memberships;
  std::span<const segments::Listing> lists;
  std::span<const scoring::ScoreState> scores;
  /// Of the email address in the consent ledger; absent where the contact has none.
  std::optional<Hash128> address;
  Timestamp first_seen = {};
  Timestamp last_seen = {};
};

class Index {
 public:
  /// The facts that the rules in force count, with what they keep.
  explicit Index(const std::vector<facts::FactDefinition>& facts);

  /// Adds the contact, or brings it up to date.
  void put(const ContactRow& row);
  /// Nothing where it is not here.
  void remove(const contacts::ContactId& id);
  /// Drops columns until the index takes at most so many bytes, or there is none left to drop: the
  /// largest first, and those that were asked for last. They stay away.
  void shed(std::size_t bytes_max, const absl::flat_hash_set<std::string>& asked);

  /// Why a condition, bound, cannot be answered from here; absent where it can. `counted`: facts
  /// that somebody else has.
  enum class Lack : std::uint8_t { fact, dropped };
  using Facts = absl::flat_hash_map<facts::FactId, FactColumn>;
  [[nodiscard]] std::optional<Lack> lack(const segments::Condition& condition,
                                         const Facts* counted = nullptr) const;

  /// Ordinals are below this.
  [[nodiscard]] std::size_t size() const { return ids_.size(); }
  [[nodiscard]] std::uint64_t contact_count() const { return ids_.size() - free_.size(); }
  /// The ordinals that stand for a contact.
  [[nodiscard]] const Bits& present() const { return present_; }
  [[nodiscard]] const contacts::ContactId& id_of(Ordinal ordinal) const { return ids_[ordinal]; }
  [[nodiscard]] std::optional<Ordinal> find(const contacts::ContactId& id) const;

  // Null where no contact has it.
  [[nodiscard]] const ValueColumn* attribute(std::string_view name) const;
  [[nodiscard]] const FactColumn* fact(const facts::FactId& id) const;
  [[nodiscard]] const Bitmap* members(std::uint32_t segment) const;
  [[nodiscard]] const Bitmap* listed(std::uint32_t list) const;
  [[nodiscard]] const ScoreColumn* score(std::uint32_t score) const;
  [[nodiscard]] const Bitmap* crossed(std::uint32_t score, std::string_view threshold) const;
  [[nodiscard]] const CompanyColumn& companies() const { return companies_; }
  /// By ordinal; absent ones are zero and not in has_address().
  [[nodiscard]] std::span<const Hash128> addresses() const { return addresses_; }
  [[nodiscard]] const Bits& has_address() const { return has_address_; }

  [[nodiscard]] std::size_t bytes() const;

 private:
  struct HashId {
    using is_transparent = void;
    const std::vector<contacts::ContactId>* ids;
    std::size_t operator()(const contacts::ContactId& id) const {
      return absl::Hash<contacts::ContactId>()(id);
    }
    std::size_t operator()(Ordinal ordinal) const { return operator()((*ids)[ordinal]); }
  };
  struct EqualId {
    using is_transparent = void;
    const std::vector<contacts::ContactId>* ids;
    bool operator()(Ordinal a, Ordinal b) const { return a == b; }
    bool operator()(Ordinal a, const contacts::ContactId& b) const { return (*ids)[a] == b; }
    bool operator()(const contacts::ContactId& a, Ordinal b) const { return a == (*ids)[b]; }
  };
  using Bitmaps = absl::flat_hash_map<std::uint32_t, Bitmap>;

  Ordinal add(const contacts::ContactId& id);
  /// Takes the contact out of every column that `row` says nothing of.
  void clear_absent(Ordinal ordinal, const ContactRow& row);
  void put_attributes(Ordinal ordinal, const contacts::Attributes& attributes);
  void put_company(Ordinal ordinal, const ContactRow& row);

  // The sets look ids up by ordinal: the index is not moved.
  std::vector<contacts::ContactId> ids_;
  absl::flat_hash_set<Ordinal, HashId, EqualId> ordinals_;
  std::vector<Ordinal> free_;
  Bits present_;
  StringMap<std::unique_ptr<ValueColumn>> attributes_;
  absl::flat_hash_set<std::string> dropped_;  ///< names of attributes
  Facts facts_;
  Bitmaps members_, listed_;
  absl::flat_hash_map<std::uint32_t, ScoreColumn> scores_;
  std::map<std::pair<std::uint32_t, std::string>, Bitmap, std::less<>> crossed_;
  CompanyColumn companies_;
  std::vector<Hash128> addresses_;
  Bits has_address_;
};

}  // namespace sojourn::audience
