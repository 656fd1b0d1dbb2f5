#include "channels/providers/answer_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sojourn::channels::providers {
namespace {

constexpr std::size_t shown_bytes_max = 512;  // Outcome::reply
/// The outbox would ask sooner than a service that is told to slow down wants it.
constexpr Duration throttle_retry_min = Duration::minutes(1);

Meaning meaning_of(int status) {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return Meaning::credentials;
    case 404:
    case 405:
    case 410:
      return Meaning::sender;
    case 408:
    case 425:
    case 503:
      return Meaning::unavailable;
    case 429:
      return Meaning::throttled;
    default:
      break;
  }
  if (is_success(status)) return Meaning::taken;
  if (status >= 300 && status < 400) return Meaning::unreadable;
  if (status >= 400 && status < 500) return Meaning::our_error;
  return Meaning::unknown;
}

bool matches(const AnswerRule& rule, const ReadAnswer& answer, std::string_view lower_words) {
  if (rule.status != 0 && rule.status != answer.status) return false;
  if (!rule.code.empty() && rule.code != answer.code) return false;
  return rule.words.empty() || lower_words.find(rule.words) != std::string_view::npos;
}

struct Consequence {
  Outcome::Kind kind;
  std::string_view reason;
  Standing standing = Standing::fine;
};

Consequence consequence_of(Meaning meaning) {
  using enum Outcome::Kind;
  switch (meaning) {
    case Meaning::taken:
      return {accepted, ""};
    case Meaning::dead_address:
      return {failed, "hard_bounce"};
    case Meaning::our_error:
      return {failed, "our_error"};
    case Meaning::policy:
      return {failed, "policy"};
    case Meaning::throttled:
      return {deferred, "throttled", Standing::slow_down};
    case Meaning::unavailable:
      return {deferred, "unreachable", Standing::slow_down};
    case Meaning::credentials:
      return {deferred, "login_refused", Standing::refused};
    case Meaning::sender:
      return {deferred, "sender_auth", Standing::refused};
    case Meaning::unreadable:
      return {deferred, "invalid_reply", Standing::slow_down};
    case Meaning::unknown:
      return {uncertain, "unreachable"};
  }
  return {uncertain, "unreachable"};
}

}  // namespace

Verdict verdict_of(const ReadAnswer& answer, std::span<const AnswerRule> rules) {
  const std::string lower_words = to_lower_ascii(answer.words);
  const auto rule = std::ranges::find_if(
      rules, [&](const AnswerRule& each) { return matches(each, answer, lower_words); });
  const Meaning meaning = rule == rules.end() ? meaning_of(answer.status) : rule->meaning;
  const Consequence consequence = consequence_of(meaning);
  Verdict verdict;
  verdict.standing = consequence.standing;
  verdict.outcome.kind = consequence.kind;
  verdict.outcome.reason = consequence.reason;
  verdict.outcome.reply = shown(answer);
  verdict.outcome.suppress_address = meaning == Meaning::dead_address;
  if (consequence.standing == Standing::slow_down) {
    verdict.outcome.retry_after = std::max(answer.retry_after, throttle_retry_min);
  }
  return verdict;
}

std::string shown(const ReadAnswer& answer) {
  std::string line =
      fmt::format("{} {}{}{}", answer.status, answer.code,
                  answer.code.empty() || answer.words.empty() ? "" : ": ", answer.words);
  if (line.size() > shown_bytes_max) line.resize(shown_bytes_max);
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    if (c < 0x20 || c >= 0x7f) c = '?';  // the service's text ends in pages and logs
  }
  return line;
}

}  // namespace sojourn::channels::providers
