#include <fmt/format.h>

#include "domain/templates/liquid_parser.h"

namespace sojourn::templates {

Result<void> UnitParser::assign(std::string_view markup, int line) {
  ExpressionParser parser(program_, markup, line);
  const Result<std::string_view> variable = parser.name("the name of a variable");
  if (!variable) return located(variable.error(), line);
  if (!parser.lexer().take(Lexeme::Kind::equals)) {
    return located(parser.expected("=").value(), line);
  }
  const Result<Index> value = parser.pipeline();
  if (!value) return located(value.error(), line);
  if (const Result<void> end = parser.end(); !end) return located(end.error(), line);
  add({.operation = Operation::assign, .a = *value, .b = program_.intern(*variable), .line = line});
  return {};
}

Result<void> UnitParser::echo(std::string_view markup, int line) {
  return output(markup, line);
}

Result<void> UnitParser::increment(std::string_view markup, int line) {
  return count(Operation::increment, markup, line);
}

Result<void> UnitParser::decrement(std::string_view markup, int line) {
  return count(Operation::decrement, markup, line);
}

Result<void> UnitParser::count(Operation operation, std::string_view markup, int line) {
  ExpressionParser parser(program_, markup, line);
  const Result<std::string_view> variable = parser.name("the name of a counter");
  if (!variable) return located(variable.error(), line);
  if (const Result<void> end = parser.end(); !end) return located(end.error(), line);
  set_not_blank();
  add({.operation = operation, .b = program_.intern(*variable), .line = line});
  return {};
}

Result<void> UnitParser::cycle(std::string_view markup, int line) {
  ExpressionParser parser(program_, markup, line);
  Cycle made{.key = markup};
  std::vector<Index> values;
  const Result<Index> first = parser.expression();
  if (!first) return located(first.error(), line);
  const bool has_group = parser.lexer().take(Lexeme::Kind::colon).has_value();
  if (has_group) {
    made.group = *first;
  } else {
    values.push_back(*first);
  }
  while (has_group ? values.empty() || parser.lexer().take(Lexeme::Kind::comma)
                   : parser.lexer().take(Lexeme::Kind::comma).has_value()) {
    const Result<Index> value = parser.expression();
    if (!value) return located(value.error(), line);
    values.push_back(*value);
  }
  if (const Result<void> end = parser.end(); !end) return located(end.error(), line);
  set_not_blank();
  made.first_value = static_cast<Index>(program_.lists.size());
  made.value_count = static_cast<Index>(values.size());
  program_.lists.insert(program_.lists.end(), values.begin(), values.end());
  program_.cycles.push_back(made);
  add({.operation = Operation::cycle,
       .a = static_cast<Index>(program_.cycles.size() - 1),
       .line = line});
  return {};
}

Result<void> UnitParser::break_loop(std::string_view, int line) {
  set_not_blank();
  interrupt(Interrupt::leave_loop, line);
  return {};
}

Result<void> UnitParser::continue_loop(std::string_view, int line) {
  set_not_blank();
  interrupt(Interrupt::next_item, line);
  return {};
}

void UnitParser::interrupt(Interrupt kind, int line) {
  for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
    switch (open->kind) {
      case Open::Kind::loop: {
        Block& loop = blocks_[open->index];
        const Index jump = add({.operation = Operation::jump, .line = line});
        (kind == Interrupt::leave_loop ? loop.breaks : loop.continues).push_back(jump);
        return;
      }
      case Open::Kind::case_subject:
        add({.operation = Operation::case_end, .line = line});
        break;
      case Open::Kind::capture:
        add({.operation = Operation::capture_end, .b = open->index, .line = line});
        break;
      case Open::Kind::mark:
        add({.operation = Operation::mark_end, .a = open->index, .line = line});
        break;
    }
  }
  add({.operation = Operation::leave,
       .a = kind == Interrupt::leave_loop ? Index{0} : Index{1},
       .line = line});
}

void UnitParser::take_interrupt(Operation operation, Interrupt kind, int line) {
  const Index taken = add({.operation = operation, .line = line});
  interrupt(kind, line);
  unit_.code[taken].b = here();
}

Result<void> UnitParser::include(std::string_view markup, int line) {
  TRY_VOID(call(markup, line, Scoping::shared));
  // A partial that is included belongs to the loop around it: its break is the loop's.
  take_interrupt(Operation::take_break, Interrupt::leave_loop, line);
  take_interrupt(Operation::take_continue, Interrupt::next_item, line);
  return {};
}

Result<void> UnitParser::render_partial(std::string_view markup, int line) {
  return call(markup, line, Scoping::isolated);
}

Result<void> UnitParser::call(std::string_view markup, int line, Scoping scoping) {
  ExpressionParser parser(program_, markup, line);
  Lexer& lexer = parser.lexer();
  const std::optional<Lexeme> name = lexer.take(Lexeme::Kind::text);
  if (!name) return located(parser.expected("the name of a partial in quotes").value(), line);
  PartialCall made{.is_isolated = scoping == Scoping::isolated};
  const bool is_for = lexer.is_name("for") && !lexer.colon_follows();
  const bool is_with = lexer.is_name("with") && !lexer.colon_follows();
  std::string_view variable = name->view.substr(name->view.rfind('/') + 1);
  if (is_for || is_with) {
    lexer.take();
    made.for_each = is_for;
    const Result<Index> value = parser.expression();
    if (!value) return located(value.error(), line);
    made.value = *value;
    if (lexer.take_name("as")) {
      const Result<std::string_view> alias = parser.name("a name after as");
      if (!alias) return located(alias.error(), line);
      variable = *alias;
    }
    made.variable = program_.intern(variable);
  }
  const Result<std::vector<NamedArgument>> named = parser.named_arguments();
  if (!named) return located(named.error(), line);
  made.first_argument = static_cast<Index>(program_.named.size());
  made.argument_count = static_cast<Index>(named->size());
  for (NamedArgument argument : *named) {
    argument.id = program_.intern(argument.name);
    program_.named.push_back(argument);
  }
  const Result<Index> unit = find_unit_(name->view);
  if (!unit) return located(unit.error(), line);
  made.unit = *unit;
  set_not_blank();
  program_.calls.push_back(made);
  add({.operation = Operation::partial,
       .a = static_cast<Index>(program_.calls.size() - 1),
       .line = line});
  return {};
}

}  // namespace sojourn::templates
