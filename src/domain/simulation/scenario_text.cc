#include "domain/simulation/scenario_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json.h"
#include "base/text.h"
#include "domain/events/standard_names.h"

namespace sojourn::simulation {
namespace {

namespace names = events::names;

/// A word, a quoted text, or `name=value`.
struct Token {
  int column = 0;
  std::string text;  ///< of an assignment: its name
  bool quoted = false;
  std::optional<Value> value;  ///< of an assignment
};

struct Fault {
  int column = 0;
  std::string message;
};

template <typename T>
using Parsed = Result<T, Fault>;

tl::unexpected<Fault> fault(int column, std::string message) {
  return tl::unexpected<Fault>(Fault{column, std::move(message)});
}

/// An unquoted value: a number, true, false, null, or text.
Value bare_value(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (text == "null") return nullptr;
  const char* last = text.data() + text.size();
  std::int64_t integer = 0;
  const auto whole = std::from_chars(text.data(), last, integer);
  if (whole.ec == std::errc() && whole.ptr == last) return integer;
  const bool numeric = text.find_first_not_of("-.0123456789eE") == std::string::npos;
  double real = 0;
  const auto fraction = std::from_chars(text.data(), last, real);
  if (numeric && fraction.ec == std::errc() && fraction.ptr == last) return real;
  return text;
}

class Lexer {
 public:
  explicit Lexer(std::string_view line) : line_(line) {}

  Parsed<std::vector<Token>> tokens() {
    std::vector<Token> found;
    while (true) {
      while (at_ < line_.size() && is_space(line_[at_])) ++at_;
      if (at_ == line_.size() || line_[at_] == '#') return found;
      TRY(token, next());
      if (at_ < line_.size() && !is_space(line_[at_])) {
        return fault(column(), "a space must stand here");
      }
      found.push_back(std::move(token));
    }
  }

  /// Where the words end and white space or a comment begins; valid after tokens().
  [[nodiscard]] std::size_t end() const { return at_; }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
  [[nodiscard]] int column() const { return static_cast<int>(at_) + 1; }

  Parsed<Token> next() {
    Token token;
    token.column = column();
    if (line_[at_] == '"') {
      TRY(text, quoted());
      token.text = std::move(text);
      token.quoted = true;
      return token;
    }
    while (at_ < line_.size() && !is_space(line_[at_]) && line_[at_] != '=' && line_[at_] != '"') {
      token.text += line_[at_++];
    }
    const bool assigns = at_ < line_.size() && line_[at_] == '=' && !token.text.empty();
    if (!assigns) {
      if (token.text.empty()) return fault(column(), "a name must stand before =");
      return token;
    }
    ++at_;
    TRY(value, assigned());
    token.value = std::move(value);
    return token;
  }

  Parsed<Value> assigned() {
    const char first = at_ < line_.size() ? line_[at_] : ' ';
    if (first == '"') {
      TRY(text, quoted());
      return Value(std::move(text));
    }
    if (first == '[' || first == '{') return json();
    std::string text;
    const int start = column();
    while (at_ < line_.size() && !is_space(line_[at_])) text += line_[at_++];
    if (text.empty()) return fault(start, "a value must stand after =, \"\" for an empty text");
    return bare_value(text);
  }

  Parsed<std::string> quoted() {
    const int start = column();
    std::string text;
    for (++at_; at_ < line_.size(); ++at_) {
      if (line_[at_] == '"') {
        ++at_;
        return text;
      }
      const bool escapes = line_[at_] == '\\' && at_ + 1 < line_.size();
      if (escapes) ++at_;
      text += escapes && line_[at_] == 'n' ? '\n' : line_[at_];
    }
    return fault(start, "the quotation mark is not closed");
  }

