#include "domain/simulation/scenario_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/json.h"

namespace sojourn::simulation {
namespace {

/// An unquoted value: a number, true, false, null, or text.
Value bare_value(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (text == "null") return nullptr;
  const char* last = text.data() + text.size();
  std::int64_t integer = 0;
  const auto whole = std::from_chars(text.data(), last, integer);
  if (whole.ec == std::errc() && whole.ptr == last) return integer;
  const bool numeric = text.find_first_not_of("-.0123456789eE") == std::string::npos;
  double real = 0;
  const auto fraction = std::from_chars(text.data(), last, real);
  if (numeric && fraction.ec == std::errc() && fraction.ptr == last) return real;
  return text;
}

class Lexer {
 public:
  explicit Lexer(std::string_view line) : line_(line) {}

  Parsed<Words> words() {
    Words found;
    while (true) {
      while (at_ < line_.size() && is_space(line_[at_])) ++at_;
      found.end = at_;
      if (at_ == line_.size() || line_[at_] == '#') return found;
      TRY(token, next());
      if (at_ < line_.size() && !is_space(line_[at_])) {
        return fault(column(), "a space must stand here");
      }
      found.tokens.push_back(std::move(token));
    }
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
  [[nodiscard]] int column() const { return static_cast<int>(at_) + 1; }

  Parsed<Token> next() {
    Token token;
    token.column = column();
    if (line_[at_] == '"') {
      TRY(text, quoted());
      token.text = std::move(text);
      token.quoted = true;
      return token;
    }
    while (at_ < line_.size() && !is_space(line_[at_]) && line_[at_] != '=' && line_[at_] != '"') {
      token.text += line_[at_++];
    }
    const bool assigns = at_ < line_.size() && line_[at_] == '=' && !token.text.empty();
    if (!assigns) {
      if (token.text.empty()) return fault(column(), "a name must stand before =");
      return token;
    }
    ++at_;
    TRY(value, assigned());
    token.value = std::move(value);
    return token;
  }

  Parsed<Value> assigned() {
    const char first = at_ < line_.size() ? line_[at_] : ' ';
    if (first == '"') {
      TRY(text, quoted());
      return Value(std::move(text));
    }
    if (first == '[' || first == '{') return json();
    std::string text;
    const int start = column();
    while (at_ < line_.size() && !is_space(line_[at_])) text += line_[at_++];
    if (text.empty()) return fault(start, "a value must stand after =, \"\" for an empty text");
    return bare_value(text);
  }

  Parsed<std::string> quoted() {
    const int start = column();
    std::string text;
    for (++at_; at_ < line_.size(); ++at_) {
      if (line_[at_] == '"') {
        ++at_;
        return text;
      }
      const bool escapes = line_[at_] == '\\' && at_ + 1 < line_.size();
      if (escapes) ++at_;
      text += escapes && line_[at_] == 'n' ? '\n' : line_[at_];
    }
    return fault(start, "the quotation mark is not closed");
  }

  /// Up to the bracket that closes the first one.
  Parsed<Value> json() {
    const int start = column();
    const std::size_t from = at_;
    int depth = 0;
    bool in_text = false;
    for (; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (in_text) {
        if (c == '\\') ++at_;
        if (c == '"') in_text = false;
        continue;
      }
      if (c == '"') in_text = true;
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}') --depth;
      if (depth == 0) break;
    }
    at_ = std::min(at_ + 1, line_.size());
    Result<Value> value = parse_json(line_.substr(from, at_ - from));
    if (!value) return fault(start, "the value is not JSON");
    return std::move(*value);
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace

tl::unexpected<Fault> fault(int column, std::string message) {
  return tl::unexpected<Fault>(Fault{column, std::move(message)});
}

Parsed<Words> read_words(std::string_view line) {
  return Lexer(line).words();
}

int WordReader::here() const {
  return at_end() ? end_column_ : tokens_[at_].column;
}

bool WordReader::next_is_word() const {
  return !at_end() && !tokens_[at_].quoted && !tokens_[at_].value;
}

bool WordReader::next_is(std::string_view word) const {
  return next_is_word() && tokens_[at_].text == word;
}

bool WordReader::next_is_number() const {
  return next_is_word() && bare_value(tokens_[at_].text).is_number();
}

bool WordReader::next_is_length_of_time() const {
  return next_is_word() && parse_duration(tokens_[at_].text).has_value();
}

bool WordReader::accept(std::string_view word) {
  if (!next_is(word)) return false;
  ++at_;
  return true;
}

Parsed<bool> WordReader::require(std::string_view word) {
  if (!accept(word)) return fault(here(), fmt::format("\"{}\" must stand here", word));
  return true;
}

Parsed<std::string> WordReader::text(std::string_view what) {
  if (at_end() || tokens_[at_].value) return fault(here(), fmt::format("{} must stand here", what));
  return tokens_[at_++].text;
}

Parsed<double> WordReader::number(std::string_view what) {
  if (!next_is_number()) return fault(here(), fmt::format("{} must stand here", what));
  return bare_value(tokens_[at_++].text).number();
}

Parsed<std::int64_t> WordReader::whole_number(std::string_view what, std::int64_t least) {
  const int column = here();
  const Value value = next_is_word() ? bare_value(tokens_[at_].text) : Value();
  const std::int64_t* number = value.as_integer();
  constexpr std::int64_t most = 1'000'000'000;
  if (number == nullptr || *number < least || *number > most) {
    return fault(column, fmt::format("{}, from {}, must stand here", what, least));
  }
  ++at_;
  return *number;
}

Parsed<Duration> WordReader::duration() {
  const int column = here();
  TRY(written, text("a duration"));
  const Result<Duration> duration = parse_duration(written);
  if (!duration) return fault(column, duration.error().message);
  return *duration;
}

Parsed<Who> WordReader::who() {
  const int column = here();
  TRY(first, text("a name"));
  Who found;
  if (first.starts_with('~')) {
    found.visitor = first.substr(1);
    if (found.visitor.empty()) return fault(column, "a visitor's id must stand after ~");
    return found;
  }
  found.user = std::move(first);
  const bool both =
      next_is_word() && tokens_[at_].text.size() > 1 && tokens_[at_].text.starts_with('~');
  if (both) found.visitor = tokens_[at_++].text.substr(1);
  return found;
}

Parsed<When> WordReader::when() {
  const int column = here();
  TRY(written, text("a time"));
  When found{std::move(written), ""};
  const bool shaped = found.text.size() >= 10 && found.text[4] == '-';
  if (!shaped) return fault(column, "a time such as 2026-03-02T21:50 must stand here");
  // Zones have a slash, except UTC: other words are the line's.
  const bool zone =
      next_is("UTC") || (next_is_word() && tokens_[at_].text.find('/') != std::string::npos);
  if (zone) found.zone = tokens_[at_++].text;
  return found;
}

Parsed<Object> WordReader::assignments() {
  Object object;
  for (; !at_end(); ++at_) {
    const Token& token = tokens_[at_];
    if (!token.value) return fault(token.column, "name=value must stand here");
    if (object.find(token.text) != nullptr) {
      return fault(token.column, fmt::format("\"{}\" stands twice", token.text));
    }
    object.append(token.text, *token.value);
  }
  return object;
}

}  // namespace sojourn::simulation
