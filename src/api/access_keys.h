#pragma once

/// The keys of a workspace: write keys of servers and browsers, and keys of the management API.
///
/// Stored as keyed hashes; all of them stand in memory, so that a call looks up its key without the
/// store.

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/random.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/events/event.h"
#include "store/state.h"

namespace sojourn::api {

enum class KeyKind : std::uint8_t { server, browser, api };

[[nodiscard]] std::string_view to_string(KeyKind kind);

/// Keys come from people's environment too, and stand in Basic auth before the colon.
inline constexpr std::size_t access_key_bytes_max = 255;

/// A new key: `sk_`, `bk_` or `ak_` and 192 random bits.
[[nodiscard]] std::string make_access_key(KeyKind kind, const RandomBytes& random);

/// The row of a key. Browser keys are public and shown whole; of others at most the first 8
/// characters and a third of the key are kept in the clear.
/// Error `invalid_key` for one that is empty, too long, or not printable ASCII without colon.
[[nodiscard]] Result<store::AccessKeyRecord> describe_access_key(const HashKey& master,
                                                                 KeyKind kind, std::string_view key,
                                                                 Timestamp created_at);

/// A key as the running server knows it.
struct AccessKey {
  explicit AccessKey(store::AccessKeyRecord row);

  const store::AccessKeyRecord record;
  const KeyKind kind;
  /// Of accepted calls since the server started; 0: none.
  std::atomic<std::int64_t> last_event_ms = 0;

  [[nodiscard]] events::Trust trust() const {
    return kind == KeyKind::server ? events::Trust::server_key : events::Trust::browser_key;
  }
};

/// Thread-safe.
class AccessKeys {
 public:
  explicit AccessKeys(const HashKey& master);

  /// Replaces what is known by what is stored; `last_event_ms` stays.
  Result<void> load(store::StateReads& reads);

  // Shared, because a request may hold a key while load() replaces the map.
  using Found = std::shared_ptr<AccessKey>;
  /// Null where no write key, or no key of the management API, has this value.
  [[nodiscard]] Found find_write_key(std::string_view key) const;
  [[nodiscard]] Found find_api_key(std::string_view key) const;
  /// Null where there is none of this id.
  [[nodiscard]] Found find_by_id(std::string_view id) const;
  /// By creation.
  [[nodiscard]] std::vector<Found> write_keys() const;

 private:
  [[nodiscard]] Found find(const Hash128& hash) const;

  const HashKey master_;
  mutable std::shared_mutex mutex_;
  absl::flat_hash_map<Hash128, Found> by_hash_;  // guarded by mutex_
};

}  // namespace sojourn::api
