#pragma once

/// What the store keeps of catalogs besides their definitions: the items that templates look up.
///
/// Every view of the state and every transaction has this part, too; few ask for it, so that it is
/// a noun of its own. Items stand in generations: an upload of all items writes a new one, which is
/// seen when the catalog names it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/catalogs/item.h"
#include "store/state.h"

namespace sojourn::store {

struct CatalogRecord {
  std::string key;
  bool is_archived = false;           ///< its definition is out of force
  std::uint64_t generation = 0;       ///< of the items that are looked up
  std::uint64_t next_generation = 1;  ///< that the next upload of all items takes
  std::uint64_t revision = 0;         ///< grows with every change of the items
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;                   ///< of their content
  Hash128 digest = {};                       ///< catalogs::ItemsDigest
  std::optional<Timestamp> changed_at = {};  ///< of the items; absent: there have been none
  std::string changed_by = {};
  friend bool operator==(const CatalogRecord&, const CatalogRecord&) = default;
};

/// A set of items.
struct CatalogGeneration {
  std::string_view catalog;
  std::uint64_t generation = 0;
};

class CatalogReads {
 public:
  virtual ~CatalogReads() = default;
  virtual Result<std::vector<CatalogRecord>> catalogs() = 0;  ///< by key, archived ones too
  virtual Result<std::optional<CatalogRecord>> catalog(std::string_view key) = 0;
  /// What catalogs::read_item() wrote; absent: there is no such item.
  virtual Result<std::optional<std::string>> catalog_item(const CatalogGeneration& in,
                                                          std::string_view key) = 0;
  struct ItemQuery {
    std::string search = {};  ///< matches part of the content, ASCII in any case; empty: all
    std::string after = {};   ///< a key; empty: from the first
    std::size_t limit = 50;
  };
  /// By key. A search reads items until it has found `limit` of them.
  virtual Result<std::vector<sojourn::catalogs::Item>> catalog_items(const CatalogGeneration& in,
                                                                     const ItemQuery& query) = 0;
};

class CatalogWrites : public CatalogReads {
 public:
  /// Inserts it, or replaces the one of this key; items stay.
  virtual Result<void> put_catalog(const CatalogRecord& record) = 0;
  /// Inserts the item, or replaces the one of this key.
  virtual Result<void> put_catalog_item(const CatalogGeneration& in,
                                        const sojourn::catalogs::Item& item) = 0;
  /// One that is not there is no error.
  virtual Result<void> remove_catalog_item(const CatalogGeneration& in, std::string_view key) = 0;
  /// Removes items of other generations before this one, at most `limit`; the answer is how many.
  virtual Result<std::uint64_t> remove_catalog_items_before(const CatalogGeneration& present,
                                                            std::size_t limit) = 0;
  /// All of one generation, at most `limit`; the answer is how many.
  virtual Result<std::uint64_t> remove_catalog_items(const CatalogGeneration& all,
                                                     std::size_t limit) = 0;
};

/// Of this view or transaction, which outlives them.
[[nodiscard]] inline CatalogReads& catalogs_in(StateReads& reads) {
  auto* const catalogs = dynamic_cast<CatalogReads*>(&reads);
  ENSURE(catalogs != nullptr);
  return *catalogs;
}
[[nodiscard]] inline CatalogWrites& catalogs_in(StateTransaction& transaction) {
  auto* const catalogs = dynamic_cast<CatalogWrites*>(&transaction);
  ENSURE(catalogs != nullptr);
  return *catalogs;
}

}  // namespace sojourn::store
