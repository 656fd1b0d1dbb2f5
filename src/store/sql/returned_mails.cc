#include "store/sql/returned_mails.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;

// Reads them all: few addresses return mails, and each mail that leaves asks whether its does.
constexpr Sql all_sql =
    "SELECT address, mails FROM returned_mails WHERE workspace = ?1 ORDER BY address";
constexpr Sql write_sql =
    "INSERT INTO returned_mails (workspace, address, mails) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, address) DO UPDATE SET mails = excluded.mails";
constexpr Sql delete_sql = "DELETE FROM returned_mails WHERE workspace = ?1 AND address = ?2";

}  // namespace

Result<std::vector<ReturnedMailsRecord>> read_returned_mails(Connection& connection) {
  std::vector<ReturnedMailsRecord> records;
  TRY_VOID(query(connection, all_sql, {workspace}, [&](Row& row) {
    ByteReader in(row.view(1));
    records.push_back({row.hash(0), policies::decode_returned_mails(in)});
    if (!in.ok() || !in.at_end()) row.mark_damaged();
  }));
  return records;
}

Result<void> write_returned_mails(Connection& connection, const ReturnedMailsRecord& record) {
  if (record.mails.empty()) {
    TRY_VOID(execute(connection, delete_sql, {workspace, record.address}));
    return {};
  }
  ByteWriter out;
  policies::encode(out, record.mails);
  const std::string mails = out.take();
  TRY_VOID(execute(connection, write_sql, {workspace, record.address, Bytes{mails}}));
  return {};
}

}  // namespace sojourn::store::sql
