#include "api/form_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace sojourn::api {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// RFC 2046 §5.1.1: a boundary has at most 70 characters.
constexpr std::size_t boundary_characters_max = 70;

tl::unexpected<Error> malformed(std::string message) {
  return failure("malformed_form", std::move(message));
}

/// The value of a parameter of a header field: `name="news"`, `boundary=x`; absent where there is
/// none.
std::optional<std::string> parameter_of(std::string_view header, std::string_view name) {
  for (const std::string_view part : split(header, ';')) {
    const std::string_view trimmed_part = trimmed(part);
    const std::size_t equals = trimmed_part.find('=');
    if (equals == std::string_view::npos) continue;
    if (!equal_ignoring_case(trimmed(trimmed_part.substr(0, equals)), name)) continue;
    std::string_view value = trimmed(trimmed_part.substr(equals + 1));
    const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    if (is_quoted) value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return std::nullopt;
}

std::string decode_form(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return decode_percent(spaced);
}

Result<Fields> read_urlencoded(std::string_view body) {
  Fields fields;
  if (trimmed(body).empty()) return fields;
  for (const std::string_view part : split(trimmed(body), '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    fields.emplace_back(decode_form(part.substr(0, equals)), decode_form(value));
  }
  return fields;
}

/// One part: header fields, an empty line, the value. Absent for a file.
Result<std::optional<Fields::value_type>> read_part(std::string_view part) {
  const std::size_t end = part.find("\r\n\r\n");
  if (end == std::string_view::npos) return malformed("a part of the form has no empty line");
  for (const std::string_view line : split(part.substr(0, end), '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (!equal_ignoring_case(trimmed(line.substr(0, colon)), "Content-Disposition")) continue;
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (parameter_of(value, "filename")) return std::optional<Fields::value_type>();
    const std::optional<std::string> name = parameter_of(value, "name");
    if (!name) return malformed("a part of the form has no name");
    return std::optional(Fields::value_type(*name, std::string(part.substr(end + 4))));
  }
  return malformed("a part of the form has no Content-Disposition");
}

Result<Fields> read_multipart(std::string_view body, std::string_view boundary) {
  if (boundary.empty() || boundary.size() > boundary_characters_max) {
    return malformed("the form names no boundary between its parts");
  }
  // Each boundary stands at the beginning of a line; the first may be that of the body.
  const std::string text = "\r\n" + std::string(body);
  const std::string mark = fmt::format("\r\n--{}", boundary);
  std::size_t place = text.find(mark);
  if (place == std::string::npos) return malformed("the form has no part");
  Fields fields;
  while (true) {
    const std::size_t begin = place + mark.size();
    const std::string_view rest = std::string_view(text).substr(begin);
    if (rest.starts_with("--")) return fields;
    const std::size_t next = rest.find(mark);
    if (next == std::string_view::npos) return malformed("the last part of the form does not end");
    const std::size_t line_end = rest.find("\r\n");
    TRY(field, read_part(rest.substr(line_end + 2, next - std::min(next, line_end + 2))));
    if (field) fields.push_back(std::move(*field));
    if (fields.size() > form_fields_max) return fields;
    place = begin + next;
  }
}

}  // namespace

Result<FormFields> FormFields::read(const net::Request& request) {
  const std::string_view type = request.header("Content-Type").value_or("");
  const std::string kind = to_lower_ascii(trimmed(type.substr(0, type.find(';'))));
  const bool is_multipart = kind == "multipart/form-data";
  if (!is_multipart && !kind.empty() && kind != "application/x-www-form-urlencoded" &&
      kind != "text/plain") {
    return failure({.code = "not_a_form",
                    .message = "a form is application/x-www-form-urlencoded or multipart/form-data",
                    .field = "Content-Type",
                    .value = kind});
  }
  FormFields form;
  TRY(fields, is_multipart
                  ? read_multipart(request.body, parameter_of(type, "boundary").value_or(""))
                  : read_urlencoded(request.body));
  if (fields.size() > form_fields_max) {
    return failure({.code = "too_many_fields",
                    .message = fmt::format("the form has more than {} fields", form_fields_max),
                    .limit = std::to_string(form_fields_max)});
  }
  form.fields_ = std::move(fields);
  return form;
}

std::string_view FormFields::first(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field == name) return value;
  }
  return {};
}

bool FormFields::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const auto& field) { return field.first == name; });
}

std::vector<std::string> FormFields::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [field, value] : fields_) {
    if (field == name) values.push_back(value);
  }
  return values;
}

}  // namespace sojourn::api
