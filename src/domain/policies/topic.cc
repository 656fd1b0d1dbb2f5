#include "domain/policies/topic.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/definitions/reader.h"

namespace sojourn::policies {
namespace {

using definitions::Reader;

Result<std::string> short_text(Reader& reader, std::string_view member, std::size_t bytes_max) {
  TRY(text, reader.optional_text(member));
  if (text && text->size() > bytes_max) {
    return reader.refuse("too_long", member,
                         fmt::format("is {} bytes long, the limit is {}", text->size(), bytes_max),
                         std::to_string(bytes_max));
  }
  return text.value_or("");
}

Result<std::vector<std::string>> read_channels(Reader& reader) {
  TRY(list, reader.optional_list("channels"));
  if (list->empty()) return std::vector<std::string>{"email"};
  std::vector<std::string> channels;
  for (const Value& item : *list) {
    const std::string* channel = item.as_string();
    if (channel == nullptr || *channel != "email") {
      return reader.refuse("unknown_channel", "channels", "may hold \"email\"");
    }
    if (std::find(channels.begin(), channels.end(), *channel) == channels.end()) {
      channels.push_back(*channel);
    }
  }
  return channels;
}

}  // namespace

Result<Topic> read_topic(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  Topic topic;
  TRY(key, reader.key("key"));
  topic.key = std::move(key);
  TRY(name, short_text(reader, "name", topic_name_bytes_max));
  topic.name = name.empty() ? topic.key : std::move(name);
  TRY(description, short_text(reader, "description", topic_description_bytes_max));
  topic.description = std::move(description);
  if (reader.find("default") != nullptr) {
    TRY(choice, reader.choice("default", {"opted_in", "opted_out"}));
    topic.is_on_by_default = choice == 0;
  }
  if (reader.find("visibility") != nullptr) {
    TRY(choice, reader.choice("visibility", {"public", "private"}));
    topic.is_private = choice == 1;
  }
  TRY(channels, read_channels(reader));
  topic.channels = std::move(channels);
  TRY_VOID(reader.finish());
  return topic;
}

const Topic* find_topic(const std::vector<Topic>& topics, std::string_view key) {
  const auto found = std::find_if(topics.begin(), topics.end(),
                                  [&](const Topic& topic) { return topic.key == key; });
  return found == topics.end() ? nullptr : &*found;
}

}  // namespace sojourn::policies
