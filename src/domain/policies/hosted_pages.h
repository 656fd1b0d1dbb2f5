#pragma once

/// What the workspace says of its hosted pages, and of who signs up by them.

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::policies {

/// As long as the link of a confirmation works.
inline constexpr Duration unconfirmed_kept_min = Duration::days(3);
inline constexpr Duration unconfirmed_kept_max = Duration::days(365);

struct HostedPages {
  /// BCP 47, for those whose language nobody knows; empty: English.
  std::string language = {};
  /// How long a sign-up may wait to be confirmed; then it is forgotten, with the contact that the
  /// form has made.
  Duration unconfirmed_kept = Duration::days(30);
  friend bool operator==(const HostedPages&, const HostedPages&) = default;
};

/// `language: de` and `unconfirmed_kept: 30d` of the workspace's definition, which is given whole.
[[nodiscard]] Result<HostedPages> read_hosted_pages(const Value& workspace);

}  // namespace sojourn::policies
