// https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure
#include <array>

#include "channels/providers/answer_fields.h"
#include "channels/providers/message_reference.h"
#include "channels/providers/reports.h"

namespace sojourn::channels::providers {
namespace {

using Kind = ProviderReport::Kind;

struct Failure {
  std::string_view severity;
  std::string_view reason;  ///< Mailgun's; empty: any
  Kind kind;
  std::string_view ours;
};

/// Failures that are not here are still tried again.
constexpr std::array failures{
    // It did not try, because of what it knows of the address.
    Failure{"permanent", "suppress-bounce", Kind::hard_bounce, "permanent"},
    Failure{"permanent", "suppress-complaint", Kind::complaint, "abuse"},
    Failure{"permanent", "suppress-unsubscribe", Kind::unsubscribe, ""},
    Failure{"permanent", "bounce", Kind::hard_bounce, "permanent"},
    Failure{"permanent", "espblock", Kind::soft_bounce, "blocked"},
    Failure{"permanent", "old", Kind::soft_bounce, "expired"},
    Failure{"permanent", "", Kind::soft_bounce, "temporary"},
    // The last of its tries says so in the reason alone.
    Failure{"temporary", "old", Kind::soft_bounce, "expired"},
};

/// A server that refuses for a policy or a full mailbox says nothing against the address, though
/// Mailgun calls it a bounce.
bool is_about_the_address(std::string_view reason) {
  return reason != "policy" && reason != "mailbox_full" && reason != "content" &&
         reason != "too_big" && reason != "route" && reason != "unreachable";
}

bool read_failure(const Object& event, ProviderReport& report) {
  const std::string severity = text_at(event, "severity");
  const std::string reason = text_at(event, "reason");
  for (const Failure& each : failures) {
    const bool fits = each.severity == severity && (each.reason.empty() || each.reason == reason);
    if (!fits) continue;
    const Object delivery = object_at(event, "delivery-status");
    const std::string message = text_at(delivery, "message");
    report.kind = each.kind;
    report.words = one_line(message.empty() ? text_at(delivery, "description") : message);
    report.status = status_in(text_at(delivery, "enhanced-code"));
    if (report.status.empty()) report.status = status_in(message);
    report.reason = each.reason == "bounce" ? reason_of_status(report.status, each.ours)
                                            : std::string(each.ours);
    if (each.reason == "bounce" && !is_about_the_address(report.reason)) {
      report.kind = Kind::soft_bounce;
    }
    return true;
  }
  return false;
}

}  // namespace

std::vector<ProviderReport> read_mailgun_event(const Object& event) {
  ProviderReport report;
  report.reference = text_at(object_at(event, "user-variables"), reference_name);
  if (report.reference.empty()) return {};
  report.id = report_id("mailgun", text_at(event, "id"));
  const std::string name = text_at(event, "event");
  if (name == "failed") {
    if (!read_failure(event, report)) return {};
  } else if (name == "complained") {
    report.kind = Kind::complaint;
    report.reason = "abuse";
  } else if (name == "unsubscribed") {
    report.kind = Kind::unsubscribe;
  } else {
    return {};
  }
  return {std::move(report)};
}

}  // namespace sojourn::channels::providers
