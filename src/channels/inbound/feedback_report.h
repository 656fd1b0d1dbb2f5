#pragma once

/// Complaints: RFC 5965 feedback reports (ARF), and what Microsoft's program sends instead.

#include <optional>
#include <string>
#include <vector>

#include "channels/inbound/mail_parts.h"
#include "channels/inbound/reason.h"

namespace sojourn::channels::inbound {

struct FeedbackReport {
  Reason reason = Reason::abuse;
  /// Who complained; empty where the report hides it, as many do.
  std::vector<std::string> recipients;
};

/// Absent where the mail is no such report.
[[nodiscard]] std::optional<FeedbackReport> read_feedback_report(const MailParts& mail);

}  // namespace sojourn::channels::inbound
