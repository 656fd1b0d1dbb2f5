#include "runtime/catalogs.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "domain/definitions/yaml.h"

namespace sojourn::runtime {
namespace {

using catalogs::Catalog;
using catalogs::Item;
using catalogs::ItemsDigest;
using store::CatalogGeneration;
using store::CatalogRecord;
using store::CatalogWrites;
using store::StateTransaction;

/// Of one transaction: the committer gives each some milliseconds.
constexpr std::size_t items_per_write = 1'000;
/// What an entry of the cache takes beside its content, about.
constexpr std::size_t entry_bytes = 200;

tl::unexpected<Error> unknown_catalog(std::string_view key) {
  return failure({.code = "unknown_catalog",
                  .message = fmt::format("there is no catalog \"{}\"", key),
                  .field = "catalog",
                  .value = std::string(key)});
}

Result<CatalogRecord> require(CatalogWrites& catalogs, const std::string& key) {
  TRY(record, catalogs.catalog(key));
  if (!record || record->is_archived) return unknown_catalog(key);
  return std::move(*record);
}

/// What a set of items comes to.
struct Sum {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
  ItemsDigest digest;

  void add(const Item& item) {
    ++items;
    bytes += item.content.size();
    digest.toggle(item.key, item.content);
  }
  void take(std::string_view key, std::string_view content) {
    --items;
    bytes -= content.size();
    digest.toggle(key, content);
  }
};

Result<void> check_size(const Sum& sum) {
  if (sum.items > catalogs::items_max) {
    return failure({.code = "catalog_full",
                    .message = fmt::format("the catalog would hold {} items, the limit is {}",
                                           sum.items, catalogs::items_max),
                    .value = std::to_string(sum.items),
                    .limit = std::to_string(catalogs::items_max)});
  }
  if (sum.bytes <= catalogs::catalog_bytes_max) return {};
  return failure(
      {.code = "catalog_full",
       .message = fmt::format("the catalog would hold {} bytes of items, the limit is {}",
                              sum.bytes, catalogs::catalog_bytes_max),
       .value = std::to_string(sum.bytes),
       .limit = std::to_string(catalogs::catalog_bytes_max)});
}

void set_sum(CatalogRecord& record, const Sum& sum) {
  record.items = sum.items;
  record.bytes = sum.bytes;
  record.digest = sum.digest.value();
}

/// One change of what a catalog's items are.
struct Work {
  Runtime& runtime;
  const std::string& catalog;
  const std::string& actor;

  void note_change(CatalogRecord& record) const {
    ++record.revision;
    record.changed_at = runtime.clock().now();
    record.changed_by = actor;
  }

  [[nodiscard]] Result<void> note_audit(StateTransaction& transaction,
                                        const std::string& detail) const {
    return transaction.append_audit(actor, "catalog.items", "catalog/" + catalog, detail,
                                    runtime.clock().now());
  }

  /// Calls `put` with so many of the items at a time, each within a transaction.
  template <typename Put>
  [[nodiscard]] Result<void> in_parts(const std::vector<Item>& items, const Put& put) const {
    for (std::size_t begin = 0; begin < items.size(); begin += items_per_write) {
      const std::size_t count = std::min(items_per_write, items.size() - begin);
      const std::span part = std::span(items).subspan(begin, count);
      TRY_VOID(runtime.write([&](StateTransaction& transaction) {
        return put(transaction, store::catalogs_in(transaction), part);
      }));
    }
    return {};
  }

