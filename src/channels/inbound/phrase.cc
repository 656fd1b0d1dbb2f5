#include "channels/inbound/phrase.h"

#include <algorithm>

#include "base/text.h"

namespace sojourn::channels::inbound {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/// Whether the pieces of `rest` follow one another from `text` on, each within the gap.
bool rest_follows(std::string_view text, std::string_view rest) {
  while (!rest.empty()) {
    const std::size_t star = std::min(rest.find('*'), rest.size());
    const std::string_view piece = rest.substr(0, star);
    rest.remove_prefix(std::min(star + 1, rest.size()));
    const std::size_t at = text.substr(0, phrase_gap_bytes_max + piece.size()).find(piece);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + piece.size());
  }
  return true;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c)) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return to_lower_ascii(out);
}

bool contains_phrase(std::string_view folded_text, std::string_view phrase) {
  const std::size_t star = phrase.find('*');
  if (star == std::string_view::npos) return folded_text.find(phrase) != std::string_view::npos;
  const std::string_view first = phrase.substr(0, star);
  const std::string_view rest = phrase.substr(star + 1);
  std::size_t at = folded_text.find(first);
  while (at != std::string_view::npos) {
    if (rest_follows(folded_text.substr(at + first.size()), rest)) return true;
    at = folded_text.find(first, at + 1);
  }
  return false;
}

bool contains_any(std::string_view folded_text, std::span<const std::string_view> phrases) {
  return std::ranges::any_of(
      phrases, [&](std::string_view phrase) { return contains_phrase(folded_text, phrase); });
}

}  // namespace sojourn::channels::inbound
