#include "runtime/campaign_control.h"

#include <fmt/format.h>

#include <functional>
#include <memory>

#include "domain/campaigns/standing.h"
#include "domain/reaction/rules.h"
#include "runtime/campaigns.h"
#include "runtime/jobs.h"

namespace sojourn::runtime {
namespace {

using campaigns::Standing;

Result<reaction::CampaignRule> rule_of(const Runtime& runtime, const std::string& key) {
  const std::shared_ptr<const reaction::Rules> rules = runtime.rules();
  const reaction::CampaignRule* rule = rules->campaign(key);
  if (rule != nullptr) return *rule;
  return failure({.code = "unknown_campaign",
                  .message = "there is no such campaign",
                  .field = "key",
                  .value = key});
}

/// Who does what.
struct Act {
  const std::string& key;
  std::string action;  ///< as the audit log has it
  const std::string& actor;
};

/// Changes the standing of a campaign that somebody has started.
Result<void> change(Runtime& runtime, const Act& act, std::function<Result<void>(Standing&)> next) {
  TRY(rule, rule_of(runtime, act.key));
  return runtime.change_campaigns(
      [number = rule.number, key = act.key, action = act.action, actor = act.actor,
       next = std::move(next),
       now = runtime.clock().now()](store::StateTransaction& transaction) -> Result<void> {
        TRY(standing, transaction.campaign(number));
        if (!standing) return campaigns::not_started(key);
        TRY_VOID(next(*standing));
        TRY_VOID(transaction.put_campaign(*standing));
        return transaction.append_audit(actor, action, "campaign/" + key,
                                        to_string(standing->state), now);
      });
}

}  // namespace

Result<void> start_campaign(Runtime& runtime, const std::string& key, Duration hold,
                            const std::string& actor) {
  TRY(rule, rule_of(runtime, key));
  const Timestamp now = runtime.clock().now();
  const auto begin = [rule, hold, actor,
                      now](store::StateTransaction& transaction) -> Result<void> {
    TRY(before, transaction.campaign(rule.number));
    TRY(standing, campaigns::start(rule.campaign,
                                   {.number = rule.number,
                                    .version = rule.version,
                                    .hold = hold,
                                    .by = actor,
                                    .before = before ? &*before : nullptr},
                                   now));
    TRY_VOID(transaction.put_campaign(standing));
    if (standing.state == campaigns::State::holding) {
      TRY_VOID(Jobs::submit_in(transaction, campaign_audience_kind,
                               Object{{"campaign", standing.key}}, actor, now));
    }
    return transaction.append_audit(actor, "campaign.start", "campaign/" + standing.key,
                                    fmt::format("version {}, begins at {}", standing.version,
                                                format_timestamp(standing.begins_at)),
                                    now);
  };
  TRY_VOID(runtime.change_campaigns(begin));
  runtime.jobs().look();
  return {};
}

Result<void> cancel_campaign(Runtime& runtime, const std::string& key, const std::string& actor) {
  return change(runtime, {key, "campaign.cancel", actor},
                [now = runtime.clock().now()](Standing& standing) {
                  return campaigns::cancel(standing, now);
                });
}

Result<void> pause_campaign(Runtime& runtime, const std::string& key, const std::string& actor) {
  return change(runtime, {key, "campaign.pause", actor}, campaigns::pause);
}

Result<void> resume_campaign(Runtime& runtime, const std::string& key, const std::string& actor) {
  return change(runtime, {key, "campaign.resume", actor}, campaigns::resume);
}

Result<void> stop_campaign(Runtime& runtime, const std::string& key, const std::string& actor) {
  return change(runtime, {key, "campaign.stop", actor}, campaigns::stop);
}

}  // namespace sojourn::runtime
