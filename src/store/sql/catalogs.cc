#include "store/sql/catalogs.h"

#include "base/text.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql all_sql =
    "SELECT key, is_archived, generation, next_generation, revision, items, bytes, digest,"
    " changed_at, changed_by FROM catalog WHERE workspace = ?1 ORDER BY key";
constexpr Sql one_sql =
    "SELECT key, is_archived, generation, next_generation, revision, items, bytes, digest,"
    " changed_at, changed_by FROM catalog WHERE workspace = ?1 AND key = ?2";
constexpr Sql write_sql =
    "INSERT INTO catalog (workspace, key, is_archived, generation, next_generation, revision,"
    " items, bytes, digest, changed_at, changed_by)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    " ON CONFLICT (workspace, key) DO UPDATE SET is_archived = excluded.is_archived,"
    " generation = excluded.generation, next_generation = excluded.next_generation,"
    " revision = excluded.revision, items = excluded.items, bytes = excluded.bytes,"
    " digest = excluded.digest, changed_at = excluded.changed_at,"
    " changed_by = excluded.changed_by";

constexpr Sql item_sql =
    "SELECT content FROM catalog_item"
    " WHERE workspace = ?1 AND catalog = ?2 AND generation = ?3 AND key = ?4";
constexpr Sql items_sql =
    "SELECT key, content FROM catalog_item"
    " WHERE workspace = ?1 AND catalog = ?2 AND generation = ?3 AND key > ?4"
    " ORDER BY key LIMIT ?5";
// Reads the items of one catalog from the key on, until there are enough: there is no index of
// words in them.
constexpr Sql search_sql =
    "SELECT key, content FROM catalog_item"
    " WHERE workspace = ?1 AND catalog = ?2 AND generation = ?3 AND key > ?4"
    " AND lower(content) LIKE ?6 ESCAPE '\\' ORDER BY key LIMIT ?5";
constexpr Sql write_item_sql =
    "INSERT INTO catalog_item (workspace, catalog, generation, key, content)"
    " VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (workspace, catalog, generation, key) DO UPDATE SET content = excluded.content";
constexpr Sql delete_item_sql =
    "DELETE FROM catalog_item"
    " WHERE workspace = ?1 AND catalog = ?2 AND generation = ?3 AND key = ?4";
constexpr Sql before_sql =
    "SELECT generation, key FROM catalog_item"
    " WHERE workspace = ?1 AND catalog = ?2 AND generation < ?3 ORDER BY generation, key LIMIT ?4";
constexpr Sql of_sql =
    "SELECT generation, key FROM catalog_item"
    " WHERE workspace = ?1 AND catalog = ?2 AND generation = ?3 ORDER BY key LIMIT ?4";

CatalogRecord decode(Row& row) {
  return {.key = row.text(0),
          .is_archived = row.integer(1) != 0,
          .generation = row.number<std::uint64_t>(2),
          .next_generation = row.number<std::uint64_t>(3),
          .revision = row.number<std::uint64_t>(4),
          .items = row.number<std::uint64_t>(5),
          .bytes = row.number<std::uint64_t>(6),
          .digest = row.hash(7),
          .changed_at = row.optional_time(8),
          .changed_by = row.text(9)};
}

/// A LIKE pattern for text anywhere.
std::string pattern_of(std::string_view search) {
  std::string pattern = "%";
  for (const char character : to_lower_ascii(search)) {
    if (character == '%' || character == '_' || character == '\\') pattern.push_back('\\');
    pattern.push_back(character);
  }
  return pattern.append("%");
}

/// Removes what `which` finds of them.
Result<std::uint64_t> delete_found(Connection& connection, const Sql& which,
                                   const CatalogGeneration& bound, std::size_t limit) {
  struct Place {
    std::uint64_t generation = 0;
    std::string key;
  };
  std::vector<Place> places;
  TRY_VOID(query(connection, which, {workspace, bound.catalog, bound.generation, limit},
                 [&](const Row& row) {
                   places.push_back({row.number<std::uint64_t>(0), row.text(1)});
                 }));
  for (const Place& place : places) {
    TRY_VOID(delete_catalog_item(connection, {bound.catalog, place.generation}, place.key));
  }
  return places.size();
}

}  // namespace

Result<std::vector<CatalogRecord>> read_catalogs(Connection& connection) {
  std::vector<CatalogRecord> records;
  TRY_VOID(
      query(connection, all_sql, {workspace}, [&](Row& row) { records.push_back(decode(row)); }));
  return records;
}

Result<std::optional<CatalogRecord>> read_catalog(Connection& connection, std::string_view key) {
  std::optional<CatalogRecord> found;
  TRY_VOID(query(connection, one_sql, {workspace, key}, [&](Row& row) { found = decode(row); }));
  return found;
}

Result<std::optional<std::string>> read_catalog_item(Connection& connection,
                                                     const CatalogGeneration& in,
                                                     std::string_view key) {
  std::optional<std::string> found;
  TRY_VOID(query(connection, item_sql, {workspace, in.catalog, in.generation, key},
                 [&](const Row& row) { found = row.text(0); }));
  return found;
}

Result<std::vector<catalogs::Item>> read_catalog_items(Connection& connection,
                                                       const CatalogGeneration& in,
                                                       const CatalogReads::ItemQuery& wanted) {
  std::vector<catalogs::Item> items;
  const auto add = [&](const Row& row) { items.push_back({row.text(0), row.text(1)}); };
  if (wanted.search.empty()) {
    TRY_VOID(query(connection, items_sql,
                   {workspace, in.catalog, in.generation, wanted.after, wanted.limit}, add));
  } else {
    const std::string pattern = pattern_of(wanted.search);
    TRY_VOID(query(connection, search_sql,
                   {workspace, in.catalog, in.generation, wanted.after, wanted.limit, pattern},
                   add));
  }
  return items;
}

Result<void> write_catalog(Connection& connection, const CatalogRecord& record) {
  TRY_VOID(execute(connection, write_sql,
                   {workspace, record.key, record.is_archived ? 1 : 0, record.generation,
                    record.next_generation, record.revision, record.items, record.bytes,
                    record.digest, record.changed_at, record.changed_by}));
  return {};
}

Result<void> write_catalog_item(Connection& connection, const CatalogGeneration& in,
                                const catalogs::Item& item) {
  TRY_VOID(execute(connection, write_item_sql,
                   {workspace, in.catalog, in.generation, item.key, item.content}));
  return {};
}

Result<void> delete_catalog_item(Connection& connection, const CatalogGeneration& in,
                                 std::string_view key) {
  TRY_VOID(execute(connection, delete_item_sql, {workspace, in.catalog, in.generation, key}));
  return {};
}

Result<std::uint64_t> delete_catalog_items_before(Connection& connection,
                                                  const CatalogGeneration& present,
                                                  std::size_t limit) {
  return delete_found(connection, before_sql, present, limit);
}

Result<std::uint64_t> delete_catalog_items(Connection& connection, const CatalogGeneration& all,
                                           std::size_t limit) {
  return delete_found(connection, of_sql, all, limit);
}

}  // namespace sojourn::store::sql
