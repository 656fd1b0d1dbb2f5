#include "channels/providers/answer_fields.h"

#include <algorithm>

#include "base/json.h"

namespace sojourn::channels::providers {

Object json_object(std::string_view text) {
  Result<Value> value = parse_json(text);
  if (!value) return {};
  Object* object = value->as_object();
  return object == nullptr ? Object() : std::move(*object);
}

std::string text_at(const Object& object, std::string_view path) {
  const Value* value = find_path(object, path);
  if (value == nullptr) return {};
  if (const std::string* text = value->as_string()) return *text;
  return value->is_number() ? to_json(*value) : std::string();
}

Object object_at(const Object& object, std::string_view path) {
  const Value* value = find_path(object, path);
  const Object* found = value == nullptr ? nullptr : value->as_object();
  return found == nullptr ? Object() : *found;
}

std::vector<Object> objects_at(const Object& object, std::string_view path) {
  std::vector<Object> objects;
  const Value* value = find_path(object, path);
  const Value::List* list = value == nullptr ? nullptr : value->as_list();
  if (list == nullptr) return objects;
  for (const Value& each : *list) {
    if (const Object* found = each.as_object()) objects.push_back(*found);
  }
  return objects;
}

EndpointParts parts_of(std::string_view endpoint) {
  const bool secure = endpoint.starts_with("https://");
  endpoint.remove_prefix(secure ? 8 : 7);
  const std::size_t slash = std::min(endpoint.find('/'), endpoint.size());
  std::string_view host = endpoint.substr(0, slash);
  const std::string_view own_port = secure ? ":443" : ":80";
  if (host.ends_with(own_port)) host.remove_suffix(own_port.size());
  return {.host = std::string(host), .path = std::string(endpoint.substr(slash))};
}

}  // namespace sojourn::channels::providers
