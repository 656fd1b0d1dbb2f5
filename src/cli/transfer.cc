#include "cli/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include "base/json.h"
#include "cli/job_wait.h"
#include "domain/transfer/mapping.h"

namespace sojourn::cli {
namespace {

/// What one call uploads: the server's limit of a part.
constexpr std::size_t part_bytes = 4 << 20;

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

const Value* find(const Value& value, std::string_view path) {
  const Object* object = value.as_object();
  return object == nullptr ? nullptr : find_path(*object, path);
}

std::string text_of(const Value& value, std::string_view path) {
  const Value* member = find(value, path);
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr ? std::string() : *text;
}

std::int64_t number_of(const Value& value, std::string_view path) {
  const Value* member = find(value, path);
  return member == nullptr ? 0 : static_cast<std::int64_t>(member->number());
}

Result<std::string> upload(const Server& server, const std::string& path, ProgressLine& progress) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return failure("no_file", fmt::format("{} cannot be read", path));
  std::string id;
  std::uint64_t sent = 0;
  std::string part(part_bytes, '\0');
  while (true) {
    file.read(part.data(), static_cast<std::streamsize>(part_bytes));
    const auto size = static_cast<std::size_t>(file.gcount());
    if (file.bad()) return failure("no_file", fmt::format("{} cannot be read", path));
    if (size == 0 && !id.empty()) return id;
    const bool is_first = id.empty();
    TRY(answer, send_bytes(server, is_first ? "POST" : "PUT",
                           is_first ? "/api/v1/uploads"
                                    : fmt::format("/api/v1/uploads/{}?offset={}", id, sent),
                           part.substr(0, size)));
    if (is_first) id = text_of(answer, "id");
    sent += size;
    progress.show(fmt::format("uploaded {} bytes", sent));
    if (size < part_bytes) return id;
  }
}

void print_counts(const Value& job) {
  const Value* counts = find(job, "counts");
  const Object* object = counts == nullptr ? nullptr : counts->as_object();
  if (object == nullptr) return;
  for (const auto& [name, count] : *object) {
    fmt::print("{:<14}{}\n", name, static_cast<std::int64_t>(count.number()));
  }
}

/// The guessed mapping, with the columns that --map names in the place of the guess.
Result<Value> mapping_with(const Value& guessed, const std::vector<std::string>& maps) {
  std::vector<transfer::Column> chosen;
  for (const std::string& text : maps) {
    TRY(column, transfer::read_column_text(text));
    chosen.push_back(std::move(column));
  }
  transfer::Mapping only;
  only.columns = chosen;
  const Value written = transfer::write_mapping(only);
  Value::List columns = *find(written, "columns")->as_list();
  const Value* present = find(guessed, "columns");
  if (present != nullptr && present->as_list() != nullptr) {
    for (const Value& column : *present->as_list()) {
      const bool is_chosen = std::any_of(
          chosen.begin(), chosen.end(),
          [&](const transfer::Column& each) { return each.header == text_of(column, "column"); });
      if (!is_chosen) columns.push_back(column);
    }
  }
  return Value(Object{{"subject", text_of(guessed, "subject")}, {"columns", std::move(columns)}});
}

void print_mapping(const Value& mapping) {
  const Value* columns = find(mapping, "columns");
  if (columns == nullptr || columns->as_list() == nullptr) return;
  fmt::print(stderr, "{}, by these columns:\n", text_of(mapping, "subject"));
  for (const Value& column : *columns->as_list()) {
    fmt::print(stderr, "  {} = {}", text_of(column, "column"), text_of(column, "as"));
    const std::string name = text_of(column, "name");
    if (!name.empty()) fmt::print(stderr, " {} ({})", name, text_of(column, "type"));
    fmt::print(stderr, "\n");
  }
}

/// What preview and import are asked alike.
Object request_of(const ImportFlags& flags, const std::string& id) {
  Object request{{"upload", id}};
  const auto set = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) request.set(name, text);
  };
  set("format", flags.format);
  set("separator", flags.separator);
  set("timeZone", flags.zone);
  return request;
}

