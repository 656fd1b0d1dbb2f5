#include <algorithm>
#include <optional>

#include "base/text.h"
#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_filters.h"
#include "domain/templates/text_search.h"
#include "domain/templates/unicode_case.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\0' || (c >= '\t' && c <= '\r');
}

Datum append(const FilterInput& input) {
  return input.context.joined(input.text(), input.text_argument(0));
}

Datum prepend(const FilterInput& input) {
  return input.context.joined(input.text_argument(0), input.text());
}

enum class Case { upper, lower };

/// Writes `text` in this case to `out`, or only measures where that is null.
std::size_t write_case(std::string_view text, Case to, char* out) {
  std::size_t size = 0;
  char scratch[4];
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    char* const at = out == nullptr ? scratch : out + size;
    if (!point.is_valid) {
      *at = text.front();
      size += 1;
    } else if (point.value == 0xdf && to == Case::upper) {  // ß is written SS
      at[0] = 'S';
      at[1] = 'S';
      size += 2;
    } else {
      size += write_utf8(to == Case::upper ? upper_case(point.value) : lower_case(point.value), at);
    }
    text.remove_prefix(point.bytes);
  }
  return size;
}

std::string_view in_case(Context& context, std::string_view text, Case to) {
  const std::span<char> memory = context.allocate(write_case(text, to, nullptr));
  if (memory.empty()) return {};
  write_case(text, to, memory.data());
  return {memory.data(), memory.size()};
}

Datum upcase(const FilterInput& input) {
  return in_case(input.context, input.text(), Case::upper);
}

Datum downcase(const FilterInput& input) {
  return in_case(input.context, input.text(), Case::lower);
}

Datum capitalize(const FilterInput& input) {
  const std::string_view text = input.text();
  const std::size_t first = byte_of_code_point(text, 1);
  return input.context.joined(in_case(input.context, text.substr(0, first), Case::upper),
                              in_case(input.context, text.substr(first), Case::lower));
}

enum class Side { left, right, both };

/// White space is no part of a markup's meaning: what was escaped stays escaped.
Datum stripped(const FilterInput& input, Side side) {
  std::string_view text = input.text();
  while (side != Side::right && !text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (side != Side::left && !text.empty() && is_space(text.back())) text.remove_suffix(1);
  const Text* given = input.value.as<Text>();
  return Text{.view = text, .markup = given == nullptr ? Markup::no : given->markup};
}

Datum strip(const FilterInput& input) {
  return stripped(input, Side::both);
}
Datum lstrip(const FilterInput& input) {
  return stripped(input, Side::left);
}
Datum rstrip(const FilterInput& input) {
  return stripped(input, Side::right);
}

Datum strip_newlines(const FilterInput& input) {
  const std::string_view text = input.text();
  const std::span<char> memory = input.context.allocate(text.size());
  if (memory.empty()) return std::string_view();
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_break = text[i] == '\n' || text.substr(i).starts_with("\r\n");
    if (!is_break) memory[size++] = text[i];
  }
  return std::string_view(memory.data(), size);
}

struct Replacement {
  std::string_view from;
  std::string_view to;
};

/// Liquid replaces "nothing" before every character and at the end.
std::string_view interleaved(Context& context, std::string_view text, std::string_view between) {
  const std::size_t count = count_code_points(text) + 1;
  std::size_t size = 0;
  if (__builtin_mul_overflow(count, between.size(), &size)) size = SIZE_MAX / 2;
  const std::span<char> memory = context.allocate(size + text.size());
  if (memory.empty()) return {};
  char* out = memory.data();
  while (true) {
    out += between.copy(out, between.size());
    if (text.empty()) return {memory.data(), memory.size()};
    const std::size_t bytes = first_code_point(text).bytes;
    out += text.copy(out, bytes);
    text.remove_prefix(bytes);
  }
}

std::string_view replaced_all(Context& context, std::string_view text, Replacement replacement) {
  const auto& [from, to] = replacement;
  if (from.empty()) return interleaved(context, text, to);
  std::size_t count = 0;
  for (std::size_t at = find_text(text, from); at != std::string_view::npos;
       at = find_text(text, from, at + from.size())) {
    ++count;
  }
  if (count == 0) return text;
  std::size_t added = 0;
  if (__builtin_mul_overflow(count, to.size(), &added)) added = SIZE_MAX / 2;
  const std::span<char> memory = context.allocate(text.size() - count * from.size() + added);
  if (memory.empty()) return {};
  char* out = memory.data();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t found = std::min(find_text(text, from, at), text.size());
    out += text.substr(at, found - at).copy(out, found - at);
    if (found == text.size()) break;
    out += to.copy(out, to.size());
    at = found + from.size();
  }
  return {memory.data(), memory.size()};
}

