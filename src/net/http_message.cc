#include "net/http_message.h"

#include "base/text.h"

namespace sojourn::net {

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      return "OTHER";
  }
  return {};
}

Headers::Headers(std::initializer_list<Field> fields) {
  for (const Field& field : fields) add(field.name, field.value);
}

void Headers::add(std::string_view name, std::string_view value) {
  if (places_.empty()) {
    text_.reserve(256);
    places_.reserve(8);
  }
  places_.push_back({.begin = static_cast<std::uint32_t>(text_.size()),
                     .name_size = static_cast<std::uint32_t>(name.size()),
                     .value_size = static_cast<std::uint32_t>(value.size())});
  text_.append(name);
  text_.append(value);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (std::size_t index = 0; index < places_.size(); ++index) {
    if (places_[index].name_size != name.size()) continue;
    const Field field = at(index);
    if (equal_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

Headers::Field Headers::at(std::size_t index) const {
  const Place& place = places_[index];
  const std::string_view text = text_;
  return {.name = text.substr(place.begin, place.name_size),
          .value = text.substr(place.begin + place.name_size, place.value_size)};
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
  const auto decoded = [](std::string_view part) {
    std::string spaced(part);
    for (char& c : spaced) {
      if (c == '+') c = ' ';
    }
    return decode_percent(spaced);
  };
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = pair.find('=');
    if (decoded(pair.substr(0, equals)) != name || pair.empty()) continue;
    return equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace sojourn::net
