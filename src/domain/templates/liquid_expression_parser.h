#pragma once

/// Expressions, filter chains and conditions, from markup into the pools of a program.

#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/templates/liquid_lexer.h"
#include "domain/templates/liquid_program.h"

namespace sojourn::templates {

/// `nil`, `true`, `blank`...; absent for any other name.
[[nodiscard]] std::optional<Datum> literal_word(std::string_view name);
/// Of `==`, `contains`...
[[nodiscard]] Comparison comparison_named(std::string_view written);

/// Reads one piece of markup from left to right. Errors are without their line: the parser of the
/// tag around it knows it best.
class ExpressionParser {
 public:
  /// `program` and what `markup` points to must outlive the parser; the text outlives the program.
  ExpressionParser(Program& program, std::string_view markup, int line)
      : program_(program), lexer_(markup), line_(line) {}

  /// The index in Program::expressions. `blank` and `empty` are empty texts here.
  Result<Index> expression();
  /// The same where they are compared with, and mean what they say.
  Result<Index> operand();
  /// An expression, then `| filter: argument, name: argument ...`.
  Result<Index> pipeline();
  /// Tests joined by `and` and `or`; the index of the first, at the left.
  Result<Index> condition();
  /// `name: expression` pairs, perhaps with commas between, to the end.
  Result<std::vector<NamedArgument>> named_arguments();

  Result<std::string_view> name(std::string_view meaning);
  Result<void> end();

  [[nodiscard]] Lexer& lexer() { return lexer_; }
  /// The error that says what should have stood where the lexer is.
  [[nodiscard]] tl::unexpected<Error> expected(std::string_view what) const;

 private:
  Result<Index> value();
  Result<Index> path();
  Result<Index> range();
  Result<void> segments(Few<Segment>& found);
  Result<void> filter(Few<FilterCall>& found);
  Result<void> arguments(Few<Index>& positional, Few<NamedArgument>& named);
  Result<Test> test();
  Result<Datum> number(std::string_view digits) const;
  Index add(Expression expression);

  Program& program_;
  Lexer lexer_;
  int line_;
  int depth_ = 0;
};

}  // namespace sojourn::templates
