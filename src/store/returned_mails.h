#pragma once

/// What addresses have returned since a mail last arrived there. Every view of the state and every
/// transaction has it; only the committer asks.

#include <vector>

#include "base/ensure.h"
#include "base/hash.h"
#include "base/result.h"
#include "domain/policies/soft_bounces.h"
#include "store/state.h"

namespace sojourn::store {

struct ReturnedMailsRecord {
  Hash128 address;  ///< contacts::address_hash()
  policies::ReturnedMails mails;
  friend bool operator==(const ReturnedMailsRecord&, const ReturnedMailsRecord&) = default;
};

class ReturnedMailsReads {
 public:
  virtual ~ReturnedMailsReads() = default;
  /// All of them, by address.
  virtual Result<std::vector<ReturnedMailsRecord>> returned_mails() = 0;
};

class ReturnedMailsWrites : public ReturnedMailsReads {
 public:
  /// Inserts or replaces what the address has returned; nothing removes it.
  virtual Result<void> put_returned_mails(const ReturnedMailsRecord& record) = 0;
};

/// Of this view or transaction, which outlives them.
[[nodiscard]] inline ReturnedMailsReads& returned_mails_in(StateReads& reads) {
  auto* mails = dynamic_cast<ReturnedMailsReads*>(&reads);
  ENSURE(mails != nullptr);
  return *mails;
}
/// Of this transaction, which outlives them.
[[nodiscard]] inline ReturnedMailsWrites& returned_mails_in(StateTransaction& transaction) {
  auto* mails = dynamic_cast<ReturnedMailsWrites*>(&transaction);
  ENSURE(mails != nullptr);
  return *mails;
}

}  // namespace sojourn::store