Result<Object> import_request(const Server& server, const ImportFlags& flags,
                              const std::string& id) {
  Object request = request_of(flags, id);
  if (!flags.subject.empty()) request.set("subject", flags.subject);
  TRY(preview, post(server, "/api/v1/imports/preview", request));
  const Value* guessed = find(preview, "mapping");
  TRY(mapping, mapping_with(guessed == nullptr ? Value() : *guessed, flags.maps));
  print_mapping(mapping);
  request.erase("subject");
  request.set("mapping", std::move(mapping));
  request.set("name", flags.file.substr(flags.file.find_last_of('/') + 1));
  if (!flags.overwrite.empty()) request.set("overwrite", flags.overwrite);
  if (!flags.list.empty()) request.set("list", flags.list);
  if (flags.consent_topic) {
    request.set("consent",
                Object{{"topic", *flags.consent_topic}, {"evidence", flags.consent_evidence}});
  }
  request.set("dryRun", flags.is_dry_run);
  request.set("startJourneys", flags.starts_journeys);
  return request;
}

/// Downloads into `path`, which is there whole or not at all; `-` is stdout.
Result<void> download_to(const Server& server, const std::string& from, const std::string& path) {
  if (path == "-") {
    return download(server, from, [](std::string_view bytes) {
      return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
    });
  }
  const std::string partial = path + ".part";
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  if (!file) return failure("no_file", fmt::format("{} cannot be written", partial));
  TRY_VOID(download(server, from, [&](std::string_view bytes) {
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file.good();
  }));
  file.close();
  if (!file || std::rename(partial.c_str(), path.c_str()) != 0) {
    return failure("no_file", fmt::format("{} cannot be written", path));
  }
  return {};
}

Result<int> carry_out_import(const Server& server, const ImportFlags& flags) {
  ProgressLine progress;
  TRY(id, upload(server, flags.file, progress));
  progress.clear();
  TRY(request, import_request(server, flags, id));
  TRY(job, post(server, "/api/v1/imports", request));
  const std::string job_id = text_of(job, "id");
  fmt::print("job {}\n", job_id);
  std::fflush(stdout);
  TRY(ended, wait_for_job(server, job_id, progress));
  print_counts(ended);
  const bool has_bad = number_of(ended, "counts.bad") > 0;
  if (has_bad && !flags.bad_rows.empty()) {
    TRY_VOID(download_to(server, "/api/v1/imports/" + job_id + "/errors", flags.bad_rows));
  }
  return has_bad ? 2 : 0;
}

Result<int> carry_out_undo(const Server& server, const std::string& import) {
  ProgressLine progress;
  TRY(job, post(server, "/api/v1/imports/" + import + "/undo", {}));
  TRY(ended, wait_for_job(server, text_of(job, "id"), progress));
  print_counts(ended);
  return 0;
}

Result<int> carry_out_export(const Server& server, const ExportFlags& flags) {
  Object request{{"subject", flags.subject}, {"format", flags.format}};
  const auto set = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) request.set(name, text);
  };
  const auto set_all = [&](std::string_view name, const std::vector<std::string>& texts) {
    Value::List list;
    for (const std::string& text : texts) list.emplace_back(text);
    if (!texts.empty()) request.set(name, std::move(list));
  };
  set("segment", flags.segment);
  set("list", flags.list);
  set("since", flags.since);
  set("until", flags.until);
  set_all("attributes", flags.attributes);
  set_all("names", flags.names);
  request.set("formulaGuard", !flags.is_unguarded);
  ProgressLine progress;
  TRY(job, post(server, "/api/v1/exports", request));
  const std::string id = text_of(job, "id");
  TRY(ended, wait_for_job(server, id, progress));
  TRY_VOID(download_to(server, "/api/v1/exports/" + id + "/file", flags.output));
  const std::int64_t count = number_of(ended, "counts." + flags.subject);
  fmt::print(stderr, "{} {} to {}\n", count, flags.subject,
             flags.output == "-" ? "stdout" : flags.output);
  return 0;
}

}  // namespace

int import_file(const Server& server, const ImportFlags& flags) {
  if (flags.file.empty() == flags.undo.empty()) {
    return fail({.code = "usage", .message = "name a file, or a job with --undo"});
  }
  const Result<int> done =
      flags.undo.empty() ? carry_out_import(server, flags) : carry_out_undo(server, flags.undo);
  return done ? *done : fail(done.error());
}

int export_file(const Server& server, const ExportFlags& flags) {
  const Result<int> done = carry_out_export(server, flags);
  return done ? *done : fail(done.error());
}

}  // namespace sojourn::cli
