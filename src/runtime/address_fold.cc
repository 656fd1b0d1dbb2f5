#include "runtime/address_fold.h"

#include "domain/contacts/address.h"
#include "domain/contacts/attributes.h"
#include "runtime/event_log.h"
#include "store/address_moves.h"

namespace sojourn::runtime {
namespace {

constexpr int contacts_per_page = 1'000;

/// The hash under which the ledger had a spelling of its own.
Hash128 own_hash(const HashKey& key, std::string_view email) {
  return keyed_hash(key, {"email", email});
}

Result<void> fold(store::StateTransaction& transaction, const HashKey& key,
                  const store::ContactRecord& listed) {
  const std::string normalised = contacts::normalise_email(listed.email);
  const std::string folded = contacts::folded_address(normalised);
  if (normalised.empty() || folded == listed.email) return {};
  if (normalised != listed.email) {
    TRY(record, transaction.contact(listed.id));
    if (record) {
      record->email = normalised;
      TRY_VOID(transaction.put_contact(*record));
    }
  }
  auto* moves = dynamic_cast<store::AddressMoves*>(&transaction);
  if (moves == nullptr) return failure("damaged", "the store cannot move addresses");
  return moves->move_address(own_hash(key, listed.email),
                             contacts::address_hash(key, "email", normalised));
}

}  // namespace

Result<void> fold_addresses(store::Store& store, const HashKey& master_key) {
  {
    TRY(view, store.view());
    TRY(asked, view->setting(addresses_to_fold_setting));
    if (!asked || asked->empty()) return {};
  }
  const HashKey key = address_key(master_key);
  store::StateReads::ContactQuery query;
  query.limit = contacts_per_page;
  do {
    TRY(transaction, store.begin());
    TRY(page, transaction->list_contacts(query));
    for (const store::ContactRecord& listed : page.contacts) {
      TRY_VOID(fold(*transaction, key, listed));
    }
    query.cursor = page.next;
    if (query.cursor.empty()) {
      TRY_VOID(transaction->put_setting(addresses_to_fold_setting, ""));
    }
    TRY_VOID(transaction->commit());
  } while (!query.cursor.empty());
  return {};
}

}  // namespace sojourn::runtime
