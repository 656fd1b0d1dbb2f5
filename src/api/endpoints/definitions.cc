#include <fmt/format.h>

#include <algorithm>

#include "api/body_fields.h"
#include "api/endpoints/endpoints.h"
#include "api/home_stream.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

using runtime::Change;
using runtime::DefinitionChange;
using runtime::DefinitionFile;
using runtime::DefinitionPlan;

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

struct Files {
  std::vector<DefinitionFile> files;
  bool yes = false;
};

Result<Files> read_files(const net::Request& request) {
  TRY(body, read_body_object(request));
  const Value* list = body.find("files");
  if (list == nullptr) {
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
  Files read;
  for (const Value& value : *list->as_list()) {
    TRY(file, read_file(value, read.files.size()));
    read.files.push_back(std::move(file));
  }
  TRY(yes, optional_boolean(body, "yes"));
  read.yes = yes;
  return read;
}

std::string_view to_text(Change change) {
  switch (change) {
    case Change::created:
      return "created";
    case Change::changed:
      return "changed";
    case Change::unchanged:
      return "unchanged";
    case Change::removed:
      return "removed";
  }
  return {};
}

void write_changes(JsonWriter& out, const DefinitionPlan& plan) {
  out.name("changes").begin_list();
  for (const DefinitionChange& change : plan.changes) {
    out.begin_object();
    text_field(out, "kind", change.kind);
    text_field(out, "key", change.key);
    text_field(out, "change", to_text(change.change));
    text_field(out, "summary", change.summary);
    count_field(out, "contactsInside", change.contacts_inside);
    out.end_object();
  }
  out.end_list();
}

void write_problems(JsonWriter& out, const DefinitionPlan& plan) {
  out.name("problems").begin_list();
  for (const runtime::DefinitionProblem& found : plan.problems) {
    out.begin_object();
    text_field(out, "file", found.file);
    count_field(out, "line", static_cast<std::uint64_t>(std::max(found.line, 0)));
    text_field(out, "code", found.code);
    text_field(out, "message", found.message);
    out.end_object();
  }
  out.end_list();
}

net::Response plan_answer(const DefinitionPlan& plan) {
  JsonWriter out;
  out.begin_object();
  write_changes(out, plan);
  write_problems(out, plan);
  return json(out.end_object().take());
}

net::Response refusal(Error error, const DefinitionPlan& plan) {
  JsonWriter members;
  write_changes(members, plan);
  write_problems(members, plan);
  return problem(error, {.members = members.take()});
}

net::Response invalid(const DefinitionPlan& plan) {
  return refusal({.code = "definitions_invalid",
                  .message = fmt::format("the definitions have {} problems; the first: {}: {}",
                                         plan.problems.size(), plan.problems.front().file,
                                         plan.problems.front().message)},
                 plan);
}

/// What cannot be taken back without loss, or happens to people who are inside.
bool needs_yes(const DefinitionChange& change) {
  const bool touches_runs = change.kind == "journey" && change.contacts_inside > 0;
  return change.change == Change::removed || (change.change == Change::changed && touches_runs);
}

}  // namespace

Answer plan_definitions(Context& context, const Call& call) {
  TRY(read, read_files(call.request));
  TRY(plan, context.runtime.plan(read.files));
  return plan_answer(plan);
}

Answer apply_definitions(Context& context, const Call& call) {
  TRY(read, read_files(call.request));
  TRY(plan, context.runtime.plan(read.files));
  if (!plan.problems.empty()) return invalid(plan);
  const bool asks = std::any_of(plan.changes.begin(), plan.changes.end(), needs_yes);
  if (asks && !read.yes) {
    return refusal({.code = "needs_yes",
                    .message = "this removes definitions or touches contacts inside a journey",
                    .field = "yes"},
                   plan);
  }
  TRY(applied, context.runtime.apply(read.files, call.caller.name));
  if (!applied.problems.empty()) return invalid(applied);
  context.home_stream->note_change();
  return plan_answer(applied);
}

}  // namespace sojourn::api::endpoints
