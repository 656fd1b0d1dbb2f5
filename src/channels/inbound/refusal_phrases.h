#pragma once

/// The words in which mail servers refuse, in a table.

#include <cstdint>
#include <span>
#include <string_view>

#include "channels/inbound/reason.h"

namespace sojourn::channels::inbound {

/// How much a phrase is worth beside a code.
enum class Weight : std::uint8_t {
  certain,  ///< names the cause whatever the code says: many servers send a code that is not meant
  weak,     ///< counts where the code names no cause
};

struct PhraseRule {
  Reason reason;
  Weight weight;
  std::span<const std::string_view> phrases;  ///< any of them, as contains_phrase() takes them
};

/// The first rule with a phrase in the text decides. All of weight `certain` come first.
[[nodiscard]] std::span<const PhraseRule> phrase_rules();

}  // namespace sojourn::channels::inbound
