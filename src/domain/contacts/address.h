#pragma once

/// When two spellings of an email address mean one mailbox (docs/decisions/one-address.md).

#include <string>
#include <string_view>

#include "base/hash.h"

namespace sojourn::contacts {

/// The spelling that stands for every spelling of a normalised address (normalise_email(), whose
/// domain is in lower case A-labels): without capitals. Mail goes
/// to the address as its owner writes it; whatever asks whether two are one compares this.
/// The store's look-ups do the same with lower(): both know ASCII letters only.
[[nodiscard]] std::string folded_address(std::string_view normalised);

/// Under what consent and suppression of an address are kept: a keyed hash of channel and folded
/// address, so that every spelling of it finds them. `key` is runtime::address_key()'s.
[[nodiscard]] Hash128 address_hash(const HashKey& key, std::string_view channel,
                                   std::string_view address);

}  // namespace sojourn::contacts