  /// Up to the bracket that closes the first one.
  Parsed<Value> json() {
    const int start = column();
    const std::size_t from = at_;
    int depth = 0;
    bool in_text = false;
    for (; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (in_text) {
        if (c == '\\') ++at_;
        if (c == '"') in_text = false;
        continue;
      }
      if (c == '"') in_text = true;
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}') --depth;
      if (depth == 0) break;
    }
    at_ = std::min(at_ + 1, line_.size());
    Result<Value> value = parse_json(line_.substr(from, at_ - from));
    if (!value) return fault(start, "the value is not JSON");
    return std::move(*value);
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

class LineParser {
 public:
  LineParser(std::vector<Token> tokens, int end_column)
      : tokens_(std::move(tokens)), end_column_(end_column) {}

  Parsed<Command> parse() {
    TRY(command, parse_command());
    if (at_ < tokens_.size()) {
      return fault(here(), fmt::format("\"{}\" is not expected here", tokens_[at_].text));
    }
    return command;
  }

 private:
  [[nodiscard]] int here() const {
    return at_ < tokens_.size() ? tokens_[at_].column : end_column_;
  }
  [[nodiscard]] bool next_is(std::string_view word) const {
    return at_ < tokens_.size() && !tokens_[at_].quoted && !tokens_[at_].value &&
           tokens_[at_].text == word;
  }
  /// Takes the word where it stands next.
  bool accept(std::string_view word) {
    if (!next_is(word)) return false;
    ++at_;
    return true;
  }
  Parsed<bool> require(std::string_view word) {
    if (!accept(word)) return fault(here(), fmt::format("\"{}\" must stand here", word));
    return true;
  }
  Parsed<std::string> text(std::string_view what) {
    if (at_ == tokens_.size() || tokens_[at_].value) {
      return fault(here(), fmt::format("{} must stand here", what));
    }
    return tokens_[at_++].text;
  }

  Parsed<Who> who() {
    const int column = here();
    TRY(first, text("a name"));
    Who found;
    if (first.starts_with('~')) {
      found.visitor = first.substr(1);
      if (found.visitor.empty()) return fault(column, "a visitor's id must stand after ~");
      return found;
    }
    found.user = std::move(first);
    const bool both = at_ < tokens_.size() && !tokens_[at_].quoted && !tokens_[at_].value &&
                      tokens_[at_].text.size() > 1 && tokens_[at_].text.starts_with('~');
    if (both) found.visitor = tokens_[at_++].text.substr(1);
    return found;
  }

  Parsed<When> when() {
    const int column = here();
    TRY(written, text("a time"));
    When found{std::move(written), ""};
    const bool shaped = found.text.size() >= 10 && found.text[4] == '-';
    if (!shaped) return fault(column, "a time such as 2026-03-02T21:50 must stand here");
    // Zones have a slash, except UTC: other words are the line's.
    const bool zone =
        at_ < tokens_.size() && !tokens_[at_].value &&
        (tokens_[at_].text == "UTC" || tokens_[at_].text.find('/') != std::string::npos);
    if (zone) found.zone = tokens_[at_++].text;
    return found;
  }

  Parsed<Object> assignments() {
    Object object;
    for (; at_ < tokens_.size(); ++at_) {
      const Token& token = tokens_[at_];
      if (!token.value) return fault(token.column, "name=value must stand here");
      if (object.find(token.text) != nullptr) {
        return fault(token.column, fmt::format("\"{}\" stands twice", token.text));
      }
      object.append(token.text, *token.value);
    }
    return object;
  }

  Parsed<Command> parse_command() {
    const int column = here();
    TRY(word, text("a command"));
    if (word == "at") return move_to();
    if (word == "wait") return wait();
    if (word == "identify") return happen(events::EventType::identify, names::identified);
    if (word == "page") return happen(events::EventType::page, names::page_viewed);
    if (word == "track") return track();
    if (word == "click") return answer(Answer::Kind::click);
    if (word == "open") return answer(Answer::Kind::open);
    if (word == "unsubscribe") return answer(Answer::Kind::unsubscribe);
    if (word == "bounce") return answer(Answer::Kind::bounce);
    if (word == "alias") return alias();
    if (word == "expect") return expect();
    return fault(column, fmt::format("\"{}\" is no command: at, wait, identify, page, track, "
                                     "click, open, unsubscribe, bounce, alias or expect",
                                     word));
  }

