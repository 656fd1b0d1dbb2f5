#pragma once

/// A campaign: one send of one message to an audience, as its author writes it.
///
///   kind: campaign
///   key: spring-sale
///   audience: {segments: [customers], except: {lists: [staff]}}
///   template: spring-sale
///   topic: offers
///   send: {local: "2026-03-10T09:00"}
///
/// What became of it once somebody has started it is kept beside it by the store.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <absl/time/civil_time.h>

#include "base/calendar.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/contacts/contact_id.h"
#include "domain/definitions/reader.h"
#include "domain/experiments/verdict.h"
#include "domain/messages/email.h"
#include "domain/messages/message.h"
#include "domain/policies/policies.h"

namespace sojourn::campaigns {

/// Segments and lists of one audience, each side.
inline constexpr std::size_t audience_parts_max = 50;
/// Arms of a test: with more, none gets enough people to be told apart.
inline constexpr std::size_t arms_max = 8;
/// A slower campaign would be a journey.
inline constexpr std::int64_t throttle_min = 1;
/// One a millisecond: what is faster needs no throttle.
inline constexpr std::int64_t throttle_max = 3'600'000;
inline constexpr std::size_t name_bytes_max = 200;
/// How long people wait for the winner's message at most.
inline constexpr Duration test_after_max = Duration::days(14);

/// Whoever is in any of them.
struct Group {
  std::vector<std::string> segments = {};
  std::vector<std::string> lists = {};
  friend bool operator==(const Group&, const Group&) = default;
};

/// Those of an earlier campaign whose message was sent and has had no answer of theirs.
struct Resend {
  enum class To : std::uint8_t { not_opened, not_clicked };
  std::string campaign;  ///< key
  To to = To::not_opened;
  friend bool operator==(const Resend&, const Resend&) = default;
};

struct Audience {
  bool everyone = false;
  Group group = {};
  std::optional<Resend> resend = {};
  Group except = {};
  friend bool operator==(const Audience&, const Audience&) = default;
};

/// When its messages are due: neither: as soon as it is started.
struct Schedule {
  std::optional<Timestamp> at = {};
  /// By the clock of each contact's time zone; whose clock is past it gets the message at once.
  std::optional<absl::CivilMinute> local = {};
  /// Messages are spaced so that no hour sees more; absent: as fast as the channel takes them.
  std::optional<std::int64_t> per_hour = {};
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// Minutes from midnight, on the clock of the contact's time zone.
using TimeOfDay = std::int32_t;

/// One way in which the message is written and sent; what is absent is as the campaign says.
struct Arm {
  std::string name;
  std::string subject = {};
  std::string template_key = {};
  std::optional<messages::Mailbox> from = {};
  /// The message is due when the contact's clock shows it next.
  std::optional<TimeOfDay> send_time = {};
  friend bool operator==(const Arm&, const Arm&) = default;
};

/// Arms that are tried on people of the audience, to find which does best.
struct Test {
  enum class Measure : std::uint8_t { clicked, opened, converted, revenue };
  enum class Choice : std::uint8_t {
    winner,  ///< a sample is divided evenly, once; the others get the winner
    bandit,  ///< everybody is divided, batch by batch, by how well the arms have done (bandit.h)
  };
  std::vector<Arm> arms;
  Choice choice = Choice::winner;
  double sample = 20;  ///< percent of the audience: in the sample, of a bandit in each batch
  double floor = 5;    ///< of a bandit: percent of a batch that each arm gets at least
  Measure measure = Measure::clicked;
  std::string event = {};  ///< of `converted` and `revenue`
  Duration after;          ///< between the last message of the sample, or batch, and the look
  double confidence = 95;  ///< percent
  /// The arm that wins where none is better beyond chance; empty: the one of the highest rate.
  std::string if_unclear = {};
  friend bool operator==(const Test&, const Test&) = default;

