#include "cli/asset.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/answer_fields.h"
#include "cli/asset_files.h"
#include "cli/text_file.h"
#include "domain/assets/picture_sizes.h"
#include "domain/definitions/reader.h"

namespace sojourn::cli {
namespace {

constexpr std::string_view path = "/api/v1/assets";

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

void print_line(const Value& asset) {
  fmt::print("{:<30} {:>5} x {:<5} {:>9} bytes  used in {}\n", shown(asset, "key"),
             number_member(asset, "width"), number_member(asset, "height"),
             number_member(asset, "bytes"), list_member(asset, "usedIn").size());
}

void print_asset(const Value& asset) {
  const std::string* alt = text_member(asset, "alt");
  fmt::print("asset:{}\n  name     {}\n  alt      {}\n  picture  {}, {} x {}, {} bytes, {}\n",
             shown(asset, "key"), shown(asset, "name"),
             alt == nullptr ? "(nobody has written one)"
             : alt->empty() ? "(it says nothing)"
                            : *alt,
             shown(asset, "picture"), number_member(asset, "width"), number_member(asset, "height"),
             number_member(asset, "bytes"), shown(asset, "type"));
  for (const Value& size : list_member(asset, "sizes")) {
    fmt::print("  {:<8} {}\n", number_member(size, "width"), shown(size, "url"));
  }
  for (const Value& use : list_member(asset, "usedIn")) {
    fmt::print("  used in  {}/{}\n", shown(use, "kind"), shown(use, "key"));
  }
}

int list(const Server& server) {
  const Result<std::vector<Value>> assets = get_all(server, std::string(path));
  if (!assets) return fail(assets.error());
  if (assets->empty()) fmt::print("there are no assets\n");
  for (const Value& asset : *assets) print_line(asset);
  return 0;
}

/// `Spring hero` of `pictures/Spring hero.jpg`.
std::string name_of(const AssetFlags& flags) {
  return flags.name.empty() ? std::filesystem::path(flags.subject).stem().string() : flags.name;
}

Result<Value> add(const Server& server, const AssetFlags& flags) {
  TRY(bytes, read_text(flags.subject));
  std::string query = fmt::format("?name={}", percent_encoded(name_of(flags)));
  if (!flags.key.empty()) query += "&key=" + percent_encoded(flags.key);
  if (flags.alt) query += "&alt=" + percent_encoded(*flags.alt);
  return send_bytes(server, "POST", std::string(path) + query, std::move(bytes));
}

/// Without a server: the definition, and the picture beside it.
Result<void> add_to_folder(const AssetFlags& flags) {
  if (!definitions::is_key(flags.key)) {
    return failure("not_a_key",
                   "with --to an asset needs a --key of lower-case letters, digits, - and _");
  }
  TRY(bytes, read_text(flags.subject));
  TRY(clean, assets::clean_picture(bytes));
  TRY(sized, assets::make_sizes(clean));
  return write_asset_files(flags.folder,
                           {.key = flags.key,
                            .name = name_of(flags),
                            .alt = flags.alt,
                            .picture = clean.id(),
                            .served = sized.served,
                            .extent = clean.extent},
                           clean);
}

Result<Value> ask(const Server& server, const AssetFlags& flags) {
  if (flags.action == "add") return add(server, flags);
  const std::string one = fmt::format("{}/{}", path, percent_encoded(flags.subject));
  if (flags.action == "show") return get(server, one);
  if (flags.action == "remove") return send_bytes(server, "DELETE", one, {});
  TRY(bytes, read_text(flags.file));
  return send_bytes(server, "PUT", one + "/picture", std::move(bytes));
}

}  // namespace

int asset(const Server& server, const AssetFlags& flags) {
  if (flags.action == "list") return list(server);
  const bool lacks_file = flags.action == "replace" && flags.file.empty();
  if (flags.subject.empty() || lacks_file) {
    return fail({.code = "missing_argument",
                 .message = fmt::format("sojourn asset {} needs a {}", flags.action,
                                        flags.action == "add" ? "file"
                                        : lacks_file          ? "key and a file"
                                                              : "key")});
  }
  if (flags.action == "add" && !flags.folder.empty()) {
    const Result<void> added = add_to_folder(flags);
    return added ? 0 : fail(added.error());
  }
  const Result<Value> answer = ask(server, flags);
  if (!answer) return fail(answer.error());
  if (flags.action == "remove") {
    fmt::print("{} is removed, and its picture: mails that were sent show it no more\n",
               flags.subject);
    return 0;
  }
  print_asset(*answer);
  return 0;
}

}  // namespace sojourn::cli
