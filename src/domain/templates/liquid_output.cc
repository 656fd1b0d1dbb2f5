#include "domain/templates/liquid_output.h"

#include <fmt/format.h>

#include "domain/templates/liquid_number.h"

namespace sojourn::templates {
namespace {

std::string_view escaped(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

bool Output::fits(std::size_t more) {
  const std::size_t limit = context_.options().limits.output_bytes;
  if (text_.size() <= limit && more <= limit - text_.size()) return true;
  context_.fail("output_too_large", fmt::format("the output is larger than {} bytes", limit));
  return false;
}

void Output::add(std::string_view text) {
  if (fits(text.size())) text_.append(text);
}

void Output::add(const Datum& datum) {
  if (const auto* whole = datum.as<std::int64_t>()) {
    add(NumberText(*whole).view());
  } else if (const auto* real = datum.as<double>()) {
    add(NumberText(*real).view());
  } else {
    const Text* text = datum.as<Text>();
    const bool is_markup = text != nullptr && text->markup == Markup::yes;
    const std::string_view printed = context_.text_of(datum);
    if (context_.options().escape_html == EscapeHtml::no || is_markup) {
      add(printed);
    } else {
      add_escaped(printed);
    }
  }
}

void Output::add_escaped(std::string_view text) {
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view replacement = escaped(text[i]);
    if (replacement.empty()) continue;
    add(text.substr(plain_from, i - plain_from));
    add(replacement);
    plain_from = i + 1;
    if (context_.failed()) return;
  }
  add(text.substr(plain_from));
}

}  // namespace sojourn::templates
