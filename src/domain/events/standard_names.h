#pragma once

/// The event names that Sojourn itself writes or reads. Rules match names exactly.

#include <array>
#include <string_view>

namespace sojourn::events::names {

inline constexpr std::string_view page_viewed = "Page Viewed";
inline constexpr std::string_view screen_viewed = "Screen Viewed";
inline constexpr std::string_view identified = "Contact Identified";
inline constexpr std::string_view grouped = "Company Joined";
inline constexpr std::string_view aliased = "Contact Aliased";
inline constexpr std::string_view order_completed = "Order Completed";

inline constexpr std::string_view form_submitted = "Form Submitted";
inline constexpr std::string_view webhook_received = "Webhook Received";
inline constexpr std::string_view deal_stage_changed = "Deal Stage Changed";

/// Somebody, or a program, puts the contact into a journey: properties `journey` and `data`.
inline constexpr std::string_view entry_requested = "Entry Requested";
/// The contact is put on a static list, or taken off it: property `list`.
inline constexpr std::string_view list_joined = "List Joined";
inline constexpr std::string_view list_left = "List Left";
/// Points for a score: properties `score`, `points`, `reason`.
inline constexpr std::string_view points_added = "Points Added";
/// What a journey's webhook answered: properties `run`, `step`, `visit`, `status`, `body`, `error`.
inline constexpr std::string_view webhook_answered = "Webhook Answered";
inline constexpr std::string_view task_created = "Task Created";
inline constexpr std::string_view deal_created = "Deal Created";

/// A program asks for one message to the contact (POST /api/v1/messages): properties `key`,
/// `template`, `content` and `request`.
inline constexpr std::string_view message_requested = "Message Requested";

inline constexpr std::string_view email_sent = "Email Sent";
inline constexpr std::string_view email_opened = "Email Opened";
inline constexpr std::string_view link_clicked = "Link Clicked";
inline constexpr std::string_view message_bounced = "Message Bounced";
inline constexpr std::string_view unsubscribed = "Unsubscribed";
inline constexpr std::string_view subscribed = "Subscribed";
/// No mail may go to the address any more, or may again: properties `channel`, `address`, `topic`.
inline constexpr std::string_view address_suppressed = "Address Suppressed";
inline constexpr std::string_view suppression_lifted = "Suppression Lifted";
/// A form asks that an address be confirmed, and that it was: property `form`.
inline constexpr std::string_view confirmation_requested = "Confirmation Requested";
inline constexpr std::string_view subscription_confirmed = "Subscription Confirmed";

/// The outcome of a hand-off that was not accepted; becomes the delivery's state, no rule reads it.
inline constexpr std::string_view message_failed = "Message Failed";
inline constexpr std::string_view message_deferred = "Message Deferred";
inline constexpr std::string_view message_uncertain = "Message Uncertain";

/// Only Sojourn writes these: a write key cannot claim that a mail was opened, or give points.
inline constexpr std::array<std::string_view, 19> reserved = {email_sent,
                                                              email_opened,
                                                              link_clicked,
                                                              message_bounced,
                                                              unsubscribed,
                                                              subscribed,
                                                              address_suppressed,
                                                              suppression_lifted,
                                                              confirmation_requested,
                                                              subscription_confirmed,
                                                              message_failed,
                                                              message_deferred,
                                                              message_uncertain,
                                                              message_requested,
                                                              entry_requested,
                                                              list_joined,
                                                              list_left,
                                                              points_added,
                                                              webhook_answered};
[[nodiscard]] constexpr bool is_reserved(std::string_view name) {
  for (const std::string_view each : reserved) {
    if (each == name) return true;
  }
  return false;
}

}  // namespace sojourn::events::names