  Parsed<Command> move_to() {
    TRY(time, when());
    return Command(Action(MoveTo{std::move(time)}));
  }

  Parsed<Command> wait() {
    if (accept("until")) return move_to();
    const int column = here();
    TRY(written, text("a duration"));
    const Result<Duration> duration = parse_duration(written);
    if (!duration) return fault(column, duration.error().message);
    return Command(Action(WaitStep{*duration}));
  }

  Parsed<Command> happen(events::EventType type, std::string_view event) {
    Happen happen{.type = type, .who = {}, .event = std::string(event), .data = {}};
    TRY(subject, who());
    happen.who = std::move(subject);
    TRY(members, assignments());
    happen.data = std::move(members);
    return Command(Action(std::move(happen)));
  }

  Parsed<Command> track() {
    static constexpr std::array reserved = {
        names::email_sent,     names::email_opened,     names::link_clicked,
        names::unsubscribed,   names::subscribed,       names::message_bounced,
        names::message_failed, names::message_deferred, names::message_uncertain};
    Happen happen;
    TRY(subject, who());
    happen.who = std::move(subject);
    const int column = here();
    TRY(event, text("an event's name"));
    if (std::find(reserved.begin(), reserved.end(), event) != reserved.end()) {
      return fault(column, fmt::format("only Sojourn itself writes events named {}", event));
    }
    happen.event = std::move(event);
    TRY(members, assignments());
    happen.data = std::move(members);
    return Command(Action(std::move(happen)));
  }

  Parsed<Command> alias() {
    AliasStep alias;
    TRY(subject, who());
    alias.who = std::move(subject);
    TRY(other, who());
    alias.other = std::move(other);
    if (alias.who.user.empty()) return fault(here(), "a visitor cannot take over another contact");
    return Command(Action(std::move(alias)));
  }

  Parsed<Command> answer(Answer::Kind kind) {
    Answer answer;
    answer.kind = kind;
    TRY(subject, who());
    answer.who = std::move(subject);
    if (accept("in")) {
      TRY(of, text("a step or template"));
      answer.of = std::move(of);
    }
    if (kind == Answer::Kind::click && accept("link")) {
      const int column = here();
      TRY(number, text("a link's number"));
      const Value value = bare_value(number);
      const bool is_place =
          value.as_integer() != nullptr && *value.as_integer() >= 1 && *value.as_integer() <= 1000;
      if (!is_place) return fault(column, "a link's number, from 1, must stand here");
      answer.link = static_cast<int>(*value.as_integer());
    }
    if (kind == Answer::Kind::unsubscribe && at_ < tokens_.size()) {
      TRY(topic, text("a topic"));
      answer.topic = std::move(topic);
    }
    return Command(Action(std::move(answer)));
  }

  // Expectations

  Parsed<Command> expect() {
    using Kind = Expect::Kind;
    struct Verb {
      std::string_view word;
      Kind kind;
      std::string_view what;
      std::string_view preposition;  ///< before the name
    };
    static constexpr std::array verbs = {
        Verb{"enter", Kind::enter, "a segment", "for"},
        Verb{"leave", Kind::leave, "a segment", "for"},
        Verb{"start", Kind::start, "a journey", "for"},
        Verb{"end", Kind::end, "a journey", "for"},
        Verb{"notify", Kind::notify, "a user", "about"},
        Verb{"send", Kind::send, "a template", "to"},
        Verb{"defer", Kind::defer, "a template", "to"},
        Verb{"skip", Kind::skip, "a template", "to"},
        Verb{"cancel", Kind::cancel, "a template", "to"},
        Verb{"cross", Kind::cross, "a score", "for"},
        Verb{"fall", Kind::fall, "a score", "for"},
    };
    if (accept("nothing")) return expect_nothing();
    if (accept("not")) {
      TRY_VOID(require("in"));
      return expect_membership(Kind::not_in_segment);
    }
    if (accept("in")) return expect_membership(Kind::in_segment);
    if (accept("score")) return expect_score();
    const int column = here();
    TRY(word, text("what is expected"));
    const auto* const verb = std::find_if(verbs.begin(), verbs.end(),
                                          [&](const Verb& each) { return each.word == word; });
    if (verb == verbs.end()) {
      return fault(column, fmt::format("\"{}\" cannot be expected: enter, leave, start, end, "
                                       "notify, send, defer, skip, cancel, cross, fall, nothing, "
                                       "in, not in or score",
                                       word));
    }
    Expect expect;
    expect.kind = verb->kind;
    TRY(key, text(verb->what));
    expect.key = std::move(key);
    if (expect.kind == Kind::cross || expect.kind == Kind::fall) {
      TRY(threshold, text("a threshold"));
      expect.threshold = std::move(threshold);
    }
    if (accept(verb->preposition)) {
      TRY(subject, who());
      expect.who = std::move(subject);
    }
    TRY_VOID(details(expect));
    return Command(std::move(expect));
  }

