#pragma once

/// What addresses have returned, in memory: filled from the store at start, and changed by the
/// committer's thread with its transactions. Few addresses are in it: those of which a mail came
/// back and none has arrived since.

#include <set>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/hash.h"
#include "store/returned_mails.h"

namespace sojourn::runtime {

class ReturnBook {
 public:
  /// Forgets everything else.
  void load(std::vector<store::ReturnedMailsRecord> records);

  [[nodiscard]] bool empty() const { return addresses_.empty(); }
  /// Nothing where the address has returned none.
  [[nodiscard]] policies::ReturnedMails find(const Hash128& address) const;
  void put(const Hash128& address, policies::ReturnedMails mails);
  /// What has changed since the last call, by address; nothing is left of some.
  [[nodiscard]] std::vector<store::ReturnedMailsRecord> take_changes();

 private:
  absl::flat_hash_map<Hash128, policies::ReturnedMails> addresses_;
  std::set<Hash128> changed_;
};

}  // namespace sojourn::runtime
