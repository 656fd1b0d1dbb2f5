#pragma once

/// The words of bounces that are written for people, in tables: how such mails begin, how they name
/// a recipient, and where they go over to the mail that they return.

#include <span>
#include <string_view>

namespace sojourn::channels::inbound {

/// In the From field of programs that return mail; in lower case, as all tables here.
[[nodiscard]] std::span<const std::string_view> daemon_names();

/// In the Subject of bounces and of warnings about a delay.
[[nodiscard]] std::span<const std::string_view> bounce_subjects();

/// In the text of bounces, in several languages.
[[nodiscard]] std::span<const std::string_view> bounce_phrases();

/// In the text of warnings: the mail is still being tried.
[[nodiscard]] std::span<const std::string_view> delay_phrases();

/// In a line of its own, before the returned mail.
[[nodiscard]] std::span<const std::string_view> copy_marks();

/// Right before an address that was not reached.
[[nodiscard]] std::span<const std::string_view> lead_words();

/// In a line, before an address that is not the recipient's.
[[nodiscard]] std::span<const std::string_view> other_labels();

/// Providers that name their customers without a domain; by the domain of the daemon.
[[nodiscard]] std::span<const std::string_view> bare_name_domains();

}  // namespace sojourn::channels::inbound
