#pragma once

/// What a reader sees of the state: one state of the database, on a connection of its own.

#include <utility>

#include "store/message_copies.h"
#include "store/sql/connection_pool.h"
#include "store/sql/message_copies.h"
#include "store/sql/state_reads.h"
#include "store/sql/team.h"

namespace sojourn::store::sql {

/// A view holds one transaction from its first to its last read.
class SqlView final : public SqlReads<StateReads>, public TeamReads, public MessageCopyReads {
 public:
  /// On a connection whose reading has begun; it ends when the view is destroyed.
  explicit SqlView(ConnectionPool::Lease lease) : lease_(std::move(lease)) {}

  Result<std::vector<UserRecord>> users() override { return read_users(*lease_); }
  Result<std::vector<InvitationRecord>> invitations() override { return read_invitations(*lease_); }
  Result<std::optional<std::string>> second_factor(std::string_view email) override {
    return read_second_factor(*lease_, email);
  }
  Result<std::optional<MessageCopy>> message_copy(messages::MessageId id) override {
    return read_message_copy(*lease_, id);
  }
  Result<std::optional<Timestamp>> earliest_copy_end() override {
    return read_earliest_copy_end(*lease_);
  }

 protected:
  driver::Connection& connection() override { return *lease_; }
  Result<void> settle() override { return {}; }
  Result<std::uint64_t> last_decision(const ContactId& contact) override {
    return read_last_decision(*lease_, contact);
  }

 private:
  ConnectionPool::Lease lease_;
};

}  // namespace sojourn::store::sql
