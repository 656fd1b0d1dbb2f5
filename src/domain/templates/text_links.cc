#include "domain/templates/text_links.h"

#include <algorithm>

#include "base/text.h"

namespace sojourn::templates {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool begins_word(std::string_view masked, std::size_t at) {
  if (at == 0) return true;
  const char before = masked[at - 1];
  return is_space(before) || std::string_view("(<[\"'").find(before) != std::string_view::npos;
}

bool begins_url(std::string_view rest) {
  return equal_ignoring_case(rest.substr(0, 7), "http://") ||
         equal_ignoring_case(rest.substr(0, 8), "https://");
}

/// The address at the beginning, without the punctuation that belongs to the sentence around it.
std::size_t url_size(std::string_view rest) {
  std::size_t size = 0;
  const auto ends = [](char c) { return is_space(c) || c == '<' || c == '>' || c == '"'; };
  while (size < rest.size() && !ends(rest[size])) ++size;
  const bool has_bracket = rest.substr(0, size).find('(') != std::string_view::npos;
  while (size > 0) {
    const char last = rest[size - 1];
    const bool is_punctuation = std::string_view(".,;:!?']").find(last) != std::string_view::npos;
    if (!is_punctuation && (last != ')' || has_bracket)) break;
    --size;
  }
  return size;
}

/// Whether the tag ends the block that the address stands in, so that the address ends with it.
bool closes_branch(const Token& tag) {
  const std::string_view name = split_tag(tag.content).name;
  return name.starts_with("end") || name == "else" || name == "elsif" || name == "when";
}

}  // namespace

FoundUrls find_urls(std::string_view source, std::string_view masked,
                    const std::vector<Token>& tokens) {
  FoundUrls found;
  int line = 1;
  std::size_t counted_to = 0;
  for (std::size_t at = masked.find("://"); at != std::string_view::npos;
       at = masked.find("://", at + 1)) {
    const std::size_t scheme = masked.substr(0, at).find_last_not_of("htpsHTPS");
    const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 1;
    if (!begins_word(masked, begin) || !begins_url(masked.substr(begin))) continue;
    const std::size_t end = begin + url_size(masked.substr(begin));
    if (end <= at + 3) continue;
    const auto count = std::ranges::count(source.substr(counted_to, begin - counted_to), '\n');
    line += static_cast<int>(count);
    counted_to = begin;
    const auto next = std::ranges::lower_bound(tokens, end, {}, &Token::begin);
    const bool meets_tag =
        next != tokens.end() && next->begin == end && next->kind == Token::Kind::tag;
    if (meets_tag && !closes_branch(*next)) {
      found.broken_lines.push_back(line);
      continue;
    }
    found.links.push_back(
        {.begin = begin, .end = end, .label = std::string(source.substr(begin, end - begin))});
  }
  return found;
}

}  // namespace sojourn::templates
