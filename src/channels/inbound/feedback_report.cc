#include "channels/inbound/feedback_report.h"

#include <algorithm>

#include "base/text.h"
#include "channels/inbound/address_text.h"

namespace sojourn::channels::inbound {
namespace {

struct TypeName {
  std::string_view name;
  Reason reason;
};

// RFC 5965 §7.3, RFC 6430, RFC 6591, and what providers made up.
constexpr TypeName types[] = {
    {"abuse", Reason::abuse},          {"fraud", Reason::fraud},
    {"virus", Reason::virus},          {"opt-out", Reason::opt_out},
    {"opt-out-list", Reason::opt_out}, {"unsubscribe", Reason::opt_out},
    {"not-spam", Reason::not_spam},    {"auth-failure", Reason::auth_failure},
    {"dmarc", Reason::auth_failure},
};

Reason reason_of(std::string_view type) {
  const std::string lower = to_lower_ascii(trimmed(type));
  for (const TypeName& each : types) {
    if (lower == each.name) return each.reason;
  }
  return lower.empty() ? Reason::abuse : Reason::other_complaint;
}

/// A token that stands for an address, such as `redacted@example.com`, names nobody.
bool is_hidden(std::string_view address) {
  const std::string lower = to_lower_ascii(address);
  return lower.find("redacted") != std::string::npos || lower.starts_with("undisclosed") ||
         lower.starts_with("hidden@") || lower.starts_with("unknown@");
}

void add_addresses(std::vector<std::string>& list, std::string_view value) {
  for (FoundAddress& each : find_addresses(value)) {
    const bool is_known = std::ranges::any_of(
        list, [&](const std::string& other) { return equal_ignoring_case(other, each.address); });
    if (!is_known && !is_hidden(each.address)) list.push_back(std::move(each.address));
  }
}

/// The fields of the mail that is complained about: enclosed, or after the report.
std::vector<Header> enclosed_headers(const MailParts& mail) {
  for (const Part& part : mail.parts) {
    if (part.message_depth > 0) continue;
    if (part.type == "message/rfc822") return part.headers;
    if (part.type == "text/rfc822-headers" || part.type == "message/rfc822-headers") {
      return read_header_lines(part.text);
    }
  }
  return {};
}

std::optional<FeedbackReport> read_report(const MailParts& mail) {
  const auto part = std::ranges::find_if(mail.parts, [](const Part& each) {
    return each.type == "message/feedback-report" && each.message_depth <= 1;
  });
  if (part == mail.parts.end()) return std::nullopt;
  const std::vector<Header> fields = read_header_lines(part->text);
  FeedbackReport report{.reason = reason_of(find_header(fields, "Feedback-Type")),
                        .recipients = {}};
  for (const Header& field : fields) {
    const bool names_one = equal_ignoring_case(field.name, "Original-Rcpt-To") ||
                           equal_ignoring_case(field.name, "Removal-Recipient");
    if (names_one) add_addresses(report.recipients, field.value);
  }
  return report;
}

/// Microsoft's JMRP encloses the mail without a report.
std::optional<FeedbackReport> read_enclosed(const std::vector<Header>& enclosed) {
  const std::string_view recipient = find_header(enclosed, "X-HmXmrOriginalRecipient");
  if (recipient.empty()) return std::nullopt;
  FeedbackReport report;
  add_addresses(report.recipients, recipient);
  return report;
}

}  // namespace

std::optional<FeedbackReport> read_feedback_report(const MailParts& mail) {
  const std::vector<Header> enclosed = enclosed_headers(mail);
  std::optional<FeedbackReport> report = read_report(mail);
  if (!report) return read_enclosed(enclosed);
  for (const std::string_view name : {"X-HmXmrOriginalRecipient", "To"}) {
    if (report->recipients.empty()) add_addresses(report->recipients, find_header(enclosed, name));
  }
  return report;
}

}  // namespace sojourn::channels::inbound
