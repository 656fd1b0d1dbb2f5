#include "cli/contact_export.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>

namespace sojourn::cli {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

}  // namespace

int export_contact(const Server& server, const ContactExportFlags& flags) {
  std::ofstream file;
  if (!flags.file.empty()) {
    file.open(flags.file, std::ios::binary | std::ios::trunc);
    if (!file) {
      return fail(
          {.code = "not_a_file", .message = fmt::format("{} cannot be written", flags.file)});
    }
  }
  std::ostream& out = flags.file.empty() ? std::cout : file;
  const Result<void> done =
      download(server, fmt::format("/api/v1/contacts/{}/export", percent_encoded(flags.contact)),
               [&](std::string_view part) {
                 out.write(part.data(), static_cast<std::streamsize>(part.size()));
                 return out.good();
               });
  out.flush();
  if (!done) {
    if (!flags.file.empty()) std::remove(flags.file.c_str());
    return fail(done.error());
  }
  return 0;
}

}  // namespace sojourn::cli
