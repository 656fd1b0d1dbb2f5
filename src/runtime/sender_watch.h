#pragma once

/// Notices that receivers refuse not mails but the domain that they are from, whose records are
/// then to be mended before more leave.

#include <algorithm>
#include <cstddef>
#include <deque>

namespace sojourn::runtime {

/// Not thread-safe.
class SenderWatch {
 public:
  /// Answers that are looked at, the newest ones.
  static constexpr std::size_t answers_max = 20;
  /// So many of them must be refusals, and every fourth: no single receiver, which may be mistaken
  /// or hostile, stops the mails to all others.
  static constexpr std::size_t refusals_min = 3;
  static constexpr std::size_t refusals_share = 4;

  void accepted() { note(false); }
  void refused() { note(true); }
  [[nodiscard]] bool alarms() const {
    const auto refusals =
        static_cast<std::size_t>(std::count(answers_.begin(), answers_.end(), true));
    return refusals >= refusals_min && refusals * refusals_share >= answers_.size();
  }
  void begin_anew() { answers_.clear(); }

 private:
  void note(bool refusal) {
    answers_.push_back(refusal);
    if (answers_.size() > answers_max) answers_.pop_front();
  }

  std::deque<bool> answers_;
};

}  // namespace sojourn::runtime
