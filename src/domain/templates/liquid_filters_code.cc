#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/text.h"
#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_filters.h"

namespace sojourn::templates {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view html_escape_of(char c) {
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

/// `text` with some characters written otherwise: `written(i)` is what stands for the character at
/// i, empty for the character itself. Measured before the memory is taken.
template <typename Written>
std::string_view rewritten(Context& context, std::string_view text, const Written& written) {
  std::size_t size = 0;
  bool is_same = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t replaced = written(i).size();
    is_same = is_same && replaced == 0;
    size += std::max<std::size_t>(1, replaced);
  }
  if (is_same) return text;
  const std::span<char> memory = context.allocate(size);
  if (memory.empty()) return {};
  char* out = memory.data();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view replacement = written(i);
    if (replacement.empty()) {
      *out++ = text[i];
    } else {
      out += replacement.copy(out, replacement.size());
    }
  }
  return {memory.data(), memory.size()};
}

Datum markup(std::string_view text) {
  return Text{.view = text, .markup = Markup::yes};
}

bool is_markup(const Datum& datum) {
  const Text* text = datum.as<Text>();
  return text != nullptr && text->markup == Markup::yes;
}

std::string_view escaped(Context& context, std::string_view text) {
  return rewritten(context, text, [&](std::size_t i) { return html_escape_of(text[i]); });
}

Datum escape(const FilterInput& input) {
  if (input.value.is_nil()) return {};
  return markup(escaped(input.context, input.text()));
}

/// Whether `&name;` or `&#123;` stands at the beginning of the text.
bool begins_with_entity(std::string_view text) {
  std::size_t at = 1;
  const bool is_numeric = at < text.size() && text[at] == '#';
  if (is_numeric) ++at;
  const std::size_t first = at;
  while (at < text.size() && (is_numeric ? is_digit(text[at]) : is_letter(text[at]))) ++at;
  return at > first && at < text.size() && text[at] == ';';
}

Datum escape_once(const FilterInput& input) {
  const std::string_view text = input.text();
  // The longest name of an entity that people write is far shorter: the look ahead is bounded.
  constexpr std::size_t entity_bytes_max = 40;
  return markup(rewritten(input.context, text, [&](std::size_t i) -> std::string_view {
    if (text[i] == '&' && begins_with_entity(text.substr(i, entity_bytes_max))) return {};
    return html_escape_of(text[i]);
  }));
}

/// The input is escaped where the render escapes, because the line breaks must not be.
Datum newline_to_br(const FilterInput& input) {
  std::string_view text = input.text();
  const bool escapes = input.context.options().escape_html == EscapeHtml::yes;
  if (escapes && !is_markup(input.value)) text = escaped(input.context, text);
  // CR LF is one break: the LF writes it, and the CR before it is cut afterwards.
  const std::string_view breaks =
      rewritten(input.context, text, [&](std::size_t i) -> std::string_view {
        return text[i] == '\n' ? "<br />\n" : std::string_view();
      });
  if (text.find("\r\n") == std::string_view::npos) return markup(breaks);
  const std::span<char> memory = input.context.allocate(breaks.size());
  if (memory.empty()) return {};
  std::size_t size = 0;
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    if (breaks.substr(i).starts_with("\r<br />\n")) continue;
    memory[size++] = breaks[i];
  }
  return markup({memory.data(), size});
}

Datum raw(const FilterInput& input) {
  return markup(input.context.text_of(input.value));
}

/// Copies `text` without what `cut` finds: for a position of `<`, where the piece to leave out
/// ends.
template <typename Cut>
std::string_view without(Context& context, std::string_view text, Cut cut) {
  const std::span<char> memory = context.allocate(text.size());
  if (memory.empty()) return {};
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = text[i] == '<' ? cut(i) : i;
    if (end > i) {
      i = end;
    } else {
      memory[size++] = text[i++];
    }
  }
  return {memory.data(), size};
}

Datum strip_html(const FilterInput& input) {
  struct Block {
    std::string_view open;
    std::string_view close;
    bool is_exhausted = false;
  };
  const std::string_view text = input.text();
  Block blocks[] = {{"<script", "</script>"}, {"<!--", "-->"}, {"<style", "</style>"}};
  const std::string_view blockless = without(input.context, text, [&](std::size_t at) {
    for (Block& block : blocks) {
      if (block.is_exhausted || !text.substr(at).starts_with(block.open)) continue;
      const std::size_t close = text.find(block.close, at + block.open.size());
      if (close != std::string_view::npos) return close + block.close.size();
      block.is_exhausted = true;  // or every further opening would search to the end
    }
    return at;
  });
  bool has_closing = true;
  return without(input.context, blockless, [&](std::size_t at) {
    const std::size_t close = has_closing ? blockless.find('>', at) : std::string_view::npos;
    has_closing = close != std::string_view::npos;
    return has_closing ? close + 1 : at;
  });
}

