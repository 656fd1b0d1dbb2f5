#include "domain/templates/liquid_lexer.h"

namespace sojourn::templates {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  // Bytes above ASCII: people name attributes in their own language.
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) {
  return is_name_start(c) || is_digit(c) || c == '-';
}

std::size_t number_size(std::string_view text) {
  std::size_t size = text.starts_with('-') ? 1 : 0;
  const std::size_t first = size;
  while (size < text.size() && is_digit(text[size])) ++size;
  if (size == first) return 0;
  // `1..5` is a range, `1.5` a number.
  if (size + 1 < text.size() && text[size] == '.' && is_digit(text[size + 1])) {
    ++size;
    while (size < text.size() && is_digit(text[size])) ++size;
  }
  return size;
}

struct Symbol {
  Lexeme::Kind kind = Lexeme::Kind::unknown;
  std::size_t size = 1;
};

/// The longest symbol that `markup`, which is not empty, begins with.
Symbol symbol_at(std::string_view markup) {
  using enum Lexeme::Kind;
  const char second = markup.size() > 1 ? markup[1] : '\0';
  switch (markup.front()) {
    case '=':
      return second == '=' ? Symbol{comparison, 2} : Symbol{equals};
    case '!':
      return second == '=' ? Symbol{comparison, 2} : Symbol{};
    case '<':
      return {comparison, second == '=' || second == '>' ? std::size_t{2} : std::size_t{1}};
    case '>':
      return {comparison, second == '=' ? std::size_t{2} : std::size_t{1}};
    case '.':
      return second == '.' ? Symbol{range, 2} : Symbol{dot};
    case '|':
      return {pipe};
    case ':':
      return {colon};
    case ',':
      return {comma};
    case '[':
      return {open_square};
    case ']':
      return {close_square};
    case '(':
      return {open_round};
    case ')':
      return {close_round};
    default:
      return {};
  }
}

std::string_view without_leading_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

}  // namespace

bool Lexer::colon_follows() const {
  return without_leading_space(rest_).starts_with(':');
}

Lexeme Lexer::take() {
  const Lexeme taken = next_;
  advance();
  return taken;
}

std::optional<Lexeme> Lexer::take(Lexeme::Kind kind) {
  if (!is(kind)) return std::nullopt;
  return take();
}

bool Lexer::take_name(std::string_view name) {
  if (!is_name(name)) return false;
  advance();
  return true;
}

void Lexer::advance() {
  rest_ = without_leading_space(rest_);
  if (rest_.empty()) {
    next_ = {.kind = Lexeme::Kind::end};
    return;
  }
  const char first = rest_.front();
  if (is_name_start(first)) {
    take_name_lexeme();
    return;
  }
  if (const std::size_t size = number_size(rest_)) {
    next_ = {.kind = Lexeme::Kind::number, .view = rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return;
  }
  if (first == '"' || first == '\'') {
    const std::size_t close = rest_.find(first, 1);
    if (close != std::string_view::npos) {
      next_ = {.kind = Lexeme::Kind::text, .view = rest_.substr(1, close - 1)};
      rest_.remove_prefix(close + 1);
      return;
    }
  }
  take_symbol();
}

void Lexer::take_name_lexeme() {
  std::size_t size = 1;
  while (size < rest_.size() && is_name_part(rest_[size])) ++size;
  if (size < rest_.size() && rest_[size] == '?') ++size;
  next_ = {.kind = Lexeme::Kind::name, .view = rest_.substr(0, size)};
  rest_.remove_prefix(size);
}

void Lexer::take_symbol() {
  const Symbol symbol = symbol_at(rest_);
  next_ = {.kind = symbol.kind, .view = rest_.substr(0, symbol.size)};
  rest_.remove_prefix(symbol.size);
}

}  // namespace sojourn::templates
