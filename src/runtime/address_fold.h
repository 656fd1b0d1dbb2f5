#pragma once

/// Brings what a store has kept of addresses since before all spellings of an address were one to
/// the form that is compared now (docs/decisions/one-address.md).

#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "store/store.h"

namespace sojourn::runtime {

/// The setting by which a migration asks for it.
inline constexpr std::string_view addresses_to_fold_setting = "addresses_to_fold";

/// Does nothing where no migration has asked for it, else reads every contact once. What it changes
/// goes down page by page; stopped half-way, it begins anew, which is harmless. To be called
/// before anything reads the ledger.
[[nodiscard]] Result<void> fold_addresses(store::Store& store, const HashKey& master_key);

}  // namespace sojourn::runtime
