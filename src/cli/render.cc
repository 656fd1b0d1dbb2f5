#include "cli/render.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/catalog_files.h"
#include "cli/text_file.h"
#include "domain/catalogs/table.h"
#include "domain/templates/render_with_catalogs.h"
#include "domain/templates/utf8.h"

namespace sojourn::cli {
namespace {

using templates::EscapeHtml;
using templates::Failures;
using templates::LiquidTemplate;
using templates::Scope;
using templates::Syntax;

int refuse(const std::string& message) {
  fmt::print(stderr, "sojourn: {}\n", message);
  return 1;
}

/// Where partials come from.
struct Partials {
  templates::PartialLookup lookup = {};
  std::vector<std::string> names = {};
};

/// What one text is made of.
struct Job {
  std::string source;
  Object data;
  Partials partials;
  bool strict = false;
  bool html = false;
  catalogs::Catalogs* catalogs = nullptr;
};

/// The zone of TZ, else that of the machine.
std::string local_zone() {
  const char* written = std::getenv("TZ");
  std::string name = written == nullptr ? "" : written;
  if (name.starts_with(':')) name.erase(0, 1);
  return name.empty() ? "/etc/localtime" : name;
}

Result<std::string> rendered(const Job& job) {
  const Result<LiquidTemplate> compiled =
      LiquidTemplate::compile(job.source, {.partials = job.partials.lookup,
                                           .syntax = job.strict ? Syntax::strict : Syntax::lax,
                                           .partial_names = job.partials.names});
  if (!compiled) return failure(compiled.error());
  static const std::string zone = local_zone();
  return templates::render(*compiled, Scope(job.data),
                           {.escape_html = job.html ? EscapeHtml::yes : EscapeHtml::no,
                            .failures = job.strict ? Failures::fatal : Failures::printed,
                            .date_zone = templates::DateZone::as_written,
                            .time_zone = zone,
                            .now = SystemClock().now()},
                           job.catalogs);
}

/// Partials in a folder: the names that Shopify Liquid gives to files, and plain ones.
class PartialFolder {
 public:
  explicit PartialFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] std::optional<std::string> source(std::string_view name) const {
    namespace fs = std::filesystem;
    const fs::path path(name);
    for (const fs::path& part : path) {
      if (part == ".." || path.is_absolute()) return std::nullopt;
    }
    const fs::path below = folder_ / path.parent_path();
    const std::string file = path.filename().string();
    for (const fs::path& tried :
         {below / (file + ".liquid"), below / ("_" + file + ".liquid"), below / file}) {
      std::error_code failed;
      if (!fs::is_regular_file(tried, failed)) continue;
      if (const Result<std::string> text = read_text(tried.string())) return *text;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    namespace fs = std::filesystem;
    std::vector<std::string> found;
    std::error_code failed;
    for (fs::recursive_directory_iterator at(folder_, failed), end; !failed && at != end;
         at.increment(failed)) {
      if (!at->is_regular_file(failed)) continue;
      fs::path name = fs::relative(at->path(), folder_, failed);
      if (name.extension() == ".liquid") name.replace_extension();
      std::string file = name.filename().string();
      if (file.starts_with('_')) file.erase(0, 1);
      found.push_back((name.parent_path() / file).generic_string());
    }
    return found;
  }

 private:
  std::filesystem::path folder_;
};

Partials partials_in(const std::string& folder) {
  if (folder.empty()) return {};
  const PartialFolder files{std::filesystem::path(folder)};
  return {.lookup = [files](std::string_view name) { return files.source(name); },
          .names = files.names()};
}

/// JSON holds only text that is well formed: other bytes, which `base64_decode` can make, become
/// the replacement character.
std::string well_formed(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string made;
  while (!text.empty()) {
    const templates::CodePoint point = templates::first_code_point(text);
    made += point.is_valid ? text.substr(0, point.bytes) : "\xEF\xBF\xBD";
    text.remove_prefix(point.bytes);
  }
  return made;
}

Result<Object> object_member(const Object& question, std::string_view name) {
  const Value* member = question.find(name);
  if (member == nullptr || member->is_null()) return Object();
  if (const Object* object = member->as_object()) return *object;
  return failure("not_an_object", fmt::format("{}: expected an object", name));
}

Result<bool> flag_member(const Object& question, std::string_view name) {
  const Value* member = question.find(name);
  if (member == nullptr || member->is_null()) return false;
  if (const bool* flag = member->as_bool()) return *flag;
  return failure("not_a_flag", fmt::format("{}: expected true or false", name));
}

Result<Job> read_job(std::string_view line) {
  TRY(question, parse_json(line));
  const Object* members = question.as_object();
  const Value* source = members == nullptr ? nullptr : members->find("template");
  if (source == nullptr || source->as_string() == nullptr) {
    return failure("no_template", "template: expected a text");
  }
  Job job{.source = *source->as_string(), .data = {}, .partials = {}};
  TRY(data, object_member(*members, "data"));
  job.data = std::move(data);
  TRY(strict, flag_member(*members, "strict"));
  job.strict = strict;
  TRY(html, flag_member(*members, "html"));
  job.html = html;
  if (members->find("templates") == nullptr) return job;
  TRY(sources, object_member(*members, "templates"));
  for (const auto& [name, partial] : sources) {
    if (partial.as_string() == nullptr) {
      return failure("no_template", fmt::format("templates.{}: expected a text", name));
    }
    job.partials.names.push_back(name);
  }
  job.partials.lookup =
      [sources = std::move(sources)](std::string_view name) -> std::optional<std::string> {
    const Value* partial = sources.find(name);
    return partial == nullptr ? std::nullopt : std::optional(*partial->as_string());
  };
  return job;
}

int render_lines() {
  int code = 0;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (trimmed(line).empty()) continue;
    const Result<Job> job = read_job(line);
    const Result<std::string> text = job ? rendered(*job) : failure(job.error());
    JsonWriter answer;
    answer.begin_object();
    if (text) {
      answer.name("result").string(well_formed(*text));
    } else {
      answer.name("error").string(well_formed(text.error().message));
      code = 1;
    }
    answer.end_object();
    fmt::print("{}\n", answer.text());
    // Whoever asks a line at a time waits for its answer.
    std::fflush(stdout);
  }
  return code;
}

}  // namespace

int render(const RenderFlags& flags) {
  if (flags.batch == !flags.source.empty()) return refuse("give either --template or --batch");
  if (flags.batch) return render_lines();
  Result<std::string> source = read_text(flags.source);
  if (!source) return refuse(source.error().message);
  Job job{.source = std::move(*source),
          .data = {},
          .partials = partials_in(flags.partials),
          .strict = flags.strict,
          .html = flags.html};
  if (!flags.data.empty()) {
    const Result<std::string> text = read_text(flags.data);
    if (!text) return refuse(text.error().message);
    const Result<Value> data = parse_json(*text);
    if (!data) return refuse(fmt::format("{}: {}", flags.data, data.error().message));
    if (data->as_object() == nullptr) {
      return refuse(fmt::format("{}: expected an object", flags.data));
    }
    job.data = *data->as_object();
  }
  catalogs::Table catalogs;
  if (!flags.catalogs.empty()) {
    const auto read = folder_catalogs(flags.catalogs);
    if (!read) return refuse(read.error().message);
    catalogs = catalogs::Table(*read);
    job.catalogs = &catalogs;
  }
  const Result<std::string> text = rendered(job);
  if (!text) return refuse(fmt::format("{}: {}", flags.source, text.error().message));
  fmt::print("{}", *text);
  return 0;
}

}  // namespace sojourn::cli
