#include "channels/email/reply_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <span>

#include "base/text.h"

namespace sojourn::channels::email {
namespace {

constexpr std::size_t shown_bytes_max = 512;  // Outcome::reply

enum class Suppress : std::uint8_t { no, yes };

/// Which enhanced statuses a rule is about; the class is that of the reply's code.
struct Status {
  int subject;
  int detail;
};

constexpr int any_detail = -1;

/// One row: every part that is present must match. Parts that are empty match everything.
struct Rule {
  std::span<const Stage> stages = {};
  int code_class = 0;  ///< 4, 5 or 0 for both
  std::span<const int> codes = {};
  std::span<const Status> statuses = {};
  std::span<const std::string_view> words = {};  ///< any of them, in lower case
  Outcome::Kind kind;
  std::string_view reason;
  Suppress suppress = Suppress::no;
  Duration retry_after = {};  ///< zero: by the outbox's back-off
};

constexpr Duration throttle_pause = Duration::minutes(15);
constexpr Duration yahoo_pause = Duration::hours(2);  // TSS04: sooner tries prolong the block

constexpr Stage connection_stages[] = {Stage::greeting, Stage::hello, Stage::start_tls};
constexpr Stage login_stages[] = {Stage::login};
constexpr Stage mail_stages[] = {Stage::mail};
constexpr Stage recipient_stages[] = {Stage::recipient};
// A transaction has one recipient: a status about an address after DATA can only mean it.
constexpr Stage address_stages[] = {Stage::recipient, Stage::data, Stage::end_of_data};

constexpr int closing[] = {421};
constexpr int login_needed[] = {530, 534, 535, 538};
constexpr int unknown_user_codes[] = {550, 551, 553};
constexpr int null_mx[] = {556};
constexpr int storage_codes[] = {452, 552};
constexpr int greylist_codes[] = {450, 451};
constexpr int syntax_codes[] = {500, 501, 502, 503, 504, 555};
constexpr int refused_content[] = {554};

constexpr Status rate_status[] = {{7, 28}};
constexpr Status sender_auth_statuses[] = {{7, 25}, {7, 26}, {7, 27}, {7, 29}, {7, 30},
                                           {7, 31}, {7, 32}, {7, 40}, {7, 515}};
constexpr Status sender_address_statuses[] = {{1, 7}, {1, 8}};
constexpr Status dead_address_statuses[] = {{1, 1}, {1, 2}, {1, 3}, {1, 6}, {1, 10}, {2, 1}};
constexpr Status full_statuses[] = {{2, 2}};
constexpr Status greylist_statuses[] = {{2, 1}, {7, 1}};
constexpr Status route_statuses[] = {{2, 3}, {4, any_detail}};
constexpr Status policy_statuses[] = {{7, any_detail}};
constexpr Status our_fault_statuses[] = {{3, 4}, {5, any_detail}, {6, any_detail}};

constexpr std::string_view yahoo_words[] = {"[tss04]", "[ts04]"};
constexpr std::string_view rate_words[] = {"rate limit", "server busy", "too many messages",
                                           "too many connections", "throttl"};
constexpr std::string_view unknown_user_words[] = {
    "user unknown",      "unknown user",        "no such user",
    "user not found",    "does not exist",      "no such recipient",
    "unknown recipient", "recipient not found", "no mailbox here",
    "mailbox not found", "invalid recipient",   "invalid mailbox",
    "unknown mailbox",   "mailbox unavailable", "no such mailbox",
    "account disabled",  "account inactive",    "address rejected: undeliverable"};
constexpr std::string_view full_words[] = {"mailbox full", "mailbox is full", "over quota",
                                           "quota exceeded", "exceeded storage"};
constexpr std::string_view size_words[] = {"message size", "too large", "size limit"};
constexpr std::string_view blocklist_words[] = {"blocklist", "blacklist", "block list",
                                                "spamhaus",  "spamcop",   "dnsbl",
                                                " rbl",      "spam",      "reputation"};

constexpr auto deferred = Outcome::Kind::deferred;
constexpr auto failed = Outcome::Kind::failed;

/// The first row that matches decides. Order: what is about the connection or our rate, what is
/// about the sender, what is about the recipient, what is about the mail, then the remainder.
constexpr Rule rules[] = {
    {.words = yahoo_words, .kind = deferred, .reason = "throttled", .retry_after = yahoo_pause},
    {.code_class = 4,
     .statuses = rate_status,
     .kind = deferred,
     .reason = "throttled",
     .retry_after = throttle_pause},
    {.code_class = 4,
     .words = rate_words,
     .kind = deferred,
     .reason = "throttled",
     .retry_after = throttle_pause},
    {.stages = login_stages, .kind = deferred, .reason = "login_refused"},
    {.stages = connection_stages, .kind = deferred, .reason = "unreachable"},
    {.codes = closing, .kind = deferred, .reason = "unreachable"},
    // Credentials are ours to mend: the mail waits for that.
    {.codes = login_needed, .kind = deferred, .reason = "login_refused"},

    {.code_class = 4, .statuses = sender_auth_statuses, .kind = deferred, .reason = "sender_auth"},
    {.code_class = 5, .statuses = sender_auth_statuses, .kind = failed, .reason = "sender_auth"},
    {.stages = mail_stages,
     .code_class = 5,
     .statuses = sender_address_statuses,
     .kind = failed,
     .reason = "sender_auth"},

    {.code_class = 4, .statuses = full_statuses, .kind = deferred, .reason = "mailbox_full"},
    {.code_class = 5, .statuses = full_statuses, .kind = deferred, .reason = "mailbox_full"},
    {.stages = address_stages, .words = full_words, .kind = deferred, .reason = "mailbox_full"},
    {.stages = address_stages,
     .code_class = 5,
     .statuses = dead_address_statuses,
     .kind = failed,
     .reason = "hard_bounce",
     .suppress = Suppress::yes},
    // A policy that names a blocklist may also say that the mailbox is unavailable.
    {.code_class = 5, .words = blocklist_words, .kind = failed, .reason = "policy"},
    {.stages = recipient_stages,
     .codes = unknown_user_codes,
     .words = unknown_user_words,
     .kind = failed,
     .reason = "hard_bounce",
     .suppress = Suppress::yes},
    {.stages = recipient_stages,
     .codes = null_mx,
     .kind = failed,
     .reason = "hard_bounce",
     .suppress = Suppress::yes},

    {.code_class = 4, .statuses = greylist_statuses, .kind = deferred, .reason = "greylisted"},
    {.code_class = 4, .statuses = route_statuses, .kind = deferred, .reason = "route"},
    {.code_class = 5, .statuses = route_statuses, .kind = deferred, .reason = "route"},
    {.code_class = 5, .statuses = policy_statuses, .kind = failed, .reason = "policy"},
    {.code_class = 5, .statuses = our_fault_statuses, .kind = failed, .reason = "our_error"},
    {.code_class = 5, .words = size_words, .kind = failed, .reason = "our_error"},
    {.codes = storage_codes, .kind = deferred, .reason = "mailbox_full"},
    {.stages = address_stages, .codes = greylist_codes, .kind = deferred, .reason = "greylisted"},
    {.codes = syntax_codes, .kind = failed, .reason = "our_error"},
    {.codes = refused_content, .kind = failed, .reason = "policy"},

    {.code_class = 4, .kind = deferred, .reason = "transient"},
    {.code_class = 5, .kind = failed, .reason = "unknown_permanent"},
};

bool matches_status(const Rule& rule, const Reply& reply) {
  if (rule.statuses.empty()) return true;
  if (!reply.enhanced) return false;
  return std::ranges::any_of(rule.statuses, [&](Status status) {
    if (status.subject != reply.enhanced->subject) return false;
    return status.detail == any_detail || status.detail == reply.enhanced->detail;
  });
}

bool matches(const Rule& rule, Stage stage, const Reply& reply, std::string_view lower_text) {
  if (!rule.stages.empty() && std::ranges::find(rule.stages, stage) == rule.stages.end()) {
    return false;
  }
  if (rule.code_class != 0 && rule.code_class != reply.code / 100) return false;
  if (!rule.codes.empty() && std::ranges::find(rule.codes, reply.code) == rule.codes.end()) {
    return false;
  }
  if (!matches_status(rule, reply)) return false;
  if (rule.words.empty()) return true;
  return std::ranges::any_of(rule.words, [&](std::string_view word) {
    return lower_text.find(word) != std::string_view::npos;
  });
}

}  // namespace

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::connect:
      return "connect";
    case Stage::greeting:
      return "greeting";
    case Stage::hello:
      return "hello";
    case Stage::start_tls:
      return "start_tls";
    case Stage::login:
      return "login";
    case Stage::idle:
      return "idle";
    case Stage::mail:
      return "mail";
    case Stage::recipient:
      return "recipient";
    case Stage::data:
      return "data";
    case Stage::body:
      return "body";
    case Stage::leave:
      return "leave";
    case Stage::end_of_data:
      return "end_of_data";
    case Stage::reset:
      return "reset";
    case Stage::quit:
      return "quit";
    case Stage::closed:
      return "closed";
  }
  return "";
}

