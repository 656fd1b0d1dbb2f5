#pragma once

/// What the reports of each service say, in our words. One file for each service holds its tables:
/// `<service>_reports.cc`. Pure; nothing is verified here.

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "channels/provider_hooks.h"

namespace sojourn::channels::providers {

/// What Amazon SES publishes: the `Message` of an SNS notification.
[[nodiscard]] std::vector<ProviderReport> read_ses_event(const Object& event);
/// One element of the list that SendGrid posts.
[[nodiscard]] std::vector<ProviderReport> read_sendgrid_event(const Object& event);
[[nodiscard]] std::vector<ProviderReport> read_postmark_event(const Object& event);
/// The `event-data` of what Mailgun posts.
[[nodiscard]] std::vector<ProviderReport> read_mailgun_event(const Object& event);

/// The words of docs/reference/inbound-mail.md for an enhanced status code (RFC 3463); `otherwise`
/// for codes that say nothing of the cause.
[[nodiscard]] std::string reason_of_status(std::string_view status, std::string_view otherwise);
/// The first `x.y.z` in a text; empty where there is none.
[[nodiscard]] std::string status_in(std::string_view words);
/// One printable line of at most 512 bytes.
[[nodiscard]] std::string one_line(std::string_view words);
/// A short id of characters that may stand anywhere, the same for the same parts.
[[nodiscard]] std::string report_id(std::string_view service, std::string_view id);

}  // namespace sojourn::channels::providers
