#include <fmt/format.h>

#include "base/text.h"
#include "domain/templates/liquid_lax_parser.h"
#include "domain/templates/liquid_parser.h"

namespace sojourn::templates {
namespace {

bool is_segment(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || static_cast<unsigned char>(c) >= 0x80;
}
/// What the name of a variable may be made of where one is set.
bool is_signature(char c) {
  return is_segment(c) || c == '.' || c == '[' || c == ']' || c == '(' || c == ')';
}

tl::unexpected<Error> expected(std::string_view what) {
  return failure("invalid_template", fmt::format("expected {}", what));
}

/// `name`, with an optional colon behind it that makes it a group's name: where the fragment ends.
std::optional<std::size_t> group_end(std::string_view markup) {
  FragmentScanner scanner(markup);
  const auto first = scanner.take();
  if (!first) return std::nullopt;
  const std::size_t end = scanner.at();
  scanner.skip_space();
  if (scanner.rest().starts_with(':')) return end;
  // A colon may also have been taken for a part of the fragment.
  const std::size_t colon = first->rfind(':');
  const bool is_quoted = first->front() == '"' || first->front() == '\'';
  if (is_quoted || colon == std::string_view::npos || colon == 0) return std::nullopt;
  return colon;
}

}  // namespace

Result<void> UnitParser::assign_by_pattern(std::string_view markup, int line) {
  FragmentScanner scanner(markup);
  while (!scanner.at_end()) {
    const std::string_view name = scanner.take_while(is_signature);
    if (name.empty()) {
      scanner.go_to(scanner.at() + 1);
      continue;
    }
    scanner.skip_space();
    if (!scanner.rest().starts_with('=')) continue;
    const std::string_view from = scanner.rest().substr(1);
    // Nothing is nil here, though not in an output.
    const Result<Index> value = trimmed(from).empty() ? LaxParser(program_, line).pipeline(from)
                                                      : pipeline(trimmed(from), line);
    if (!value) return located(value.error(), line);
    add({.operation = Operation::assign,
         .a = *value,
         .b = program_.intern(name),
         .line = line,
         .is_silent = true});
    return {};
  }
  return located(expected("assign name = value").value(), line);
}

Result<void> UnitParser::cycle_by_pattern(std::string_view markup, int line) {
  Cycle made;
  LaxParser parser(program_, line);
  std::string_view list = markup;
  if (!FragmentScanner(markup).take()) {
    return located(expected("cycle value, value").value(), line);
  }
  if (const auto end = group_end(markup)) {
    made.group = parser.expression(markup.substr(0, *end));
    list = markup.substr(markup.find(':', *end) + 1);
  }
  std::vector<Index> values;
  for (const std::string_view written : split(list, ',')) {
    const auto value = FragmentScanner(written).find();
    if (!value) continue;
    // A nil that is written out is no value at all.
    const Index parsed = parser.expression(*value);
    const Expression& expression = program_.expressions[parsed];
    const bool is_nil = expression.kind == Expression::Kind::literal && expression.literal.is_nil();
    if (!is_nil) values.push_back(parsed);
  }
  return add_cycle(std::move(made), values, line);
}

Result<void> UnitParser::call_by_pattern(std::string_view markup, int line, Scoping scoping) {
  PartialCall made{.is_isolated = scoping == Scoping::isolated};
  LaxParser parser(program_, line);
  FragmentScanner scanner(markup);
  const auto written = scanner.find();
  if (!written) return located(expected("the name of a partial").value(), line);
  const char quote = written->front();
  const bool is_quoted = (quote == '"' || quote == '\'') && written->size() > 1;
  std::string_view name;
  std::string_view variable;
  if (is_quoted) {
    name = written->substr(1, written->size() - 2);
    variable = name.substr(name.rfind('/') + 1);
  } else if (made.is_isolated) {
    const auto rest = FragmentScanner(*written).take_while(is_segment);
    if (rest.size() != written->size()) {
      return located(expected("the name of a partial in quotes, or of a snippet").value(), line);
    }
    made.snippet = program_.intern(*written);
    variable = *written;
  } else {
    made.name_expression = parser.expression(*written);
  }
  scanner.skip_space();
  const bool is_for = scanner.take_word("for");
  if (is_for || scanner.take_word("with")) {
    scanner.skip_space();
    if (const auto value = scanner.take()) {
      made.value = parser.expression(*value);
      made.for_each = is_for;
    }
    scanner.skip_space();
  }
  if (scanner.take_word("as")) {
    scanner.skip_space();
    variable = scanner.take_while(is_segment);
    made.has_alias = true;
  }
  if (!variable.empty() && (made.value != none || !made.is_isolated)) {
    made.variable = program_.intern(variable);
  }
  if (!made.is_isolated && made.value == none && is_quoted) {
    made.default_value = program_.intern(name);
  }
  std::vector<NamedArgument> arguments;
  for (const auto& [key, value] : parser.attributes(markup)) {
    arguments.push_back({.name = key, .expression = parser.expression(value)});
  }
  return add_call(made, name, std::move(arguments), line);
}

Result<LoopHead> UnitParser::loop_head_by_pattern(std::string_view markup, int line) {
  LoopHead head;
  LaxParser parser(program_, line);
  FragmentScanner scanner(markup);
  const std::string_view variable = scanner.take_while(is_segment);
  const std::size_t gap = scanner.at();
  scanner.skip_space();
  if (variable.empty() || gap == scanner.at() || !scanner.take_word("in")) {
    return expected("name in collection");
  }
  scanner.skip_space();
  const std::size_t begin = scanner.at();
  while (scanner.take()) {
  }
  const std::string_view collection = markup.substr(begin, scanner.at() - begin);
  if (collection.empty()) return expected("name in collection");
  head.variable = program_.intern(variable);
  head.collection = parser.expression(collection);
  program_.loop_names.push_back(fmt::format("{}-{}", variable, collection));
  head.name = static_cast<Index>(program_.loop_names.size() - 1);
  scanner.skip_space();
  head.reversed = scanner.rest().starts_with("reversed");
  for (const auto& [key, value] : parser.attributes(markup)) {
    if (key == "limit") head.limit = parser.expression(value);
    if (key == "cols") head.columns = parser.expression(value);
    if (key != "offset") continue;
    head.continues = value == "continue";
    head.offset = head.continues ? none : parser.expression(value);
  }
  return head;
}

Result<std::string_view> UnitParser::captured_by_pattern(std::string_view markup) const {
  FragmentScanner scanner(markup);
  scanner.take_while([](char c) { return !is_signature(c); });
  const std::string_view name = scanner.take_while(is_signature);
  if (name.empty()) return expected("the name of a variable");
  return name;
}

Result<std::vector<Index>> UnitParser::when_by_pattern(std::string_view markup, int line) {
  std::vector<Index> values;
  LaxParser parser(program_, line);
  FragmentScanner scanner(markup);
  while (true) {
    const auto value = scanner.find();
    if (!value) break;
    values.push_back(parser.operand(*value));
    const std::size_t end = scanner.at();
    scanner.skip_space();
    const bool has_gap = scanner.at() > end;
    const bool is_joined = scanner.rest().starts_with(',') || (has_gap && scanner.take_word("or"));
    if (!is_joined) break;
    if (scanner.rest().starts_with(',')) scanner.go_to(scanner.at() + 1);
    scanner.skip_space();
    const std::size_t next = scanner.at();
    if (!scanner.take()) break;
    scanner.go_to(next);
  }
  if (values.empty()) return located(expected("when value, value").value(), line);
  return values;
}

}  // namespace sojourn::templates
