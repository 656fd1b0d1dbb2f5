#pragma once

/// All that is stored about one contact, for explanations.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/context.h"
#include "api/endpoints/contact_json.h"
#include "domain/effects/decision.h"
#include "domain/events/event.h"
#include "domain/messages/message.h"
#include "domain/policies/policies.h"

namespace sojourn::api {

/// The contact's events before a position, latest position first.
[[nodiscard]] Result<std::vector<reaction::TimelineEntry>> read_timeline(
    store::StateReads& view, const reaction::ContactState& state, std::uint64_t before);

/// What the addresses of one contact said.
class ContactLedger final : public policies::ConsentLedger {
 public:
  void add(std::string_view channel, std::string_view address, policies::AddressConsent consent);
  [[nodiscard]] policies::AddressConsent consent(std::string_view channel,
                                                 std::string_view address) const override;

 private:
  std::map<std::pair<std::string, std::string>, policies::AddressConsent> consents_;
};

struct ContactHistory {
  reaction::ContactState state;
  std::vector<events::Event> events;         ///< in the order of the log
  std::vector<effects::Decision> decisions;  ///< in the order of decision
  std::vector<messages::Message> messages;   ///< newest first
  ContactLedger ledger;
  /// False where there is more of something than was asked for: what is older is not told.
  bool whole = true;
};
/// What an explanation reads: enough for years of one person.
inline constexpr std::size_t history_max = 5'000;

/// `at_most`: of the newest events, decisions and messages, each. Error `unknown_contact`.
[[nodiscard]] Result<ContactHistory> read_history(const Context& context, store::StateReads& view,
                                                  const contacts::ContactId& id,
                                                  std::size_t at_most = history_max);

}  // namespace sojourn::api
