#pragma once

/// What all providers together are given: who takes the mails of which domain, and how much at
/// once.

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "channels/email/shaper.h"

namespace sojourn::channels::email {

/// Thread-safe. Instants are of a clock that does not go back.
class Traffic {
 public:
  /// Domains whose provider is remembered; about 100 bytes each. Beyond it all are learned anew.
  static constexpr std::size_t domains_max = 200'000;
  /// Providers that are remembered besides those with mails under way.
  static constexpr std::size_t providers_max = 20'000;

  /// How long a mail to the domain should wait before it is started; zero where its provider has
  /// room, or is not known yet.
  [[nodiscard]] Duration wait(std::string_view domain, Timestamp now);
  /// A mail to the domain, whose provider is known now, takes its place. Present: there is none,
  /// and how long to wait.
  [[nodiscard]] std::optional<Duration> enter(const std::string& domain, const Provider& provider,
                                              Timestamp now);
  /// A mail that entered at `entered` has ended.
  void leave(const std::string& provider, Timestamp entered, Timestamp now);

  [[nodiscard]] int connections_max(const std::string& provider, Timestamp now);
  /// Counts a connection more, where the limit of a minute allows it.
  [[nodiscard]] bool connect(const std::string& provider, Timestamp now);

  /// True where it was not throttled before.
  bool throttled(const std::string& provider, Timestamp now);
  void unreachable(const std::string& provider, Timestamp now);
  void reached(const std::string& provider);

 private:
  Shaper* find(const std::string& provider);
  void forget_idle(Timestamp now);

  std::mutex mutex_;
  // All below are guarded by mutex_.
  absl::flat_hash_map<std::string, std::string> provider_of_;
  absl::flat_hash_map<std::string, Shaper> shapers_;
};

}  // namespace sojourn::channels::email
