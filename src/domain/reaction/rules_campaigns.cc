// Campaigns: their audience and the mails of their arms.
#include <utility>

#include "domain/reaction/render.h"
#include "domain/reaction/rules_compiler.h"

namespace sojourn::reaction {

void Rules::Compiler::check_campaign(CampaignRule& rule) {
  const campaigns::Campaign& campaign = rule.campaign;
  check_group(campaign, campaign.audience.group);
  check_group(campaign, campaign.audience.except);
  if (!campaign.topic.empty()) need_topic("campaign", campaign.key, "topic", campaign.topic);
  if (const auto& resend = campaign.audience.resend) {
    need(campaign, rules_.campaign_keys_, resend->campaign, "campaign", "audience");
  }
  add_email(rule, "", campaign.template_key, campaign.subject, "template");
  if (!campaign.test) return;
  for (const campaigns::Arm& arm : campaign.test->arms) {
    add_email(rule, arm.name, arm.template_key.empty() ? campaign.template_key : arm.template_key,
              arm.subject.empty() ? campaign.subject : arm.subject, "test");
  }
}

void Rules::Compiler::check_group(const campaigns::Campaign& campaign,
                                  const campaigns::Group& group) {
  for (const std::string& key : group.segments) {
    need(campaign, rules_.segment_keys_, key, "segment", "audience");
  }
  for (const std::string& key : group.lists) {
    need(campaign, rules_.list_keys_, key, "list", "audience");
  }
}

void Rules::Compiler::need(const campaigns::Campaign& campaign, const Keys& keys,
                           const std::string& key, std::string_view what, std::string_view member) {
  if (keys.contains(key) || is_damaged(what, key)) return;
  report_absent("campaign", campaign.key, member, what, key);
}

void Rules::Compiler::add_email(CampaignRule& rule, const std::string& arm,
                                const std::string& template_key, const std::string& subject,
                                std::string_view member) {
  const campaigns::Campaign& campaign = rule.campaign;
  const auto found = rules_.template_keys_.find(template_key);
  if (found == rules_.template_keys_.end()) {
    return need(campaign, rules_.template_keys_, template_key, "template", member);
  }
  add_variant(rule, arm, found->second, subject);
  const std::string prefix = key_of_variant(template_key, "");
  for (std::size_t index = 0; index < rules_.templates_.size(); ++index) {
    const std::string& key = rules_.templates_[index].key;
    if (!key.starts_with(prefix)) continue;
    add_variant(rule, key_of_variant(arm, key.substr(prefix.size())), index, subject);
  }
}

void Rules::Compiler::add_variant(CampaignRule& rule, const std::string& arm, std::size_t index,
                                  const std::string& subject) {
  const campaigns::Campaign& campaign = rule.campaign;
  if (subject.empty()) {
    rule.emails.emplace(arm, rules_.templates_[index].email);
    return;
  }
  templates::EmailTemplate source = template_sources_[index];
  source.subject = subject;
  Result<templates::CompiledEmail> compiled = templates::CompiledEmail::compile(source);
  if (compiled) {
    rule.emails.emplace(arm, std::move(*compiled));
  } else {
    report_at("campaign", campaign.key, arm.empty() ? "subject" : "test", compiled.error().code,
              compiled.error().message);
  }
}

}  // namespace sojourn::reaction