Outcome ended(Outcome::Kind kind, std::string_view reason, std::string words) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.reason = reason;
  outcome.reply = std::move(words);
  return outcome;
}

Outcome classify(Stage stage, const Reply& reply) {
  std::string lower_text = to_lower_ascii(reply.text);
  std::ranges::replace(lower_text, '\n', ' ');
  const Rule* rule = std::ranges::find_if(
      rules, [&](const Rule& candidate) { return matches(candidate, stage, reply, lower_text); });
  // Replies outside 4xx and 5xx match no remainder; an unexpected one is no verdict on the mail.
  if (rule == std::end(rules)) return ended(deferred, "invalid_reply", shown_reply(reply));
  Outcome outcome = ended(rule->kind, rule->reason, shown_reply(reply));
  if (rule->retry_after != Duration{}) outcome.retry_after = rule->retry_after;
  outcome.suppress_address = rule->suppress == Suppress::yes;
  return outcome;
}

std::string shown_reply(const Reply& reply) {
  std::string shown = fmt::format("{} {}", reply.code, reply.text);
  if (shown.size() > shown_bytes_max) shown.resize(shown_bytes_max);
  for (char& c : shown) {
    if (c == '\n' || c == '\t') c = ' ';
    if (c < 0x20 || c >= 0x7f) c = '?';  // hostile input that ends in pages and logs
  }
  return shown;
}

}  // namespace sojourn::channels::email
