#include "domain/segments/condition_lexer.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace sojourn::segments {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool continues_word(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '*';
}
bool continues_number(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '+' || c == ':';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>, SyntaxError> run() {
    std::vector<Token> tokens;
    while (true) {
      skip_space();
      TRY(token, next());
      tokens.push_back(std::move(token));
      if (tokens.back().kind == Token::Kind::end) return tokens;
    }
  }

 private:
  using Read = Result<Token, SyntaxError>;

  [[nodiscard]] bool at_end() const { return position_ == text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }

  char take() {
    const char c = text_[position_++];
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      // Continuation bytes of UTF-8 are no characters of their own.
      ++column_;
    }
    return c;
  }

  void skip_space() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) {
      take();
    }
  }

  Read next() {
    Token token{.kind = Token::Kind::end, .text = {}, .line = line_, .column = column_};
    if (at_end()) return token;
    const char c = peek();
    if (c == '"') return string(std::move(token));
    if (c == '[' || c == '{') return json(std::move(token));
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) {
      token.kind = Token::Kind::number;
      token.text += take();
      while (continues_number(peek())) token.text += take();
      return token;
    }
    if (is_letter(c)) {
      token.kind = Token::Kind::word;
      while (continues_word(peek())) token.text += take();
      return token;
    }
    return symbol(std::move(token));
  }

  Read symbol(Token token) {
    static constexpr std::array<std::string_view, 12> symbols = {"==", "!=", "<>", "<=", ">=", "=",
                                                                 "<",  ">",  "(",  ")",  ",",  "%"};
    for (const std::string_view each : symbols) {
      if (!text_.substr(position_).starts_with(each)) continue;
      token.kind = Token::Kind::symbol;
      for (std::size_t i = 0; i < each.size(); ++i) token.text += take();
      return token;
    }
    return refuse(token, fmt::format("\"{}\" has no meaning here", peek()));
  }

  Read string(Token token) {
    token.kind = Token::Kind::string;
    take();
    while (!at_end()) {
      const char c = take();
      if (c == '"') return token;
      if (c != '\\') {
        token.text += c;
        continue;
      }
      const char escaped = at_end() ? '\0' : take();
      if (escaped == '"' || escaped == '\\') {
        token.text += escaped;
      } else if (escaped == 'n') {
        token.text += '\n';
      } else {
        return refuse(token, "a backslash in a text stands before \", \\ or n");
      }
    }
    return refuse(token, "the text that begins here has no closing quotation mark");
  }

  /// Takes as much as the brackets span; the parser of JSON decides whether it is any.
  Read json(Token token) {
    token.kind = Token::Kind::json;
    int depth = 0;
    bool in_string = false;
    while (!at_end()) {
      const char c = take();
      token.text += c;
      if (in_string && c == '\\' && !at_end()) {
        token.text += take();
      } else if (c == '"') {
        in_string = !in_string;
      } else if (!in_string && (c == '[' || c == '{')) {
        ++depth;
      } else if (!in_string && (c == ']' || c == '}')) {
        if (--depth == 0) return token;
      }
    }
    return refuse(token, "the bracket that begins here is not closed");
  }

  static tl::unexpected<SyntaxError> refuse(const Token& at, std::string message) {
    return tl::unexpected(SyntaxError{at.line, at.column, std::move(message)});
  }

  const std::string_view text_;
  std::size_t position_ = 0;
  int line_ = 1;
  int column_ = 1;
};

}  // namespace

Result<std::vector<Token>, SyntaxError> tokens_of(std::string_view text) {
  if (text.size() > condition_text_bytes_max) {
    return tl::unexpected(SyntaxError{1, 1,
                                      fmt::format("the text has {} bytes, the limit is {}",
                                                  text.size(), condition_text_bytes_max)});
  }
  if (!is_valid_utf8(text)) return tl::unexpected(SyntaxError{1, 1, "the text is not UTF-8"});
  return Lexer(text).run();
}

}  // namespace sojourn::segments
