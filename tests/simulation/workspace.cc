#include "simulation/workspace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

namespace sojourn::simulate {
namespace {

constexpr std::string_view lookers = R"(
kind: segment
key: lookers
where:
  did: {event: Product Viewed, at_least: 2, within: 3d}
)";

constexpr std::string_view customers = R"(
kind: segment
key: customers
where:
  did: {event: Order Completed, at_least: 1}
)";

constexpr std::string_view keen = R"(
kind: segment
key: keen
where:
  all:
    - score: interest
      threshold: warm
    - not: {segment: customers}
)";

constexpr std::string_view professionals = R"(
kind: segment
key: professionals
where:
  any:
    - {attribute: plan, is: pro}
    - did: {event: Order Completed, at_least: 2, within: 10d}
)";

constexpr std::string_view interest = R"(
kind: score
key: interest
half_life: 4d
rules:
  - {key: view, event: Product Viewed, points: 10, cap: 40, reason: looked}
  - {key: click, event: Link Clicked, points: 15, cap: 30, reason: clicked}
thresholds:
  - {key: warm, up: 25, down: 12}
)";

std::string email_template(std::string_view key) {
  return fmt::format(R"(
kind: template
key: {0}
subject: "{0} for {{{{ contact.firstName | default: 'you' }}}}"
html: |
  <p>Hello {{{{ contact.firstName }}}}</p><p><a href="https://shop.example/{0}">Look</a></p>
  <p><a href="{{{{ unsubscribe_url }}}}">Unsubscribe</a> {{{{ workspace.postal_address }}}}</p>
)",
                     key);
}

std::string nurture(Dice& dice, Auditor::Promises& promises) {
  const int wait = dice.between(1, 30);
  const int at_most = dice.between(2, 40);
  promises.waits["breathe"] = Duration::hours(wait);
  constexpr std::string_view reentries[] = {"reentry: never", "reentry: {after: 3d}",
                                            "reentry: always"};
  const std::string_view exit_when = dice.chance(30) ? "exit_when: {segment: professionals}\n" : "";
  return fmt::format(R"(
kind: journey
key: nurture
trigger: {{segment_entered: {}}}
{}
goal: {{event: Order Completed}}
{}steps:
  - id: hello
    send: {{template: hello, topic: news}}
  - id: breathe
    wait: {}h
  - id: guide
    send: {{template: guide, topic: news}}
  - id: answer
    wait_for:
      clicked: guide
      at_most: {}h
      then:
        - id: thanks
          send: {{template: thanks, topic: tips}}
      otherwise:
        - id: reminder
          send: {{template: reminder, topic: news}}
        - id: over
          exit: no answer
  - id: tell
    notify: {{user: sales@shop.example, text: "{{{{ contact.firstName }}}} answered"}}
)",
                     dice.chance(50) ? "lookers" : "keen", reentries[dice.index(3)], exit_when,
                     wait, at_most);
}

std::string onboarding(Dice& dice, Auditor::Promises& promises) {
  const int wait = dice.between(1, 72);
  promises.waits["settle"] = Duration::hours(wait);
  return fmt::format(R"(
kind: journey
key: onboarding
trigger: {{event: Order Completed}}
reentry: {}
steps:
  - id: receipt
    send: {{template: receipt, class: transactional}}
  - id: settle
    wait: {}h
  - id: more
    send: {{template: more, topic: tips}}
)",
                     dice.chance(50) ? "never" : "always", wait);
}

/// A campaign to everybody or to a segment, by one of the ways to send it.
std::string campaign(Dice& dice, std::string_view key) {
  constexpr std::string_view arms = "[{name: one, subject: One}, {name: two, subject: Two}]";
  std::string text =
      fmt::format("kind: campaign\nkey: {}\naudience: {}\ntemplate: {}\ntopic: news\n", key,
                  dice.chance(70) ? "everyone" : "{segments: [lookers, customers]}",
                  dice.chance(50) ? "hello" : "guide");
  const int lot = dice.between(0, 99);
  if (lot < 20) {
    text += fmt::format("send: {{per_hour: {}}}\n", dice.between(1, 60));
  } else if (lot < 60) {
    text += fmt::format("test: {{arms: {}, sample: {}, measure: {}, after: {}h}}\n", arms,
                        dice.between(20, 90), dice.chance(50) ? "clicked" : "opened",
                        dice.between(1, 48));
  }
  if (dice.chance(20)) text += "class: transactional\n";
  return text;
}

