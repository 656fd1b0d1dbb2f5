#include "store/sql/definitions.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql latest_sql =
    "SELECT definition.number, definition.kind, definition.key, definition.version, rev, source,"
    " path, hash, changed_at, changed_by, archived FROM definition_latest JOIN definition"
    " ON definition.workspace = definition_latest.workspace"
    " AND definition.number = definition_latest.number"
    " AND definition.version = definition_latest.version"
    " WHERE definition_latest.workspace = ?1 ORDER BY definition.number";
constexpr Sql version_sql =
    "SELECT definition.number, definition.kind, definition.key, definition.version, rev, source,"
    " path, hash, changed_at, changed_by, archived FROM definition_latest JOIN definition"
    " ON definition.workspace = definition_latest.workspace"
    " AND definition.number = definition_latest.number AND definition.version = ?4"
    " WHERE definition_latest.workspace = ?1 AND definition_latest.kind = ?2"
    " AND definition_latest.key = ?3";
constexpr Sql write_sql =
    "INSERT INTO definition (workspace, number, version, kind, key, rev, source, path, hash,"
    " changed_at, changed_by, archived) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    " ON CONFLICT (workspace, number, version) DO UPDATE SET kind = excluded.kind,"
    " key = excluded.key, rev = excluded.rev, source = excluded.source, path = excluded.path,"
    " hash = excluded.hash, changed_at = excluded.changed_at, changed_by = excluded.changed_by,"
    " archived = excluded.archived";
constexpr Sql write_latest_sql =
    "INSERT INTO definition_latest (workspace, number, kind, key, version)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (workspace, number) DO UPDATE SET"
    " kind = excluded.kind, key = excluded.key, version = excluded.version"
    " WHERE excluded.version >= definition_latest.version";

constexpr Sql attributes_sql =
    "SELECT name, type, personal, first_seen FROM attribute WHERE workspace = ?1 ORDER BY name";
constexpr Sql write_attribute_sql =
    "INSERT INTO attribute (workspace, name, type, personal, first_seen)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (workspace, name)"
    " DO UPDATE SET type = excluded.type, personal = excluded.personal";

constexpr Sql facts_sql =
    "SELECT id, generation, cut, complete_from FROM fact WHERE workspace = ?1 ORDER BY id";
constexpr Sql write_fact_sql =
    "INSERT INTO fact (workspace, id, generation, cut, complete_from) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (workspace, id) DO UPDATE SET generation = excluded.generation,"
    " cut = excluded.cut, complete_from = excluded.complete_from";
constexpr Sql delete_fact_sql = "DELETE FROM fact WHERE workspace = ?1 AND id = ?2";

constexpr Sql setting_sql = "SELECT value FROM setting WHERE workspace = ?1 AND name = ?2";
constexpr Sql write_setting_sql =
    "INSERT INTO setting (workspace, name, value) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, name) DO UPDATE SET value = excluded.value";

DefinitionRecord decode(Row& row) {
  return {.number = row.number<std::uint32_t>(0),
          .kind = row.text(1),
          .key = row.text(2),
          .version = row.number<int>(3),
          .rev = row.number<int>(4),
          .source = row.text(5),
          .path = row.text(6),
          .hash = row.hash(7),
          .changed_at = row.time(8),
          .changed_by = row.text(9),
          .archived = row.integer(10) != 0};
}

}  // namespace

Result<std::vector<DefinitionRecord>> read_definitions(Connection& connection) {
  std::vector<DefinitionRecord> records;
  TRY_VOID(query(connection, latest_sql, {workspace},
                 [&](Row& row) { records.push_back(decode(row)); }));
  return records;
}

Result<std::optional<DefinitionRecord>> read_definition(Connection& connection,
                                                        std::string_view kind, std::string_view key,
                                                        int version) {
  std::optional<DefinitionRecord> record;
  TRY_VOID(query(connection, version_sql, {workspace, kind, key, version},
                 [&](Row& row) { record = decode(row); }));
  return record;
}

Result<void> write_definition(Connection& connection, const DefinitionRecord& record) {
  TRY_VOID(execute(
      connection, write_sql,
      {workspace, record.number, record.version, record.kind, record.key, record.rev, record.source,
       record.path, record.hash, record.changed_at, record.changed_by, int{record.archived}}));
  TRY_VOID(execute(connection, write_latest_sql,
                   {workspace, record.number, record.kind, record.key, record.version}));
  return {};
}

Result<std::vector<FactRecord>> read_facts(Connection& connection) {
  std::vector<FactRecord> records;
  TRY_VOID(query(connection, facts_sql, {workspace}, [&](Row& row) {
    records.push_back({.id = row.hash(0),
                       .generation = row.number<std::uint64_t>(1),
                       .cut = {row.number<std::uint64_t>(2)},
                       .complete_from = row.time(3)});
  }));
  return records;
}

Result<void> write_fact(Connection& connection, const FactRecord& record) {
  return post(connection, write_fact_sql,
              {workspace, record.id, record.generation, record.cut.value, record.complete_from});
}

Result<void> delete_fact(Connection& connection, const Hash128& id) {
  return post(connection, delete_fact_sql, {workspace, id});
}

Result<std::vector<AttributeRecord>> read_attributes(Connection& connection) {
  std::vector<AttributeRecord> records;
  TRY_VOID(query(connection, attributes_sql, {workspace}, [&](const Row& row) {
    records.push_back({.name = row.text(0),
                       .type = row.text(1),
                       .personal = row.text(2),
                       .first_seen = row.time(3)});
  }));
  return records;
}

Result<void> write_attribute(Connection& connection, const AttributeRecord& record) {
  return post(connection, write_attribute_sql,
              {workspace, record.name, record.type, record.personal, record.first_seen});
}

Result<std::optional<std::string>> read_setting(Connection& connection, std::string_view name) {
  std::optional<std::string> value;
  TRY_VOID(query(connection, setting_sql, {workspace, name},
                 [&](const Row& row) { value = row.text(0); }));
  return value;
}

Result<void> write_setting(Connection& connection, std::string_view name, std::string_view value) {
  return post(connection, write_setting_sql, {workspace, name, value});
}

}  // namespace sojourn::store::sql
