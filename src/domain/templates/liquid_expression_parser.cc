#include "domain/templates/liquid_expression_parser.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace sojourn::templates {

using Kind = Lexeme::Kind;

std::optional<Datum> literal_word(std::string_view name) {
  // OPTIMIZATION: few names are as short.
  if (name.size() > std::string_view("false").size()) return std::nullopt;
  if (name == "nil" || name == "null") return Datum();
  if (name == "true") return Datum(true);
  if (name == "false") return Datum(false);
  if (name == "blank") return Datum(Word::blank);
  if (name == "empty") return Datum(Word::empty);
  return std::nullopt;
}

Comparison comparison_named(std::string_view written) {
  if (written == "==") return Comparison::equal;
  if (written == "!=" || written == "<>") return Comparison::not_equal;
  if (written == "<") return Comparison::less;
  if (written == "<=") return Comparison::less_or_equal;
  if (written == ">") return Comparison::greater;
  if (written == ">=") return Comparison::greater_or_equal;
  if (written == "contains") return Comparison::contains;
  return Comparison::unknown;
}

namespace {

std::optional<Comparison> comparison_of(const Lexeme& lexeme) {
  if (lexeme.kind == Kind::name && lexeme.view == "contains") return Comparison::contains;
  if (lexeme.kind != Kind::comparison) return std::nullopt;
  return comparison_named(lexeme.view);
}

bool only_serves_html(std::string_view filter) {
  return filter == "escape" || filter == "h" || filter == "escape_once" ||
         filter == "newline_to_br";
}

}  // namespace

tl::unexpected<Error> ExpressionParser::expected(std::string_view what) const {
  const Lexeme& found = lexer_.next();
  if (found.kind == Kind::end) {
    return failure("invalid_template", fmt::format("expected {}, found the end", what));
  }
  return failure("invalid_template",
                 fmt::format("expected {}, found \"{}\"", what, found.view.substr(0, 40)));
}

Index ExpressionParser::add(Expression expression) {
  expression.line = line_;
  program_.expressions.push_back(expression);
  return static_cast<Index>(program_.expressions.size() - 1);
}

Result<std::string_view> ExpressionParser::name(std::string_view meaning) {
  if (!lexer_.is(Kind::name)) return expected(meaning);
  return lexer_.take().view;
}

Result<void> ExpressionParser::end() {
  if (!lexer_.at_end()) return expected("the end");
  return {};
}

Result<Datum> ExpressionParser::number(std::string_view digits) const {
  if (digits.find('.') == std::string_view::npos) {
    std::int64_t whole = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
    if (read.ec == std::errc()) return Datum(whole);
  }
  double real = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), real);
  if (read.ec != std::errc()) {
    return failure("invalid_template",
                   fmt::format("the number {} is too large", digits.substr(0, 40)));
  }
  return Datum(real);
}

Result<Index> ExpressionParser::expression() {
  TRY(index, value());
  Datum& literal = program_.expressions[index].literal;
  if (literal.as<Word>() != nullptr) literal = Datum(std::string_view());
  return index;
}

Result<Index> ExpressionParser::operand() {
  return value();
}

Result<Index> ExpressionParser::value() {
  if (depth_ >= nesting_max) {
    return failure("template_too_deep",
                   fmt::format("brackets are nested more than {} deep", nesting_max));
  }
  if (const auto text = lexer_.take(Kind::text)) return add({.literal = Datum(text->view)});
  if (const auto digits = lexer_.take(Kind::number)) {
    TRY(literal, number(digits->view));
    return add({.literal = literal});
  }
  if (lexer_.is(Kind::name) || lexer_.is(Kind::open_square)) return path();
  if (lexer_.is(Kind::open_round)) return range();
  return expected("a value");
}

Result<Index> ExpressionParser::path() {
  Few<Segment> found;
  Expression expression{.kind = Expression::Kind::path};
  if (const auto root = lexer_.take(Kind::name)) {
    const bool has_segments = lexer_.is(Kind::dot) || lexer_.is(Kind::open_square);
    const std::optional<Datum> word = literal_word(root->view);
    if (word && !has_segments) return add({.literal = *word});
    expression.name = program_.intern(root->view);
  }
  ++depth_;
  TRY_VOID(segments(found));
  --depth_;
  expression.first = append_all(program_.segments, found);
  expression.count = static_cast<Index>(found.size());
  return add(expression);
}

