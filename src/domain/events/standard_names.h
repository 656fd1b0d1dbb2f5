#pragma once

/// The event names that Sojourn itself writes or reads. Rules match names exactly.

#include <string_view>

namespace sojourn::events::names {

inline constexpr std::string_view page_viewed = "Page Viewed";
inline constexpr std::string_view screen_viewed = "Screen Viewed";
inline constexpr std::string_view identified = "Contact Identified";
inline constexpr std::string_view grouped = "Company Joined";
inline constexpr std::string_view aliased = "Contact Aliased";
inline constexpr std::string_view order_completed = "Order Completed";

inline constexpr std::string_view email_sent = "Email Sent";
inline constexpr std::string_view email_opened = "Email Opened";
inline constexpr std::string_view link_clicked = "Link Clicked";
inline constexpr std::string_view message_bounced = "Message Bounced";
inline constexpr std::string_view unsubscribed = "Unsubscribed";
inline constexpr std::string_view subscribed = "Subscribed";

/// The outcome of a hand-off that was not accepted; becomes the delivery's state, no rule reads it.
inline constexpr std::string_view message_failed = "Message Failed";
inline constexpr std::string_view message_deferred = "Message Deferred";
inline constexpr std::string_view message_uncertain = "Message Uncertain";

}  // namespace sojourn::events::names
