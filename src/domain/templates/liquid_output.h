#pragma once

/// The text that a render has printed so far, escaped and bounded.

#include <string>
#include <string_view>

#include "domain/templates/liquid_context.h"

namespace sojourn::templates {

class Output {
 public:
  /// `context` outlives the output.
  explicit Output(Context& context) : context_(context) {}

  /// The template's own text, as it is.
  void add(std::string_view text);
  void add(const char* text) { add(std::string_view(text)); }
  /// A value, escaped where the render escapes and the value is no markup.
  void add(const Datum& datum);

  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] std::string_view since(std::size_t start) const {
    return std::string_view(text_).substr(start);
  }
  void shorten(std::size_t size) { text_.resize(size); }
  /// For listeners, which add a bounded amount; checked by the caller with `check`.
  [[nodiscard]] std::string& text() { return text_; }
  void check() { fits(0); }

 private:
  bool fits(std::size_t more);
  void add_escaped(std::string_view text);

  Context& context_;
  std::string text_;
};

}  // namespace sojourn::templates
