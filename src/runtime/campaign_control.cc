#include "runtime/campaign_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "domain/reaction/rules.h"
#include "runtime/campaigns.h"
#include "runtime/jobs.h"

namespace sojourn::runtime {
namespace {

using store::CampaignRecord;
using store::CampaignState;

tl::unexpected<Error> wrong_state(const std::string& key, std::string_view state,
                                  std::string_view wanted) {
  return failure(
      {.code = "wrong_campaign_state",
       .message = fmt::format("campaign \"{}\" is {}, it must be {}", key, state, wanted),
       .field = "key",
       .value = std::string(state),
       .limit = std::string(wanted)});
}

Result<reaction::CampaignRule> rule_of(const Runtime& runtime, const std::string& key) {
  const std::shared_ptr<const reaction::Rules> rules = runtime.rules();
  const reaction::CampaignRule* rule = rules->campaign(key);
  if (rule != nullptr) return *rule;
  return failure({.code = "unknown_campaign",
                  .message = "there is no such campaign",
                  .field = "key",
                  .value = key});
}

/// Changes the standing of a campaign that somebody has started.
Result<void> change(Runtime& runtime, const std::string& key, const std::string& action,
                    const std::string& actor,
                    std::function<Result<void>(CampaignRecord&, Timestamp)> next) {
  TRY(rule, rule_of(runtime, key));
  return runtime.change_campaigns(
      [number = rule.number, key, action, actor, next = std::move(next),
       now = runtime.clock().now()](store::StateTransaction& transaction) -> Result<void> {
        TRY(record, transaction.campaign(number));
        if (!record) return wrong_state(key, "draft", "started");
        TRY_VOID(next(*record, now));
        TRY_VOID(transaction.put_campaign(*record));
        return transaction.append_audit(actor, action, "campaign/" + key, to_string(record->state),
                                        now);
      });
}

CampaignRecord begun(const reaction::CampaignRule& rule, Duration hold, const std::string& actor,
                     Timestamp now) {
  CampaignRecord record;
  record.number = rule.number;
  record.key = rule.campaign.key;
  record.version = rule.version;
  record.started_by = actor;
  record.started_at = now;
  const Timestamp planned = campaigns::begins(rule.campaign.schedule, now);
  record.begins_at = std::max(planned, now + hold);
  // With time enough until its schedule nothing need be held.
  record.state = planned > now + hold ? CampaignState::scheduled : CampaignState::holding;
  return record;
}

}  // namespace

Result<void> start_campaign(Runtime& runtime, const std::string& key, Duration hold,
                            const std::string& actor) {
  TRY(rule, rule_of(runtime, key));
  const Timestamp now = runtime.clock().now();
  const CampaignRecord record = begun(rule, hold, actor, now);
  if (record.begins_at > now + campaign_ahead_max) {
    return failure({.code = "out_of_range",
                    .message = fmt::format("it would begin at {}, the limit is {} from now",
                                           format_timestamp(record.begins_at),
                                           format_duration(campaign_ahead_max)),
                    .field = "send",
                    .value = format_timestamp(record.begins_at),
                    .limit = format_duration(campaign_ahead_max)});
  }
  const auto begin = [record, actor, now](store::StateTransaction& transaction) -> Result<void> {
    TRY(present, transaction.campaign(record.number));
    if (present && present->state != CampaignState::cancelled) {
      return wrong_state(record.key, to_string(present->state), "draft or cancelled");
    }
    TRY_VOID(transaction.put_campaign(record));
    if (record.state == CampaignState::holding) {
      TRY_VOID(Jobs::submit_in(transaction, campaign_audience_kind,
                               Object{{"campaign", record.key}}, actor, now));
    }
    return transaction.append_audit(
        actor, "campaign.start", "campaign/" + record.key,
        fmt::format("version {}, begins at {}", record.version, format_timestamp(record.begins_at)),
        now);
  };
  TRY_VOID(runtime.change_campaigns(begin));
  runtime.jobs().look();
  return {};
}

Result<void> cancel_campaign(Runtime& runtime, const std::string& key, const std::string& actor) {
  return change(runtime, key, "campaign.cancel", actor,
                [key](CampaignRecord& record, Timestamp now) -> Result<void> {
                  const bool waits = record.state == CampaignState::scheduled ||
                                     record.state == CampaignState::holding;
                  if (!waits) {
                    return wrong_state(key, to_string(record.state), "scheduled or holding");
                  }
                  record.state = CampaignState::cancelled;
                  record.ended_at = now;
                  return {};
                });
}

Result<void> pause_campaign(Runtime& runtime, const std::string& key, const std::string& actor) {
  return change(runtime, key, "campaign.pause", actor,
                [key](CampaignRecord& record, Timestamp) -> Result<void> {
                  if (record.state != CampaignState::sending) {
                    return wrong_state(key, to_string(record.state), "sending");
                  }
                  record.state = CampaignState::paused;
                  record.reason = "by_hand";
                  return {};
                });
}

Result<void> resume_campaign(Runtime& runtime, const std::string& key, const std::string& actor) {
  return change(runtime, key, "campaign.resume", actor,
                [key](CampaignRecord& record, Timestamp) -> Result<void> {
                  if (record.state != CampaignState::paused) {
                    return wrong_state(key, to_string(record.state), "paused");
                  }
                  record.state = CampaignState::sending;
                  return {};
                });
}

Result<void> stop_campaign(Runtime& runtime, const std::string& key, const std::string& actor) {
  return change(runtime, key, "campaign.stop", actor,
                [key](CampaignRecord& record, Timestamp) -> Result<void> {
                  const bool is_under_way = record.state == CampaignState::sending ||
                                            record.state == CampaignState::paused;
                  if (!is_under_way) {
                    return wrong_state(key, to_string(record.state), "sending or paused");
                  }
                  record.state = CampaignState::stopping;
                  record.reason = "by_hand";
                  return {};
                });
}

}  // namespace sojourn::runtime
