#include "base/json.h"

#include "base/string_map.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <cmath>

namespace sojourn {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t small_object_members_max = 32;

Value convert(const dom::element& element);

/// OPTIMIZATION: Object::set looks at every earlier member; 50,000 members, which one request may
/// hold, would keep a core busy for seconds. The places of names are kept beside them instead.
Object convert_large(const dom::object& source) {
  std::vector<std::pair<std::string_view, dom::element>> members;
  absl::flat_hash_map<std::string_view, std::size_t, TextHash> places;
  for (const dom::key_value_pair member : source) {
    const auto [place, fresh] = places.try_emplace(member.key, members.size());
    if (fresh) {
      members.emplace_back(member.key, member.value);
    } else {
      members[place->second].second = member.value;
    }
  }
  Object object;
  for (const auto& [name, value] : members) object.append(std::string(name), convert(value));
  return object;
}

Value convert(const dom::element& element) {
  switch (element.type()) {
    case dom::element_type::NULL_VALUE:
      return nullptr;
    case dom::element_type::BOOL:
      return bool{element.get_bool().value_unsafe()};
    case dom::element_type::INT64:
      return std::int64_t{element.get_int64().value_unsafe()};
    case dom::element_type::UINT64: {
      const std::uint64_t number = element.get_uint64().value_unsafe();
      return static_cast<double>(number);
    }
    case dom::element_type::DOUBLE:
      return double{element.get_double().value_unsafe()};
    case dom::element_type::STRING:
      return Value(element.get_string().value_unsafe());
    case dom::element_type::ARRAY: {
      Value::List list;
      const dom::array array = element.get_array().value_unsafe();
      for (const dom::element child : array) {
        list.push_back(convert(child));
      }
      return list;
    }
    case dom::element_type::OBJECT: {
      Object object;
      // Named, because value_unsafe() refers into a temporary that the loop would outlive.
      const dom::object members = element.get_object().value_unsafe();
      if (members.size() > small_object_members_max) return convert_large(members);
      for (const dom::key_value_pair member : members) {
        object.set(member.key, convert(member.value));
      }
      return object;
    }
  }
  return nullptr;
}

void write_string(std::string& out, std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  out.push_back('"');
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain_from, i - plain_from);
    plain_from = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out.push_back(digits[c >> 4]);
        out.push_back(digits[c & 15]);
    }
  }
  out.append(text, plain_from, std::string_view::npos);
  out.push_back('"');
}

template <typename Number>
void write_number(std::string& out, Number number) {
  char buffer[32];
  const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, number);
  out.append(buffer, end);
}

void write_double(std::string& out, double number) {
  // JSON has no infinities; what a person can send never becomes one.
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const std::size_t start = out.size();
  write_number(out, number);
  // "1" would come back as a whole number: the form keeps the type.
  if (out.find_first_of(".eE", start) == std::string::npos) out += ".0";
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The same JSON with a fraction for whole numbers that 64 bits do not hold: they are valid, the
/// parser refuses them, and are kept as what a double can say.
std::string with_wide_numbers(std::string_view text) {
  constexpr std::size_t digits_kept = 18;
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string || !is_digit(c)) {
      if (c == '"') in_string = !in_string;
      out += c;
      if (in_string && c == '\\' && i + 1 < text.size()) out += text[++i];
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    out += text.substr(i, end - i);
    const bool is_whole =
        end == text.size() || (text[end] != '.' && text[end] != 'e' && text[end] != 'E');
    const bool ends_fraction = i > 0 && (text[i - 1] == '.' || text[i - 1] == '+' ||
                                         text[i - 1] == 'e' || text[i - 1] == 'E');
    const bool ends_exponent =
        i > 1 && text[i - 1] == '-' && (text[i - 2] == 'e' || text[i - 2] == 'E');
    if (is_whole && !ends_fraction && !ends_exponent && end - i > digits_kept) out += ".0";
    i = end - 1;
  }
  return out;
}

}  // namespace

Result<Value> parse_json(std::string_view text) {
  // One parser a thread: it owns buffers that grow to the largest document seen.
  thread_local dom::parser parser = [] {
    dom::parser made;
    // simdjson counts the document itself as a level.
    const simdjson::error_code status = made.allocate(4096, json_depth_max + 1);
    static_cast<void>(status);
    return made;
  }();
  if (text.empty()) text = "";  // simdjson copies from where a view points, also no bytes
  auto parsed = parser.parse(text.data(), text.size());
  if (parsed.error() == simdjson::NUMBER_ERROR) parsed = parser.parse(with_wide_numbers(text));
  if (parsed.error() == simdjson::DEPTH_ERROR) {
    return failure(
        {.code = "too_deep",
         .message = fmt::format("the JSON is nested more than {} levels deep", json_depth_max),
         .limit = std::to_string(json_depth_max)});
  }
  if (parsed.error() != simdjson::SUCCESS) {
    return failure("malformed_json", fmt::format("the body is not JSON: {}",
                                                 simdjson::error_message(parsed.error())));
  }
  return convert(parsed.value_unsafe());
}

std::string to_json(const Value& value) {
  return JsonWriter().value(value).take();
}
std::string to_json(const Object& object) {
  return JsonWriter().value(object).take();
}

void JsonWriter::separate() {
  if (needs_comma_) text_.push_back(',');
  needs_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_.push_back('{');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_.push_back('}');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin_list() {
  separate();
  text_.push_back('[');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_list() {
  text_.push_back(']');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::name(std::string_view name) {
  separate();
  write_string(text_, name);
  text_.push_back(':');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(const Object& object) {
  begin_object();
  for (const auto& [member, inner] : object) name(member).value(inner);
  return end_object();
}

JsonWriter& JsonWriter::value(const Value& value) {
  if (const std::string* text = value.as_string()) return string(*text);
  if (const std::int64_t* integer = value.as_integer()) return number(*integer);
  if (const double* real = value.as_double()) return number(*real);
  if (const bool* truth = value.as_bool()) return boolean(*truth);
  if (const Object* object = value.as_object()) return this->value(*object);
  const Value::List* list = value.as_list();
  if (list == nullptr) return null();
  begin_list();
  for (const Value& item : *list) this->value(item);
  return end_list();
}

JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  write_string(text_, text);
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t number) {
  separate();
  write_number(text_, number);
  return *this;
}

JsonWriter& JsonWriter::number(double number) {
  separate();
  write_double(text_, number);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  text_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  text_ += "null";
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

}  // namespace sojourn
