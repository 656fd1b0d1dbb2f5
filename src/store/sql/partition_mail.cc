#include "store/sql/partition_mail.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using contacts::ContactId;
using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql mail_sql =
    "SELECT sequence, contact, payload FROM partition_mail"
    " WHERE workspace = ?1 ORDER BY sequence LIMIT ?2";
constexpr Sql write_sql =
    "INSERT INTO partition_mail (workspace, sequence, partition, contact, payload)"
    " VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr Sql move_sql =
    "UPDATE partition_mail SET partition = ?4, contact = ?5"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";
constexpr Sql delete_sql = "DELETE FROM partition_mail WHERE workspace = ?1 AND sequence = ?2";
constexpr Sql delete_to_sql =
    "DELETE FROM partition_mail WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";

}  // namespace

Result<std::vector<PartitionMail>> read_partition_mail(Connection& connection, std::size_t limit) {
  std::vector<PartitionMail> mail;
  TRY_VOID(query(connection, mail_sql, {workspace, limit}, [&](Row& row) {
    mail.push_back(
        {.sequence = row.number<std::uint64_t>(0), .to = {row.hash(1)}, .payload = row.text(2)});
  }));
  return mail;
}

Result<void> write_partition_mail(Connection& connection, const PartitionMail& mail) {
  return post(connection, write_sql,
              {workspace, mail.sequence, mail.to.partition(), mail.to.hash, Bytes{mail.payload}});
}

Result<void> move_partition_mail(Connection& connection, const ContactId& from,
                                 const ContactId& to) {
  return post(connection, move_sql,
              {workspace, from.partition(), from.hash, to.partition(), to.hash});
}

Result<void> delete_partition_mail(Connection& connection, std::uint64_t sequence) {
  return post(connection, delete_sql, {workspace, sequence});
}

Result<void> delete_partition_mail_to(Connection& connection, const ContactId& contact) {
  return post(connection, delete_to_sql, {workspace, contact.partition(), contact.hash});
}

}  // namespace sojourn::store::sql
