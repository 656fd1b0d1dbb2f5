#pragma once

/// One line of a scenario as words, and a reader that takes them one after another. Internal to
/// parse_scenario().

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/simulation/scenario_text.h"

namespace sojourn::simulation {

/// A word, a quoted text, or `name=value`.
struct Token {
  int column = 0;
  std::string text;  ///< of an assignment: its name
  bool quoted = false;
  std::optional<Value> value;  ///< of an assignment
};

struct Fault {
  int column = 0;
  std::string message;
};

template <typename T>
using Parsed = Result<T, Fault>;

[[nodiscard]] tl::unexpected<Fault> fault(int column, std::string message);

struct Words {
  std::vector<Token> tokens;
  std::size_t end = 0;  ///< where white space or a comment begins
};

/// The words of a line, up to a comment.
[[nodiscard]] Parsed<Words> read_words(std::string_view line);

/// Takes the words of one line in turn. What it asks for and does not find is a fault at the
/// place where it must stand.
class WordReader {
 public:
  explicit WordReader(Words words)
      : tokens_(std::move(words.tokens)), end_column_(static_cast<int>(words.end) + 1) {}

  /// The column of the next word, or of the line's end.
  [[nodiscard]] int here() const;
  [[nodiscard]] bool at_end() const { return at_ == tokens_.size(); }
  [[nodiscard]] bool next_is(std::string_view word) const;
  [[nodiscard]] bool next_is_number() const;
  [[nodiscard]] bool next_is_length_of_time() const;
  /// The next word, for messages.
  [[nodiscard]] std::string_view next() const { return tokens_[at_].text; }

  /// Takes the word where it stands next.
  bool accept(std::string_view word);
  Parsed<bool> require(std::string_view word);
  /// A word or a quoted text; `what` is said where none stands.
  Parsed<std::string> text(std::string_view what);
  Parsed<double> number(std::string_view what);
  /// A whole number, at least `least`.
  Parsed<std::int64_t> whole_number(std::string_view what, std::int64_t least);
  Parsed<Duration> duration();
  Parsed<Who> who();
  Parsed<When> when();
  /// `name=value` up to the line's end.
  Parsed<Object> assignments();

 private:
  [[nodiscard]] bool next_is_word() const;

  const std::vector<Token> tokens_;
  const int end_column_;
  std::size_t at_ = 0;
};

/// After `expect`.
[[nodiscard]] Parsed<Expect> read_expectation(WordReader& words);

}  // namespace sojourn::simulation
