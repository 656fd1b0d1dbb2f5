// https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
#include <array>
#include <optional>

#include "base/text.h"
#include "channels/providers/answer_fields.h"
#include "channels/providers/message_reference.h"
#include "channels/providers/reports.h"

namespace sojourn::channels::providers {
namespace {

using Kind = ProviderReport::Kind;

struct Bounce {
  std::string_view type;
  std::string_view sub_type;  ///< empty: any
  Kind kind;
  std::string_view reason;
};

constexpr std::array bounces{
    // The address is on a list of Amazon's, since it has bounced for somebody lately.
    Bounce{"Permanent", "Suppressed", Kind::hard_bounce, "permanent"},
    Bounce{"Permanent", "OnAccountSuppressionList", Kind::hard_bounce, "permanent"},
    Bounce{"Permanent", "UnsubscribedRecipient", Kind::unsubscribe, ""},
    Bounce{"Permanent", "NoEmail", Kind::hard_bounce, "unknown_user"},
    Bounce{"Permanent", "", Kind::hard_bounce, "permanent"},
    Bounce{"Transient", "MailboxFull", Kind::soft_bounce, "mailbox_full"},
    Bounce{"Transient", "MessageTooLarge", Kind::soft_bounce, "too_big"},
    Bounce{"Transient", "ContentRejected", Kind::soft_bounce, "content"},
    Bounce{"Transient", "AttachmentRejected", Kind::soft_bounce, "content"},
    Bounce{"Transient", "CustomTimeoutExceeded", Kind::soft_bounce, "expired"},
    Bounce{"Transient", "", Kind::soft_bounce, "temporary"},
    Bounce{"Undetermined", "", Kind::soft_bounce, "temporary"},
};

/// Absent for reports that nobody complained.
std::optional<std::string> complaint_reason(const std::string& type) {
  if (type == "not-spam" || type == "auth-failure") return std::nullopt;
  if (type == "fraud" || type == "virus" || type == "other") return type;
  return "abuse";
}

bool read_bounce(const Object& event, ProviderReport& report) {
  const std::string type = text_at(event, "bounce.bounceType");
  const std::string sub_type = text_at(event, "bounce.bounceSubType");
  for (const Bounce& each : bounces) {
    const bool fits = each.type == type && (each.sub_type.empty() || each.sub_type == sub_type);
    if (!fits) continue;
    report.kind = each.kind;
    report.status = status_in(text_at(event, "bounce.bouncedRecipients.0.status"));
    report.words = one_line(text_at(event, "bounce.bouncedRecipients.0.diagnosticCode"));
    report.reason = each.sub_type.empty() ? reason_of_status(report.status, each.reason)
                                          : std::string(each.reason);
    report.id = report_id("ses", text_at(event, "bounce.feedbackId"));
    return true;
  }
  return false;
}

bool read_complaint(const Object& event, ProviderReport& report) {
  const auto reason = complaint_reason(text_at(event, "complaint.complaintFeedbackType"));
  if (!reason) return false;
  report.kind = Kind::complaint;
  report.reason = *reason;
  report.words = one_line(text_at(event, "complaint.userAgent"));
  report.id = report_id("ses", text_at(event, "complaint.feedbackId"));
  return true;
}

/// It found a virus in the mail and did not send it.
bool read_reject(const Object& event, ProviderReport& report) {
  report.kind = Kind::soft_bounce;
  report.reason = "content";
  report.words = one_line(text_at(event, "reject.reason"));
  report.id = report_id("ses", "reject " + text_at(event, "mail.messageId"));
  return true;
}

bool read_subscription(const Object& event, ProviderReport& report) {
  const Value* all = find_path(event, "subscription.newTopicPreferences.unsubscribeAll");
  const bool* unsubscribed = all == nullptr ? nullptr : all->as_bool();
  if (unsubscribed == nullptr || !*unsubscribed) return false;
  report.kind = Kind::unsubscribe;
  report.id = report_id("ses", "subscription " + text_at(event, "mail.messageId") +
                                   text_at(event, "subscription.timestamp"));
  return true;
}

}  // namespace

std::vector<ProviderReport> read_ses_event(const Object& event) {
  std::string type = text_at(event, "eventType");
  if (type.empty()) type = text_at(event, "notificationType");
  ProviderReport report;
  report.reference = text_at(event, "mail.tags." + std::string(reference_name) + ".0");
  if (report.reference.empty()) return {};
  const bool tells = (type == "Bounce" && read_bounce(event, report)) ||
                     (type == "Complaint" && read_complaint(event, report)) ||
                     (type == "Reject" && read_reject(event, report)) ||
                     (type == "Subscription" && read_subscription(event, report));
  if (!tells) return {};
  return {std::move(report)};
}

}  // namespace sojourn::channels::providers