std::string_view replaced_at(Context& context, std::string_view text, std::size_t at,
                             Replacement replacement) {
  if (at == std::string_view::npos) return text;
  const std::string_view head = context.joined(text.substr(0, at), replacement.to);
  return context.joined(head, text.substr(at + replacement.from.size()));
}

/// What Ruby makes of a replacement: `\\0` and `\\&` are what was found, `\\1` to `\\9` nothing,
/// and two backslashes are one.
std::string_view expanded(Context& context, std::string_view to, std::string_view found) {
  if (to.find('\\') == std::string_view::npos) return to;
  std::size_t size = 0;
  const auto write = [&](char* out) {
    size = 0;
    const auto add = [&](std::string_view piece) {
      if (out != nullptr) piece.copy(out + size, piece.size());
      size += piece.size();
    };
    for (std::size_t i = 0; i < to.size(); ++i) {
      const char next = to[i] == '\\' && i + 1 < to.size() ? to[i + 1] : '\0';
      if (next == '0' || next == '&') {
        add(found);
      } else if (next == '\\') {
        add("\\");
      } else if (next < '1' || next > '9') {
        add(to.substr(i, 1));
        continue;
      }
      ++i;
    }
  };
  write(nullptr);
  const std::span<char> memory = context.allocate(size);
  if (memory.empty()) return {};
  write(memory.data());
  return {memory.data(), memory.size()};
}

Replacement replacement_of(const FilterInput& input) {
  const std::string_view from = input.text_argument(0);
  return {.from = from, .to = expanded(input.context, input.text_argument(1), from)};
}

Datum replace(const FilterInput& input) {
  return replaced_all(input.context, input.text(), replacement_of(input));
}

Datum replace_first(const FilterInput& input) {
  const std::string_view text = input.text();
  const Replacement replacement = replacement_of(input);
  return replaced_at(input.context, text, find_text(text, replacement.from), replacement);
}

Datum replace_last(const FilterInput& input) {
  const std::string_view text = input.text();
  const std::string_view from = input.text_argument(0);
  // From the back there is no linear search: paid for by what it takes at worst.
  constexpr std::size_t compared_at_once = 16;
  if (!input.context.charge_reading(text.size() * (1 + from.size() / compared_at_once))) return {};
  return replaced_at(input.context, text, text.rfind(from),
                     {.from = from, .to = input.text_argument(1)});
}

Datum slice_list(const FilterInput& input, std::int64_t offset, std::int64_t length) {
  const auto size = static_cast<std::int64_t>(input.value.size());
  if (offset < 0) offset += size;
  if (offset < 0 || offset > size || length <= 0) return Items();
  const auto count = static_cast<std::size_t>(std::min(length, size - offset));
  const std::span<Datum> made = input.context.allocate_items(count);
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i] = input.value.item(static_cast<std::size_t>(offset) + i);
  }
  return Items(made);
}

Datum slice(const FilterInput& input) {
  const std::optional<std::int64_t> offset = input.whole_argument(0);
  const bool has_length = input.argument(1).is_true();
  const std::optional<std::int64_t> length = has_length ? input.whole_argument(1) : 1;
  if (!offset || !length) return {};
  if (input.value.is_list()) return slice_list(input, *offset, *length);
  const std::string_view text = input.text();
  const auto size = static_cast<std::int64_t>(count_code_points(text));
  const std::int64_t first = *offset < 0 ? *offset + size : *offset;
  if (first < 0 || first > size || *length <= 0) return std::string_view();
  const std::size_t begin = byte_of_code_point(text, static_cast<std::size_t>(first));
  const std::string_view rest = text.substr(begin);
  return rest.substr(0, byte_of_code_point(rest, static_cast<std::size_t>(*length)));
}

Datum truncate(const FilterInput& input) {
  if (input.value.is_nil()) return {};
  const std::optional<std::int64_t> limit = input.has(0) ? input.whole_argument(0) : 50;
  if (!limit) return {};
  const std::string_view ellipsis = input.has(1) ? input.text_argument(1) : "...";
  const std::string_view text = input.text();
  if (static_cast<std::int64_t>(count_code_points(text)) <= *limit) return text;
  const std::int64_t kept = *limit - static_cast<std::int64_t>(count_code_points(ellipsis));
  const std::size_t bytes =
      byte_of_code_point(text, static_cast<std::size_t>(std::max<std::int64_t>(0, kept)));
  return input.context.joined(text.substr(0, bytes), ellipsis);
}

/// What `split` makes: the parts of a text one after the other.
class Pieces {
 public:
  /// A space as separator stands for any white space, also before the first word.
  Pieces(std::string_view text, std::string_view separator)
      : rest_(text), separator_(separator), is_words_(separator == " ") {}

  std::optional<std::string_view> next() {
    if (is_words_) {
      while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    }
    if (rest_.empty()) return std::nullopt;
    const std::string_view piece = rest_.substr(0, size());
    had_separator_ = piece.size() + separator_.size() <= rest_.size();
    rest_.remove_prefix(std::min(rest_.size(), piece.size() + separator_.size()));
    return piece;
  }
  /// Neither more pieces, nor a separator behind the last one.
  [[nodiscard]] bool at_end() const { return rest_.empty() && !had_separator_; }

