#pragma once

/// A warm-up plan: how many mails a domain may send on each of its first days. Mailbox providers
/// take little from a sender that they do not know, and more as they see that people want it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/time/civil_time.h>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::policies {

struct WarmUpPlan {
  /// Of the senders' addresses, in lower case; empty: every sender's mails count.
  std::string domain = {};
  /// What those are called whom it is about, a key; empty: everybody.
  std::string provider = {};
  std::vector<std::string> recipients = {};  ///< domains of the provider, in lower case
  absl::CivilDay start;                      ///< in the workspace's zone; nothing is held before
  std::vector<std::int64_t> daily;           ///< mails by step; never empty, and never falls
  /// At which minute of its later day a mail goes that found no room on its own.
  int goes_on_minute = 9 * 60;

  friend bool operator==(const WarmUpPlan&, const WarmUpPlan&) = default;

  /// Under which what it has counted is kept: `news.example.com google`; two plans of a workspace
  /// never have the same.
  [[nodiscard]] std::string key() const;
  /// Whether it counts mails from an address of this domain to that address.
  [[nodiscard]] bool counts(std::string_view from_domain, std::string_view to) const;
  /// Mails of a day at this step; absent: as many as there are, the plan is over.
  [[nodiscard]] std::optional<std::int64_t> mails_at(std::int64_t step) const;
};

/// Why a message waits for which no plan has room.
inline constexpr std::string_view warm_up_reason = "warm_up";

inline constexpr std::size_t warm_up_plans_max = 20;
inline constexpr std::size_t warm_up_recipients_max = 50;
/// Half a year of days that grow; who warms up more slowly does not.
inline constexpr std::size_t warm_up_steps_max = 180;
inline constexpr std::int64_t warm_up_mails_max = 100'000'000;

/// `[{domain, provider, recipients: [domain], start: 2026-03-01, goes_on: "09:00"} and either
/// {daily: [50, 100]} or {first: 50, growth: 60, target: 20000}]`; growth in percent a day. `path`
/// is where the list stands.
[[nodiscard]] Result<std::vector<WarmUpPlan>> read_warm_up(const Value& value,
                                                           const std::string& path);

/// What follows the @ of an address, in lower case; empty where there is none.
[[nodiscard]] std::string domain_of(std::string_view address);

}  // namespace sojourn::policies
