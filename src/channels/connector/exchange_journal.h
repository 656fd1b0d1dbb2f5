#pragma once

/// Keeps what was asked of services lately: the newest, in memory.

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "channels/exchanges.h"

namespace sojourn::channels::connector {

/// Thread-safe.
class ExchangeJournal final : public Exchanges {
 public:
  /// 2,000 of some 300 bytes: minutes of a busy server, weeks of one that is tried out.
  static constexpr std::size_t exchanges_max = 2000;
  static constexpr std::size_t words_bytes_max = 256;

  explicit ExchangeJournal(std::size_t kept_max = exchanges_max) : kept_max_(kept_max) {}

  /// Numbers it, redacts `url` and `words`, and forgets the oldest above the limit.
  void note(Exchange exchange);
  [[nodiscard]] std::vector<Exchange> before(std::uint64_t number,
                                             std::size_t count) const override;

 private:
  const std::size_t kept_max_;
  mutable std::mutex mutex_;
  std::uint64_t noted_ = 0;         // guarded by mutex_
  std::deque<Exchange> exchanges_;  // guarded by mutex_; the oldest first
};

/// `https://api.example.com/v3/send` of `https://user:word@api.example.com/v3/send?token=1`.
[[nodiscard]] std::string without_secrets(std::string_view url);

/// One printable line; `ann@example.com` as `…@example.com`.
[[nodiscard]] std::string without_addresses(std::string_view words);

}  // namespace sojourn::channels::connector