 private:
  [[nodiscard]] std::size_t size() const {
    if (is_words_) {
      const auto* const end = std::ranges::find_if(rest_, is_space);
      return static_cast<std::size_t>(end - rest_.begin());
    }
    if (separator_.empty()) return first_code_point(rest_).bytes;
    return std::min(find_text(rest_, separator_), rest_.size());
  }

  std::string_view rest_;
  std::string_view separator_;
  bool is_words_;
  bool had_separator_ = false;
};

Datum split(const FilterInput& input) {
  const std::string_view text = input.text();
  const std::string_view separator = input.text_argument(0);
  // Empty parts at the end are dropped, those before stay.
  std::size_t count = 0;
  std::size_t kept = 0;
  for (Pieces pieces(text, separator); const auto piece = pieces.next();) {
    ++count;
    if (!piece->empty()) kept = count;
  }
  if (!input.context.charge_items(count)) return {};
  const std::span<Datum> made = input.context.allocate_items(kept);
  Pieces pieces(text, separator);
  for (Datum& part : made) part = Datum(*pieces.next());
  return Items(made);
}

Datum truncatewords(const FilterInput& input) {
  if (input.value.is_nil()) return {};
  const std::optional<std::int64_t> limit = input.has(0) ? input.whole_argument(0) : 15;
  if (!limit) return {};
  const std::string_view ellipsis = input.has(1) ? input.text_argument(1) : "...";
  const std::string_view text = input.text();
  const std::int64_t kept = std::max<std::int64_t>(1, *limit);
  Pieces all(text, " ");
  for (std::int64_t i = 0; i < kept; ++i) {
    if (!all.next()) return text;
  }
  // White space behind the last word counts as more to come.
  if (all.at_end()) return text;
  const std::span<char> memory = input.context.allocate(text.size() + ellipsis.size() + 1);
  if (memory.empty()) return {};
  char* out = memory.data();
  Pieces words(text, " ");
  for (std::int64_t i = 0; i < kept; ++i) {
    if (i > 0) *out++ = ' ';
    const std::string_view word = *words.next();
    out += word.copy(out, word.size());
  }
  out += ellipsis.copy(out, ellipsis.size());
  return std::string_view(memory.data(), static_cast<std::size_t>(out - memory.data()));
}

/// White space at the ends goes, white space between becomes one space.
Datum squish(const FilterInput& input) {
  if (input.value.is_nil()) return {};
  const std::string_view text = input.text();
  const std::span<char> memory = input.context.allocate(text.size());
  std::size_t size = 0;
  Pieces words(text, " ");
  while (const auto word = words.next()) {
    if (memory.empty()) return {};
    if (size > 0) memory[size++] = ' ';
    size += word->copy(memory.data() + size, word->size());
  }
  return std::string_view(memory.data(), size);
}

/// `Summer Sale!` becomes `summer-sale`.
Datum handleize(const FilterInput& input) {
  const std::string_view lower = in_case(input.context, input.text(), Case::lower);
  const std::span<char> memory = input.context.allocate(lower.size());
  std::size_t size = 0;
  for (const char c : lower) {
    if (memory.empty()) return {};
    const bool is_word =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (is_word) {
      memory[size++] = c;
    } else if (size > 0 && memory[size - 1] != '-' && c != '\'' && c != '"') {
      memory[size++] = '-';
    }
  }
  while (size > 0 && memory[size - 1] == '-') --size;
  return std::string_view(memory.data(), size);
}

Datum pluralize(const FilterInput& input) {
  return input.value.is_number() && input.value.number() == 1 ? input.argument(0)
                                                              : input.argument(1);
}

constexpr Filter filters[] = {
    {"append", append, 1, 1},
    {"capitalize", capitalize},
    {"downcase", downcase},
    {"handle", handleize},
    {"handleize", handleize},
    {"lstrip", lstrip},
    {"pluralize", pluralize, 2, 2},
    {"prepend", prepend, 1, 1},
    {"remove", replace, 1, 1},
    {"remove_first", replace_first, 1, 1},
    {"remove_last", replace_last, 1, 1},
    {"replace", replace, 1, 2},
    {"replace_first", replace_first, 1, 2},
    {"replace_last", replace_last, 2, 2},
    {"rstrip", rstrip},
    {"slice", slice, 1, 2},
    {"split", split, 1, 1},
    {"squish", squish},
    {"strip", strip},
    {"strip_newlines", strip_newlines},
    {"truncate", truncate, 0, 2},
    {"truncatewords", truncatewords, 0, 2},
    {"upcase", upcase},
};

}  // namespace

std::span<const Filter> text_filters() {
  return filters;
}

}  // namespace sojourn::templates
