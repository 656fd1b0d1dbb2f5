#include "runtime/footer_gaps.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "domain/definitions/yaml.h"
#include "domain/reaction/footer_check.h"

namespace sojourn::runtime {
namespace {

/// Keys of templates that a change touches, or all of them.
struct Touched {
  bool all = false;
  std::set<std::string> keys = {};

  [[nodiscard]] bool contains(const std::string& key) const { return all || keys.contains(key); }
};

void touch_sent_by(const reaction::CampaignRule& rule, Touched& touched) {
  touched.keys.insert(rule.campaign.template_key);
  if (!rule.campaign.test) return;
  for (const campaigns::Arm& arm : rule.campaign.test->arms) touched.keys.insert(arm.template_key);
}

void touch_sent_by(const reaction::JourneyRule& rule, Touched& touched) {
  for (const journeys::Step& step : rule.journey.steps) {
    const auto* send = std::get_if<journeys::Send>(&step.action);
    if (send != nullptr) touched.keys.insert(send->template_key);
  }
}

Touched touched_by(const PreparedDefinitions& prepared) {
  Touched touched;
  for (const store::DefinitionRecord& record : prepared.changed) {
    if (record.archived) continue;
    if (record.kind == "brand" || record.kind == "block") touched.all = true;
    if (record.kind == "template") touched.keys.insert(record.key);
    const auto* campaign =
        record.kind == "campaign" ? prepared.rules->campaign(record.key) : nullptr;
    if (campaign != nullptr) touch_sent_by(*campaign, touched);
    const auto* journey = record.kind == "journey" ? prepared.rules->journey(record.key) : nullptr;
    if (journey != nullptr) touch_sent_by(*journey, touched);
  }
  return touched;
}

/// The brands that would be in force.
templates::blocks::Kit brands_of(const PreparedDefinitions& prepared) {
  templates::blocks::Kit kit;
  for (const reaction::DefinitionSource& source : prepared.sources) {
    if (source.kind != "brand") continue;
    const auto document = definitions::parse_yaml(source.text);
    // What is wrong with it is a problem of its own.
    if (document) static_cast<void>(templates::blocks::add_to_kit(document->value, kit));
  }
  return kit;
}

DefinitionProblem problem_of(const reaction::FooterGap& gap, const PreparedDefinitions& prepared) {
  DefinitionProblem problem{.file = {}, .line = 0, .code = gap.code, .message = gap.message};
  for (const reaction::DefinitionSource& source : prepared.sources) {
    if (source.kind != "template" || source.key != gap.template_key) continue;
    problem.file = source.path;
    const auto document = definitions::parse_yaml(source.text);
    const bool is_first = gap.language.empty();
    if (document) problem.line = document->line_of(is_first ? gap.part : "languages");
  }
  return problem;
}

}  // namespace

void refuse_footer_gaps(PreparedDefinitions& prepared, const SenderSettings& sender) {
  if (prepared.rules == nullptr) return;
  const Touched touched = touched_by(prepared);
  if (!touched.all && touched.keys.empty()) return;
  const reaction::SenderAddresses addresses =
      reaction::sender_addresses(sender.postal_address, sender.captures_mail, brands_of(prepared));
  for (const reaction::FooterGap& gap : reaction::find_footer_gaps(*prepared.rules, addresses)) {
    if (!touched.contains(gap.template_key)) continue;
    prepared.plan.problems.push_back(problem_of(gap, prepared));
  }
  if (!prepared.plan.problems.empty()) prepared.rules = nullptr;
}

}  // namespace sojourn::runtime
