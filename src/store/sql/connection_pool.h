#pragma once

/// Connections for reading one database, opened when first needed and lent to one thread at a time.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "store/driver/driver.h"

namespace sojourn::store::sql {

class ConnectionPool {
 public:
  /// A connection on loan; gives it back when destroyed. The pool must outlive it.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<driver::Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_ != nullptr) pool_->give_back(std::move(connection_));
    }
    driver::Connection& operator*() const { return *connection_; }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<driver::Connection> connection_;
  };

  using Open = std::function<Result<std::unique_ptr<driver::Connection>>()>;

  /// `open` makes one more connection, on the thread that needs it; `count_max` is at least one.
  ConnectionPool(Open open, int count_max) : open_(std::move(open)), count_max_(count_max) {}

  /// Waits while all are lent. Thread-safe.
  [[nodiscard]] Result<Lease> take();

 private:
  void give_back(std::unique_ptr<driver::Connection> connection);

  const Open open_;
  const int count_max_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  int count_ = 0;                                          ///< lent or idle
  std::vector<std::unique_ptr<driver::Connection>> idle_;  ///< newest loan last
};

}  // namespace sojourn::store::sql
