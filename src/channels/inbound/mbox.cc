#include "channels/inbound/mbox.h"

#include <algorithm>

namespace sojourn::channels::inbound {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_time(std::string_view line) {
  for (std::size_t at = line.find(':'); at != npos; at = line.find(':', at + 1)) {
    if (at < 2 || at + 2 >= line.size()) continue;
    if (is_digit(line[at - 1]) && is_digit(line[at - 2]) && is_digit(line[at + 1]) &&
        is_digit(line[at + 2])) {
      return true;
    }
  }
  return false;
}

bool begins_with_field(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == npos || colon == 0) return false;
  return std::ranges::all_of(text.substr(0, colon), [](char c) { return c > ' ' && c < 0x7f; });
}

/// The size of the dividing line at the begin of `text`, its line end included; 0: there is none.
std::size_t divider_at(std::string_view text) {
  if (!text.starts_with("From ")) return 0;
  const std::size_t end = text.find('\n');
  if (end == npos || !has_time(text.substr(0, end))) return 0;
  return begins_with_field(text.substr(end + 1)) ? end + 1 : 0;
}

}  // namespace

std::vector<std::string_view> mails_of(std::string_view bytes) {
  const std::size_t first = divider_at(bytes);
  if (first == 0) return {bytes};
  std::vector<std::string_view> mails;
  std::size_t begin = first;
  for (std::size_t at = bytes.find("\nFrom ", begin); at != npos;
       at = bytes.find("\nFrom ", at + 1)) {
    const bool is_after_empty_line =
        at > 0 && (bytes[at - 1] == '\n' || (at > 1 && bytes.substr(at - 2, 2) == "\n\r"));
    const std::size_t size = is_after_empty_line ? divider_at(bytes.substr(at + 1)) : 0;
    if (size == 0) continue;
    mails.push_back(bytes.substr(begin, at - begin));
    begin = at + 1 + size;
  }
  mails.push_back(bytes.substr(begin));
  return mails;
}

}  // namespace sojourn::channels::inbound
