#include "channels/email/rule_lines.h"

#include "base/text.h"

namespace sojourn::channels::email {

std::vector<RuleLine> rule_lines(std::string_view text) {
  std::vector<RuleLine> lines;
  std::size_t count = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++count;
    const std::string_view content = trimmed(line);
    if (content.empty() || content.starts_with('#')) continue;
    const bool goes_on = line.front() == ' ' || line.front() == '\t';
    if (goes_on && !lines.empty()) {
      lines.back().text += " " + std::string(content);
    } else {
      lines.push_back({.number = count, .text = std::string(content)});
    }
  }
  return lines;
}

std::optional<std::string_view> take_word(std::string_view& line) {
  line = trimmed(line);
  bool quoted = false;
  std::size_t end = 0;
  for (; end < line.size(); ++end) {
    if (line[end] == '"') quoted = !quoted;
    if (!quoted && (line[end] == ' ' || line[end] == '\t')) break;
  }
  if (quoted) return std::nullopt;
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

}  // namespace sojourn::channels::email
