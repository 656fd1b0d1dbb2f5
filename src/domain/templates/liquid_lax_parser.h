#pragma once

/// Markup as Shopify Liquid's lax mode reads it: by patterns that step over what does not fit.
///
/// Its strict mode reads the heads of most tags by the same patterns, so both syntaxes come here.
/// A *fragment* is what the patterns are made of: a quoted text, or a run without white space,
/// commas and bars, in which quoted texts may stand.

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/templates/liquid_program.h"

namespace sojourn::templates {

/// Walks over markup as the patterns do.
class FragmentScanner {
 public:
  explicit FragmentScanner(std::string_view text) : text_(text) {}

  /// The fragment that stands right here; takes it.
  std::optional<std::string_view> take();
  /// The next fragment anywhere; takes it and all before it.
  std::optional<std::string_view> find();
  /// White space, if any.
  void skip_space();
  /// A character of this set, repeated; empty where there is none.
  template <typename Member>
  std::string_view take_while(const Member& is_member) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_member(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  bool take_word(std::string_view word);
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] std::size_t at() const { return at_; }
  void go_to(std::size_t at) { at_ = at; }

 private:
  [[nodiscard]] std::size_t fragment_end(std::size_t begin) const;

  std::string_view text_;
  std::size_t at_ = 0;
};

class LaxParser {
 public:
  /// `program` outlives the parser, and all markup outlives the program.
  LaxParser(Program& program, int line) : program_(program), line_(line) {}

  /// Whatever it is, it is a value: at worst one that is always nil.
  Index expression(std::string_view markup);
  /// As expression, where `blank` and `empty` are meant as such.
  Index operand(std::string_view markup);
  /// A value and its filters.
  Index pipeline(std::string_view markup);
  /// Errors: `invalid_template` where not even the patterns find tests joined by `and` and `or`.
  Result<Index> condition(std::string_view markup);
  /// `name: value` wherever they stand.
  std::vector<std::pair<std::string_view, std::string_view>> attributes(std::string_view markup);

 private:
  Index add(Expression expression);
  Index nil() { return add({.literal = Datum()}); }
  Index path(std::string_view markup);
  std::optional<Index> range(std::string_view markup);
  std::optional<Datum> number(std::string_view markup) const;
  void filter(std::string_view markup, Few<FilterCall>& found);
  Result<Test> test(std::string_view markup);

  Program& program_;
  int line_;
  int depth_ = 0;
};

}  // namespace sojourn::templates
