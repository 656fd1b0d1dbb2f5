#pragma once

/// What the ledger says of one address.

#include <string_view>
#include <vector>

#include "api/context.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/policies/policies.h"
#include "store/state.h"

namespace sojourn::api {

struct AddressLedger {
  std::vector<store::ConsentRecord> lines;  ///< newest first
  policies::AddressConsent consent;         ///< their fold
};

/// `address` normalised.
[[nodiscard]] Result<AddressLedger> read_ledger(const Context& context, store::StateReads& view,
                                                std::string_view channel, std::string_view address);

/// The ledger's name of an address.
[[nodiscard]] Hash128 ledger_hash(const Context& context, std::string_view channel,
                                  std::string_view address);

/// What somebody read, as lines of the ledger show it: SHA-256 in hexadecimal, so that whoever has
/// the words can check it.
[[nodiscard]] std::string wording_hash(std::string_view words);

/// One object of ConsentLine.
void write_consent_line(JsonWriter& out, const store::ConsentRecord& line);

}  // namespace sojourn::api
