#pragma once

/// Catalogs as the store has them: items are put, taken away, and looked up for templates.

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/string_map.h"
#include "domain/catalogs/catalog.h"
#include "domain/catalogs/item.h"
#include "domain/catalogs/look_up.h"
#include "runtime/runtime.h"
#include "store/catalog.h"
#include "store/store.h"

namespace sojourn::runtime {

/// Items that were looked up lately, of all catalogs, so that a campaign that shows one product to
/// everybody reads it once. Another revision of a catalog is another item. Thread-safe.
class CatalogCache {
 public:
  static constexpr std::size_t bytes_max = 16 << 20;

  /// Null: there is no such item. Absent: nobody has looked lately.
  using Entry = std::shared_ptr<const Object>;
  [[nodiscard]] std::optional<Entry> find(const store::CatalogRecord& catalog,
                                          std::string_view key);
  /// `bytes`: of the item's content.
  void put(const store::CatalogRecord& catalog, std::string_view key, Entry item,
           std::size_t bytes);

 private:
  struct Kept {
    std::string place;
    Entry item;
    std::size_t bytes = 0;
  };

  std::mutex mutex_;
  std::list<Kept> kept_;  // guarded by mutex_; the one that was asked for last comes first
  StringMap<std::list<Kept>::iterator> places_;  // guarded by mutex_
  std::size_t bytes_ = 0;                        // guarded by mutex_
};

/// What one render looks up. Sees one state of the store, until it ends: make it just before the
/// render, and let it go after. What it is made of outlives it.
class StoredCatalogs final : public catalogs::Catalogs {
 public:
  using Keys = std::set<std::string, std::less<>>;

  /// Opens a view when something is looked up that the cache does not hold. Without a cache every
  /// item is read once.
  explicit StoredCatalogs(store::Store& store, CatalogCache* cache = nullptr)
      : store_(&store), cache_(cache) {}
  /// By a view that is open already. `planned`: catalogs that are to be published beside those in
  /// force; what will be in them nobody knows, `not_known`.
  StoredCatalogs(store::StateReads& reads, Keys planned)
      : reads_(&reads), planned_(std::move(planned)) {}

  [[nodiscard]] Result<bool> has(std::string_view catalog) override;
  [[nodiscard]] Result<const Object*> item(std::string_view catalog, std::string_view key) override;

 private:
  /// Null where there is no such catalog in force.
  Result<const store::CatalogRecord*> find(std::string_view catalog);
  Result<store::CatalogReads*> reads();
  Result<CatalogCache::Entry> read_item(const store::CatalogRecord& catalog, std::string_view key);

  store::Store* const store_ = nullptr;
  CatalogCache* const cache_ = nullptr;
  store::StateReads* reads_ = nullptr;
  const Keys planned_ = {};
  std::unique_ptr<store::StateReads> view_;
  StringMap<std::optional<store::CatalogRecord>> catalogs_;
  // What the render has been shown lives as long as this.
  StringMap<CatalogCache::Entry> items_;
};

/// Whether an upload is all that the catalog holds from now on.
enum class PutItems : std::uint8_t { replace, add };

/// Puts the items, some at a time beside live traffic. Those that replace all are seen together
/// when the last is written; those that are added, each as it is written. Waits. Errors:
/// `unknown_catalog`, `catalog_full` where it would hold more than it may, `changed_meanwhile`
/// where somebody else has replaced all items since this began. Nothing is seen of one that
/// replaces and fails; one that adds may have added some, and may be made again.
[[nodiscard]] Result<store::CatalogRecord> put_items(Runtime& runtime, const std::string& catalog,
                                                     const std::vector<catalogs::Item>& items,
                                                     PutItems how, const std::string& actor);
/// Errors: `unknown_catalog`, `unknown_item`.
[[nodiscard]] Result<void> remove_item(Runtime& runtime, const std::string& catalog,
                                       const std::string& key, const std::string& actor);

/// Within the publication of a definition: a catalog comes into force, or goes out of it, and keeps
/// its items.
[[nodiscard]] Result<void> note_catalog(store::StateTransaction& transaction,
                                        const store::DefinitionRecord& definition);

/// The catalog, where it is in force. Errors: `unknown_catalog`, and those of its definition.
struct CatalogInForce {
  catalogs::Catalog catalog;
  store::CatalogRecord record;
  std::string rev;  ///< of its definition
};
[[nodiscard]] Result<CatalogInForce> catalog_in_force(store::StateReads& reads,
                                                      std::string_view key);
/// Those in force, by key; what the present rules cannot read is left out.
[[nodiscard]] Result<std::vector<CatalogInForce>> catalogs_in_force(store::StateReads& reads);

}  // namespace sojourn::runtime
