// Campaigns: what they are, what became of them, and what people do with them.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "api/body_fields.h"
#include "api/endpoints/campaign_json.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/template_kit.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "domain/reaction/bind_condition.h"
#include "domain/reaction/footer_check.h"
#include "domain/reaction/rules.h"
#include "runtime/audience.h"
#include "runtime/campaign_control.h"

namespace sojourn::api::endpoints {
namespace {

using reaction::CampaignRule;
using runtime::Audience;
using segments::Condition;

/// How long a count waits for the audience index before a sample answers it.
constexpr std::chrono::milliseconds count_wait{2'000};

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

// The audience as one condition

Condition any_of(const campaigns::Group& group) {
  segments::AnyOf any;
  for (const std::string& key : group.segments) {
    any.parts.push_back(Condition{segments::InSegment{key}});
  }
  for (const std::string& key : group.lists) any.parts.push_back(Condition{segments::OnList{key}});
  return Condition{std::move(any)};
}

Condition negation(Condition condition) {
  segments::Not wrong;
  wrong.part.push_back(std::move(condition));
  return Condition{std::move(wrong)};
}

Condition both(Condition a, Condition b) {
  segments::AllOf all;
  all.parts.push_back(std::move(a));
  all.parts.push_back(std::move(b));
  return Condition{std::move(all)};
}

Condition condition_of(const campaigns::Audience& audience) {
  Condition wanted = audience.everyone ? Condition{segments::AllOf{}} : any_of(audience.group);
  const bool excludes = !audience.except.segments.empty() || !audience.except.lists.empty();
  return excludes ? both(std::move(wanted), negation(any_of(audience.except))) : wanted;
}

/// Counts for parts of the audience; exact as long as each was.
class Counter {
 public:
  Counter(Audience& audience, const reaction::Rules& rules) : audience_(audience), rules_(rules) {}

  Result<std::uint64_t> count(Condition condition) {
    TRY_VOID(reaction::bind_condition(rules_, condition));
    TRY(counted, audience_.count(condition, count_wait));
    exact_ = exact_ && counted.exact;
    return counted.rows.front().count;
  }
  [[nodiscard]] bool exact() const { return exact_; }

 private:
  Audience& audience_;
  const reaction::Rules& rules_;
  bool exact_ = true;
};

struct LeftOut {
  std::string_view reason;
  std::uint64_t contacts = 0;
};

/// Who of the audience would get nothing now. Transactional mail is kept from suppressed addresses
/// only.
Result<std::vector<LeftOut>> left_out(Counter& counter, const campaigns::Campaign& campaign,
                                      std::uint64_t all) {
  using State = segments::ConsentIs::State;
  const bool is_marketing = campaign.message_class == messages::MessageClass::marketing;
  const auto in_audience = [&](Condition condition) {
    return both(condition_of(campaign.audience), std::move(condition));
  };
  const auto said = [&](State state) {
    return Condition{
        segments::ConsentIs{.channel = "email", .topic = campaign.topic, .state = state}};
  };
  const Condition reachable{segments::Reachable{.channel = "email", .topic = campaign.topic}};
  TRY(reached, counter.count(in_audience(reachable)));
  TRY(suppressed, counter.count(in_audience(said(State::suppressed))));
  TRY(opted_out, counter.count(in_audience(both(negation(reachable), said(State::opted_out)))));
  TRY(has_address, facts::make_filter("email", facts::Operator::exists, Value()));
  TRY(addressed, counter.count(in_audience(Condition{segments::AttributeIs{has_address}})));
  std::vector<LeftOut> reasons;
  const std::uint64_t no_address = all - std::min(all, addressed);
  const auto add = [&](std::string_view reason, std::uint64_t contacts) {
    if (contacts > 0) reasons.push_back({reason, contacts});
  };
  add("no_address", no_address);
  add("suppressed", suppressed);
  if (!is_marketing) return reasons;
  add("unsubscribed", opted_out);
  const std::uint64_t named = reached + no_address + suppressed + opted_out;
  add("no_consent", all - std::min(all, named));
  return reasons;
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
  Counter counter(keeper->audience(), *rules);
  const campaigns::Campaign& campaign = rule->campaign;
  std::uint64_t all = 0;
  std::vector<LeftOut> reasons;
  bool exact = true;
  if (campaign.audience.resend) {
    // Who has answered is known message by message: it is counted when it starts.
    TRY(view, context.runtime.store().view());
    TRY(estimate, count_without_answer(*view, *campaign.audience.resend));
    all = estimate;
    exact = false;
  } else {
    TRY(counted, counter.count(condition_of(campaign.audience)));
    all = counted;
    TRY(found, left_out(counter, campaign, all));
    reasons = std::move(found);
    exact = counter.exact();
  }
  std::uint64_t without = 0;
  for (const LeftOut& each : reasons) without += each.contacts;
  JsonWriter out;
  out.begin_object();
  count_field(out, "contacts", all);
  count_field(out, "recipients", all - std::min(all, without));
  boolean_field(out, "exact", exact);
  out.name("leftOut").begin_list();
  for (const LeftOut& each : reasons) {
    out.begin_object();
    text_field(out, "reason", each.reason);
    count_field(out, "contacts", each.contacts);
    out.end_object();
  }
  out.end_list();
  return json(out.end_object().take());
}

Answer start_campaign(Context& context, const Call& call) {
  Duration hold = runtime::campaign_hold;
  if (!call.request.body.empty()) {
    TRY(body, read_body_object(call.request));
    constexpr std::size_t duration_bytes_max = 20;
    TRY(text, optional_text(body, "hold", {.max = duration_bytes_max}));
    if (!text.empty()) {
      const Result<Duration> read = parse_duration(text);
      if (!read || *read > runtime::campaign_hold_max) {
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
