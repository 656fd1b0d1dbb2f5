#include "domain/policies/policies.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "domain/definitions/reader.h"
#include "domain/policies/guard.h"
#include "domain/policies/hosted_pages.h"
#include "domain/policies/minute_of_day.h"
#include "domain/policies/refusal.h"
#include "domain/policies/sending_policies.h"

namespace sojourn::policies {
namespace {

using definitions::Reader;

absl::TimeZone load_zone(std::string_view name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  // An unknown zone on a contact is somebody's typing mistake; the day of UTC is then as good.
  absl::LoadTimeZone({name.data(), name.size()}, &zone);
  return zone;
}

/// When the cap lets one more message through, after `rivals` others that go now; absent where it
/// does now.
std::optional<Timestamp> capped_until(const FrequencyCap& cap,
                                      const std::vector<Reservation>& reserved,
                                      std::string_view message, std::size_t rivals, Timestamp now) {
  std::vector<Timestamp> inside(rivals, now);
  for (const Reservation& place : reserved) {
    if (place.message != message && place.at > now - cap.per) inside.push_back(place.at);
  }
  const auto allowed = static_cast<std::size_t>(cap.messages);
  if (inside.size() < allowed) return std::nullopt;
  std::sort(inside.begin(), inside.end());
  return inside[inside.size() - allowed] + cap.per;
}

constexpr std::array<std::string_view, 3> when_held_names = {"wait", "skip", "exit"};

Result<std::optional<WhenHeld>> read_when_held(Reader& reader, std::string_view member) {
  if (reader.find(member) == nullptr) return std::optional<WhenHeld>();
  TRY(choice, reader.choice(member, {"wait", "skip", "exit"}));
  return std::optional(static_cast<WhenHeld>(choice));
}

/// How many of the contact's waiting messages go before this one under a cap: those of a higher
/// priority that are due.
std::size_t rivals_of(const Proposal& proposal, const std::vector<Pending>& pending,
                      Timestamp now) {
  const int own = proposal.handling.priority.value_or(default_priority);
  return static_cast<std::size_t>(
      std::count_if(pending.begin(), pending.end(), [&](const Pending& each) {
        return each.message != proposal.key && each.due <= now && each.priority > own;
      }));
}

/// Gathers what holds a message back: a skip wins over waiting, and the longest wait counts.
class Holds {
 public:
  void add(WhenHeld when_held, std::string_view reason, Timestamp until) {
    if (answer_.kind == Answer::Kind::skip) return;
    if (when_held != WhenHeld::wait) {
      answer_ = {.kind = Answer::Kind::skip,
                 .reason = std::string(reason),
                 .ends_run = when_held == WhenHeld::exit};
    } else if (until > answer_.until) {
      answer_ = {.kind = Answer::Kind::defer, .reason = std::string(reason), .until = until};
    }
  }
  [[nodiscard]] Answer take() { return std::move(answer_); }

