// Campaigns: what they are, what became of them, and what people do with them.
#include <fmt/format.h>

#include "api/body_fields.h"
#include "api/endpoints/campaign_json.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/template_kit.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "domain/reaction/footer_check.h"
#include "domain/reaction/rules.h"
#include "runtime/audience.h"
#include "runtime/campaign_control.h"
#include "runtime/campaign_count.h"

namespace sojourn::api::endpoints {
namespace {

using reaction::CampaignRule;

const CampaignRule* find_rule(const reaction::Rules& rules, const Call& call) {
  return rules.campaign(call.parameter("key"));
}

Result<StoredCampaign> load(store::StateReads& view, const CampaignRule& rule) {
  StoredCampaign stored;
  TRY(record, view.campaign(rule.number));
  stored.record = std::move(record);
  TRY(counts, runtime::campaign_counts(view, rule.campaign.key));
  stored.counts = std::move(counts);
  TRY(outcomes, runtime::campaign_outcomes(view, rule.campaign.key));
  stored.outcomes = std::move(outcomes);
  return stored;
}

/// What was published while the server had a postal address, or before it asked for a footer.
Result<void> refuse_footer_gaps(Context& context, std::string_view campaign) {
  TRY(view, context.runtime.store().view());
  TRY(kit, read_kit(*view));
  const auto gaps = reaction::find_footer_gaps_of_campaign(
      *context.runtime.rules(), campaign,
      reaction::sender_addresses(context.settings.postal_address, context.settings.captures_mail,
                                 kit));
  if (gaps.empty()) return {};
  return failure({.code = gaps.front().code,
                  .message = gaps.front().message,
                  .field = "template",
                  .value = gaps.front().template_key});
}

Answer after_change(Context& context, const Call& call, const Result<void>& changed) {
  if (!changed) return tl::unexpected(changed.error());
  context.home_stream->note_change();
  return get_campaign(context, call);
}

}  // namespace

Answer list_campaigns(Context& context, const Call& call) {
  const auto rules = context.runtime.rules();
  TRY(page, read_page(call.request, "campaigns"));
  TRY(view, context.runtime.store().view());
  const auto found =
      slice(rules->campaigns(), page, [](const CampaignRule& rule) { return rule.campaign.key; });
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const CampaignRule* rule : found.items) {
    TRY(stored, load(*view, *rule));
    out.begin_object();
    write_campaign_summary(out, *rule, stored);
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_campaign(Context& context, const Call& call) {
  const auto rules = context.runtime.rules();
  const CampaignRule* rule = find_rule(*rules, call);
  if (rule == nullptr) {
    return failure(absent_definition(*rules, "campaign", call.parameter("key")));
  }
  TRY(view, context.runtime.store().view());
  TRY(stored, load(*view, *rule));
  TRY(revision, revision_of(*view, "campaign", rule->campaign.key));
  JsonWriter out;
  out.begin_object();
  write_campaign_summary(out, *rule, stored);
  write_campaign_details(out, *rule, stored, *rules);
  text_field(out, "rev", revision);
  return json(out.end_object().take());
}

Answer count_campaign_audience(Context& context, const Call& call) {
  const auto rules = context.runtime.rules();
  const CampaignRule* rule = find_rule(*rules, call);
  if (rule == nullptr) {
    return failure(absent_definition(*rules, "campaign", call.parameter("key")));
  }
  auto* keeper = dynamic_cast<runtime::AudienceKeeper*>(&context.runtime);
  if (keeper == nullptr) return failure("audience_loading", "nothing counts audiences here");
  TRY(view, context.runtime.store().view());
  runtime::Ledger ledger(context.runtime.master_key());
  TRY_VOID(ledger.load(*view));
  TRY(reach, runtime::count_reach(*view, keeper->audience(), *rules, *rule, ledger));
  std::uint64_t without = 0;
  for (const auto& [reason, contacts] : reach.left_out) without += contacts;
  JsonWriter out;
  out.begin_object();
  count_field(out, "contacts", reach.contacts);
  count_field(out, "recipients", reach.contacts - without);
  boolean_field(out, "exact", reach.exact);
  count_field(out, "excluded", reach.excluded);
  out.name("leftOut").begin_list();
  for (const auto& [reason, contacts] : reach.left_out) {
    out.begin_object();
    text_field(out, "reason", reason);
    count_field(out, "contacts", contacts);
    out.end_object();
  }
  out.end_list();
  return json(out.end_object().take());
}

Answer start_campaign(Context& context, const Call& call) {
  Duration hold = campaigns::hold_default;
  if (!call.request.body.empty()) {
    TRY(body, read_body_object(call.request));
    constexpr std::size_t duration_bytes_max = 20;
    TRY(text, optional_text(body, "hold", {.max = duration_bytes_max}));
    if (!text.empty()) {
      const Result<Duration> read = parse_duration(text);
      if (!read || *read > campaigns::hold_max) {
        return failure({.code = "invalid_duration",
                        .message = "must be a length of time of at most 24 hours",
                        .field = "hold",
                        .value = text,
                        .limit = "24h"});
      }
      hold = *read;
    }
  }
  TRY_VOID(refuse_footer_gaps(context, call.parameter("key")));
  return after_change(
      context, call,
      runtime::start_campaign(context.runtime, call.parameter("key"), hold, call.caller.name));
}

Answer cancel_campaign(Context& context, const Call& call) {
  return after_change(
      context, call,
      runtime::cancel_campaign(context.runtime, call.parameter("key"), call.caller.name));
}

Answer pause_campaign(Context& context, const Call& call) {
  return after_change(
      context, call,
      runtime::pause_campaign(context.runtime, call.parameter("key"), call.caller.name));
}

Answer resume_campaign(Context& context, const Call& call) {
  return after_change(
      context, call,
      runtime::resume_campaign(context.runtime, call.parameter("key"), call.caller.name));
}

Answer stop_campaign(Context& context, const Call& call) {
  return after_change(
      context, call,
      runtime::stop_campaign(context.runtime, call.parameter("key"), call.caller.name));
}

}  // namespace sojourn::api::endpoints
