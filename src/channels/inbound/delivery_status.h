#pragma once

/// Delivery status notifications: RFC 3464, and RFC 6533 for addresses in other scripts.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/inbound/refusal.h"

namespace sojourn::channels::inbound {

/// A report names as many recipients as the mail had; ours have one.
constexpr std::size_t reported_recipients_max = 1000;

struct ReportedRecipient {
  std::string address;  ///< as it was sent to where the report says so; empty: it names none
  Refusal refusal;
};

struct DeliveryStatus {
  std::string envelope_id;  ///< Original-Envelope-Id, decoded; empty: none
  std::vector<ReportedRecipient> recipients;
};

/// Reads the body of a message/delivery-status part. Many servers err in its form: fields of one
/// recipient may be spread over blocks, or those of several stand in one.
[[nodiscard]] DeliveryStatus read_delivery_status(std::string_view text);

}  // namespace sojourn::channels::inbound
