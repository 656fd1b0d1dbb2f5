#include "runtime/return_book.h"

#include <utility>

namespace sojourn::runtime {

void ReturnBook::load(std::vector<store::ReturnedMailsRecord> records) {
  addresses_.clear();
  changed_.clear();
  for (store::ReturnedMailsRecord& record : records) {
    addresses_[record.address] = std::move(record.mails);
  }
}

policies::ReturnedMails ReturnBook::find(const Hash128& address) const {
  const auto found = addresses_.find(address);
  return found == addresses_.end() ? policies::ReturnedMails() : found->second;
}

void ReturnBook::put(const Hash128& address, policies::ReturnedMails mails) {
  const auto found = addresses_.find(address);
  const bool is_known = found != addresses_.end();
  if (is_known ? found->second == mails : mails.empty()) return;
  changed_.insert(address);
  if (mails.empty()) {
    addresses_.erase(found);
  } else {
    addresses_[address] = std::move(mails);
  }
}

std::vector<store::ReturnedMailsRecord> ReturnBook::take_changes() {
  std::vector<store::ReturnedMailsRecord> records;
  for (const Hash128& address : std::exchange(changed_, {})) {
    records.push_back({address, find(address)});
  }
  return records;
}

}  // namespace sojourn::runtime
