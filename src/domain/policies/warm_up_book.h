#pragma once

/// What warm-up plans have counted, and what they make of it: how many mails a day may have, who
/// waits, and for which day.
///
/// A plan goes on to its next number after each day of which at least half was used and of which
/// not too much came back; otherwise the number stays. Days on which nothing was sent change
/// nothing. Pure: all time is given.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/time/time.h>

#include "base/time.h"
#include "domain/messages/message.h"
#include "domain/policies/warm_up.h"

namespace sojourn::policies {

/// One day of a plan.
struct WarmUpDay {
  absl::CivilDay day;
  std::int64_t step = 0;     ///< of the plan, on days on which something was sent
  std::int64_t sent = 0;     ///< mails that were given leave, of any class
  std::int64_t planned = 0;  ///< marketing that was given its place on this day
  std::int64_t bounced = 0;  ///< since then, and until mails are sent on a later day
  std::int64_t complained = 0;
  friend bool operator==(const WarmUpDay&, const WarmUpDay&) = default;
};

/// Why a plan's number is that of the day before.
enum class WarmUpPause : std::uint8_t {
  none,
  bounces,     ///< over `warm_up_bounced_max` of what was sent bounced for good
  complaints,  ///< over `warm_up_complained_max` was called spam
  unused,      ///< less than half of the number was sent
};
/// `none`, `bounces`, `complaints`, `unused`.
[[nodiscard]] std::string_view to_string(WarmUpPause pause);

/// Shares of the mails of a day.
inline constexpr double warm_up_bounced_max = 0.02;
inline constexpr double warm_up_complained_max = 0.001;

/// A mail as plans see it.
struct WarmUpMail {
  std::string from_domain = {};  ///< in lower case
  std::string to = {};           ///< address
};

/// How a plan stands on one day.
struct WarmUpStanding {
  WarmUpDay today;
  bool has_begun = false;
  std::optional<std::int64_t> limit = {};  ///< absent: none holds, before the plan or after it
  WarmUpPause pause = WarmUpPause::none;
  std::int64_t waiting = 0;  ///< mails that have their place on later days
};

/// The plans of a workspace and its zone, as every question needs them. Borrows.
struct WarmUpRules {
  const std::vector<WarmUpPlan>& plans;
  const absl::TimeZone& zone;
};

class WarmUpBook {
 public:
  struct Entry {
    std::string plan;  ///< WarmUpPlan::key()
    WarmUpDay day;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  /// Forgets everything else.
  void load(const std::vector<Entry>& entries);
  /// What has changed since the last call, in the order of plans and days.
  [[nodiscard]] std::vector<Entry> take_changes();

  /// The first instant from `due`, or now, on at which every plan that counts the mail has a place
  /// for it, which is taken; `due` itself where that is on its day.
  [[nodiscard]] Timestamp place(const WarmUpRules& rules, const WarmUpMail& mail, Timestamp due,
                                Timestamp now);
  /// Absent: the plans let one more mail go today. Else when there may be room.
  [[nodiscard]] std::optional<Timestamp> room_from(const WarmUpRules& rules, const WarmUpMail& mail,
                                                   Timestamp now) const;
  /// The mail was given leave, or waits until `until`, as room_from() said.
  void count(const WarmUpRules& rules, const WarmUpMail& mail, Timestamp now);
  void reserve(const WarmUpRules& rules, const WarmUpMail& mail, Timestamp until);
  enum class Return : std::uint8_t { bounce, complaint };
  /// Something came back; it counts for the last day on which mails were sent.
  void come_back(const WarmUpRules& rules, const WarmUpMail& mail, Return what, Timestamp now);

  [[nodiscard]] WarmUpStanding standing(const WarmUpPlan& plan, const absl::TimeZone& zone,
                                        Timestamp now) const;

 private:
  using Days = std::map<absl::CivilDay, WarmUpDay>;

  [[nodiscard]] const Days& days_of(const WarmUpPlan& plan) const;
  WarmUpDay& change(const WarmUpPlan& plan, const absl::CivilDay& day);
  /// The number of the step, where the plan holds on that day, and why it has not grown.
  struct Step {
    std::int64_t number = 0;
    WarmUpPause pause = WarmUpPause::none;
  };
  [[nodiscard]] Step step_on(const WarmUpPlan& plan, const absl::CivilDay& day) const;
  /// A plan that counts a mail, with what is known of it. Borrows.
  struct Counting {
    const WarmUpPlan* plan;
    const Days* days;
    std::int64_t step = 0;  ///< today's
  };
  [[nodiscard]] std::vector<Counting> counting(const WarmUpRules& rules, const WarmUpMail& mail,
                                               const absl::CivilDay& today) const;
  [[nodiscard]] static bool has_place(const Counting& counting, const absl::CivilDay& day,
                                      const absl::CivilDay& today);
  /// The first day from `from` on with a place in all plans that count the mail.
  [[nodiscard]] absl::CivilDay day_with_place(const WarmUpRules& rules, const WarmUpMail& mail,
                                              const absl::CivilDay& from,
                                              const absl::CivilDay& today) const;

  std::map<std::string, Days, std::less<>> plans_;
  std::set<std::pair<std::string, absl::CivilDay>> changed_;
};

}  // namespace sojourn::policies
