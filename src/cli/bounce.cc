#include "cli/bounce.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/json.h"
#include "base/result.h"
#include "channels/inbound/inbound_mail.h"
#include "channels/inbound/mbox.h"

namespace sojourn::cli {
namespace {

constexpr int wrong_input = 2;

// An mbox file is held in memory while its mails are read.
constexpr std::size_t file_bytes_max = std::size_t{512} * 1024 * 1024;

Result<std::string> read_bytes(const std::string& path) {
  std::ostringstream bytes;
  if (path == "-") {
    bytes << std::cin.rdbuf();
  } else {
    std::ifstream file(path, std::ios::binary);
    // A folder can be opened.
    if (!file || std::filesystem::is_directory(path)) {
      return failure("not_a_file", fmt::format("{} cannot be read", path));
    }
    bytes << file.rdbuf();
  }
  std::string text = std::move(bytes).str();
  if (text.size() > file_bytes_max) {
    return failure("too_large", fmt::format("{} has {} bytes, the limit is {}", path, text.size(),
                                            file_bytes_max));
  }
  return text;
}

Value text_or_null(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

void print(const std::string& file, const channels::inbound::Finding& finding) {
  const Object line{{"file", file},
                    {"recipient", text_or_null(finding.recipient)},
                    {"status", text_or_null(finding.status)},
                    {"class", std::string(to_string(finding.kind))},
                    {"reason", std::string(to_string(finding.reason))}};
  fmt::print("{}\n", to_json(line));
}

}  // namespace

int bounce_parse(const BounceFlags& flags) {
  int code = 0;
  for (const std::string& path : flags.files) {
    const Result<std::string> bytes = read_bytes(path);
    if (!bytes) {
      fmt::print(stderr, "sojourn: {}\n", bytes.error().message);
      code = wrong_input;
      continue;
    }
    for (const std::string_view mail : channels::inbound::mails_of(*bytes)) {
      for (const auto& finding : channels::inbound::read_inbound_mail(mail).findings) {
        print(path, finding);
      }
    }
  }
  return code;
}

}  // namespace sojourn::cli
