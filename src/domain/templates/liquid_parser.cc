#include "domain/templates/liquid_parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/templates/liquid_lax_parser.h"

namespace sojourn::templates {

struct UnitParser::Tag {
  std::string_view name;
  Result<void> (UnitParser::*take)(std::string_view markup, int line);
};

const UnitParser::Tag* UnitParser::find_tag(std::string_view name) {
  static constexpr Tag tags[] = {
      {"if", &UnitParser::begin_if},
      {"elsif", &UnitParser::take_elsif},
      {"else", &UnitParser::take_else},
      {"for", &UnitParser::begin_for},
      {"assign", &UnitParser::assign},
      {"unless", &UnitParser::begin_unless},
      {"case", &UnitParser::begin_case},
      {"when", &UnitParser::take_when},
      {"capture", &UnitParser::begin_capture},
      {"tablerow", &UnitParser::begin_row},
      {"ifchanged", &UnitParser::begin_changed},
      {"snippet", &UnitParser::begin_snippet},
      {"render", &UnitParser::render_partial},
      {"include", &UnitParser::include},
      {"echo", &UnitParser::echo},
      {"cycle", &UnitParser::cycle},
      {"increment", &UnitParser::increment},
      {"decrement", &UnitParser::decrement},
      {"break", &UnitParser::break_loop},
      {"continue", &UnitParser::continue_loop},
  };
  const auto* const found = std::ranges::find(tags, name, &Tag::name);
  return found == std::end(tags) ? nullptr : found;
}

Result<void> UnitParser::parse() {
  auto tokens = tokenize(unit_.source);
  if (!tokens) {
    const Error& error = tokens.error();
    if (unit_.name.empty()) return failure(error);
    return failure({.code = error.code,
                    .message = fmt::format("partial {}, {}", unit_.name, error.message),
                    .field = unit_.name,
                    .value = error.value});
  }
  reserve(tokens->size());
  for (const Token& token : *tokens) {
    TRY_VOID(take(token));
  }
  TRY_VOID(marks_before(unit_.source.size()));
  if (!blocks_.empty()) {
    const Block& block = blocks_.back();
    return refuse(block.line, fmt::format("expected end{0} to close {0}", name_of(block.kind)));
  }
  return {};
}

void UnitParser::reserve(std::size_t tokens) {
  // OPTIMIZATION: of the template itself, so that its pools are not moved while they grow.
  if (!program_.expressions.empty()) return;
  unit_.code.reserve(2 * tokens);
  program_.views.reserve(tokens);
  program_.expressions.reserve(2 * tokens);
  program_.segments.reserve(tokens);
  program_.filters.reserve(tokens / 2);
  program_.pipelines.reserve(tokens / 2);
}

Result<void> UnitParser::take(const Token& token) {
  switch (token.kind) {
    case Token::Kind::text:
      return text(token);
    case Token::Kind::raw:
      if (!token.content.empty()) set_not_blank();
      return text(token);
    case Token::Kind::comment:
      return marks_before(token.begin);
    case Token::Kind::output: {
      TRY_VOID(marks_before(token.begin));
      return output(token.content, token.line);
    }
    case Token::Kind::tag:
      break;
  }
  TRY_VOID(marks_before(token.begin));
  const TagParts parts = split_tag(token.content);
  if (parts.name == "liquid") {
    const auto lead = static_cast<std::size_t>(parts.markup.data() - token.content.data());
    const auto skipped = std::ranges::count(token.content.substr(0, lead), '\n');
    return liquid(parts.markup, token.line + static_cast<int>(skipped));
  }
  return tag(parts, token.line);
}

Result<void> UnitParser::text(const Token& token) {
  const std::string_view source = unit_.source;
  const auto content_begin = static_cast<std::size_t>(token.content.data() - source.data());
  const std::size_t content_end = content_begin + token.content.size();
  std::size_t at = content_begin;
  while (!events_.empty() && events_.front().offset < token.end) {
    const std::size_t place = std::clamp(events_.front().offset, at, content_end);
    add_text(source.substr(at, place - at), token.line);
    at = place;
    TRY_VOID(marks_before(events_.front().offset));
  }
  add_text(source.substr(at, content_end - at), token.line);
  return {};
}

void UnitParser::add_text(std::string_view view, int line) {
  if (view.empty()) return;
  program_.views.push_back(view);
  const Index at = add({.operation = Operation::text,
                        .a = static_cast<Index>(program_.views.size() - 1),
                        .line = line});
  if (!trimmed(view).empty()) {
    set_not_blank();
  } else if (!blocks_.empty()) {
    blocks_.back().white_space.push_back(at);
  }
}

Result<void> UnitParser::marks_before(std::size_t offset) {
  while (!events_.empty() && events_.front().offset <= offset) {
    const MarkEvent event = events_.front();
    events_ = events_.subspan(1);
    TRY_VOID(mark(event));
  }
  return {};
}

Result<void> UnitParser::mark(const MarkEvent& event) {
  set_not_blank();
  switch (event.kind) {
    case MarkEvent::Kind::insert:
      add({.operation = Operation::insert, .a = event.mark});
      return {};
    case MarkEvent::Kind::begin:
      open_.push_back({.kind = Open::Kind::mark, .index = event.mark, .branch = branch()});
      add({.operation = Operation::mark_begin, .a = event.mark});
      return {};
    case MarkEvent::Kind::end:
      break;
  }
  const bool ends_where_it_began = !open_.empty() && open_.back().kind == Open::Kind::mark &&
                                   open_.back().index == event.mark &&
                                   open_.back().branch == branch();
  if (!ends_where_it_began) {
    const auto line =
        1 + std::count(unit_.source.begin(),
                       unit_.source.begin() + static_cast<std::ptrdiff_t>(event.offset), '\n');
    return refuse_split_mark(static_cast<int>(line));
  }
  open_.pop_back();
  add({.operation = Operation::mark_end, .a = event.mark});
  return {};
}

Result<void> UnitParser::output(std::string_view markup, int line) {
  set_not_blank();
  if (trimmed(markup).empty()) return {};
  const Result<Index> value = pipeline(markup, line);
  if (!value) return located(value.error(), line);
  add({.operation = Operation::output, .a = *value, .line = line});
  return {};
}

Result<Index> UnitParser::pipeline(std::string_view markup, int line) {
  ExpressionParser parser(program_, markup, line);
  Result<Index> value = parser.pipeline();
  if (value && !parser.lexer().at_end()) value = parser.expected("| and a filter, or the end");
  const bool is_wrong = !value && value.error().code == "invalid_template";
  return is_wrong && is_lax() ? LaxParser(program_, line).pipeline(markup) : value;
}

Result<Index> UnitParser::condition(std::string_view markup, int line) {
  if (is_lax()) return LaxParser(program_, line).condition(markup);
  return ExpressionParser(program_, markup, line).condition();
}

Result<void> UnitParser::tag(TagParts parts, int line) {
  if (const Tag* known = find_tag(parts.name)) return (this->*known->take)(parts.markup, line);
  if (parts.name.starts_with("end")) return take_end(parts.name, line);
  return refuse(line, fmt::format("expected a tag, found \"{}\"", parts.name));
}

Result<void> UnitParser::liquid(std::string_view lines, int line) {
  const std::size_t outer_blocks = blocks_.size();
  int comments = 0;
  for (const std::string_view written : split(lines, '\n')) {
    const TagParts parts = split_tag(written);
    const bool is_empty =
        parts.name.empty() && (parts.markup.empty() || parts.markup.front() == '#');
    if (parts.name == "comment") {
      ++comments;
    } else if (parts.name == "endcomment" && comments > 0) {
      --comments;
    } else if (comments == 0 && !is_empty) {
      TRY_VOID(tag(parts, line));
      if (blocks_.size() < outer_blocks) {
        return refuse(line, "expected the block to end outside of the liquid tag");
      }
    }
    ++line;
  }
  if (comments > 0) return refuse(line - 1, "expected endcomment before the liquid tag ends");
  if (blocks_.size() > outer_blocks) {
    const Block& block = blocks_.back();
    return refuse(block.line,
                  fmt::format("expected end{} before the liquid tag ends", name_of(block.kind)));
  }
  return {};
}

Index UnitParser::add(Instruction instruction) {
  unit_.code.push_back(instruction);
  return here() - 1;
}

Index UnitParser::add_deciding(Instruction instruction) {
  const Index at = add(instruction);
  blocks_.back().deciding.push_back(at);
  return at;
}

void UnitParser::set_not_blank() {
  if (!blocks_.empty()) blocks_.back().is_blank = false;
}

tl::unexpected<Error> UnitParser::refuse(int line, std::string_view what) const {
  return failure(template_error(unit_.name, line, what));
}

tl::unexpected<Error> UnitParser::located(Error error, int line) const {
  Error located = template_error(unit_.name, line, error.message);
  located.code = std::move(error.code);
  return failure(std::move(located));
}

}  // namespace sojourn::templates
