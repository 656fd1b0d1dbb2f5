#pragma once

/// Forgets sign-ups in time: what nobody has confirmed, with the contact that a form made for it,
/// and what was kept to confirm it with. When that is due is known, so that nobody looks before.
///
/// A sign-up whose row is still there after a crash is due again, and the second time finds what
/// the first has left. Members but step() are thread-safe; step() belongs to one thread.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/policies/hosted_pages.h"
#include "runtime/runtime.h"

namespace sojourn::runtime {

/// What the anonymous ids of contacts begin with whom a form has made.
inline constexpr std::string_view form_contact_prefix = "form-";

class OldSignups {
 public:
  /// Outlives this; not used before open().
  explicit OldSignups(Runtime& runtime) : runtime_(runtime) {}

  /// Finds out which sign-up is the oldest.
  [[nodiscard]] Result<void> open(store::StateReads& reads);
  /// The workspace may say another time.
  [[nodiscard]] Result<void> take_up(store::StateReads& reads);
  /// A sign-up began then, or later.
  void note(Timestamp begun);

  /// When the oldest is to be forgotten; never: there is none.
  [[nodiscard]] Timestamp next_due() const;
  [[nodiscard]] bool is_due() const { return next_due() <= runtime_.clock().now(); }
  /// Forgets some of those that are due. False where none is, or the store does not take it.
  bool step();

 private:
  Result<void> forget();

  Runtime& runtime_;
  std::atomic<std::int64_t> oldest_ = INT64_MAX;  ///< when it began
  std::atomic<std::int64_t> kept_ms_ = policies::HostedPages().unconfirmed_kept.ms;
};

}  // namespace sojourn::runtime