Result<void> ExpressionParser::segments(Few<Segment>& found) {
  while (true) {
    if (lexer_.take(Kind::dot)) {
      TRY(member, name("a name after the dot"));
      found.push_back({.name = member});
    } else if (lexer_.take(Kind::open_square)) {
      TRY(inner, expression());
      if (!lexer_.take(Kind::close_square)) return expected("]");
      // A quoted name in brackets is an ordinary member, but `size`, `first` and `last` then are no
      // commands: keep it an expression.
      found.push_back({.expression = inner});
    } else {
      return {};
    }
  }
}

Result<Index> ExpressionParser::range() {
  lexer_.take();
  ++depth_;
  TRY(first, expression());
  if (!lexer_.take(Kind::range)) return expected("..");
  TRY(last, expression());
  if (!lexer_.take(Kind::close_round)) return expected(")");
  --depth_;
  return add({.kind = Expression::Kind::range, .first = first, .count = last});
}

Result<Index> ExpressionParser::pipeline() {
  TRY(value, expression());
  Few<FilterCall> found;
  while (lexer_.take(Kind::pipe)) {
    TRY_VOID(filter(found));
  }
  const Index first = append_all(program_.filters, found);
  program_.pipelines.push_back({.expression = value,
                                .first_filter = first,
                                .filter_count = static_cast<Index>(found.size())});
  return static_cast<Index>(program_.pipelines.size() - 1);
}

Result<void> ExpressionParser::filter(Few<FilterCall>& found) {
  TRY(called, name("the name of a filter"));
  const bool is_skipped = program_.medium == Medium::plain_text && only_serves_html(called);
  FilterCall call{
      .filter = find_filter(is_skipped ? "raw" : called), .name = called, .line = line_};
  Few<Index> positional;
  Few<NamedArgument> named;
  if (lexer_.take(Kind::colon)) {
    TRY_VOID(arguments(positional, named));
  }
  if (call.filter == nullptr) {
    program_.warnings.push_back(
        {.line = line_, .message = fmt::format("there is no filter \"{}\"", called)});
  } else if (program_.syntax == Syntax::careful &&
             (positional.size() < call.filter->arguments_min ||
              positional.size() > call.filter->arguments_max)) {
    return failure("invalid_template", fmt::format("filter {} takes {} to {} arguments, found {}",
                                                   called, call.filter->arguments_min,
                                                   call.filter->arguments_max, positional.size()));
  }
  call.first_argument = append_all(program_.lists, positional);
  call.argument_count = static_cast<Index>(positional.size());
  call.first_named = append_all(program_.named, named);
  call.named_count = static_cast<Index>(named.size());
  found.push_back(call);
  return {};
}

Result<void> ExpressionParser::arguments(Few<Index>& positional, Few<NamedArgument>& named) {
  do {
    if (lexer_.is(Kind::name) && lexer_.colon_follows()) {
      const std::string_view keyword = lexer_.take().view;
      lexer_.take();
      TRY(value, expression());
      named.push_back({.name = keyword, .expression = value});
    } else {
      TRY(value, expression());
      positional.push_back(value);
    }
  } while (lexer_.take(Kind::comma));
  return {};
}

Result<std::vector<NamedArgument>> ExpressionParser::named_arguments() {
  std::vector<NamedArgument> found;
  while (true) {
    lexer_.take(Kind::comma);
    if (lexer_.at_end()) return found;
    TRY(keyword, name("name: value"));
    if (!lexer_.take(Kind::colon)) return expected(fmt::format(": after {}", keyword));
    TRY(value, expression());
    found.push_back({.name = keyword, .expression = value});
  }
}

Result<Test> ExpressionParser::test() {
  Test made{.line = line_};
  TRY(left, operand());
  made.left = left;
  if (const std::optional<Comparison> comparison = comparison_of(lexer_.next())) {
    lexer_.take();
    made.comparison = *comparison;
    TRY(right, operand());
    made.right = right;
  }
  return made;
}

Result<Index> ExpressionParser::condition() {
  Few<Test> found;
  while (true) {
    TRY(made, test());
    found.push_back(made);
    if (lexer_.take_name("and")) {
      found.back().joint = Joint::with_and;
    } else if (lexer_.take_name("or")) {
      found.back().joint = Joint::with_or;
    } else {
      break;
    }
  }
  if (!lexer_.at_end()) return expected("a comparison, \"and\", \"or\" or the end");
  return append_all(program_.tests, found);
}

}  // namespace sojourn::templates
