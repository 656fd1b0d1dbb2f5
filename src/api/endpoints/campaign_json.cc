#include "api/endpoints/campaign_json.h"

#include <absl/time/civil_time.h>
#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints/definition_json.h"
#include "api/json_fields.h"
#include "domain/campaigns/look.h"

namespace sojourn::api {
namespace {

using campaigns::Counts;
using campaigns::Outcomes;
using messages::DeliveryState;
using reaction::CampaignRule;

Outcomes sum_of(const campaigns::OutcomesByArm& arms) {
  Outcomes sum;
  for (const auto& [arm, outcomes] : arms) {
    for (const auto& [outcome, count] : outcomes) sum[outcome] += count;
  }
  return sum;
}

std::uint64_t at_least_zero(std::int64_t count) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
}

std::uint64_t count_of(const Outcomes& outcomes, std::string_view name) {
  return at_least_zero(campaigns::outcome_of(outcomes, name));
}

void write_outcomes(JsonWriter& out, const Outcomes& outcomes) {
  for (const char* name : {"opened", "clicked", "bounced", "complained", "converted"}) {
    count_field(out, name, count_of(outcomes, name));
  }
  count_field(out, "machineOpened", count_of(outcomes, "machine_opened"));
  count_field(out, "unsubscribed", count_of(outcomes, "unsubscribed"));
  constexpr double minor_units = 100;
  number_field(out, "revenue",
               static_cast<double>(campaigns::outcome_of(outcomes, "revenue")) / minor_units);
}

/// `[{reason, count}]` of outcomes `WHAT:REASON`, the most frequent first.
void write_reasons(JsonWriter& out, std::string_view name, std::string_view what,
                   const Outcomes& outcomes) {
  std::vector<std::pair<std::int64_t, std::string>> reasons;
  for (const auto& [outcome, count] : outcomes) {
    const std::string prefix = std::string(what) + ":";
    if (outcome.starts_with(prefix) && count > 0) {
      reasons.emplace_back(-count, outcome.substr(prefix.size()));
    }
  }
  std::sort(reasons.begin(), reasons.end());
  out.name(name).begin_list();
  for (const auto& [negative, reason] : reasons) {
    out.begin_object();
    text_field(out, "reason", reason);
    count_field(out, "messages", at_least_zero(-negative));
    out.end_object();
  }
  out.end_list();
}

void write_states(JsonWriter& out, const Counts& counts) {
  out.name("states").begin_object();
  for (int i = 0; i <= static_cast<int>(DeliveryState::uncertain); ++i) {
    const auto state = static_cast<DeliveryState>(i);
    count_field(out, messages::to_string(state), at_least_zero(counts.of(state)));
  }
  count_field(out, "erased", at_least_zero(counts.erased));
  out.end_object();
}

void write_mailbox(JsonWriter& out, std::string_view name,
                   const std::optional<messages::Mailbox>& mailbox) {
  out.name(name);
  if (!mailbox) {
    out.null();
    return;
  }
  out.begin_object();
  text_or_null_field(out, "name", mailbox->name);
  text_field(out, "address", mailbox->address);
  out.end_object();
}

void write_group(JsonWriter& out, const campaigns::Group& group, const reaction::Rules& rules) {
  out.begin_list();
  for (const std::string& key : group.segments) {
    const reaction::SegmentRule* rule = rules.segment(std::string_view(key));
    write_definition_ref(out, "segment", key, rule == nullptr ? key : rule->segment.name);
  }
  for (const std::string& key : group.lists) {
    const reaction::ListRule* rule = rules.list(std::string_view(key));
    write_definition_ref(out, "list", key, rule == nullptr ? key : rule->list.name);
  }
  out.end_list();
}

void write_who(JsonWriter& out, const campaigns::Audience& audience, const reaction::Rules& rules) {
  out.name("who").begin_object();
  boolean_field(out, "everyone", audience.everyone);
  out.name("in");
  write_group(out, audience.group, rules);
  out.name("except");
  write_group(out, audience.except, rules);
  out.name("resend");
  if (audience.resend) {
    out.begin_object();
    text_field(out, "campaign", audience.resend->campaign);
    const bool opened = audience.resend->to == campaigns::Resend::To::not_opened;
    text_field(out, "to", opened ? "not_opened" : "not_clicked");
    out.end_object();
  } else {
    out.null();
  }
  out.end_object();
}

void write_when(JsonWriter& out, const campaigns::Schedule& schedule) {
  out.name("when").begin_object();
  time_or_null_field(out, "at", schedule.at);
  text_or_null_field(out, "local",
                     schedule.local ? absl::FormatCivilTime(*schedule.local) : std::string());
  if (schedule.per_hour) {
    count_field(out, "perHour", at_least_zero(*schedule.per_hour));
  } else {
    null_field(out, "perHour");
  }
  out.end_object();
}

std::string time_text(campaigns::TimeOfDay time) {
  constexpr int minutes = 60;
  return fmt::format("{:02}:{:02}", time / minutes, time % minutes);
}

/// What the last look at the test said; null where none was taken.
void write_look(JsonWriter& out, const std::optional<campaigns::TakenLook>& look) {
  out.name("look");
  if (!look) {
    out.null();
    return;
  }
  out.begin_object();
  time_field(out, "at", look->at);
  text_field(out, "verdict", to_string(look->verdict.kind));
  text_or_null_field(out, "arm", look->verdict.arm);
  number_field(out, "chance", look->verdict.chance);
  out.end_object();
}

/// Of a bandit: in percent what the arm gets of the present batch, and how probable it was at the
/// last look that it is the best. Null for what is not known, and for other tests.
void write_share(JsonWriter& out, const StoredCampaign& stored,
                 const std::optional<campaigns::TakenLook>& look, std::size_t arm) {
  const auto percent_or_null = [&](std::string_view name, std::optional<double> percent) {
    if (percent) {
      number_field(out, name, *percent);
    } else {
      null_field(out, name);
    }
  };
  const bool has_share = stored.record && arm < stored.record->shares.size();
  constexpr double whole = 100;
  percent_or_null("share",
                  has_share ? std::optional(stored.record->shares[arm] / whole) : std::nullopt);
  const bool has_chance = look && arm < look->chances.size();
  percent_or_null("best", has_chance ? std::optional(look->chances[arm] * whole) : std::nullopt);
}

void write_arm(JsonWriter& out, const CampaignRule& rule, const StoredCampaign& stored,
               const std::optional<campaigns::TakenLook>& look, std::size_t place) {
  const campaigns::Arm& arm = rule.campaign.test->arms[place];
  const auto counts = stored.counts.find(arm.name);
  const auto outcomes = stored.outcomes.find(arm.name);
  out.begin_object();
  text_field(out, "name", arm.name);
  text_or_null_field(out, "subject", arm.subject.empty() ? rule.campaign.subject : arm.subject);
  text_field(out, "template",
             arm.template_key.empty() ? rule.campaign.template_key : arm.template_key);
  write_mailbox(out, "from", arm.from ? arm.from : rule.campaign.from);
  text_or_null_field(out, "time", arm.send_time ? time_text(*arm.send_time) : std::string());
  write_share(out, stored, look, place);
  write_states(out, counts == stored.counts.end() ? Counts() : counts->second);
  write_outcomes(out, outcomes == stored.outcomes.end() ? Outcomes() : outcomes->second);
  out.end_object();
}

void write_test(JsonWriter& out, const CampaignRule& rule, const StoredCampaign& stored) {
  out.name("test");
  if (!rule.campaign.test) {
    out.null();
    return;
  }
  const campaigns::Test& test = *rule.campaign.test;
  const auto& record = stored.record;
  const auto look = record ? campaigns::decode_look(record->look) : std::nullopt;
  out.begin_object();
  text_field(out, "choose", to_string(test.choice));
  number_field(out, "sample", test.sample);
  number_field(out, "floor", test.floor);
  text_field(out, "measure", to_string(test.measure));
  text_or_null_field(out, "event", test.event);
  text_field(out, "after", format_duration(test.after));
  number_field(out, "confidence", test.confidence);
  count_field(out, "batch", record ? record->batch : 0);
  time_or_null_field(
      out, "lookDue",
      record && record->look_due != Timestamp{} ? std::optional(record->look_due) : std::nullopt);
  text_or_null_field(out, "winner", record ? record->winner : "");
  write_look(out, look);
  out.name("arms").begin_list();
  for (std::size_t i = 0; i < test.arms.size(); ++i) write_arm(out, rule, stored, look, i);
  out.end_list();
  out.end_object();
}

}  // namespace

