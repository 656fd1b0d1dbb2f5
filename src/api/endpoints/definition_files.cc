#include "api/endpoints/definition_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/body_fields.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

using runtime::DefinitionFile;

constexpr std::size_t files_max = 2'000;
constexpr std::size_t path_bytes_max = 255;
constexpr std::size_t text_bytes_max = 1 << 20;

/// Relative, with `/`, and naming nothing outside of the folder.
bool is_file_path(std::string_view path) {
  if (path.empty() || path.starts_with('/') || path.find('\\') != std::string_view::npos) {
    return false;
  }
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return std::none_of(path.begin(), path.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

Result<DefinitionFile> read_file(const Value& value, std::size_t index) {
  const auto at = [&](Error error) {
    const std::string item = fmt::format("files[{}]", index);
    error.field = error.field.empty() ? item : item + "." + error.field;
    return error;
  };
  const Object* object = value.as_object();
  if (object == nullptr) {
    return failure(at({.code = "not_an_object", .message = "a file must be an object"}));
  }
  Result<std::string> path = required_text(*object, "path", {.min = 1, .max = path_bytes_max});
  if (!path) return failure(at(path.error()));
  if (!is_file_path(*path)) {
    return failure(at({.code = "invalid_path",
                       .message = "a path must be relative and stay within the folder",
                       .field = "path",
                       .value = *path}));
  }
  Result<std::string> text = required_text(*object, "text", {.min = 0, .max = text_bytes_max});
  if (!text) return failure(at(text.error()));
  return DefinitionFile{.path = std::move(*path), .text = std::move(*text)};
}

}  // namespace

Result<std::vector<DefinitionFile>> read_definition_files(const Object& body, Presence presence) {
  std::vector<DefinitionFile> files;
  const Value* list = body.find("files");
  if (list == nullptr) {
    if (presence == Presence::optional) return files;
    return failure({.code = "missing_field", .message = "files is missing", .field = "files"});
  }
  if (list->as_list() == nullptr) {
    return failure({.code = "wrong_type", .message = "files must be a list", .field = "files"});
  }
  if (list->as_list()->size() > files_max) {
    return failure(
        {.code = "too_long",
         .message = fmt::format("{} files, the limit is {}", list->as_list()->size(), files_max),
         .field = "files",
         .value = std::to_string(list->as_list()->size()),
         .limit = std::to_string(files_max)});
  }
  for (const Value& value : *list->as_list()) {
    TRY(file, read_file(value, files.size()));
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace sojourn::api
