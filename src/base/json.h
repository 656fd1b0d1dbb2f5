#pragma once

/// JSON text to Value and back, and a small streaming writer. RFC 8259.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace sojourn {

/// Deeper nesting than this is refused: nobody writes it by hand and every later layer recurses.
/// A list or object that is empty is no level.
inline constexpr int json_depth_max = 32;

/// Reads one JSON document. Errors: `malformed_json` with what the parser found, `too_deep`.
/// Repeated member names keep the last value.
[[nodiscard]] Result<Value> parse_json(std::string_view text);

/// Compact JSON: no white space, members in order, doubles in their shortest exact form.
[[nodiscard]] std::string to_json(const Value& value);
[[nodiscard]] std::string to_json(const Object& object);

/// Writes JSON text as it is told; commas and quoting are its business, balance is the caller's.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_list();
  JsonWriter& end_list();
  JsonWriter& name(std::string_view name);
  JsonWriter& value(const Value& value);
  JsonWriter& value(const Object& object);
  JsonWriter& string(std::string_view text);
  JsonWriter& number(std::int64_t number);
  JsonWriter& number(double number);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// Text that is JSON already.
  JsonWriter& raw(std::string_view json);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void separate();
  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace sojourn
