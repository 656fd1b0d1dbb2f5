#pragma once

/// The words of an expression: what stands inside an output or after the name of a tag.

#include <optional>
#include <string_view>

namespace sojourn::templates {

struct Lexeme {
  enum class Kind {
    end,
    name,        // letters, digits, _ and -, perhaps a ? at its end
    text,        // without its quotes
    number,      // digits, perhaps a sign and a fraction
    comparison,  // == != <> < > <= >=
    dot,
    range,  // ..
    pipe,
    colon,
    comma,
    open_square,
    close_square,
    open_round,
    close_round,
    equals,   // a single =
    unknown,  // a character that no expression holds, or a quote that is not closed
  };
  Kind kind = Kind::end;
  std::string_view view = {};
};

/// Reads one lexeme at a time; `next` is always there to be looked at.
class Lexer {
 public:
  explicit Lexer(std::string_view markup) : rest_(markup) { advance(); }

  [[nodiscard]] const Lexeme& next() const { return next_; }
  [[nodiscard]] bool is(Lexeme::Kind kind) const { return next_.kind == kind; }
  [[nodiscard]] bool is_name(std::string_view name) const {
    return is(Lexeme::Kind::name) && next_.view == name;
  }
  [[nodiscard]] bool at_end() const { return is(Lexeme::Kind::end); }
  /// Whether a colon follows the lexeme that is next.
  [[nodiscard]] bool colon_follows() const;

  Lexeme take();
  /// Takes the next lexeme if it is of this kind.
  std::optional<Lexeme> take(Lexeme::Kind kind);
  bool take_name(std::string_view name);

 private:
  void advance();
  void take_name_lexeme();
  void take_symbol();

  Lexeme next_ = {};
  std::string_view rest_;
};

}  // namespace sojourn::templates
