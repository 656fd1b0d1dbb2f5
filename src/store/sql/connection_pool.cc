#include "store/sql/connection_pool.h"

namespace sojourn::store::sql {

Result<ConnectionPool::Lease> ConnectionPool::take() {
  {
    std::unique_lock lock(mutex_);
    given_back_.wait(lock, [this] { return !idle_.empty() || count_ < count_max_; });
    if (!idle_.empty()) {
      Lease lease(*this, std::move(idle_.back()));
      idle_.pop_back();
      return lease;
    }
    ++count_;
  }
  Result<std::unique_ptr<driver::Connection>> opened = open_();
  if (opened) return Lease(*this, std::move(*opened));
  {
    const std::lock_guard lock(mutex_);
    --count_;
  }
  given_back_.notify_one();
  return failure(std::move(opened.error()));
}

void ConnectionPool::give_back(std::unique_ptr<driver::Connection> connection) {
  connection->rollback();
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  given_back_.notify_one();
}

}  // namespace sojourn::store::sql
