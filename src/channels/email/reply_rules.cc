#include "channels/email/reply_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/ensure.h"
#include "base/text.h"
#include "channels/email/rule_lines.h"

extern "C" {
extern const char sojourn_reply_rules[];
extern const char sojourn_reply_rules_end[];
}

namespace sojourn::channels::email {
namespace {

constexpr std::size_t shown_bytes_max = 512;  // Outcome::reply
constexpr std::size_t text_part_bytes_max = 200;
constexpr std::size_t values_max = 100;            // of one part of a rule
constexpr Duration retry_max = Duration::days(3);  // no mail is kept longer

constexpr auto deferred = Outcome::Kind::deferred;
constexpr auto failed = Outcome::Kind::failed;

/// What is done about a class; its name is the reason that people see.
struct ReplyClass {
  std::string_view name;
  Outcome::Kind kind;
  bool suppress = false;  ///< the address is dead
  bool pause_sender = false;
};
constexpr std::array classes = {
    ReplyClass{"unreachable", deferred},
    ReplyClass{"login_refused", deferred},
    ReplyClass{"throttled", deferred},
    // Mails wait until the domain's records are mended.
    ReplyClass{.name = "sender_auth", .kind = deferred, .pause_sender = true},
    ReplyClass{"mailbox_full", deferred},
    ReplyClass{"greylisted", deferred},
    ReplyClass{"route", deferred},
    ReplyClass{"transient", deferred},
    ReplyClass{.name = "hard_bounce", .kind = failed, .suppress = true},
    ReplyClass{"policy", failed},
    ReplyClass{"our_error", failed},
    ReplyClass{"unknown_permanent", failed},
};

constexpr std::array named_stages = {Stage::greeting, Stage::hello,      Stage::start_tls,
                                     Stage::login,    Stage::mail,       Stage::recipient,
                                     Stage::data,     Stage::end_of_data};

constexpr int any = -1;

struct CodePattern {
  int code = any;
  int code_class = any;  ///< of `4xx`
};

struct StatusPattern {
  std::array<int, 3> parts = {any, any, any};
};

std::optional<int> number(std::string_view text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || value < 0) return std::nullopt;
  return value;
}

std::optional<CodePattern> read_code(std::string_view text) {
  if (text == "4xx") return CodePattern{.code_class = 4};
  if (text == "5xx") return CodePattern{.code_class = 5};
  const std::optional<int> code = number(text);
  if (!code || *code < 400 || *code > 599) return std::nullopt;
  return CodePattern{.code = *code};
}

std::optional<StatusPattern> read_status(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 3) return std::nullopt;
  StatusPattern pattern;
  for (std::size_t i = 0; i < 3; ++i) {
    if (parts[i] == "x") continue;
    const std::optional<int> part = number(parts[i]);
    if (!part) return std::nullopt;
    pattern.parts[i] = *part;
  }
  return pattern;
}

std::optional<Stage> read_stage(std::string_view text) {
  const auto* const found = std::ranges::find(named_stages, text, to_string);
  return found == named_stages.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

/// Parts that are empty match everything.
struct ReplyRules::Rule {
  const ReplyClass* reply_class = nullptr;
  std::vector<Stage> stages = {};
  std::vector<CodePattern> codes = {};
  std::vector<StatusPattern> statuses = {};
  std::vector<std::string> texts = {};
  std::optional<Duration> retry = {};

  /// What is wrong with the part; empty where nothing is.
  [[nodiscard]] std::string take(std::string_view part);
  [[nodiscard]] bool matches(Stage stage, const Reply& reply, std::string_view lower_text) const;
};

std::string ReplyRules::Rule::take(std::string_view part) {
  const std::size_t mark = part.find('=');
  const std::string_view name = part.substr(0, mark);
  const std::string_view value = mark == std::string_view::npos ? "" : part.substr(mark + 1);
  if (name == "text") {
    const bool quoted = value.size() > 2 && value.starts_with('"') && value.ends_with('"');
    if (!quoted) return "must be text=\"WORDS\"";
    const std::string_view words = value.substr(1, value.size() - 2);
    if (words.size() > text_part_bytes_max) {
      return fmt::format("has {} bytes, the limit is {}", words.size(), text_part_bytes_max);
    }
    texts.push_back(to_lower_ascii(words));
    return texts.size() > values_max ? fmt::format("is one too many, the limit is {}", values_max)
                                     : "";
  }
  if (name == "retry") {
    const Result<Duration> duration = parse_duration(value);
    if (!duration || *duration <= Duration{} || *duration > retry_max) {
      return "must be a time up to 3d such as retry=30m";
    }
    retry = *duration;
    return "";
  }
  const auto read_all = [&](auto& into, auto read, std::string_view form) -> std::string {
    for (const std::string_view each : split(value, ',')) {
      const auto one = read(each);
      if (!one) return fmt::format("has \"{}\", it must be {}", each, form);
      into.push_back(*one);
    }
    return into.size() > values_max ? fmt::format("has more than {} values", values_max) : "";
  };
  if (name == "stage") {
    return read_all(stages, read_stage,
                    "greeting, hello, start_tls, login, mail, recipient, data or end_of_data");
  }
  if (name == "code") return read_all(codes, read_code, "4xx, 5xx or a number from 400 to 599");
  if (name == "status") return read_all(statuses, read_status, "such as 5.7.1 or x.7.x");
  return "is none of stage=, code=, status=, text= and retry=";
}

bool ReplyRules::Rule::matches(Stage stage, const Reply& reply, std::string_view lower_text) const {
  if (!stages.empty() && std::ranges::find(stages, stage) == stages.end()) return false;
  const auto matches_code = [&](const CodePattern& pattern) {
    return pattern.code == reply.code || pattern.code_class == reply.code / 100;
  };
  if (!codes.empty() && std::ranges::none_of(codes, matches_code)) return false;
  const auto matches_status = [&](const StatusPattern& pattern) {
    const std::array parts = {reply.enhanced->status_class, reply.enhanced->subject,
                              reply.enhanced->detail};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (pattern.parts[i] != any && pattern.parts[i] != parts[i]) return false;
    }
    return true;
  };
  if (!statuses.empty() && (!reply.enhanced || std::ranges::none_of(statuses, matches_status))) {
    return false;
  }
  return texts.empty() || std::ranges::any_of(texts, [&](const std::string& words) {
           return lower_text.find(words) != std::string_view::npos;
         });
}

