#include "domain/segments/condition_parser.h"

namespace sojourn::segments {

using Kind = Token::Kind;

ConditionParser::Read<Condition> ConditionParser::run() {
  TRY(condition, disjunction(0));
  if (peek().kind != Kind::end) return expected("and, or, or the end");
  return condition;
}

tl::unexpected<SyntaxError> ConditionParser::refuse(const Token& at, std::string message) const {
  return tl::unexpected(SyntaxError{at.line, at.column, std::move(message)});
}

tl::unexpected<SyntaxError> ConditionParser::expected(std::string_view what) const {
  const Token& token = peek();
  const std::string found = token.kind == Kind::end      ? "the end"
                            : token.kind == Kind::string ? fmt::format("\"{}\"", token.text)
                                                         : fmt::format("`{}`", token.text);
  return refuse(token, fmt::format("expected {}, found {}", what, found));
}

ConditionParser::Read<bool> ConditionParser::need_word(std::string_view word) {
  if (take_word(word)) return true;
  return expected(fmt::format("`{}`", word));
}

ConditionParser::Read<bool> ConditionParser::need_symbol(std::string_view symbol) {
  if (take_symbol(symbol)) return true;
  return expected(fmt::format("`{}`", symbol));
}

ConditionParser::Read<Condition> ConditionParser::disjunction(int depth) {
  TRY(first, conjunction(depth));
  if (!is_word("or")) return first;
  std::vector<Condition> parts;
  parts.push_back(std::move(first));
  while (take_word("or")) {
    TRY(part, conjunction(depth));
    parts.push_back(std::move(part));
  }
  return Condition{AnyOf{std::move(parts)}};
}

ConditionParser::Read<Condition> ConditionParser::conjunction(int depth) {
  TRY(first, unary(depth));
  if (!is_word("and")) return first;
  std::vector<Condition> parts;
  parts.push_back(std::move(first));
  while (take_word("and")) {
    TRY(part, unary(depth));
    parts.push_back(std::move(part));
  }
  return Condition{AllOf{std::move(parts)}};
}

ConditionParser::Read<Condition> ConditionParser::unary(int depth) {
  if (depth > condition_depth_max) {
    return refuse(peek(),
                  fmt::format("this is nested more than {} levels deep", condition_depth_max));
  }
  if (++parts_ > condition_parts_max) {
    return refuse(peek(),
                  fmt::format("the limit of {} conditions is reached here", condition_parts_max));
  }
  if (take_word("not")) {
    TRY(part, unary(depth + 1));
    return Condition{Not{{std::move(part)}}};
  }
  if (take_symbol("(")) {
    TRY(inner, disjunction(depth + 1));
    TRY_VOID(need_symbol(")"));
    return inner;
  }
  for (const std::string_view word : {"all", "any"}) {
    if (!is_word(word) || !is_symbol("(", 1)) continue;
    place_ += 2;
    return group(word == "all", depth);
  }
  return question();
}

ConditionParser::Read<Condition> ConditionParser::group(bool all, int depth) {
  std::vector<Condition> parts;
  do {
    TRY(part, disjunction(depth + 1));
    parts.push_back(std::move(part));
  } while (take_symbol(","));
  TRY_VOID(need_symbol(")"));
  if (all) return Condition{AllOf{std::move(parts)}};
  return Condition{AnyOf{std::move(parts)}};
}

ConditionParser::Read<Condition> ConditionParser::question() {
  if (take_word("everybody")) return Condition{AllOf{}};
  if (take_word("nobody")) return Condition{AnyOf{}};
  if (take_words({"did", "not"})) {
    TRY(done, did());
    return Condition{Not{{std::move(done)}}};
  }
  if (take_word("did")) return did();
  if (take_words({"in", "segment"})) {
    TRY(name, reference("the key or name of a segment"));
    return Condition{InSegment{std::move(name)}};
  }
  if (take_words({"in", "list"})) {
    TRY(name, reference("the key or name of a list"));
    return Condition{OnList{std::move(name)}};
  }
  if (take_words({"in", "random"})) return random_share();
  if (take_word("first")) return occurred(Occurred::Which::first);
  if (take_word("last")) return occurred(Occurred::Which::last);
  if (take_word("score")) return score();
  if (take_word("grade")) return grade();
  if (take_words({"reachable", "by"})) return reachable();
  if (take_words({"consent", "to"})) return consent();
  if (begins_anniversary()) {
    TRY(of, filter());
    return Condition{AttributeIs{std::move(of)}};
  }
  const bool is_name = peek().kind == Kind::word || peek().kind == Kind::string;
  if (!is_name) return expected("a condition, such as did \"Page Viewed\" or country is DE");
  if (peek().kind == Kind::word && is_reserved(peek().text)) {
    return expected("a condition (an attribute of this name stands in quotation marks)");
  }
  TRY(passed, filter());
  return Condition{AttributeIs{std::move(passed)}};
}

ConditionParser::Read<std::string> ConditionParser::reference(std::string_view what) {
  if (peek().kind != Kind::word && peek().kind != Kind::string) return expected(what);
  return take().text;
}

ConditionParser::Read<Condition> ConditionParser::random_share() {
  RandomShare share;
  const Token at = peek();
  TRY(percent, number("a percentage, such as 10%"));
  share.percent = percent;
  if (!(percent >= 0 && percent <= 100)) {
    return refuse(at, fmt::format("the share is {}, it must be from 0 to 100", percent));
  }
  TRY_VOID(need_symbol("%"));
  if (take_word("of")) {
    TRY(seed, reference("a seed, such as \"autumn\""));
    share.seed = std::move(seed);
  }
  return Condition{std::move(share)};
}

ConditionParser::Read<Condition> ConditionParser::score() {
  ScoreIs question;
  TRY(key, reference("the key of a score"));
  question.score = std::move(key);
  if (take_word("is")) {
    TRY(threshold, reference("the key of a threshold"));
    question.threshold = std::move(threshold);
    return Condition{std::move(question)};
  }
  if (take_symbol(">=") || take_words({"at", "least"})) {
    TRY(least, number("a number"));
    question.at_least = least;
  } else if (take_symbol("<") || take_word("below")) {
    TRY(below, number("a number"));
    question.below = below;
  } else if (take_word("from")) {
    TRY(least, number("a number"));
    question.at_least = least;
    TRY_VOID(need_word("to"));
    TRY_VOID(need_word("below"));
    TRY(below, number("a number"));
    question.below = below;
  } else {
    return expected("`>=`, `<`, from ... to below ..., or is and a threshold");
  }
  return Condition{std::move(question)};
}

ConditionParser::Read<Condition> ConditionParser::grade() {
  GradeIs question;
  TRY(key, reference("the key of a grade"));
  question.grade = std::move(key);
  if (take_word("is")) {
    TRY(one, reference("a grade, such as A1"));
    question.one_of.push_back(std::move(one));
    return Condition{std::move(question)};
  }
  TRY_VOID(need_word("in"));
  TRY_VOID(need_symbol("("));
  do {
    TRY(one, reference("a grade, such as A1"));
    question.one_of.push_back(std::move(one));
  } while (take_symbol(","));
  TRY_VOID(need_symbol(")"));
  return Condition{std::move(question)};
}

ConditionParser::Read<bool> ConditionParser::channel_and_topic(std::string& channel,
                                                               std::string& topic) {
  if (!take_word("email")) return expected("`email`");
  channel = "email";
  if (take_word("about")) {
    TRY(key, reference("the key of a topic"));
    topic = std::move(key);
  }
  return true;
}

ConditionParser::Read<Condition> ConditionParser::reachable() {
  Reachable question;
  TRY_VOID(channel_and_topic(question.channel, question.topic));
  return Condition{std::move(question)};
}

ConditionParser::Read<Condition> ConditionParser::consent() {
  static constexpr std::pair<std::string_view, ConsentIs::State> states[] = {
      {"opted_in", ConsentIs::State::opted_in},
      {"opted_out", ConsentIs::State::opted_out},
      {"unknown", ConsentIs::State::unknown},
      {"suppressed", ConsentIs::State::suppressed}};
  ConsentIs question;
  TRY_VOID(channel_and_topic(question.channel, question.topic));
  TRY_VOID(need_word("is"));
  for (const auto& [word, state] : states) {
    if (!take_word(word)) continue;
    question.state = state;
    return Condition{std::move(question)};
  }
  return expected("opted_in, opted_out, unknown or suppressed");
}

}  // namespace sojourn::segments
