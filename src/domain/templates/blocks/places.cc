#include "domain/templates/blocks/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/templates/liquid.h"
#include "domain/templates/liquid_tokens.h"

namespace sojourn::templates::blocks {
namespace {

tl::unexpected<Error> invalid(const std::string& path, std::string what) {
  return failure(
      {.code = "invalid_template", .message = fmt::format("{}: {}", path, what), .field = path});
}

Result<void> check_length(const std::string& path, std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return {};
  return failure(
      {.code = "too_long",
       .message = fmt::format("{} is {} bytes, the limit is {}", path, text.size(), bytes_max),
       .field = path,
       .value = std::to_string(text.size()),
       .limit = std::to_string(bytes_max)});
}

Result<void> check_compiles(const std::string& path, const std::string& source) {
  const Result<LiquidTemplate> compiled = LiquidTemplate::compile(source);
  if (!compiled) return invalid(path, compiled.error().message);
  return {};
}

/// Markup that stands within one tag cannot end it, nor begin another.
Result<void> check_markup(const std::string& path, std::string_view markup) {
  TRY_VOID(check_length(path, markup, expression_bytes_max));
  for (const std::string_view delimiter : {"{{", "}}", "{%", "%}"}) {
    if (markup.find(delimiter) == std::string_view::npos) continue;
    return invalid(path, fmt::format("an expression stands without {}", delimiter));
  }
  return {};
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && text.size() <= id_bytes_max && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string html_data(std::string_view text) {
  std::string html;
  for (const char c : escape_html(text)) {
    if (c == '{') {
      html += "&#123;";
    } else {
      html += c;
    }
  }
  return html;
}

std::string html_source(std::string_view liquid) {
  const Result<std::vector<Token>> tokens = tokenize(liquid);
  if (!tokens) return html_data(liquid);
  std::string html;
  for (const Token& token : *tokens) {
    switch (token.kind) {
      case Token::Kind::text:
      case Token::Kind::raw:
        html += html_data(token.content);
        break;
      case Token::Kind::output:
      case Token::Kind::tag:
        html += liquid.substr(token.begin, token.end - token.begin);
        break;
      case Token::Kind::comment:
        break;
    }
  }
  return html;
}

std::string html_output(const Variable& variable) {
  const std::string& fallback = variable.fallback;
  if (fallback.empty()) return fmt::format("{{{{ {} }}}}", variable.expression);
  // Texts in Liquid know no escapes, and a delimiter in one would end the output.
  const bool is_plain = fallback.find_first_of("{}%\n\r") == std::string::npos;
  for (const char quote : {'"', '\''}) {
    if (!is_plain || fallback.find(quote) != std::string::npos) continue;
    return fmt::format("{{{{ {} | default: {}{}{} }}}}", variable.expression, quote, fallback,
                       quote);
  }
  return fmt::format(
      "{{% capture block_fallback %}}{}{{% endcapture %}}{{{{ {} | default: block_fallback }}}}",
      html_data(fallback), variable.expression);
}

Result<void> check_expression(const std::string& path, std::string_view expression) {
  TRY_VOID(check_markup(path, expression));
  if (trimmed(expression).empty()) return invalid(path, "expected an expression");
  return check_compiles(path, fmt::format("{{{{ {} }}}}", expression));
}

Result<void> check_condition(const std::string& path, std::string_view condition) {
  TRY_VOID(check_markup(path, condition));
  return check_compiles(path, fmt::format("{{% if {} %}}{{% endif %}}", condition));
}

Result<void> check_repeat(const std::string& path, const Repeat& repeat) {
  if (!is_name(repeat.as)) {
    return failure({.code = "unknown_value",
                    .message = fmt::format("{}.as is \"{}\", it must be a name of letters, digits "
                                           "and underscores",
                                           path, repeat.as.substr(0, id_bytes_max)),
                    .field = path + ".as",
                    .value = repeat.as.substr(0, id_bytes_max)});
  }
  const std::string in = path + ".in";
  TRY_VOID(check_markup(in, repeat.in));
  if (repeat.in.find_first_of(" \t\r\n") != std::string::npos) {
    return invalid(in, "a list is named without spaces, such as event.items");
  }
  return check_compiles(in, fmt::format("{{% for {} in {} limit: {} %}}{{% endfor %}}", repeat.as,
                                        repeat.in, repeat.limit));
}

Result<void> check_address(const std::string& path, std::string_view address) {
  TRY_VOID(check_length(path, address, address_bytes_max));
  const Result<std::vector<Token>> tokens = tokenize(address);
  if (!tokens) return invalid(path, tokens.error().message);
  const bool has_tags = std::ranges::any_of(*tokens, [](const Token& token) {
    return token.kind != Token::Kind::text && token.kind != Token::Kind::output;
  });
  if (has_tags) return invalid(path, "an address holds outputs ({{ }}) and no tags");
  return check_compiles(path, std::string(address));
}

Result<void> check_liquid(const std::string& path, std::string_view source, std::size_t bytes_max) {
  TRY_VOID(check_length(path, source, bytes_max));
  return check_compiles(path, std::string(source));
}

}  // namespace sojourn::templates::blocks
