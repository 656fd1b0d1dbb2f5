#include "channels/mail_dns/tag_list.h"

#include "base/text.h"

namespace sojourn::channels::mail_dns {

std::optional<TagList> TagList::parse(std::string_view text) {
  TagList list;
  for (const std::string_view padded : split(text, ';')) {
    const std::string_view part = trimmed(padded);
    if (part.empty()) continue;
    const std::size_t mark = part.find('=');
    if (mark == std::string_view::npos) return std::nullopt;
    const std::string name(trimmed(part.substr(0, mark)));
    if (name.empty() || list.value(name)) return std::nullopt;
    list.tags_.emplace_back(name, trimmed(part.substr(mark + 1)));
  }
  return list;
}

std::string_view TagList::first() const {
  return tags_.empty() ? std::string_view() : tags_.front().first;
}

std::optional<std::string> TagList::value(std::string_view name) const {
  for (const auto& [key, value] : tags_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace sojourn::channels::mail_dns
