#include <fmt/format.h>

#include "base/text.h"

#include "domain/templates/liquid_parser.h"
#include "domain/templates/liquid_print.h"

namespace sojourn::templates {

Result<void> UnitParser::assign(std::string_view markup, int line) {
  if (!is_careful()) return assign_by_pattern(markup, line);
  ExpressionParser parser(program_, markup, line);
  const Result<std::string_view> variable = parser.name("the name of a variable");
  if (!variable) return located(variable.error(), line);
  if (!parser.lexer().take(Lexeme::Kind::equals)) {
    return located(parser.expected("=").value(), line);
  }
  const Result<Index> value = parser.pipeline();
  if (!value) return located(value.error(), line);
  if (const Result<void> end = parser.end(); !end) return located(end.error(), line);
  add({.operation = Operation::assign,
       .a = *value,
       .b = program_.intern(*variable),
       .line = line,
       .is_silent = true});
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
  if (is_careful()) {
    ExpressionParser parser(program_, markup, line);
    const Result<std::string_view> variable = parser.name("the name of a counter");
    if (!variable) return located(variable.error(), line);
    if (const Result<void> end = parser.end(); !end) return located(end.error(), line);
  }
  set_not_blank();
  // Whatever stands there is the name.
  add({.operation = operation, .b = program_.intern(trimmed(markup)), .line = line});
  return {};
}

Result<void> UnitParser::cycle(std::string_view markup, int line) {
  if (!is_careful()) return cycle_by_pattern(markup, line);
  ExpressionParser parser(program_, markup, line);
  Cycle made;
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
  return add_cycle(std::move(made), values, line);
}

/// Cycles of the same literals go on together; one that names a variable goes by itself.
Result<void> UnitParser::add_cycle(Cycle made, std::span<const Index> values, int line) {
  set_not_blank();
  for (const Index value : values) {
    const Expression& expression = program_.expressions[value];
    made.is_alone = made.is_alone || expression.kind != Expression::Kind::literal;
    std::string written;
    Collect collect(written);
    print_inspected(expression.literal, collect);
    made.key += fmt::format("{},", written);
  }
  made.first_value = static_cast<Index>(program_.lists.size());
  made.value_count = static_cast<Index>(values.size());
  program_.lists.insert(program_.lists.end(), values.begin(), values.end());
  program_.cycles.push_back(std::move(made));
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
      case Open::Kind::changed:
        add({.operation = Operation::changed_end, .line = line});
        break;
      case Open::Kind::snippet:
        // The loop is that of another place: only the snippet is left.
        add({.operation = Operation::leave,
             .a = kind == Interrupt::leave_loop ? Index{0} : Index{1},
             .line = line});
        return;
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
  if (!is_careful()) return call_by_pattern(markup, line, scoping);
  ExpressionParser parser(program_, markup, line);
  Lexer& lexer = parser.lexer();
  PartialCall made{.is_isolated = scoping == Scoping::isolated};
  std::optional<Lexeme> name = lexer.take(Lexeme::Kind::text);
  if (!name && made.is_isolated && (name = lexer.take(Lexeme::Kind::name))) {
    made.snippet = program_.intern(name->view);
  }
  if (!name) return located(parser.expected("the name of a partial in quotes").value(), line);
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
  } else if (!made.is_isolated) {
    // An include that is given no value sees the variable of its own name.
    made.default_value = program_.intern(name->view);
    made.variable = program_.intern(variable);
  }
  const Result<std::vector<NamedArgument>> named = parser.named_arguments();
  if (!named) return located(named.error(), line);
  return add_call(made, name->view, *named, line);
}

Result<void> UnitParser::add_call(PartialCall made, std::string_view name,
                                  std::vector<NamedArgument> arguments, int line) {
  made.first_argument = static_cast<Index>(program_.named.size());
  made.argument_count = static_cast<Index>(arguments.size());
  for (NamedArgument& argument : arguments) {
    argument.id = program_.intern(argument.name);
    program_.named.push_back(argument);
  }
  if (made.name_expression != none) {
    TRY_VOID(find_all_units_());
  } else if (made.snippet == none) {
    const Result<Index> unit = find_unit_(name);
    if (!unit) return located(unit.error(), line);
    made.unit = *unit;
  }
  set_not_blank();
  program_.calls.push_back(made);
  add({.operation = Operation::partial,
       .a = static_cast<Index>(program_.calls.size() - 1),
       .line = line});
  return {};
}

}  // namespace sojourn::templates
