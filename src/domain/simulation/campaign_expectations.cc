#include "domain/simulation/campaign_expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "domain/campaigns/look.h"
#include "domain/simulation/conservation.h"

namespace sojourn::simulation {
namespace {

using Kind = Expect::Kind;

constexpr std::array of_audience = {"audience", "gone", "not_reached"};
constexpr std::array of_people = {"opened",     "machine_opened", "clicked",   "bounced",
                                  "complained", "unsubscribed",   "converted", "revenue",
                                  "timely",     "timely_revenue"};

bool holds(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Of one arm, or of all together.
struct Part {
  campaigns::Counts counts;
  campaigns::Outcomes outcomes;
};

Part part_of(const CampaignView& view, const std::optional<std::string>& arm) {
  Part part;
  if (!arm) {
    part.counts = campaigns::sum_of(view.counts);
    for (const auto& [name, outcomes] : view.outcomes) {
      for (const auto& [outcome, count] : outcomes) part.outcomes[outcome] += count;
    }
    return part;
  }
  if (const auto found = view.counts.find(*arm); found != view.counts.end()) {
    part.counts = found->second;
  }
  if (const auto found = view.outcomes.find(*arm); found != view.outcomes.end()) {
    part.outcomes = found->second;
  }
  return part;
}

/// Of the arm, in the present batch of a bandit, in percent.
double share_of(const Stage& stage, const Expect& expect, const CampaignView& view) {
  const auto& test = stage.rules().campaign(expect.key)->campaign.test;
  if (!test || !view.standing) return 0;
  for (std::size_t i = 0; i < test->arms.size() && i < view.standing->shares.size(); ++i) {
    constexpr double whole = 100;
    if (test->arms[i].name == expect.outcome) return view.standing->shares[i] / whole;
  }
  return 0;
}

double count_of(const Stage& stage, const Expect& expect, const CampaignView& view,
                const Part& part, std::string_view name) {
  if (name == "share") return share_of(stage, expect, view);
  if (name == "erased") return static_cast<double>(part.counts.erased);
  if (const auto state = messages::parse_delivery_state(name)) {
    return static_cast<double>(part.counts.of(*state));
  }
  constexpr double minor_units = 100;
  const auto outcome = static_cast<double>(campaigns::outcome_of(part.outcomes, name));
  if (name == "revenue" || name == "timely_revenue") return outcome / minor_units;
  if (!holds(of_audience, name)) return outcome;
  if (!view.standing) return 0;
  const auto audience = static_cast<double>(view.standing->audience);
  const auto gone = static_cast<double>(view.standing->gone);
  if (name == "audience") return audience;
  return name == "gone" ? gone : audience - gone - static_cast<double>(part.counts.all());
}

Verdict check_counts(const Stage& stage, const Expect& expect, const CampaignView& view) {
  const bool of_arm = expect.kind == Kind::campaign_arm;
  const Part part = part_of(view, of_arm ? std::optional(expect.outcome) : std::nullopt);
  std::string actual = fmt::format("campaign {} {}", expect.key,
                                   of_arm ? "arm " + expect.outcome : std::string("counts"));
  bool met = true;
  for (const auto& [name, expected] : expect.values) {
    const double count = count_of(stage, expect, view, part, name);
    constexpr double rounding = 1e-9;
    met = met && std::abs(count - expected.number()) < rounding;
    actual += fmt::format(" {}={:g}", name, count);
  }
  return {met, {std::move(actual)}};
}

Verdict check_state(const Expect& expect, const CampaignView& view) {
  const std::string_view state = view.standing ? to_string(view.standing->state) : "draft";
  const std::string reason = view.standing ? view.standing->reason : std::string();
  const bool met = state == expect.detail && (!expect.reason || *expect.reason == reason);
  return {met,
          {fmt::format("campaign {} is {}{}", expect.key, state,
                       reason.empty() ? "" : " because " + reason)}};
}

Verdict check_test(const Expect& expect, const CampaignView& view) {
  const std::string winner =
      view.standing && !view.standing->winner.empty() ? view.standing->winner : "none";
  const auto look = view.standing ? campaigns::decode_look(view.standing->look) : std::nullopt;
  const std::string verdict = look ? std::string(to_string(look->verdict.kind)) : "none";
  const bool of_winner = expect.kind == Kind::campaign_winner;
  const std::string& actual = of_winner ? winner : verdict;
  return {actual == expect.outcome,
          {fmt::format("campaign {} {} {}", expect.key, of_winner ? "winner" : "verdict", actual)}};
}

}  // namespace

bool is_campaign_count(std::string_view name) {
  return name == "share" || name == "erased" || messages::parse_delivery_state(name) ||
         holds(of_audience, name) || holds(of_people, name);
}

Verdict check_campaign(const Stage& stage, const Expect& expect) {
  if (expect.kind == Kind::campaign_adds_up) {
    std::vector<std::string> gaps = uncounted_of_campaign(stage, expect.key);
    const bool met = gaps.empty();
    return {met, std::move(gaps)};
  }
  const CampaignView view = stage.campaign(expect.key);
  if (expect.kind == Kind::campaign_state) return check_state(expect, view);
  const bool counts = expect.kind == Kind::campaign_counts || expect.kind == Kind::campaign_arm;
  return counts ? check_counts(stage, expect, view) : check_test(expect, view);
}

Verdict check_recipient(const Stage& stage, const Expect& expect, std::optional<Timestamp> until,
                        const WallClock& clock) {
  const reaction::ContactState* contact = find(stage, *expect.who);
  const std::string name = name_of(*expect.who);
  if (contact == nullptr) {
    return {expect.negated, {fmt::format("nobody is called {} yet", name)}};
  }
  Verdict verdict{expect.negated};
  for (const messages::Message& message : stage.messages_of_campaign(expect.key)) {
    if (stage.find(message.contact) != contact) continue;
    const bool fits =
        (expect.detail.empty() || messages::to_string(message.state) == expect.detail) &&
        (expect.outcome.empty() || message.step == expect.outcome) &&
        (!expect.reason || message.reason == *expect.reason) && (!until || message.due == *until);
    if (fits) verdict.met = !expect.negated;
    verdict.instead.push_back(fmt::format(
        "recipient {} of {} is {}{} until {}{}", name, expect.key,
        messages::to_string(message.state), message.step.empty() ? "" : " as " + message.step,
        clock.write(message.due), message.reason.empty() ? "" : " because " + message.reason));
  }
  if (verdict.instead.empty()) {
    verdict.instead.push_back(fmt::format("{} is no recipient of {} yet", name, expect.key));
  }
  return verdict;
}

}  // namespace sojourn::simulation
