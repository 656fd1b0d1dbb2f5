#pragma once

/// Reads a condition from its tokens by recursive descent: each function reads one form and stands
/// after it. Depth and number of parts are bounded. Internal to condition_text.

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "domain/segments/condition_lexer.h"
#include "domain/segments/condition_text.h"
#include "domain/segments/condition_words.h"

namespace sojourn::segments {

class ConditionParser {
 public:
  explicit ConditionParser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  template <typename T>
  using Read = Result<T, SyntaxError>;

  Read<Condition> run();

 private:
  // Tokens

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(place_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() {
    const Token& token = peek();
    if (place_ + 1 < tokens_.size()) ++place_;
    return token;
  }
  [[nodiscard]] bool is_word(std::string_view word, std::size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::word && equal_ignoring_case(peek(ahead).text, word);
  }
  [[nodiscard]] bool is_symbol(std::string_view symbol, std::size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::symbol && peek(ahead).text == symbol;
  }
  /// Takes the words where all of them come next.
  bool take_words(std::initializer_list<std::string_view> words) {
    std::size_t ahead = 0;
    for (const std::string_view word : words) {
      if (!is_word(word, ahead++)) return false;
    }
    place_ += words.size();
    return true;
  }
  bool take_word(std::string_view word) { return take_words({word}); }
  bool take_symbol(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    take();
    return true;
  }
  [[nodiscard]] tl::unexpected<SyntaxError> refuse(const Token& at, std::string message) const;
  [[nodiscard]] tl::unexpected<SyntaxError> expected(std::string_view what) const;
  Read<bool> need_word(std::string_view word);
  Read<bool> need_symbol(std::string_view symbol);

  // Groups

  Read<Condition> disjunction(int depth);
  Read<Condition> conjunction(int depth);
  Read<Condition> unary(int depth);
  /// `all (a, b)`, which also says lists of one.
  Read<Condition> group(bool all, int depth);

  // Questions

  Read<Condition> question();
  Read<std::string> reference(std::string_view what);
  Read<facts::EventMatch> match();
  /// Takes the `and` where a further filter of the event follows it.
  bool continues_where();
  Read<Condition> did();
  Read<bool> measure(Did& did);
  Read<bool> comparison(Did& did);
  Read<double> number(std::string_view what);
  Read<Span> span();
  Read<Bound> bound();
  [[nodiscard]] bool begins_last() const;
  /// Any of: in last SPAN, since DATE, before DATE, between DATE and DATE, ever.
  Read<Window> window();
  Read<Condition> occurred(Occurred::Which which);
  Read<Condition> sequence(facts::EventMatch first);
  Read<Condition> random_share();
  Read<Condition> score();
  Read<Condition> grade();
  Read<bool> channel_and_topic(std::string& channel, std::string& topic);
  Read<Condition> reachable();
  Read<Condition> consent();

  // Filters

  Read<std::string> path();
  Read<facts::Filter> made(const Token& at, std::string subject, facts::Operator op, Value operand);
  [[nodiscard]] bool begins_anniversary(std::size_t ahead = 0) const;
  /// After `anniversary of`.
  Read<facts::Filter> anniversary();
  [[nodiscard]] bool begins_next() const;
  /// After begins_last() or begins_next().
  Read<Value> in_span();
  Read<facts::Filter> filter();
  using Compared = std::pair<facts::Operator, Value>;
  Read<Compared> operator_and_operand();
  bool take_operator(const WordsOfOperator& form);
  Read<Value> operand_of(facts::Operator op);
  Read<Value> list();
  Read<Value> value();

  const std::vector<Token> tokens_;
  std::size_t place_ = 0;
  int parts_ = 0;
};

}  // namespace sojourn::segments
