#pragma once

/// The consent ledger in memory: the state of every address that ever said something. Filled from
/// the store at start, changed after each commit; read by reactions on the committer's thread, and
/// beside it by those of a pass.
///
/// consent() is thread-safe; all else belongs to the thread that changes it.

#include <shared_mutex>
#include <string_view>

#include <absl/container/flat_hash_map.h>

#include "base/hash.h"
#include "base/result.h"
#include "domain/audience/scan.h"
#include "domain/effects/effect.h"
#include "domain/policies/policies.h"
#include "store/state.h"

namespace sojourn::runtime {

class Ledger final : public policies::ConsentLedger, public audience::AddressBook {
 public:
  explicit Ledger(const HashKey& master_key);

  Result<void> load(store::StateReads& reads);

  [[nodiscard]] policies::AddressConsent consent(std::string_view channel,
                                                 std::string_view address) const override;
  /// Takes a change into account; its record must be in the transaction that is committed.
  void apply(const effects::RecordConsent& change);
  /// The row that stands for a change.
  [[nodiscard]] store::ConsentRecord record_of(const effects::RecordConsent& change,
                                               const contacts::ContactId& contact) const;
  [[nodiscard]] const policies::AddressConsent* find(const Hash128& address) const override;
  [[nodiscard]] const policies::AddressConsent* find_nobody(
      std::string_view channel) const override;
  [[nodiscard]] Hash128 address_hash(std::string_view channel, std::string_view address) const;

 private:
  const HashKey key_;
  /// Held by whoever changes states_, and by who reads them on another thread.
  mutable std::shared_mutex mutex_;
  absl::flat_hash_map<Hash128, policies::AddressConsent> states_;
};

}  // namespace sojourn::runtime