  /// Some arm has a time of its own: then messages of one test go hours apart.
  [[nodiscard]] bool has_send_times() const;
};
[[nodiscard]] std::string_view to_string(Test::Measure measure);
[[nodiscard]] std::string_view to_string(Test::Choice choice);

/// It pauses by itself where a share of its messages goes wrong.
struct Limits {
  double failed = 20;           ///< percent refused for good, for any reason
  double bounced = 5;           ///< percent whose address does not take mail
  double complained = 0.3;      ///< percent of those sent that were called unwanted
  std::int64_t at_least = 100;  ///< not before so many have an outcome
  friend bool operator==(const Limits&, const Limits&) = default;
};

struct Campaign {
  std::string key;
  std::string name;
  Audience audience;
  std::string template_key;
  std::string subject = {};                    ///< Liquid; empty: the template's
  std::optional<messages::Mailbox> from = {};  ///< absent: the workspace's
  std::string topic = {};                      ///< empty: belongs to no topic
  messages::MessageClass message_class = messages::MessageClass::marketing;
  Schedule schedule = {};
  policies::Handling handling = {};
  std::optional<Test> test = {};
  Limits limits = {};

  friend bool operator==(const Campaign&, const Campaign&) = default;

  /// The test's arm of this name; null: none.
  [[nodiscard]] const Arm* arm(std::string_view name) const;
};

/// `{kind: campaign, key, name, audience: everyone | {segments, lists, resend: {campaign, to:
/// not_opened|not_clicked}, except: {segments, lists}}, template, subject, from: {name, address},
/// topic, class: marketing|transactional, send: {at | local, per_hour}, when_quiet, when_capped,
/// expires_after, priority, test: {arms: [{name, subject, template, from, send: {time}}], choose:
/// winner|bandit, sample, floor, measure: clicked|opened|converted|revenue, event, after,
/// confidence, if_unclear}, pause_at: {failed, bounced, complained, at_least}}`
[[nodiscard]] Campaign read_campaign(const Value& value, definitions::Findings& findings);

/// The first instant at which a message of it may be due, for a start at `now`.
[[nodiscard]] Timestamp begins(const Schedule& schedule, Timestamp now);
/// When the message of a contact in this zone is due; not before `now`.
[[nodiscard]] Timestamp due_in(const Schedule& schedule, const absl::TimeZone& zone, Timestamp now);
/// When the next message is due under a throttle, the one before being due at `last`.
[[nodiscard]] Timestamp next_place(std::int64_t per_hour, Timestamp last, Timestamp now);

/// The first instant, not before `now`, at which clocks in the zone show `time`; where the zone
/// skips it, the first one after it.
[[nodiscard]] Timestamp next_time_of_day(TimeOfDay time, const absl::TimeZone& zone, Timestamp now);

/// Where the contact stands in the campaign's draw: from 0 to below 1, evenly spread. Sticky: a
/// function of campaign and contact.
[[nodiscard]] double place_in_draw(std::string_view campaign, const contacts::ContactId& contact);
/// Into which arm of the sample the contact comes; absent: it is none of the sample, or there is no
/// test.
[[nodiscard]] std::optional<std::size_t> drawn_arm(const Campaign& campaign,
                                                   const contacts::ContactId& contact);

/// What is known of one arm at the look.
struct ArmResult {
  std::string arm;
  std::int64_t sent = 0;
  std::int64_t successes = 0;  ///< messages that were opened, clicked, or whose contact converted
  std::int64_t revenue = 0;    ///< in minor units
  friend bool operator==(const ArmResult&, const ArmResult&) = default;
};
struct Look {
  experiments::Verdict verdict;  ///< of `revenue`: `leading` or `unclear`, no test is made
  std::string winner;            ///< never empty
};
[[nodiscard]] Look look(const Test& test, const std::vector<ArmResult>& results);

/// What counts of a campaign's messages so far; `sent` are also those of which the answer was lost.
struct Rates {
  std::int64_t sent = 0;
  std::int64_t failed = 0;   ///< refused, or bounced later
  std::int64_t bounced = 0;  ///< of these: the address takes no mail
  std::int64_t complained = 0;
};
/// `failure_rate`, `bounce_rate`, `complaint_rate`: the limit that is passed; empty: none.
[[nodiscard]] std::string_view passed_limit(const Limits& limits, const Rates& rates);

}  // namespace sojourn::campaigns