Result<std::vector<ReplyRules::Rule>> ReplyRules::read(std::string_view text) {
  const auto refuse = [](std::size_t line, std::string why) {
    return failure({.code = "invalid_reply_rules",
                    .message = fmt::format("line {}: {}", line, why),
                    .value = std::to_string(line)});
  };
  if (text.size() > text_bytes_max) {
    return failure({.code = "invalid_reply_rules",
                    .message = fmt::format("the reply rules are {} bytes, the limit is {}",
                                           text.size(), text_bytes_max),
                    .limit = std::to_string(text_bytes_max)});
  }
  std::vector<Rule> rules;
  for (const RuleLine& line : rule_lines(text)) {
    std::string_view rest = line.text;
    const std::optional<std::string_view> name = take_word(rest);
    Rule rule;
    const auto* const found = std::ranges::find(classes, name.value_or(""), &ReplyClass::name);
    if (found == classes.end()) {
      return refuse(line.number, fmt::format("\"{}\" is no class of replies", name.value_or("")));
    }
    rule.reply_class = found;
    while (!trimmed(rest).empty()) {
      const std::optional<std::string_view> part = take_word(rest);
      if (!part) return refuse(line.number, "a quote is not closed");
      if (std::string why = rule.take(*part); !why.empty()) {
        return refuse(line.number, fmt::format("{} {}", *part, why));
      }
    }
    rules.push_back(std::move(rule));
    if (rules.size() > rules_max) {
      return refuse(line.number, fmt::format("there are more rules than {}", rules_max));
    }
  }
  return rules;
}

ReplyRules::ReplyRules() {
  static const std::shared_ptr<const std::vector<Rule>> own = [] {
    const auto size = static_cast<std::size_t>(sojourn_reply_rules_end - sojourn_reply_rules);
    Result<std::vector<Rule>> rules = read({sojourn_reply_rules, size});
    ENSURE(rules.has_value());
    return std::make_shared<const std::vector<Rule>>(std::move(*rules));
  }();
  rules_ = own;
}

Result<ReplyRules> ReplyRules::parse(std::string_view text) {
  TRY(first, read(text));
  ReplyRules rules;
  first.insert(first.end(), rules.rules_->begin(), rules.rules_->end());
  rules.rules_ = std::make_shared<const std::vector<Rule>>(std::move(first));
  return rules;
}

Outcome ReplyRules::classify(Stage stage, const Reply& reply) const {
  std::string lower_text = to_lower_ascii(reply.text);
  std::ranges::replace(lower_text, '\n', ' ');
  const auto rule = std::ranges::find_if(
      *rules_, [&](const Rule& candidate) { return candidate.matches(stage, reply, lower_text); });
  // Replies outside 4xx and 5xx match no remainder; an unexpected one is no verdict on the mail.
  const bool refusal = reply.code / 100 == 4 || reply.code / 100 == 5;
  if (rule == rules_->end() || !refusal) {
    return ended(deferred, "invalid_reply", shown_reply(reply));
  }
  Outcome outcome = ended(rule->reply_class->kind, rule->reply_class->name, shown_reply(reply));
  outcome.retry_after = rule->retry;
  outcome.suppress_address = rule->reply_class->suppress;
  outcome.pause_sender = rule->reply_class->pause_sender;
  return outcome;
}

Outcome classify(Stage stage, const Reply& reply) {
  return ReplyRules().classify(stage, reply);
}

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
