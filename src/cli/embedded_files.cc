#include "cli/embedded_files.h"

#include <vector>

// The symbols stand in embedded_files.S, which cmake/embed.cmake writes.
#define SOJOURN_FILE(number, path)                                                        \
  extern "C" const char sojourn_file_##number##_raw[], sojourn_file_##number##_raw_end[]; \
  extern "C" const char sojourn_file_##number##_gz[], sojourn_file_##number##_gz_end[];   \
  extern "C" const char sojourn_file_##number##_br[], sojourn_file_##number##_br_end[];
#include "embedded_list.inc"
#undef SOJOURN_FILE

namespace sojourn::cli {
namespace {

[[maybe_unused]] std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const api::WebFile> embedded_files() {
  static const std::vector<api::WebFile> files = {
#define SOJOURN_FILE(number, file_path)                                          \
  {.path = file_path,                                                            \
   .raw = between(sojourn_file_##number##_raw, sojourn_file_##number##_raw_end), \
   .gzip = between(sojourn_file_##number##_gz, sojourn_file_##number##_gz_end),  \
   .brotli = between(sojourn_file_##number##_br, sojourn_file_##number##_br_end)},
#include "embedded_list.inc"
#undef SOJOURN_FILE
  };
  return files;
}

}  // namespace sojourn::cli
