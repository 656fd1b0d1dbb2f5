#include "domain/policies/sending_policies.h"

#include <algorithm>

#include "domain/definitions/reader.h"

namespace sojourn::policies {
namespace {

using definitions::Reader;

Result<std::optional<SoftBounceLimit>> read_soft_bounces(const Value& value) {
  const std::string* text = value.as_string();
  if (text != nullptr && *text == "ignore") return std::optional<SoftBounceLimit>();
  Reader reader(value, "soft_bounces");
  if (text != nullptr) {
    return reader.refuse("unknown_choice", "",
                         "must be \"ignore\" or {mails, over}, not " + definitions::shown(value));
  }
  SoftBounceLimit limit;
  TRY(mails, reader.optional_integer("mails", soft_bounce_mails_min, soft_bounce_mails_max));
  limit.mails = static_cast<int>(mails.value_or(limit.mails));
  TRY(over, reader.optional_duration("over"));
  limit.over = over.value_or(limit.over);
  if (limit.over > soft_bounce_over_max) {
    const std::string most = format_duration(soft_bounce_over_max);
    return reader.refuse("out_of_range", "over", "must be at most " + most, most);
  }
  TRY_VOID(reader.finish());
  return std::optional(limit);
}

}  // namespace

Result<SendingPolicies> read_sending_policies(const Value& workspace) {
  SendingPolicies policies;
  Reader reader(workspace, "");
  if (const Value* bounces = reader.find("soft_bounces")) {
    TRY(limit, read_soft_bounces(*bounces));
    policies.soft_bounces = limit;
  }
  if (const Value* plans = reader.find("warm_up")) {
    TRY(warm_up, read_warm_up(*plans, "warm_up"));
    policies.warm_up = std::move(warm_up);
  }
  return policies;
}

Answer wait_for_room(Answer answer, const Proposal& proposal, std::optional<Timestamp> room_from,
                     Timestamp now) {
  const bool is_held = room_from && answer.kind == Answer::Kind::allow &&
                       proposal.message_class == messages::MessageClass::marketing;
  if (!is_held) return answer;
  if (const std::optional<Duration>& expires_after = proposal.handling.expires_after) {
    const Timestamp expires = std::min(proposal.queued_at, now) + *expires_after;
    if (*room_from > expires) return {Answer::Kind::skip, "expired"};
  }
  return {.kind = Answer::Kind::defer, .reason = std::string(warm_up_reason), .until = *room_from};
}

}  // namespace sojourn::policies
