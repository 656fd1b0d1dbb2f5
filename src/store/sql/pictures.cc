#include "store/sql/pictures.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using assets::PictureId;
using assets::PictureType;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql read_sql =
    "SELECT type, served, width, height, is_animated, bytes, created_at, is_claimed"
    " FROM picture WHERE workspace = ?1 AND id = ?2";
constexpr Sql read_file_sql =
    "SELECT content FROM picture_file WHERE workspace = ?1 AND picture = ?2 AND width = ?3";
constexpr Sql unclaimed_sql =
    "SELECT id FROM picture WHERE workspace = ?1 AND is_claimed = 0 AND created_at < ?2"
    " ORDER BY created_at LIMIT ?3";
constexpr Sql write_sql =
    "INSERT INTO picture (workspace, id, type, served, width, height, is_animated, bytes,"
    " created_at, is_claimed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    " ON CONFLICT (workspace, id) DO UPDATE SET type = excluded.type, served = excluded.served,"
    " width = excluded.width, height = excluded.height, is_animated = excluded.is_animated,"
    " bytes = excluded.bytes, created_at = excluded.created_at, is_claimed = excluded.is_claimed";
constexpr Sql write_file_sql =
    "INSERT INTO picture_file (workspace, picture, width, content) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (workspace, picture, width) DO UPDATE SET content = excluded.content";
constexpr Sql delete_sql = "DELETE FROM picture WHERE workspace = ?1 AND id = ?2";
constexpr Sql delete_files_sql = "DELETE FROM picture_file WHERE workspace = ?1 AND picture = ?2";

PictureType type_in(Row& row, int column) {
  const std::optional<PictureType> type = assets::type_of_ending(row.view(column));
  if (!type) row.mark_damaged();
  return type.value_or(PictureType::png);
}

}  // namespace

Result<std::optional<PictureRecord>> read_picture(Connection& connection, const PictureId& id) {
  std::optional<PictureRecord> found;
  TRY_VOID(query(connection, read_sql, {workspace, id.hash}, [&](Row& row) {
    found = PictureRecord{.id = id,
                          .type = type_in(row, 0),
                          .served = type_in(row, 1),
                          .extent = {row.number<int>(2), row.number<int>(3)},
                          .is_animated = row.integer(4) != 0,
                          .bytes = row.number<std::uint64_t>(5),
                          .created_at = row.time(6),
                          .is_claimed = row.integer(7) != 0};
  }));
  return found;
}

Result<std::optional<std::string>> read_picture_file(Connection& connection, const PictureId& id,
                                                     int width) {
  std::optional<std::string> found;
  TRY_VOID(query(connection, read_file_sql, {workspace, id.hash, width},
                 [&](Row& row) { found = row.text(0); }));
  return found;
}

Result<std::vector<PictureId>> read_unclaimed_pictures(Connection& connection, Timestamp before,
                                                       std::size_t limit) {
  std::vector<PictureId> found;
  TRY_VOID(query(connection, unclaimed_sql, {workspace, before, static_cast<std::int64_t>(limit)},
                 [&](Row& row) { found.push_back({row.hash(0)}); }));
  return found;
}

Result<void> write_picture(Connection& connection, const PictureRecord& picture) {
  return post(
      connection, write_sql,
      {workspace, picture.id.hash, assets::ending_of(picture.type),
       assets::ending_of(picture.served), picture.extent.width, picture.extent.height,
       picture.is_animated ? 1 : 0, picture.bytes, picture.created_at, picture.is_claimed ? 1 : 0});
}

Result<void> write_picture_file(Connection& connection, const PictureId& id, int width,
                                std::string_view content) {
  return post(connection, write_file_sql, {workspace, id.hash, width, driver::Bytes{content}});
}

Result<void> delete_picture(Connection& connection, const PictureId& id) {
  TRY_VOID(post(connection, delete_files_sql, {workspace, id.hash}));
  return post(connection, delete_sql, {workspace, id.hash});
}

}  // namespace sojourn::store::sql