  /// Items that nobody sees any more, or ever has.
  template <typename Remove>
  [[nodiscard]] Result<void> remove_all(const Remove& remove) const {
    std::uint64_t removed = items_per_write;
    while (removed == items_per_write) {
      TRY_VOID(runtime.write([&](StateTransaction& transaction) -> Result<void> {
        TRY(some, remove(store::catalogs_in(transaction)));
        removed = some;
        return {};
      }));
    }
    return {};
  }
};

/// The generation that an upload of all items writes.
Result<std::uint64_t> begin_generation(const Work& work) {
  std::uint64_t generation = 0;
  TRY_VOID(work.runtime.write([&](StateTransaction& transaction) -> Result<void> {
    CatalogWrites& catalogs = store::catalogs_in(transaction);
    TRY(record, require(catalogs, work.catalog));
    generation = record.next_generation++;
    return catalogs.put_catalog(record);
  }));
  return generation;
}

Result<CatalogRecord> show_generation(const Work& work, std::uint64_t generation, const Sum& sum) {
  CatalogRecord shown;
  const auto show = [&](StateTransaction& transaction) -> Result<void> {
    CatalogWrites& catalogs = store::catalogs_in(transaction);
    TRY(record, require(catalogs, work.catalog));
    if (record.generation > generation) {
      return failure({.code = "changed_meanwhile",
                      .message = fmt::format("all items of catalog \"{}\" were replaced meanwhile",
                                             work.catalog)});
    }
    record.generation = generation;
    set_sum(record, sum);
    work.note_change(record);
    TRY_VOID(catalogs.put_catalog(record));
    shown = record;
    return work.note_audit(transaction, fmt::format("replaced by {} items", sum.items));
  };
  TRY_VOID(work.runtime.write(show));
  return shown;
}

Result<CatalogRecord> write_generation(const Work& work, const std::vector<Item>& items,
                                       const CatalogGeneration& written, const Sum& sum) {
  const auto put = [&](StateTransaction&, CatalogWrites& catalogs,
                       std::span<const Item> part) -> Result<void> {
    for (const Item& item : part) TRY_VOID(catalogs.put_catalog_item(written, item));
    return {};
  };
  TRY_VOID(work.in_parts(items, put));
  return show_generation(work, written.generation, sum);
}

Result<CatalogRecord> replace_items(const Work& work, const std::vector<Item>& items) {
  Sum sum;
  for (const Item& item : items) sum.add(item);
  TRY_VOID(check_size(sum));
  TRY(generation, begin_generation(work));
  const CatalogGeneration written{work.catalog, generation};
  Result<CatalogRecord> shown = write_generation(work, items, written, sum);
  // What a crash leaves here, the next upload takes away.
  const Result<void> removed = work.remove_all([&](CatalogWrites& catalogs) {
    return shown ? catalogs.remove_catalog_items_before(written, items_per_write)
                 : catalogs.remove_catalog_items(written, items_per_write);
  });
  if (shown && !removed) return failure(removed.error());
  return shown;
}

Result<void> add_part(const Work& work, CatalogWrites& catalogs, std::span<const Item> part,
                      CatalogRecord& record) {
  Sum sum{record.items, record.bytes, ItemsDigest(record.digest)};
  const CatalogGeneration present{work.catalog, record.generation};
  for (const Item& item : part) {
    TRY(before, catalogs.catalog_item(present, item.key));
    if (before) sum.take(item.key, *before);
    sum.add(item);
    TRY_VOID(catalogs.put_catalog_item(present, item));
  }
  TRY_VOID(check_size(sum));
  set_sum(record, sum);
  work.note_change(record);
  return catalogs.put_catalog(record);
}

Result<CatalogRecord> add_items(const Work& work, const std::vector<Item>& items) {
  CatalogRecord shown;
  const auto add = [&](StateTransaction& transaction, CatalogWrites& catalogs,
                       std::span<const Item> part) -> Result<void> {
    TRY(record, require(catalogs, work.catalog));
    TRY_VOID(add_part(work, catalogs, part, record));
    shown = record;
    return work.note_audit(transaction, fmt::format("put {} items", part.size()));
  };
  TRY_VOID(work.in_parts(items, add));
  return shown;
}

Result<CatalogInForce> in_force(const store::DefinitionRecord& definition, CatalogRecord record) {
  TRY(document, definitions::parse_yaml(definition.source));
  TRY(catalog, catalogs::read_catalog(document.value));
  return CatalogInForce{std::move(catalog), std::move(record), std::to_string(definition.rev)};
}

}  // namespace

std::optional<CatalogCache::Entry> CatalogCache::find(const CatalogRecord& catalog,
                                                      std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(fmt::format("{}\n{}\n{}", catalog.key, catalog.revision, key));
  if (place == places_.end()) return std::nullopt;
  kept_.splice(kept_.begin(), kept_, place->second);
  return place->second->item;
}

void CatalogCache::put(const CatalogRecord& catalog, std::string_view key, Entry item,
                       std::size_t bytes) {
  std::string place = fmt::format("{}\n{}\n{}", catalog.key, catalog.revision, key);
  const std::size_t all_bytes = bytes + place.size() + entry_bytes;
  const std::lock_guard lock(mutex_);
  if (places_.contains(place)) return;
  kept_.push_front({place, std::move(item), all_bytes});
  places_.emplace(std::move(place), kept_.begin());
  bytes_ += all_bytes;
  while (bytes_ > bytes_max) {
    bytes_ -= kept_.back().bytes;
    places_.erase(kept_.back().place);
    kept_.pop_back();
  }
}

Result<store::CatalogReads*> StoredCatalogs::reads() {
  if (reads_ == nullptr) {
    TRY(view, store_->view());
    view_ = std::move(view);
    reads_ = view_.get();
  }
  return &store::catalogs_in(*reads_);
}

Result<const CatalogRecord*> StoredCatalogs::find(std::string_view catalog) {
  auto known = catalogs_.find(catalog);
  if (known == catalogs_.end()) {
    TRY(reading, reads());
    TRY(record, reading->catalog(catalog));
    if (record && record->is_archived) record.reset();
    known = catalogs_.emplace(catalog, std::move(record)).first;
  }
  return known->second ? &*known->second : nullptr;
}

Result<bool> StoredCatalogs::has(std::string_view catalog) {
  if (planned_.contains(catalog)) return true;
  TRY(record, find(catalog));
  return record != nullptr;
}

Result<const Object*> StoredCatalogs::item(std::string_view catalog, std::string_view key) {
  if (planned_.contains(catalog)) {
    return failure("not_known", fmt::format("catalog \"{}\" is not published as yet", catalog));
  }
  const std::string place = fmt::format("{}\n{}", catalog, key);
  auto known = items_.find(place);
  if (known == items_.end()) {
    TRY(record, find(catalog));
    CatalogCache::Entry entry;
    if (record != nullptr) {
      TRY(read, read_item(*record, key));
      entry = std::move(read);
    }
    known = items_.emplace(place, std::move(entry)).first;
  }
  return known->second.get();
}

Result<CatalogCache::Entry> StoredCatalogs::read_item(const CatalogRecord& catalog,
                                                      std::string_view key) {
  if (cache_ != nullptr) {
    if (std::optional<CatalogCache::Entry> kept = cache_->find(catalog, key)) {
      return std::move(*kept);
    }
  }
  TRY(reading, reads());
  TRY(content, reading->catalog_item({catalog.key, catalog.generation}, key));
  CatalogCache::Entry entry;
  if (content) {
    TRY(object, catalogs::read_content(*content));
    entry = std::make_shared<const Object>(std::move(object));
  }
  if (cache_ != nullptr) cache_->put(catalog, key, entry, content ? content->size() : 0);
  return entry;
}

Result<CatalogRecord> put_items(Runtime& runtime, const std::string& catalog,
                                const std::vector<Item>& items, PutItems how,
                                const std::string& actor) {
  const Work work{runtime, catalog, actor};
  // An upload of nothing that is added changes nothing, and still says what there is.
  if (how == PutItems::replace) return replace_items(work, items);
  if (!items.empty()) return add_items(work, items);
  TRY(view, runtime.store().view());
  TRY(record, store::catalogs_in(*view).catalog(catalog));
  if (!record || record->is_archived) return unknown_catalog(catalog);
  return std::move(*record);
}

Result<void> remove_item(Runtime& runtime, const std::string& catalog, const std::string& key,
                         const std::string& actor) {
  const Work work{runtime, catalog, actor};
  return runtime.write([&](StateTransaction& transaction) -> Result<void> {
    CatalogWrites& catalogs = store::catalogs_in(transaction);
    TRY(record, require(catalogs, catalog));
    const CatalogGeneration present{catalog, record.generation};
    TRY(content, catalogs.catalog_item(present, key));
    if (!content) {
      return failure({.code = "unknown_item",
                      .message = fmt::format("catalog \"{}\" has no such item", catalog),
                      .field = "item",
                      .value = key});
    }
    Sum sum{record.items, record.bytes, ItemsDigest(record.digest)};
    sum.take(key, *content);
    set_sum(record, sum);
    work.note_change(record);
    TRY_VOID(catalogs.remove_catalog_item(present, key));
    TRY_VOID(catalogs.put_catalog(record));
    return work.note_audit(transaction, "removed one item");
  });
}

Result<void> note_catalog(StateTransaction& transaction,
                          const store::DefinitionRecord& definition) {
  if (definition.kind != "catalog") return {};
  CatalogWrites& catalogs = store::catalogs_in(transaction);
  TRY(known, catalogs.catalog(definition.key));
  CatalogRecord record = known.value_or(CatalogRecord{.key = definition.key});
  record.is_archived = definition.archived;
  return catalogs.put_catalog(record);
}

Result<CatalogInForce> catalog_in_force(store::StateReads& reads, std::string_view key) {
  TRY(record, store::catalogs_in(reads).catalog(key));
  if (!record || record->is_archived) return unknown_catalog(key);
  TRY(definitions, reads.definitions());
  for (const store::DefinitionRecord& each : definitions) {
    if (each.kind != "catalog" || each.key != key || each.archived) continue;
    return in_force(each, std::move(*record));
  }
  return unknown_catalog(key);
}

Result<std::vector<CatalogInForce>> catalogs_in_force(store::StateReads& reads) {
  TRY(records, store::catalogs_in(reads).catalogs());
  TRY(definitions, reads.definitions());
  std::vector<CatalogInForce> found;
  for (CatalogRecord& record : records) {
    const auto definition =
        std::ranges::find_if(definitions, [&](const store::DefinitionRecord& each) {
          return each.kind == "catalog" && each.key == record.key && !each.archived;
        });
    if (record.is_archived || definition == definitions.end()) continue;
    Result<CatalogInForce> read = in_force(*definition, std::move(record));
    if (read) found.push_back(std::move(*read));
  }
  return found;
}

}  // namespace sojourn::runtime