std::string_view percent_escape(char c) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  static const auto table = [] {
    std::array<std::array<char, 3>, 256> made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = {'%', digits[i >> 4], digits[i & 15]};
    return made;
  }();
  const auto& text = table[static_cast<unsigned char>(c)];
  return {text.data(), text.size()};
}

Datum url_encode(const FilterInput& input) {
  if (input.value.is_nil()) return {};
  const std::string_view text = input.text();
  return rewritten(input.context, text, [&](std::size_t i) -> std::string_view {
    const char c = text[i];
    if (c == ' ') return "+";
    const bool is_plain =
        is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '~';
    return is_plain ? std::string_view() : percent_escape(c);
  });
}

Datum url_decode(const FilterInput& input) {
  if (input.value.is_nil()) return {};
  const std::string_view text = input.text();
  const std::span<char> memory = input.context.allocate(text.size());
  if (memory.empty()) return std::string_view();
  text.copy(memory.data(), memory.size());
  std::ranges::replace(memory, '+', ' ');
  const std::string decoded = decode_percent({memory.data(), memory.size()});
  if (!is_valid_utf8(decoded)) return input.context.refuse("invalid byte sequence in UTF-8");
  return std::string_view(memory.data(), decoded.copy(memory.data(), memory.size()));
}

// libsodium takes the same time for every byte, secret or not: slower than other reading.
constexpr std::size_t base64_slowness = 4;

/// Takes memory for the result before it is computed.
template <typename Compute>
Datum computed(const FilterInput& input, std::size_t size_max, const Compute& compute) {
  if (!input.context.charge_reading(size_max * base64_slowness)) return {};
  const std::span<char> memory = input.context.allocate(size_max);
  if (memory.empty()) return std::string_view();
  const std::string result = compute();
  return std::string_view(memory.data(), result.copy(memory.data(), memory.size()));
}

std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

Datum base64_encode(const FilterInput& input) {
  const std::string_view text = input.text();
  return computed(input, base64_size(text.size()), [&] { return to_base64(text); });
}

Datum base64_url_safe_encode(const FilterInput& input) {
  const std::string_view text = input.text();
  const std::size_t size = base64_size(text.size());
  return computed(input, size, [&] {
    std::string encoded = to_base64url(text);
    encoded.resize(size, '=');
    return encoded;
  });
}

template <typename Decode>
Datum decoded(const FilterInput& input, std::string_view filter, const Decode& decode) {
  const std::string_view text = input.text();
  if (!input.context.charge_reading(text.size() * base64_slowness)) return {};
  const std::span<char> memory = input.context.allocate(text.size());
  if (memory.empty()) return std::string_view();
  const std::optional<std::string> bytes = decode(text);
  if (!bytes) return input.context.refuse(fmt::format("invalid base64 provided to {}", filter));
  return std::string_view(memory.data(), bytes->copy(memory.data(), memory.size()));
}

Datum base64_decode(const FilterInput& input) {
  return decoded(input, "base64_decode", [](std::string_view text) {
    // Ruby's strict form: the padding is not left out.
    return text.size() % 4 == 0 ? from_base64(text) : std::nullopt;
  });
}

Datum base64_url_safe_decode(const FilterInput& input) {
  return decoded(input, "base64_url_safe_decode", [](std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    return from_base64url(text);
  });
}

Datum sha256_hex(const FilterInput& input) {
  const auto digest = sha256(input.text());
  return input.context.copy(to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

Datum json(const FilterInput& input) {
  return input.context.json_of(input.value);
}

constexpr Filter filters[] = {
    {"base64_decode", base64_decode},
    {"base64_encode", base64_encode},
    {"base64_url_safe_decode", base64_url_safe_decode},
    {"base64_url_safe_encode", base64_url_safe_encode},
    {"escape", escape},
    {"escape_once", escape_once},
    {"h", escape},
    {"json", json},
    {"newline_to_br", newline_to_br},
    {"raw", raw},
    {"sha256", sha256_hex},
    {"strip_html", strip_html},
    {"url_decode", url_decode},
    {"url_encode", url_encode},
};

}  // namespace

std::span<const Filter> code_filters() {
  return filters;
}

}  // namespace sojourn::templates
