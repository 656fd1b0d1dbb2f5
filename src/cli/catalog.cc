#include "cli/catalog.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/json.h"
#include "cli/answer_fields.h"
#include "cli/text_file.h"
#include "domain/catalogs/table.h"

namespace sojourn::cli {
namespace {

constexpr std::string_view path = "/api/v1/catalogs";

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

void print_line(const Value& catalog) {
  fmt::print("{:<30} {:>7} items  {:>9} bytes  by {}\n", shown(catalog, "key"),
             number_member(catalog, "items"), number_member(catalog, "bytes"),
             shown(catalog, "itemKey"));
}

int list(const Server& server) {
  const Result<std::vector<Value>> all = get_all(server, std::string(path));
  if (!all) return fail(all.error());
  if (all->empty()) fmt::print("there are no catalogs\n");
  for (const Value& catalog : *all) print_line(catalog);
  return 0;
}

Result<void> put(const Server& server, const CatalogFlags& flags, const std::string& one) {
  TRY(bytes, read_text(flags.file));
  const bool is_csv = catalogs::format_of_path(flags.file) == catalogs::ItemFormat::csv;
  TRY(answer, send_bytes(server, "PUT",
                         fmt::format("{}/items?format={}&mode={}", one, is_csv ? "csv" : "json",
                                     flags.adds ? "upsert" : "replace"),
                         std::move(bytes)));
  print_line(answer);
  return {};
}

Result<void> get_all_items(const Server& server, const CatalogFlags& flags,
                           const std::string& one) {
  const std::string query = flags.format.empty() ? "" : "?format=" + flags.format;
  return download(server, one + "/file" + query, [](std::string_view part) {
    return std::fwrite(part.data(), 1, part.size(), stdout) == part.size();
  });
}

Result<void> get_one(const Server& server, const CatalogFlags& flags, const std::string& one) {
  TRY(answer, get(server, one + "/items/" + percent_encoded(flags.item)));
  const Value* values =
      answer.as_object() == nullptr ? nullptr : answer.as_object()->find("values");
  fmt::print("{}\n", values == nullptr ? "{}" : to_json(*values));
  return {};
}

}  // namespace

int catalog(const Server& server, const CatalogFlags& flags) {
  if (flags.action == "list") return list(server);
  const bool puts = flags.action == "put";
  if (flags.key.empty() || (puts && flags.file.empty())) {
    return fail({.code = "missing_argument",
                 .message = fmt::format("sojourn catalog {} needs the key of a catalog{}",
                                        flags.action, puts ? " and a file" : "")});
  }
  const std::string one = fmt::format("{}/{}", path, percent_encoded(flags.key));
  const Result<void> done = puts                 ? put(server, flags, one)
                            : flags.item.empty() ? get_all_items(server, flags, one)
                                                 : get_one(server, flags, one);
  return done ? 0 : fail(done.error());
}

}  // namespace sojourn::cli