 private:
  Answer answer_;
};

bool holds(const std::vector<std::string>& topics, std::string_view topic) {
  return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

bool is_color(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

Result<FrequencyCap> read_cap(const Value& value, const std::string& path) {
  Reader reader(value, path);
  FrequencyCap cap;
  TRY(messages, reader.optional_integer("messages", 1, 1000));
  if (!messages) return reader.refuse("missing_member", "messages", "is required");
  cap.messages = static_cast<int>(*messages);
  TRY(per, reader.duration("per"));
  cap.per = per;
  TRY(when_held, read_when_held(reader, "when_held"));
  cap.when_held = when_held.value_or(WhenHeld::wait);
  TRY_VOID(reader.finish());
  return cap;
}

}  // namespace

void fold(AddressConsent& consent, std::string_view topic, std::string_view state) {
  const auto remove = [&](std::vector<std::string>& topics) {
    // An answer about every topic replaces what was said of single ones.
    std::erase_if(topics, [&](const std::string& each) { return topic.empty() || each == topic; });
  };
  const bool is_suppression = state == consent_states::suppressed;
  if (is_suppression || state == consent_states::lifted) {
    if (topic.empty()) {
      consent.suppressed = is_suppression;
      return;
    }
    remove(consent.suppressed_topics);
    if (is_suppression) consent.suppressed_topics.emplace_back(topic);
    return;
  }
  remove(consent.opted_in);
  remove(consent.opted_out);
  const bool is_in = state == consent_states::opted_in;
  (is_in ? consent.opted_in : consent.opted_out).emplace_back(topic);
}

Said said_of(const AddressConsent& consent, std::string_view topic) {
  for (const std::string_view name : {topic, std::string_view()}) {
    if (holds(consent.opted_out, name)) return Said::opted_out;
    if (holds(consent.opted_in, name)) return Said::opted_in;
  }
  return Said::nothing;
}

bool is_suppressed(const AddressConsent& consent, std::string_view topic) {
  return consent.suppressed || holds(consent.suppressed_topics, topic);
}

bool needs_opt_in(const Policies& policies, std::string_view topic) {
  const Topic* defined = find_topic(policies.topics, topic);
  return policies.explicit_opt_in || (defined != nullptr && !defined->is_on_by_default);
}

bool wants(const Policies& policies, const AddressConsent& consent, std::string_view topic) {
  switch (said_of(consent, topic)) {
    case Said::opted_in:
      return true;
    case Said::opted_out:
      return false;
    case Said::nothing:
      break;
  }
  return !needs_opt_in(policies, topic);
}

std::optional<Timestamp> quiet_until(const QuietHours& hours, std::string_view zone_name,
                                     Timestamp now) {
  const absl::TimeZone zone = load_zone(zone_name);
  const absl::CivilMinute local = absl::ToCivilMinute(absl::FromUnixMillis(now.ms), zone);
  const int minute = static_cast<int>(local - absl::CivilMinute(absl::CivilDay(local)));
  const bool wraps = hours.from_minute > hours.to_minute;
  const bool inside = wraps ? minute >= hours.from_minute || minute < hours.to_minute
                            : minute >= hours.from_minute && minute < hours.to_minute;
  if (!inside) return std::nullopt;
  absl::CivilDay day(local);
  if (wraps && minute >= hours.from_minute) day += 1;
  const absl::CivilSecond end(absl::CivilMinute(day) + hours.to_minute);
  const absl::TimeZone::TimeInfo info = zone.At(end);
  const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
  const Timestamp until{absl::ToUnixMillis(skipped ? info.trans : info.pre)};
  // In an overlap the first reading of the clock may be over already; the second ends the quiet.
  if (until <= now) return Timestamp{absl::ToUnixMillis(info.post)};
  return until;
}

std::string_view refusal(const Policies& policies, const AddressConsent& consent,
                         messages::MessageClass message_class, std::string_view topic) {
  if (consent.suppressed) return "suppressed";
  if (message_class == messages::MessageClass::transactional) return {};
  if (is_suppressed(consent, topic)) return "suppressed";
  if (wants(policies, consent, topic)) return {};
  return said_of(consent, topic) == Said::opted_out ? "unsubscribed" : "no_consent";
}

Answer decide(const Policies& policies, const Standing& standing, const Proposal& proposal,
              Timestamp now) {
  const std::string_view refused =
      refusal(policies, standing.consent, proposal.message_class, proposal.topic);
  if (!refused.empty()) return {Answer::Kind::skip, std::string(refused)};
  if (proposal.message_class == messages::MessageClass::transactional) return {};

  const Handling& handling = proposal.handling;
  Holds holds;
  const std::size_t rivals = rivals_of(proposal, standing.pending, now);
  for (const FrequencyCap& cap : policies.caps) {
    const auto until = capped_until(cap, standing.reserved, proposal.key, rivals, now);
    if (!until) continue;
    const bool full = capped_until(cap, standing.reserved, proposal.key, 0, now).has_value();
    holds.add(handling.when_capped.value_or(cap.when_held), full ? "frequency_cap" : "outranked",
              *until);
  }
  if (policies.quiet_hours) {
    const std::string_view zone =
        standing.zone.empty() ? std::string_view(policies.time_zone) : standing.zone;
    const std::optional<Timestamp> until = quiet_until(*policies.quiet_hours, zone, now);
    if (until) {
      holds.add(handling.when_quiet.value_or(policies.quiet_hours->when_held), "quiet_hours",
                *until);
    }
  }
  Answer answer = holds.take();
  if (!handling.expires_after || answer.kind == Answer::Kind::skip) return answer;
  const Timestamp goes_at = std::max(now, answer.until);
  const Timestamp expires = std::min(proposal.queued_at, now) + *handling.expires_after;
  if (goes_at > expires) return {Answer::Kind::skip, "expired"};
  return answer;
}

void reserve(const Policies& policies, std::vector<Reservation>& reserved, std::string_view message,
             Timestamp now) {
  Duration longest;
  for (const FrequencyCap& cap : policies.caps) longest = std::max(longest, cap.per);
  std::erase_if(reserved, [&](const Reservation& place) {
    return place.message == message || place.at <= now - longest;
  });
  if (longest.ms > 0) reserved.push_back({std::string(message), now});
}

Result<Handling> read_handling(Reader& reader) {
  Handling handling;
  TRY(when_quiet, read_when_held(reader, "when_quiet"));
  handling.when_quiet = when_quiet;
  TRY(when_capped, read_when_held(reader, "when_capped"));
  handling.when_capped = when_capped;
  TRY(expires_after, reader.optional_duration("expires_after"));
  handling.expires_after = expires_after;
  TRY(priority, reader.optional_integer("priority", priority_min, priority_max));
  if (priority) handling.priority = static_cast<int>(*priority);
  return handling;
}

void write_handling(const Handling& handling, Object& object) {
  const auto name = [](WhenHeld when_held) {
    return when_held_names[static_cast<std::size_t>(when_held)];
  };
  if (handling.when_quiet) object.set("when_quiet", name(*handling.when_quiet));
  if (handling.when_capped) object.set("when_capped", name(*handling.when_capped));
  if (handling.expires_after) {
    object.set("expires_after", format_duration(*handling.expires_after));
  }
  if (handling.priority) object.set("priority", *handling.priority);
}

Handling merged(const Handling& own, const Handling& general) {
  return {.when_quiet = own.when_quiet ? own.when_quiet : general.when_quiet,
          .when_capped = own.when_capped ? own.when_capped : general.when_capped,
          .expires_after = own.expires_after ? own.expires_after : general.expires_after,
          .priority = own.priority ? own.priority : general.priority};
}

Result<Policies> read_policies(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  Policies policies;
  TRY(key, reader.key("key"));
  TRY(name, reader.optional_text("name"));
  policies.name = name.value_or(key);
  TRY(zone, reader.optional_text("timezone"));
  policies.time_zone = zone.value_or("UTC");
  if (absl::TimeZone loaded; !absl::LoadTimeZone(policies.time_zone, &loaded)) {
    return reader.refuse("unknown_time_zone", "timezone", "must be an IANA time zone");
  }
  TRY(caps, reader.optional_list("frequency_caps"));
  if (caps->size() > caps_max) {
    return reader.refuse("too_many", "frequency_caps",
                         fmt::format("has more than {} items", caps_max));
  }
  for (std::size_t i = 0; i < caps->size(); ++i) {
    TRY(cap, read_cap((*caps)[i], fmt::format("frequency_caps[{}]", i)));
    policies.caps.push_back(cap);
  }
  if (const Value* quiet = reader.find("quiet_hours")) {
    Reader inner(*quiet, "quiet_hours");
    TRY(from, read_minute(inner, "from"));
    TRY(to, read_minute(inner, "to"));
    TRY(when_held, read_when_held(inner, "when_held"));
    TRY_VOID(inner.finish());
    policies.quiet_hours = QuietHours{from, to, when_held.value_or(WhenHeld::wait)};
  }
  TRY(explicit_opt_in, reader.boolean_or("explicit_opt_in", false));
  policies.explicit_opt_in = explicit_opt_in;
  TRY(horizon, reader.optional_duration("late_event_horizon"));
  if (horizon) policies.late_event_horizon = *horizon;
  TRY(brand_color, reader.optional_text("brand_color"));
  if (brand_color && !is_color(*brand_color)) {
    return reader.refuse("not_a_color", "brand_color", "must be a colour such as \"#0a7d5c\"");
  }
  policies.brand_color = brand_color.value_or("");
  for (const std::string_view of_others : {"guard", "soft_bounces", "warm_up"}) {
    reader.find(of_others);
  }
  TRY_VOID(read_guard(value));
  TRY_VOID(read_sending_policies(value));
  reader.find("language");
  reader.find("unconfirmed_kept");
  TRY_VOID(read_hosted_pages(value));
  TRY_VOID(reader.finish());
  return policies;
}

}  // namespace sojourn::policies
