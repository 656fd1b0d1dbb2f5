#include "channels/inbound/status_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sojourn::channels::inbound {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

char at_or_space(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : ' ';
}

/// Up to three digits from `at` on, which moves behind them; -1 where there are none, or more.
int read_number(std::string_view text, std::size_t& at) {
  int number = 0;
  std::size_t count = 0;
  while (at < text.size() && is_digit(text[at])) {
    if (++count > 3) return -1;
    number = number * 10 + (text[at++] - '0');
  }
  return count == 0 ? -1 : number;
}

std::optional<EnhancedStatus> status_at(std::string_view text, std::size_t at) {
  if (text[at] != '2' && text[at] != '4' && text[at] != '5') return std::nullopt;
  if (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.')) return std::nullopt;
  EnhancedStatus status{.code_class = text[at] - '0'};
  if (at_or_space(text, ++at) != '.') return std::nullopt;
  status.subject = read_number(text, ++at);
  if (status.subject < 0 || status.subject > 7) return std::nullopt;
  if (at_or_space(text, at) != '.') return std::nullopt;
  status.detail = read_number(text, ++at);
  if (status.detail < 0 || is_word(at_or_space(text, at))) return std::nullopt;
  const bool goes_on = at_or_space(text, at) == '.' && is_digit(at_or_space(text, at + 1));
  if (goes_on) return std::nullopt;
  return status;
}

// Codes that mail servers refuse with (RFC 5321, 4954, 7504, and 571, 577 of older ones).
constexpr std::array refusals = {421, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504,
                                 510, 511, 512, 513, 521, 523, 530, 534, 535, 541, 550,
                                 551, 552, 553, 554, 555, 556, 557, 571, 577};

}  // namespace

std::string EnhancedStatus::text() const {
  return fmt::format("{}.{}.{}", code_class, subject, detail);
}

std::optional<EnhancedStatus> find_status(std::string_view text) {
  std::optional<EnhancedStatus> first;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::optional<EnhancedStatus> status = status_at(text, at);
    if (!status) continue;
    if (status->is_specific()) return status;
    if (!first) first = status;
  }
  return first;
}

int find_reply_code(std::string_view text) {
  for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
    if (text[at] != '4' && text[at] != '5') continue;
    if (at > 0) {
      const char before = text[at - 1];
      if (is_word(before) || before == '.' || before == '-' || before == '#') continue;
    }
    std::size_t end = at;
    const int code = read_number(text, end);
    if (end != at + 3 || !std::ranges::binary_search(refusals, code)) continue;
    const char after = at_or_space(text, end);
    const bool is_end = after == ' ' || after == '-' || after == ';' || after == ':' ||
                        after == ',' || after == ']' || after == ')' || after == '\n' ||
                        after == '\r' || after == '\t' ||
                        (after == '.' && !is_digit(at_or_space(text, end + 1)));
    if (is_end) return code;
  }
  return 0;
}

}  // namespace sojourn::channels::inbound
