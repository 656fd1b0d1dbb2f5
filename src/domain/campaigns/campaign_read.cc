// A campaign's definition, from its members to what they mean.
#include <fmt/format.h>

#include <algorithm>

#include "domain/campaigns/campaign.h"
#include "domain/contacts/attributes.h"

namespace sojourn::campaigns {
namespace {

using definitions::Findings;
using definitions::Reader;

Result<std::vector<std::string>> read_keys(Reader& reader, std::string_view member) {
  TRY(list, reader.optional_list(member));
  std::vector<std::string> keys;
  if (list->size() > audience_parts_max) {
    return reader.refuse(
        "too_many", member,
        fmt::format("has {} items, the limit is {}", list->size(), audience_parts_max));
  }
  for (const Value& each : *list) {
    const std::string* key = each.as_string();
    if (key == nullptr || !definitions::is_key(*key)) {
      return reader.refuse("not_a_key", member, "must hold keys");
    }
    keys.push_back(*key);
  }
  return keys;
}

Result<Group> read_group(Reader& reader) {
  Group group;
  TRY(segments, read_keys(reader, "segments"));
  group.segments = std::move(segments);
  TRY(lists, read_keys(reader, "lists"));
  group.lists = std::move(lists);
  return group;
}

Result<Resend> read_resend(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Resend resend;
  TRY(campaign, reader.key("campaign"));
  resend.campaign = std::move(campaign);
  TRY(to, reader.choice("to", {"not_opened", "not_clicked"}));
  resend.to = static_cast<Resend::To>(to);
  TRY_VOID(reader.finish());
  return resend;
}

Result<Audience> read_audience(const Reader& campaign, const Value& value) {
  Audience audience;
  if (const std::string* word = value.as_string()) {
    if (*word != "everyone") {
      return campaign.refuse("unknown_choice", "audience",
                             "must be `everyone`, or name segments and lists");
    }
    audience.everyone = true;
    return audience;
  }
  Reader reader(value, "audience");
  TRY(everyone, reader.boolean_or("everyone", false));
  audience.everyone = everyone;
  TRY(group, read_group(reader));
  audience.group = std::move(group);
  if (const Value* resend = reader.find("resend")) {
    TRY(read, read_resend(*resend, reader.path_of("resend")));
    audience.resend = std::move(read);
  }
  if (const Value* except = reader.find("except")) {
    Reader inner(*except, reader.path_of("except"));
    TRY(excluded, read_group(inner));
    TRY_VOID(inner.finish());
    audience.except = std::move(excluded);
  }
  TRY_VOID(reader.finish());
  const bool has_group = !audience.group.segments.empty() || !audience.group.lists.empty();
  const int ways = static_cast<int>(has_group) + static_cast<int>(audience.everyone) +
                   static_cast<int>(audience.resend.has_value());
  if (ways == 1) return audience;
  return reader.refuse("missing_member", "segments",
                       "or lists, or resend, or everyone is required, and one of the three");
}

Result<messages::Mailbox> read_mailbox(const Value& value, const std::string& path) {
  Reader reader(value, path);
  messages::Mailbox mailbox;
  TRY(name, reader.optional_text("name"));
  mailbox.name = name.value_or("");
  if (mailbox.name.size() > name_bytes_max) {
    return reader.refuse(
        "too_long", "name",
        fmt::format("is {} bytes long, the limit is {}", mailbox.name.size(), name_bytes_max));
  }
  TRY(address, reader.text("address"));
  mailbox.address = contacts::normalise_email(address);
  if (mailbox.address.empty()) {
    return reader.refuse("unknown_value", "address", "must be an email address");
  }
  TRY_VOID(reader.finish());
  return mailbox;
}

Result<std::optional<messages::Mailbox>> read_from(Reader& reader) {
  const Value* from = reader.find("from");
  if (from == nullptr) return std::optional<messages::Mailbox>();
  TRY(mailbox, read_mailbox(*from, reader.path_of("from")));
  return std::optional(std::move(mailbox));
}

Result<Schedule> read_schedule(const Value& value) {
  Reader reader(value, "send");
  Schedule schedule;
  TRY(at, reader.optional_text("at"));
  if (at) {
    const Result<Timestamp> instant = parse_timestamp(*at);
    if (!instant) {
      return reader.refuse("not_a_time", "at",
                           "must be an instant such as \"2026-03-10T09:00:00Z\"");
    }
    schedule.at = *instant;
  }
  TRY(local, reader.optional_text("local"));
  if (local) {
    absl::CivilMinute minute;
    if (!absl::ParseCivilTime(*local, &minute)) {
      return reader.refuse("not_a_time", "local",
                           "must be a local time such as \"2026-03-10T09:00\"");
    }
    schedule.local = minute;
  }
  if (at && local) {
    return reader.refuse("unknown_member", "local", "cannot stand beside `at`");
  }
  TRY(per_hour, reader.optional_integer("per_hour", throttle_min, throttle_max));
  schedule.per_hour = per_hour;
  if (schedule.local && schedule.per_hour) {
    return reader.refuse("unknown_member", "per_hour",
                         "cannot stand beside `local`: who waits for a place misses the time");
  }
  TRY_VOID(reader.finish());
  return schedule;
}

/// `{time: "09:00"}`
Result<TimeOfDay> read_send_time(const Value& value, const std::string& path) {
  Reader reader(value, path);
  TRY(text, reader.text("time"));
  TRY_VOID(reader.finish());
  constexpr std::size_t time_bytes = 5;
  absl::CivilMinute minute;
  const bool is_time =
      text.size() == time_bytes && absl::ParseCivilTime("1970-01-01T" + text, &minute);
  if (!is_time) {
    return reader.refuse("not_a_time", "time", "must be a local time of day such as \"09:00\"");
  }
  return static_cast<TimeOfDay>(minute - absl::CivilMinute(1970, 1, 1));
}

Result<Arm> read_arm(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Arm arm;
  TRY(name, reader.key("name"));
  arm.name = std::move(name);
  TRY(subject, reader.optional_text("subject"));
  arm.subject = subject.value_or("");
  if (reader.find("template") != nullptr) {
    TRY(key, reader.key("template"));
    arm.template_key = std::move(key);
  }
  TRY(from, read_from(reader));
  arm.from = std::move(from);
  if (const Value* send = reader.find("send")) {
    TRY(time, read_send_time(*send, reader.path_of("send")));
    arm.send_time = time;
  }
  TRY_VOID(reader.finish());
  return arm;
}

Result<void> read_arms(Reader& reader, Test& test) {
  TRY(arms, reader.optional_list("arms"));
  if (arms->size() < 2) {
    return reader.refuse("too_few_arms", "arms",
                         fmt::format("has {} items, it needs 2 to be compared", arms->size()));
  }
  if (arms->size() > arms_max) {
    return reader.refuse("too_many", "arms",
                         fmt::format("has {} items, the limit is {}", arms->size(), arms_max));
  }
  for (std::size_t i = 0; i < arms->size(); ++i) {
    TRY(arm, read_arm((*arms)[i], fmt::format("{}[{}]", reader.path_of("arms"), i)));
    const bool is_known = std::any_of(test.arms.begin(), test.arms.end(),
                                      [&](const Arm& each) { return each.name == arm.name; });
    if (is_known) {
      return reader.refuse("duplicate_key", "arms", fmt::format("uses \"{}\" twice", arm.name));
    }
    test.arms.push_back(std::move(arm));
  }
  return {};
}

Result<double> read_percent(Reader& reader, std::string_view member, double otherwise, double low,
                            double high) {
  TRY(number, reader.optional_number(member));
  if (!number) return otherwise;
  if (*number >= low && *number <= high) return *number;
  return reader.refuse(
      "out_of_range", member,
      fmt::format("is {:g}, it must be from {:g} to {:g} percent", *number, low, high));
}

/// How the arms are compared: what is measured, when, and what an unclear look comes to.
Result<void> read_measure(Reader& reader, Test& test) {
  if (reader.find("measure") != nullptr) {
    TRY(measure, reader.choice("measure", {"clicked", "opened", "converted", "revenue"}));
    test.measure = static_cast<Test::Measure>(measure);
  }
  TRY(event, reader.optional_text("event"));
  test.event = event.value_or("");
  const bool needs_event =
      test.measure == Test::Measure::converted || test.measure == Test::Measure::revenue;
  if (needs_event != !test.event.empty()) {
    return reader.refuse("missing_member", "event",
                         "goes with the measures converted and revenue, and only with them");
  }
  TRY(after, reader.duration("after"));
  if (after.ms <= 0 || after > test_after_max) {
    return reader.refuse("out_of_range", "after",
                         fmt::format("is {}, it must be above 0 and at most {}",
                                     format_duration(after), format_duration(test_after_max)));
  }
  test.after = after;
  return {};
}

/// What only a test with one winner has.
Result<void> read_winner(Reader& reader, Test& test) {
  TRY(confidence, read_percent(reader, "confidence", test.confidence, 80, 99.9));
  test.confidence = confidence;
  TRY(if_unclear, reader.optional_text("if_unclear"));
  test.if_unclear = if_unclear.value_or("");
  const bool is_arm = std::any_of(test.arms.begin(), test.arms.end(),
                                  [&](const Arm& each) { return each.name == test.if_unclear; });
  if (!test.if_unclear.empty() && !is_arm) {
    return reader.refuse("unknown_value", "if_unclear",
                         fmt::format("names \"{}\", there is no such arm", test.if_unclear));
  }
  return {};
}

/// What only a bandit has. Members of the other choice are unknown to it, and the other way round.
Result<void> read_bandit(Reader& reader, Test& test) {
  if (test.measure == Test::Measure::revenue) {
    return reader.refuse("unknown_choice", "measure",
                         "of a bandit must be `clicked`, `opened` or `converted`: amounts have no "
                         "rate to divide by");
  }
  constexpr double floor_min = 1;
  const double floor_max = 100 / static_cast<double>(test.arms.size());
  TRY(floor, read_percent(reader, "floor", test.floor, floor_min, floor_max));
  test.floor = floor;
  return {};
}

Result<Test> read_test(const Value& value) {
  Reader reader(value, "test");
  Test test;
  TRY_VOID(read_arms(reader, test));
  if (reader.find("choose") != nullptr) {
    TRY(choice, reader.choice("choose", {"winner", "bandit"}));
    test.choice = static_cast<Test::Choice>(choice);
  }
  const bool is_bandit = test.choice == Test::Choice::bandit;
  constexpr double sample_min = 0.1;
  constexpr double sample_max = 100;
  constexpr double batch_default = 10;
  TRY(sample, read_percent(reader, "sample", is_bandit ? batch_default : test.sample, sample_min,
                           sample_max));
  test.sample = sample;
  TRY_VOID(read_measure(reader, test));
  TRY_VOID(is_bandit ? read_bandit(reader, test) : read_winner(reader, test));
  TRY_VOID(reader.finish());
  return test;
}

Result<Limits> read_limits(const Value& value) {
  Reader reader(value, "pause_at");
  Limits limits;
  TRY(failed, read_percent(reader, "failed", limits.failed, 0, 100));
  limits.failed = failed;
  TRY(bounced, read_percent(reader, "bounced", limits.bounced, 0, 100));
  limits.bounced = bounced;
  TRY(complained, read_percent(reader, "complained", limits.complained, 0, 100));
  limits.complained = complained;
  constexpr std::int64_t at_least_max = 10'000'000;
  TRY(at_least, reader.optional_integer("at_least", 1, at_least_max));
  limits.at_least = at_least.value_or(limits.at_least);
  TRY_VOID(reader.finish());
  return limits;
}

Result<void> read_identity(Reader& reader, Campaign& campaign) {
  TRY(key, reader.key("key"));
  // Keys of messages begin with it.
  if (key + "/" == messages::api_key_prefix) {
    return reader.refuse("reserved_name", "key", "is taken by messages of the API");
  }
  campaign.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  campaign.name = name.value_or(campaign.key);
  return {};
}

Result<void> read_message(Reader& reader, Campaign& campaign) {
  TRY(template_key, reader.key("template"));
  campaign.template_key = std::move(template_key);
  TRY(subject, reader.optional_text("subject"));
  campaign.subject = subject.value_or("");
  TRY(from, read_from(reader));
  campaign.from = std::move(from);
  TRY(topic, reader.optional_text("topic"));
  campaign.topic = topic.value_or("");
  if (!campaign.topic.empty() && !definitions::is_key(campaign.topic)) {
    return reader.refuse("not_a_key", "topic", "must be a key");
  }
  if (reader.find("class") != nullptr) {
    TRY(choice, reader.choice("class", {"marketing", "transactional"}));
    campaign.message_class = static_cast<messages::MessageClass>(choice);
  }
  TRY(handling, policies::read_handling(reader));
  campaign.handling = handling;
  return {};
}

/// Times of arms are days and minutes of their own, which a schedule in local time or with a
/// throttle would contradict.
Result<void> check_send_times(const Reader& reader, const Campaign& campaign) {
  const bool has_times = campaign.test && campaign.test->has_send_times();
  if (!has_times) return {};
  if (campaign.schedule.local) {
    return reader.refuse("unknown_member", "send.local",
                         "cannot stand beside arms with a `send` of their own; use `at`");
  }
  if (campaign.schedule.per_hour) {
    return reader.refuse("unknown_member", "send.per_hour",
                         "cannot stand beside arms with a `send` of their own: who waits for a "
                         "place misses the time");
  }
  return {};
}

/// Takes a part where it is there and can be read.
template <typename Part, typename Read>
void take_part(const Value* value, Read read, Part& part, Findings& findings) {
  if (value == nullptr) return;
  auto found = read(*value);
  if (findings.take(found)) part = std::move(*found);
}

}  // namespace

Campaign read_campaign(const Value& value, Findings& findings) {
  Campaign campaign;
  Reader reader(value, "");
  reader.find("kind");
  findings.take(read_identity(reader, campaign));
  const Result<const Value*> audience = reader.require("audience");
  if (findings.take(audience)) {
    take_part(
        *audience, [&](const Value& each) { return read_audience(reader, each); },
        campaign.audience, findings);
  }
  findings.take(read_message(reader, campaign));
  take_part(reader.find("send"), read_schedule, campaign.schedule, findings);
  take_part(reader.find("test"), read_test, campaign.test, findings);
  take_part(reader.find("pause_at"), read_limits, campaign.limits, findings);
  if (findings.none()) findings.take(check_send_times(reader, campaign));
  if (findings.none()) reader.finish(findings);
  return campaign;
}

}  // namespace sojourn::campaigns
