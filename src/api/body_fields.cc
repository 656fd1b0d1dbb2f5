#include "api/body_fields.h"

#include <fmt/format.h>

#include "api/segment_call.h"
#include "base/json.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

Result<std::string> checked_text(const Value& value, std::string_view field, TextLimits limits) {
  const std::string* text = value.as_string();
  if (text == nullptr) {
    return failure({.code = "wrong_type",
                    .message = fmt::format("{} must be a string", field),
                    .field = std::string(field)});
  }
  if (text->size() < limits.min) {
    return failure({.code = "too_short",
                    .message = fmt::format("{} is {} bytes long, the least is {}", field,
                                           text->size(), limits.min),
                    .field = std::string(field),
                    .value = std::to_string(text->size()),
                    .limit = std::to_string(limits.min)});
  }
  if (text->size() > limits.max) {
    return failure({.code = "too_long",
                    .message = fmt::format("{} is {} bytes long, the limit is {}", field,
                                           text->size(), limits.max),
                    .field = std::string(field),
                    .value = std::to_string(text->size()),
                    .limit = std::to_string(limits.max)});
  }
  return *text;
}

}  // namespace

Result<Object> read_body_object(const net::Request& request) {
  const std::string_view type = request.header("Content-Type").value_or("");
  if (!equal_ignoring_case(trimmed(type.substr(0, type.find(';'))), "application/json")) {
    return failure({.code = "unsupported_content_type",
                    .message = "the body must be application/json",
                    .field = "Content-Type",
                    .value = std::string(type)});
  }
  TRY(value, parse_json(request.body));
  Object* object = value.as_object();
  if (object == nullptr) return failure("not_an_object", "the body must be a JSON object");
  return std::move(*object);
}

Result<std::string> required_text(const Object& object, std::string_view field, TextLimits limits) {
  const Value* value = object.find(field);
  if (value == nullptr || value->is_null()) {
    return failure({.code = "missing_field",
                    .message = fmt::format("{} is missing", field),
                    .field = std::string(field)});
  }
  return checked_text(*value, field, limits);
}

Result<std::string> optional_text(const Object& object, std::string_view field, TextLimits limits) {
  const Value* value = object.find(field);
  if (value == nullptr || value->is_null()) return std::string();
  return checked_text(*value, field, limits);
}

Result<bool> optional_boolean(const Object& object, std::string_view field) {
  const Value* value = object.find(field);
  if (value == nullptr || value->is_null()) return false;
  if (value->as_bool() == nullptr) {
    return failure({.code = "wrong_type",
                    .message = fmt::format("{} must be true or false", field),
                    .field = std::string(field)});
  }
  return *value->as_bool();
}

Result<Object> optional_object(const Object& object, std::string_view field) {
  const Value* value = object.find(field);
  if (value == nullptr || value->is_null()) return Object();
  if (value->as_object() == nullptr) {
    return failure({.code = "wrong_type",
                    .message = fmt::format("{} must be an object", field),
                    .field = std::string(field)});
  }
  TRY_VOID(check_depth(*value, field));
  return *value->as_object();
}

}  // namespace sojourn::api
