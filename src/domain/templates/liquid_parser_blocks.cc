#include <fmt/format.h>

#include "domain/templates/liquid_lax_parser.h"
#include "domain/templates/liquid_parser.h"

namespace sojourn::templates {

std::string_view UnitParser::name_of(BlockKind kind) {
  switch (kind) {
    case BlockKind::if_block:
      return "if";
    case BlockKind::unless_block:
      return "unless";
    case BlockKind::case_block:
      return "case";
    case BlockKind::for_block:
      return "for";
    case BlockKind::row_block:
      return "tablerow";
    case BlockKind::capture_block:
      return "capture";
    case BlockKind::changed_block:
      return "ifchanged";
    case BlockKind::snippet_block:
      return "snippet";
  }
  return "";
}

Result<UnitParser::Block*> UnitParser::begin_block(BlockKind kind, int line) {
  if (blocks_.size() >= static_cast<std::size_t>(nesting_max)) {
    Error error = template_error(unit_.name, line,
                                 fmt::format("blocks are nested more than {} deep", nesting_max));
    error.code = "template_too_deep";
    error.limit = std::to_string(nesting_max);
    return failure(std::move(error));
  }
  blocks_.push_back({.kind = kind, .line = line, .branch = ++branches_, .begin = here()});
  return &blocks_.back();
}

void UnitParser::begin_branch(Block& block) {
  block.branch = ++branches_;
  if (block.waits_for_next != none) unit_.code[block.waits_for_next].b = here();
  block.waits_for_next = none;
}

Result<void> UnitParser::expect_no_open_mark(int line) const {
  if (open_.empty() || open_.back().kind != Open::Kind::mark) return {};
  if (open_.back().branch != branch()) return {};
  return refuse_split_mark(line);
}

tl::unexpected<Error> UnitParser::refuse_split_mark(int line) const {
  return refuse(line, "expected the address of a link to begin and end in the same Liquid block");
}

Result<void> UnitParser::begin_if(std::string_view markup, int line) {
  const Result<Index> tests = condition(markup, line);
  if (!tests) return located(tests.error(), line);
  TRY(block, begin_block(BlockKind::if_block, line));
  block->waits_for_next =
      add_deciding({.operation = Operation::jump_unless, .a = *tests, .line = line});
  return {};
}

Result<void> UnitParser::begin_unless(std::string_view markup, int line) {
  const Result<Index> tests = condition(markup, line);
  if (!tests) return located(tests.error(), line);
  TRY(block, begin_block(BlockKind::unless_block, line));
  block->waits_for_next =
      add_deciding({.operation = Operation::jump_if, .a = *tests, .line = line});
  return {};
}

Result<void> UnitParser::take_elsif(std::string_view markup, int line) {
  const bool fits = !blocks_.empty() && (!is_careful() || !blocks_.back().has_else) &&
                    (blocks_.back().kind == BlockKind::if_block ||
                     blocks_.back().kind == BlockKind::unless_block);
  if (!fits) return refuse(line, "expected elsif only inside if or unless, before else");
  const Result<Index> tests = condition(markup, line);
  if (!tests) return located(tests.error(), line);
  TRY_VOID(expect_no_open_mark(line));
  Block& block = blocks_.back();
  if (block.has_else) {
    begin_dead_branch(block, line);
    return {};
  }
  block.wait_for_end.push_back(add({.operation = Operation::jump, .line = line}));
  begin_branch(block);
  block.waits_for_next =
      add_deciding({.operation = Operation::jump_unless, .a = *tests, .line = line});
  return {};
}

/// What stands behind `else` in an `if` is never rendered.
void UnitParser::begin_dead_branch(Block& block, int line) {
  block.wait_for_end.push_back(add({.operation = Operation::jump, .line = line}));
  begin_branch(block);
  block.waits_for_next = add({.operation = Operation::jump, .line = line});
}

Result<void> UnitParser::take_else(std::string_view markup, int line) {
  const bool has_many =
      !is_careful() && !blocks_.empty() && blocks_.back().kind != BlockKind::for_block;
  if (blocks_.empty() || (blocks_.back().has_else && !has_many)) {
    return refuse(line, "expected else only once, inside if, unless, case or for");
  }
  const BlockKind kind = blocks_.back().kind;
  if (!markup.empty() && (is_careful() || kind == BlockKind::case_block)) {
    return refuse(line, fmt::format("expected nothing after else, found \"{}\"", markup));
  }
  TRY_VOID(expect_no_open_mark(line));
  Block& block = blocks_.back();
  switch (kind) {
    case BlockKind::if_block:
    case BlockKind::unless_block:
      if (block.has_else) {
        begin_dead_branch(block, line);
        break;
      }
      block.wait_for_end.push_back(add({.operation = Operation::jump, .line = line}));
      begin_branch(block);
      break;
    case BlockKind::case_block:
      end_when(block, line);
      begin_branch(block);
      block.waits_for_next = add({.operation = Operation::case_else, .line = line});
      break;
    case BlockKind::for_block:
      end_loop(block, line);
      block.wait_for_end.push_back(add({.operation = Operation::jump, .line = line}));
      begin_branch(block);
      break;
    case BlockKind::row_block:
    case BlockKind::capture_block:
    case BlockKind::changed_block:
    case BlockKind::snippet_block:
      return refuse(line, "expected else only once, inside if, unless, case or for");
  }
  block.has_else = true;
  return {};
}

Result<void> UnitParser::begin_case(std::string_view markup, int line) {
  Result<Index> subject = none;
  if (is_careful()) {
    ExpressionParser parser(program_, markup, line);
    subject = parser.expression();
    if (subject && !parser.lexer().at_end()) subject = parser.expected("the end");
  } else if (const auto fragment = FragmentScanner(markup).find()) {
    subject = LaxParser(program_, line).expression(*fragment);
  } else {
    subject = failure("invalid_template", "expected a value");
  }
  if (!subject) return located(subject.error(), line);
  TRY(block, begin_block(BlockKind::case_block, line));
  add_deciding({.operation = Operation::case_begin, .a = *subject, .line = line});
  // What stands before the first `when` is never printed.
  block->waits_for_next = add({.operation = Operation::jump, .line = line});
  open_.push_back({.kind = Open::Kind::case_subject});
  return {};
}

Result<void> UnitParser::take_when(std::string_view markup, int line) {
  if (blocks_.empty() || blocks_.back().kind != BlockKind::case_block) {
    return refuse(line, "expected when only inside case");
  }
  if (!is_careful()) {
    TRY(values, when_by_pattern(markup, line));
    return begin_when(values, line);
  }
  ExpressionParser parser(program_, markup, line);
  Few<Index> values;
  do {
    const Result<Index> value = parser.operand();
    if (!value) return located(value.error(), line);
    values.push_back(*value);
  } while (parser.lexer().take(Lexeme::Kind::comma) || parser.lexer().take_name("or"));
  if (!parser.lexer().at_end()) {
    return located(parser.expected("a comma, \"or\" or the end").value(), line);
  }
  return begin_when(values, line);
}

Result<void> UnitParser::begin_when(std::span<const Index> values, int line) {
  TRY_VOID(expect_no_open_mark(line));
  Block& block = blocks_.back();
  end_when(block, line);
  begin_branch(block);
  const auto first = static_cast<Index>(program_.lists.size());
  program_.lists.insert(program_.lists.end(), values.begin(), values.end());
  block.when = add_deciding({.operation = Operation::case_when,
                             .a = first,
                             .c = static_cast<Index>(values.size()),
                             .line = line});
  block.waits_for_next = block.when;
  return {};
}

/// Liquid renders the body once for each value that is equal.
void UnitParser::end_when(Block& block, int line) {
  if (block.when == none) return;
  const Instruction when = unit_.code[block.when];
  if (when.c > 1) {
    add_deciding({.operation = Operation::case_again,
                  .a = when.a,
                  .b = block.when + 1,
                  .c = when.c,
                  .line = line});
  }
  block.when = none;
}

Result<LoopHead> UnitParser::loop_head(std::string_view markup, int line) {
  if (is_lax()) return loop_head_by_pattern(markup, line);
  ExpressionParser parser(program_, markup, line);
  LoopHead head;
  TRY(variable, parser.name("the name of the loop's variable"));
  head.variable = program_.intern(variable);
  if (!parser.lexer().take_name("in")) return parser.expected("in");
  const char* const collection_begin = parser.lexer().next().view.data();
  TRY(collection, parser.expression());
  head.collection = collection;
  // The name of the loop is its text: `item-collection`.
  const char* const markup_end = markup.data() + markup.size();
  std::string_view written(collection_begin,
                           static_cast<std::size_t>(markup_end - collection_begin));
  written = written.substr(0, written.find_first_of(" \t\r\n"));
  program_.loop_names.push_back(fmt::format("{}-{}", variable, written));
  head.name = static_cast<Index>(program_.loop_names.size() - 1);
  for (bool is_first = true;; is_first = false) {
    parser.lexer().take(Lexeme::Kind::comma);
    if (parser.lexer().at_end()) return head;
    // Shopify's strict mode knows it in one place only.
    if ((is_careful() || is_first) && parser.lexer().take_name("reversed")) {
      head.reversed = true;
      continue;
    }
    const bool is_limit = parser.lexer().is_name("limit");
    const bool is_columns = parser.lexer().is_name("cols");
    if (!is_limit && !is_columns && !parser.lexer().is_name("offset")) {
      return parser.expected("reversed, limit: or offset:");
    }
    parser.lexer().take();
    if (!parser.lexer().take(Lexeme::Kind::colon)) return parser.expected(":");
    if (!is_limit && !is_columns && parser.lexer().take_name("continue")) {
      head.continues = true;
      continue;
    }
    TRY(number, parser.expression());
    (is_limit ? head.limit : is_columns ? head.columns : head.offset) = number;
  }
}

Result<void> UnitParser::begin_for(std::string_view markup, int line) {
  const Result<LoopHead> head = loop_head(markup, line);
  if (!head) return located(head.error(), line);
  if (head->columns != none) {
    return refuse(line, "expected reversed, limit: or offset:, found \"cols\"");
  }
  return begin_loop(*head, BlockKind::for_block, line);
}

Result<void> UnitParser::begin_row(std::string_view markup, int line) {
  const Result<LoopHead> head =
      is_careful() ? loop_head(markup, line) : loop_head_by_pattern(markup, line);
  if (!head) return located(head.error(), line);
  if (is_careful() && (head->reversed || head->continues)) {
    return refuse(line, "expected cols:, limit: or offset: with a number");
  }
  return begin_loop(*head, BlockKind::row_block, line);
}

Result<void> UnitParser::begin_loop(const LoopHead& head, BlockKind kind, int line) {
  TRY(block, begin_block(kind, line));
  program_.loops.push_back(head);
  const bool is_row = kind == BlockKind::row_block;
  block->begin = add_deciding({.operation = is_row ? Operation::row_begin : Operation::loop_begin,
                               .a = static_cast<Index>(program_.loops.size() - 1),
                               .line = line});
  block->waits_for_next = block->begin;
  open_.push_back({.kind = Open::Kind::loop, .index = static_cast<Index>(blocks_.size() - 1)});
  return {};
}

void UnitParser::end_loop(Block& block, int line) {
  for (const Index jump : block.continues) unit_.code[jump].b = here();
  add({.operation = Operation::loop_next, .b = block.begin + 1, .line = line});
  for (const Index jump : block.breaks) unit_.code[jump].b = here();
  add({.operation = Operation::loop_end, .line = line});
  open_.pop_back();
}

void UnitParser::end_row(Block& block, int line) {
  for (const Index jump : block.continues) unit_.code[jump].b = here();
  add({.operation = Operation::row_next, .b = block.begin + 1, .line = line});
  for (const Index jump : block.breaks) unit_.code[jump].b = here();
  add({.operation = Operation::row_break, .line = line});
  add({.operation = Operation::row_end, .line = line});
  open_.pop_back();
}

Result<void> UnitParser::begin_capture(std::string_view markup, int line) {
  Result<std::string_view> variable = std::string_view();
  if (is_careful()) {
    ExpressionParser parser(program_, markup, line);
    const std::optional<Lexeme> quoted = parser.lexer().take(Lexeme::Kind::text);
    variable =
        quoted ? Result<std::string_view>(quoted->view) : parser.name("the name of a variable");
    if (!variable) return located(variable.error(), line);
    if (const Result<void> end = parser.end(); !end) return located(end.error(), line);
  } else {
    variable = captured_by_pattern(markup);
    if (!variable) return located(variable.error(), line);
  }
  TRY(block, begin_block(BlockKind::capture_block, line));
  block->variable = program_.intern(*variable);
  open_.push_back({.kind = Open::Kind::capture, .index = block->variable});
  add({.operation = Operation::capture_begin, .line = line});
  return {};
}

Result<void> UnitParser::begin_changed(std::string_view, int line) {
  TRY_VOID(begin_block(BlockKind::changed_block, line));
  open_.push_back({.kind = Open::Kind::changed});
  add({.operation = Operation::changed_begin, .line = line});
  return {};
}

Result<void> UnitParser::begin_snippet(std::string_view markup, int line) {
  ExpressionParser parser(program_, markup, line);
  const Result<std::string_view> name = parser.name("the name of a snippet");
  if (!name) return located(name.error(), line);
  if (const Result<void> end = parser.end(); !end) return located(end.error(), line);
  TRY(block, begin_block(BlockKind::snippet_block, line));
  open_.push_back({.kind = Open::Kind::snippet});
  block->waits_for_next =
      add({.operation = Operation::snippet, .a = program_.intern(*name), .line = line});
  return {};
}

Result<void> UnitParser::take_end(std::string_view name, int line) {
  if (blocks_.empty()) return refuse(line, fmt::format("expected a block before {}", name));
  Block& block = blocks_.back();
  const std::string_view kind = name_of(block.kind);
  if (name.substr(3) != kind) {
    return refuse(line, fmt::format("expected end{} to close the {} of line {}, found {}", kind,
                                    kind, block.line, name));
  }
  TRY_VOID(expect_no_open_mark(line));
  Index failed_to = none;
  switch (block.kind) {
    case BlockKind::if_block:
    case BlockKind::unless_block:
      break;
    case BlockKind::case_block:
      end_when(block, line);
      if (block.waits_for_next != none) unit_.code[block.waits_for_next].b = here();
      block.waits_for_next = none;
      failed_to = add({.operation = Operation::case_end, .line = line});
      open_.pop_back();
      break;
    case BlockKind::for_block:
      if (!block.has_else) end_loop(block, line);
      break;
    case BlockKind::row_block:
      end_row(block, line);
      break;
    case BlockKind::capture_block:
      add({.operation = Operation::capture_end, .b = block.variable, .line = line});
      open_.pop_back();
      break;
    case BlockKind::changed_block:
      add({.operation = Operation::changed_end, .line = line});
      open_.pop_back();
      break;
    case BlockKind::snippet_block:
      add({.operation = Operation::snippet_end, .line = line});
      open_.pop_back();
      break;
  }
  if (block.waits_for_next != none) unit_.code[block.waits_for_next].b = here();
  for (const Index jump : block.wait_for_end) unit_.code[jump].b = here();
  for (const Index deciding : block.deciding) {
    unit_.code[deciding].on_refusal = failed_to == none ? here() : failed_to;
    unit_.code[deciding].is_silent = block.is_blank;
  }
  const bool prints_nothing =
      block.kind == BlockKind::capture_block || block.kind == BlockKind::snippet_block;
  const bool drops_space = !prints_nothing && block.kind != BlockKind::row_block &&
                           block.kind != BlockKind::changed_block;
  if (block.is_blank && drops_space) {
    for (const Index space : block.white_space) unit_.code[space].a = none;
  }
  const bool stays_blank = block.is_blank || prints_nothing;
  blocks_.pop_back();
  if (!stays_blank) set_not_blank();
  return {};
}

}  // namespace sojourn::templates