void write_campaign_summary(JsonWriter& out, const CampaignRule& rule,
                            const StoredCampaign& stored) {
  const auto& record = stored.record;
  const Counts counts = sum_of(stored.counts);
  using enum campaigns::State;
  const bool tells_why =
      record && (record->state == paused || record->state == stopping || record->state == stopped);
  text_field(out, "key", rule.campaign.key);
  text_field(out, "name", rule.campaign.name);
  text_field(out, "state", record ? to_string(record->state) : "draft");
  text_or_null_field(out, "reason", tells_why ? record->reason : "");
  text_or_null_field(out, "startedBy", record ? record->started_by : "");
  time_or_null_field(out, "startedAt", record ? std::optional(record->started_at) : std::nullopt);
  time_or_null_field(out, "beginsAt", record ? std::optional(record->begins_at) : std::nullopt);
  time_or_null_field(out, "endedAt", record ? record->ended_at : std::nullopt);
  if (record && record->is_frozen) {
    const std::int64_t entered = counts.all();
    count_field(out, "audience", record->audience);
    count_field(out, "gone", record->gone);
    const auto reached = static_cast<std::int64_t>(record->gone) + entered;
    count_field(out, "notReached",
                at_least_zero(static_cast<std::int64_t>(record->audience) - reached));
  } else {
    null_field(out, "audience");
    null_field(out, "gone");
    null_field(out, "notReached");
  }
  write_states(out, counts);
  write_outcomes(out, sum_of(stored.outcomes));
}

void write_campaign_details(JsonWriter& out, const CampaignRule& rule, const StoredCampaign& stored,
                            const reaction::Rules& rules) {
  const campaigns::Campaign& campaign = rule.campaign;
  const Outcomes outcomes = sum_of(stored.outcomes);
  text_field(out, "template", campaign.template_key);
  text_or_null_field(out, "subject", campaign.subject);
  write_mailbox(out, "from", campaign.from);
  text_or_null_field(out, "topic", campaign.topic);
  const bool is_marketing = campaign.message_class == messages::MessageClass::marketing;
  text_field(out, "class", is_marketing ? "marketing" : "transactional");
  write_who(out, campaign.audience, rules);
  write_when(out, campaign.schedule);
  write_reasons(out, "skipped", "skipped", outcomes);
  write_reasons(out, "failed", "failed", outcomes);
  write_test(out, rule, stored);
}

}  // namespace sojourn::api
