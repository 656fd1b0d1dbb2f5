#include "domain/transfer/json_records.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace sojourn::transfer {
namespace {

bool stands_between(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == '[' || c == ']';
}

/// The place behind the object that begins at `begin`; npos where it does not end.
std::size_t end_of_object(std::string_view text, std::size_t begin) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t place = begin; place < text.size(); ++place) {
    const char c = text[place];
    if (in_string) {
      if (c == '\\') ++place;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return place + 1;
  }
  return std::string_view::npos;
}

/// Goes on at the line after `begin`.
JsonRecord refuse(std::string_view text, std::size_t begin, std::string message) {
  const std::size_t line_end = text.find('\n', begin);
  JsonRecord record;
  record.size_bytes = line_end == std::string_view::npos ? text.size() : line_end + 1;
  record.text = text.substr(begin, record.size_bytes - begin);
  record.problem = Error{.code = "malformed_json", .message = std::move(message)};
  return record;
}

}  // namespace

std::optional<JsonRecord> read_json_record(std::string_view text, MoreText more) {
  std::size_t begin = 0;
  while (begin < text.size() && stands_between(text[begin])) ++begin;
  if (begin == text.size()) {
    if (more == MoreText::follows && begin == 0) return std::nullopt;
    return JsonRecord{.text = {}, .size_bytes = text.size()};
  }
  const std::string_view room = text.substr(0, begin + csv_record_bytes_max);
  if (text[begin] != '{') {
    const bool is_line_whole = room.find('\n', begin) != std::string_view::npos;
    const bool is_cut = room.size() < text.size();
    if (!is_line_whole && more == MoreText::follows && !is_cut) return std::nullopt;
    return refuse(room, begin, "the row is no JSON object");
  }
  const std::size_t end = end_of_object(room, begin);
  if (end != std::string_view::npos) {
    return JsonRecord{.text = text.substr(begin, end - begin), .size_bytes = end};
  }
  if (room.size() < text.size() || room.size() - begin >= csv_record_bytes_max) {
    return refuse(room, begin,
                  fmt::format("the row does not end within {} bytes: a brace may not be closed",
                              csv_record_bytes_max));
  }
  if (more == MoreText::follows) return std::nullopt;
  return refuse(room, begin, "a brace is not closed");
}

}  // namespace sojourn::transfer