  Parsed<bool> details(Expect& expect) {
    using Kind = Expect::Kind;
    if (expect.kind == Kind::defer && accept("until")) {
      TRY(until, when());
      expect.until = std::move(until);
    }
    const bool has_reason = expect.kind == Kind::defer || expect.kind == Kind::skip ||
                            expect.kind == Kind::cancel || expect.kind == Kind::end;
    if (has_reason && accept("because")) {
      TRY(reason, text("a reason"));
      expect.reason = std::move(reason);
    }
    const bool has_text = expect.kind == Kind::send || expect.kind == Kind::notify;
    if (has_text && accept("containing")) {
      TRY(part, text("a text"));
      expect.containing = std::move(part);
    }
    return true;
  }

  Parsed<Command> expect_nothing() {
    TRY_VOID(require("sent"));
    Expect expect;
    expect.kind = Expect::Kind::nothing_sent;
    if (accept("to")) {
      TRY(subject, who());
      expect.who = std::move(subject);
    }
    return Command(std::move(expect));
  }

  Parsed<Command> expect_membership(Expect::Kind kind) {
    Expect expect;
    expect.kind = kind;
    TRY(segment, text("a segment"));
    expect.key = std::move(segment);
    TRY(subject, who());
    expect.who = std::move(subject);
    return Command(std::move(expect));
  }

  Parsed<Command> expect_score() {
    Expect expect;
    TRY(score, text("a score"));
    expect.key = std::move(score);
    TRY_VOID(require("of"));
    TRY(subject, who());
    expect.who = std::move(subject);
    if (accept("below")) {
      expect.kind = Expect::Kind::score_below;
    } else {
      TRY_VOID(require("at"));
      TRY_VOID(require("least"));
      expect.kind = Expect::Kind::score_at_least;
    }
    const int column = here();
    TRY(written, text("a number"));
    const Value number = bare_value(written);
    if (!number.is_number()) return fault(column, "a number must stand here");
    expect.number = number.number();
    return Command(std::move(expect));
  }

  const std::vector<Token> tokens_;
  const int end_column_;
  std::size_t at_ = 0;
};

}  // namespace

ParsedScenario parse_scenario(std::string_view text) {
  ParsedScenario scenario;
  const std::vector<std::string_view> lines = split(text, '\n');
  if (lines.size() > scenario_lines_max) {
    scenario.errors.push_back(
        {scenario_lines_max + 1, 1,
         fmt::format("the file has {} lines, the limit is {}", lines.size(), scenario_lines_max)});
    return scenario;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    Lexer lexer(lines[i]);
    Parsed<std::vector<Token>> tokens = lexer.tokens();
    if (!tokens) {
      scenario.errors.push_back({number, tokens.error().column, tokens.error().message});
      continue;
    }
    if (tokens->empty()) continue;
    const std::string_view words = trimmed(lines[i].substr(0, lexer.end()));
    const int column = tokens->front().column;
    Parsed<Command> command =
        LineParser(std::move(*tokens), static_cast<int>(lexer.end()) + 1).parse();
    if (!command) {
      scenario.errors.push_back({number, command.error().column, command.error().message});
      continue;
    }
    scenario.lines.push_back({number, column, std::string(words), std::move(*command)});
  }
  return scenario;
}

}  // namespace sojourn::simulation
