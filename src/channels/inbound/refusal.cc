#include "channels/inbound/refusal.h"

#include <algorithm>
#include <iterator>

#include "channels/inbound/address_text.h"
#include "channels/inbound/phrase.h"
#include "channels/inbound/refusal_phrases.h"

namespace sojourn::channels::inbound {
namespace {

struct StatusRule {
  int subject;
  int detail_first;
  int detail_last;
  Reason reason;
};

/// RFC 3463, the registry of enhanced status codes, and what the great providers add to it. A
/// detail of 0 is in no row: it names no cause.
constexpr StatusRule status_rules[] = {
    {1, 1, 1, Reason::unknown_user},    {1, 2, 2, Reason::unknown_host},
    {1, 3, 4, Reason::unknown_user},    {1, 6, 6, Reason::moved},
    {1, 7, 8, Reason::sender_refused},  {1, 9, 9, Reason::content},
    {1, 10, 10, Reason::unknown_user},  {1, 20, 999, Reason::unknown_user},
    {2, 1, 1, Reason::disabled},        {2, 2, 2, Reason::mailbox_full},
    {2, 3, 3, Reason::too_big},         {2, 4, 4, Reason::system},
    {2, 5, 999, Reason::disabled},      {3, 1, 3, Reason::system},
    {3, 4, 4, Reason::too_big},         {3, 5, 999, Reason::system},
    {4, 1, 3, Reason::unreachable},     {4, 4, 6, Reason::route},
    {4, 7, 7, Reason::expired},         {4, 300, 320, Reason::unreachable},
    {5, 1, 999, Reason::our_error},     {6, 1, 999, Reason::content},
    {7, 1, 2, Reason::policy},          {7, 3, 7, Reason::policy},
    {7, 8, 9, Reason::our_error},       {7, 13, 13, Reason::disabled},
    {7, 17, 18, Reason::moved},         {7, 20, 27, Reason::sender_auth},
    {7, 28, 28, Reason::throttled},     {7, 29, 40, Reason::sender_auth},
    {7, 509, 509, Reason::sender_auth}, {7, 515, 515, Reason::sender_auth},
    {7, 606, 649, Reason::blocked},     {7, 1, 999, Reason::policy},
};

std::optional<Reason> reason_of(const std::optional<EnhancedStatus>& status) {
  if (!status) return std::nullopt;
  const auto* rule = std::ranges::find_if(status_rules, [&](const StatusRule& row) {
    return row.subject == status->subject && row.detail_first <= status->detail &&
           status->detail <= row.detail_last;
  });
  if (rule == std::end(status_rules)) return std::nullopt;
  return rule->reason;
}

/// What the subject alone tells, where neither detail nor words do.
std::optional<Reason> reason_of_subject(const std::optional<EnhancedStatus>& status) {
  if (!status) return std::nullopt;
  switch (status->subject) {
    case 1:
      return Reason::unknown_user;
    case 3:
      return Reason::system;
    case 4:
      return Reason::route;
    case 6:
      return Reason::content;
    case 7:
      return Reason::policy;
    default:
      return std::nullopt;
  }
}

const PhraseRule* rule_in(std::string_view text) {
  for (const PhraseRule& rule : phrase_rules()) {
    if (contains_any(text, rule.phrases)) return &rule;
  }
  return nullptr;
}

bool is_for_now(const Refusal& refusal) {
  if (refusal.action == Action::delayed) return true;
  if (refusal.status) return refusal.status->code_class == 4;
  return refusal.reply_code / 100 == 4;
}

Verdict verdict_of(Reason reason, bool is_certain, bool for_now) {
  Verdict verdict{.kind = kind_of(reason), .reason = reason, .is_certain = is_certain};
  if (for_now && verdict.kind == Kind::hard) verdict.kind = Kind::soft;
  return verdict;
}

/// A policy may name its cause in words; an address that is gone does not.
bool is_refined_by(Reason by_status, const PhraseRule& rule) {
  if (by_status != Reason::policy && by_status != Reason::our_error) return false;
  return kind_of(rule.reason) == Kind::soft;
}

std::optional<Reason> without_cause(const Refusal& refusal) {
  if (refusal.action == Action::delayed) return Reason::delayed;
  if (const std::optional<Reason> reason = reason_of_subject(refusal.status)) return reason;
  if (refusal.reply_code == 552 || refusal.reply_code == 452) return Reason::mailbox_full;
  if (is_for_now(refusal)) return Reason::temporary;
  return std::nullopt;
}

}  // namespace

Verdict judge(const Refusal& refusal) {
  switch (refusal.action) {
    case Action::delivered:
      return verdict_of(Reason::delivered, true, false);
    case Action::relayed:
      return verdict_of(Reason::relayed, true, false);
    case Action::expanded:
      return verdict_of(Reason::expanded, true, false);
    case Action::none:
    case Action::failed:
    case Action::delayed:
      break;
  }
  const bool for_now = is_for_now(refusal);
  const std::string_view words = std::string_view(refusal.words).substr(0, judged_bytes_max);
  const std::string text = folded(without_addresses(words));
  const PhraseRule* rule = rule_in(text);
  const std::optional<Reason> by_status = reason_of(refusal.status);
  if (rule != nullptr) {
    const bool counts = rule->weight == Weight::certain || !by_status;
    // What is still being tried has not expired, however long that takes.
    const bool is_wait = refusal.action == Action::delayed && rule->reason == Reason::expired;
    if (is_wait) return verdict_of(Reason::delayed, true, for_now);
    if (counts || is_refined_by(*by_status, *rule)) return verdict_of(rule->reason, true, for_now);
  }
  if (by_status) return verdict_of(*by_status, true, for_now);
  if (const std::optional<Reason> reason = without_cause(refusal)) {
    return verdict_of(*reason, false, for_now);
  }
  return verdict_of(Reason::permanent, false, for_now);
}

std::optional<Reason> named_reason(std::string_view folded_text) {
  const PhraseRule* rule = rule_in(folded_text);
  if (rule == nullptr || rule->weight != Weight::certain) return std::nullopt;
  return rule->reason;
}

}  // namespace sojourn::channels::inbound
