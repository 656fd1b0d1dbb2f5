// https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
#include <array>

#include "base/text.h"
#include "channels/providers/answer_fields.h"
#include "channels/providers/message_reference.h"
#include "channels/providers/reports.h"

namespace sojourn::channels::providers {
namespace {

using Kind = ProviderReport::Kind;

struct Event {
  std::string_view event;
  /// Of `bounce` its type, of `dropped` the beginning of its reason, in lower case; empty: any.
  std::string_view detail;
  Kind kind;
  std::string_view reason;
};

constexpr std::array events{
    Event{"bounce", "blocked", Kind::soft_bounce, "blocked"},
    Event{"bounce", "expired", Kind::soft_bounce, "expired"},
    Event{"bounce", "", Kind::hard_bounce, "permanent"},
    // It did not try, because of what it knows of the address.
    Event{"dropped", "bounced address", Kind::hard_bounce, "permanent"},
    Event{"dropped", "invalid", Kind::hard_bounce, "permanent"},
    Event{"dropped", "spam reporting address", Kind::complaint, "abuse"},
    Event{"dropped", "unsubscribed address", Kind::unsubscribe, ""},
    Event{"dropped", "", Kind::soft_bounce, "policy"},
    Event{"spamreport", "", Kind::complaint, "abuse"},
    Event{"unsubscribe", "", Kind::unsubscribe, ""},
    Event{"group_unsubscribe", "", Kind::unsubscribe, ""},
};

}  // namespace

std::vector<ProviderReport> read_sendgrid_event(const Object& event) {
  ProviderReport report;
  report.reference = text_at(event, reference_name);
  if (report.reference.empty()) return {};
  const std::string name = text_at(event, "event");
  const std::string reason = text_at(event, "reason");
  const std::string detail =
      to_lower_ascii(name == "bounce" ? text_at(event, "type") : std::string_view(reason));
  for (const Event& each : events) {
    if (each.event != name || !detail.starts_with(each.detail)) continue;
    report.kind = each.kind;
    report.status = status_in(text_at(event, "status"));
    if (report.status.empty()) report.status = status_in(reason);
    const bool generic = each.reason == "permanent" || each.reason == "blocked";
    report.reason =
        generic ? reason_of_status(report.status, each.reason) : std::string(each.reason);
    report.words = one_line(reason);
    report.id = report_id("sendgrid", text_at(event, "sg_event_id"));
    return {std::move(report)};
  }
  return {};
}

}  // namespace sojourn::channels::providers