std::string settings(Dice& dice, Auditor::Promises& promises) {
  struct Zone {
    std::string_view name;
    Duration offset;
  };
  constexpr Zone zones[] = {
      {"UTC", {}}, {"Asia/Tokyo", {9 * 3'600'000}}, {"America/Phoenix", {-7 * 3'600'000}}};
  const Zone& zone = zones[dice.index(3)];
  promises.zone_offset = zone.offset;
  std::string text = fmt::format("kind: workspace\nkey: shop\ntimezone: {}\n", zone.name);
  if (dice.chance(70)) {
    promises.cap = dice.between(1, 3);
    promises.cap_window = Duration::hours(dice.between(6, 72));
    text += fmt::format("frequency_caps:\n  - {{messages: {}, per: {}h, when_held: {}}}\n",
                        promises.cap, promises.cap_window.ms / 3'600'000,
                        dice.chance(70) ? "wait" : "skip");
  }
  if (dice.chance(50)) {
    const bool wraps = dice.chance(70);
    promises.quiet = policies::QuietHours{.from_minute = wraps ? 21 * 60 : 11 * 60,
                                          .to_minute = wraps ? 8 * 60 : 14 * 60};
    text += fmt::format("quiet_hours: {{from: \"{}\", to: \"{}\", when_held: {}}}\n",
                        wraps ? "21:00" : "11:00", wraps ? "08:00" : "14:00",
                        dice.chance(80) ? "wait" : "skip");
  }
  if (dice.chance(40)) {
    // A day or two after the start; few enough mails that some have to wait.
    constexpr Timestamp monday{1'772'409'600'000};  // 2026-03-02T00:00:00Z
    const int day = dice.between(2, 10);
    promises.warm_up_start = monday + Duration::days(day - 2) - zone.offset;
    for (int i = 0, mails = dice.between(4, 8); i < 5; ++i, mails += dice.between(0, 6)) {
      promises.warm_up.push_back(mails);
    }
    text += fmt::format("warm_up: [{{start: 2026-03-{:02}, daily: [{}], goes_on: \"{:02}:30\"}}]\n",
                        day, fmt::join(promises.warm_up, ", "), dice.between(0, 23));
  }
  if (dice.chance(30)) text += "soft_bounces: {mails: 2, over: 1d}\n";
  return text;
}

}  // namespace

runtime::DefinitionFile edited_segment(Dice& dice) {
  struct Edit {
    std::string_view key;
    std::string_view where;
  };
  constexpr Edit edits[] = {
      {"lookers", "{did: {event: Product Viewed, at_least: 3, within: 3d}}"},
      {"lookers", "{did: {event: Product Viewed, at_least: 2, within: 6d}}"},
      {"lookers",
       "{any: [{did: {event: Link Clicked}}, {did: {event: Product Viewed, at_least: 5}}]}"},
      {"lookers", "{did: {event: Product Viewed, where: [{property: path, is: /pricing}]}}"},
      {"customers", "{did: {event: Order Completed, at_least: 2}}"},
      {"customers", "{did: {event: Order Completed, at_least: 1}}"},
      {"professionals", "{did: {event: Order Completed, at_least: 1, within: 20d}}"},
      {"professionals",
       "{any: [{attribute: plan, is: pro}, {not: {did: {event: Product Viewed, within: 30h}}}]}"},
      {"others", "{not: {any: [{segment: customers}, {segment: lookers}]}}"},
  };
  const Edit& edit = edits[dice.index(std::size(edits))];
  return {fmt::format("segments/{}.yaml", edit.key),
          fmt::format("kind: segment\nkey: {}\nwhere: {}\n", edit.key, edit.where)};
}

Workspace make_workspace(Dice& dice) {
  Workspace workspace;
  const auto add = [&](std::string path, std::string text) {
    workspace.files.push_back({std::move(path), std::move(text)});
  };
  add("workspace.yaml", settings(dice, workspace.promises));
  add("segments/lookers.yaml", std::string(lookers));
  add("segments/customers.yaml", std::string(customers));
  add("segments/keen.yaml", std::string(keen));
  add("segments/professionals.yaml", std::string(professionals));
  add("scores/interest.yaml", std::string(interest));
  add("journeys/nurture.yaml", nurture(dice, workspace.promises));
  add("journeys/onboarding.yaml", onboarding(dice, workspace.promises));
  for (const std::string_view key : {"hello", "guide", "thanks", "reminder", "receipt", "more"}) {
    add(fmt::format("templates/{}.yaml", key), email_template(key));
  }
  for (const std::string_view key : campaign_keys) {
    const bool is_last = key == campaign_keys.back();
    add(fmt::format("campaigns/{}.yaml", key),
        is_last ? fmt::format("kind: campaign\nkey: {}\naudience: {{resend: {{campaign: {}, to: "
                              "not_clicked}}}}\ntemplate: more\n",
                              key, campaign_keys.front())
                : campaign(dice, key));
  }
  return workspace;
}

}  // namespace sojourn::simulate
