// https://postmarkapp.com/developer/api/bounce-api#bounce-types
#include <array>

#include "channels/providers/answer_fields.h"
#include "channels/providers/message_reference.h"
#include "channels/providers/reports.h"

namespace sojourn::channels::providers {
namespace {

using Kind = ProviderReport::Kind;

struct Bounce {
  std::string_view type;
  Kind kind;
  std::string_view reason;
};

/// Types that are not here tell of nothing: automatic answers, delays that are still tried again.
constexpr std::array bounces{
    Bounce{"HardBounce", Kind::hard_bounce, "permanent"},
    Bounce{"BadEmailAddress", Kind::hard_bounce, "unknown_user"},
    Bounce{"ManuallyDeactivated", Kind::hard_bounce, "disabled"},
    Bounce{"AddressChange", Kind::hard_bounce, "moved"},
    Bounce{"SpamComplaint", Kind::complaint, "abuse"},
    Bounce{"Unsubscribe", Kind::unsubscribe, ""},
    Bounce{"SoftBounce", Kind::soft_bounce, "temporary"},
    Bounce{"DnsError", Kind::soft_bounce, "route"},
    Bounce{"SpamNotification", Kind::soft_bounce, "spam"},
    Bounce{"VirusNotification", Kind::soft_bounce, "content"},
    Bounce{"Blocked", Kind::soft_bounce, "blocked"},
    Bounce{"DMARCPolicy", Kind::soft_bounce, "sender_auth"},
    Bounce{"TemplateRenderingFailed", Kind::soft_bounce, "our_error"},
    Bounce{"Unknown", Kind::soft_bounce, "temporary"},
};

bool read_bounce(const Object& event, std::string_view type, ProviderReport& report) {
  for (const Bounce& each : bounces) {
    if (each.type != type) continue;
    const std::string details = text_at(event, "Details");
    report.kind = each.kind;
    report.status = status_in(details);
    const bool generic = each.reason == "permanent" || each.reason == "temporary";
    report.reason =
        generic ? reason_of_status(report.status, each.reason) : std::string(each.reason);
    report.words = one_line(details.empty() ? text_at(event, "Description") : details);
    report.id = report_id("postmark", text_at(event, "ID"));
    return true;
  }
  return false;
}

/// The recipient asked Postmark itself for no more mail. Bounces and complaints, which end in its
/// list too, come as records of their own.
bool read_suppression(const Object& event, ProviderReport& report) {
  const Value* suppresses = find_path(event, "SuppressSending");
  const bool* is_on = suppresses == nullptr ? nullptr : suppresses->as_bool();
  if (is_on == nullptr || !*is_on) return false;
  if (text_at(event, "SuppressionReason") != "ManualSuppression") return false;
  report.kind = Kind::unsubscribe;
  report.id = report_id("postmark",
                        "suppression " + text_at(event, "MessageID") + text_at(event, "ChangedAt"));
  return true;
}

}  // namespace

std::vector<ProviderReport> read_postmark_event(const Object& event) {
  ProviderReport report;
  report.reference = text_at(object_at(event, "Metadata"), reference_name);
  if (report.reference.empty()) return {};
  const std::string record = text_at(event, "RecordType");
  const bool tells = (record == "Bounce" && read_bounce(event, text_at(event, "Type"), report)) ||
                     (record == "SpamComplaint" && read_bounce(event, "SpamComplaint", report)) ||
                     (record == "SubscriptionChange" && read_suppression(event, report));
  if (!tells) return {};
  return {std::move(report)};
}

}  // namespace sojourn::channels::providers
