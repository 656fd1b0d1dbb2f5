#include <fmt/format.h>

#include <charconv>

#include "api/body_fields.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/job_json.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/reaction/rules.h"
#include "runtime/import_preview.h"
#include "runtime/jobs.h"
#include "runtime/undo_work.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t upload_id_bytes = 16;
constexpr std::size_t word_bytes_max = 64;

std::string upload_json(std::string_view id, std::uint64_t bytes) {
  JsonWriter out;
  out.begin_object();
  text_field(out, "id", id);
  count_field(out, "bytes", bytes);
  return out.end_object().take();
}

Result<std::uint64_t> offset_of(const Call& call) {
  const std::string text = call.request.query_parameter("offset").value_or("");
  std::uint64_t offset = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, offset);
  if (text.empty() || problem != std::errc{} || stopped != end) {
    return failure({.code = "missing_field",
                    .message = "offset is the number of bytes that the file has by now",
                    .field = "offset",
                    .value = text.substr(0, word_bytes_max)});
  }
  return offset;
}

/// How the file is to be read, where the caller says so.
struct Asked {
  std::string upload;
  std::string zone = "UTC";
  std::optional<transfer::Subject> subject;
  std::optional<transfer::FileFormat> format;
  std::optional<char> separator;
};

Result<Asked> read_asked(const Object& body) {
  constexpr TextLimits limits{.min = 0, .max = word_bytes_max};
  Asked asked;
  TRY(upload, required_text(body, "upload", {.min = 1, .max = word_bytes_max}));
  asked.upload = std::move(upload);
  TRY(subject, optional_text(body, "subject", limits));
  if (!subject.empty()) {
    TRY(chosen, transfer::read_subject(subject));
    asked.subject = chosen;
  }
  TRY(format, optional_text(body, "format", limits));
  if (!format.empty()) {
    TRY(chosen, runtime::read_format(format));
    asked.format = chosen;
  }
  TRY(separator, optional_text(body, "separator", limits));
  if (!separator.empty()) {
    TRY(chosen, runtime::read_separator(separator));
    asked.separator = chosen;
  }
  TRY(zone, optional_text(body, "timeZone", limits));
  if (!zone.empty()) asked.zone = std::move(zone);
  return asked;
}

Result<runtime::ImportPreview> preview_of(Context& context, const Asked& asked) {
  return runtime::preview_import(context.transfers, asked.upload, asked.subject, asked.format,
                                 asked.separator, asked.zone);
}

void write_preview(JsonWriter& out, const runtime::ImportPreview& preview) {
  const bool is_csv = preview.form.format == transfer::FileFormat::csv;
  out.begin_object();
  text_field(out, "format", runtime::to_string(preview.form.format));
  text_or_null_field(out, "separator",
                     is_csv ? runtime::separator_word(preview.form.separator) : "");
  out.name("headers").begin_list();
  for (const std::string& header : preview.headers) out.string(header);
  out.end_list();
  out.name("rows").begin_list();
  for (const runtime::PreviewRow& row : preview.rows) {
    out.begin_object();
    count_field(out, "row", row.number);
    out.name("cells").begin_list();
    for (const std::string& cell : row.cells) out.string(cell);
    out.end_list();
    out.end_object();
  }
  out.end_list();
  out.name("mapping").value(transfer::write_mapping(preview.mapping));
  out.name("notes").begin_list();
  for (const transfer::GuessNote& note : preview.notes) {
    out.begin_object();
    text_or_null_field(out, "column", note.header);
    text_field(out, "code", note.code);
    text_field(out, "message", note.message);
    out.end_object();
  }
  out.end_list();
  out.name("problems").begin_list();
  for (const runtime::PreviewProblem& problem : preview.problems) {
    out.begin_object();
    count_field(out, "row", problem.row);
    text_or_null_field(out, "column", problem.error.field);
    text_field(out, "code", problem.error.code);
    text_field(out, "message", problem.error.message);
    text_or_null_field(out, "value", problem.error.value);
    out.end_object();
  }
  out.end_list();
  out.end_object();
}

/// Publishes the static list that an import names, where there is none of that key.
Result<void> ensure_list(Context& context, const std::string& key, const std::string& actor) {
  if (key.empty() || context.runtime.rules()->list(key) != nullptr) return {};
  const runtime::DefinitionFile file{.path = "lists/" + key + ".yaml",
                                     .text = "kind: list\nkey: " + key + "\n"};
  TRY(plan, context.runtime.apply({file}, actor));
  if (plan.problems.empty()) return {};
  return failure({.code = "invalid_key",
                  .message = plan.problems.front().message,
                  .field = "list",
                  .value = key});
}

}  // namespace

Answer begin_upload(Context& context, const Call& call) {
  const std::string id = to_base32(context.random(upload_id_bytes));
  context.transfers.tidy();
  TRY_VOID(context.transfers.begin_upload(id));
  TRY(bytes, context.transfers.append_upload(id, 0, call.request.body));
  return created(upload_json(id, bytes));
}

Answer append_upload(Context& context, const Call& call) {
  TRY(offset, offset_of(call));
  const std::string& id = call.parameter("id");
  TRY(bytes, context.transfers.append_upload(id, offset, call.request.body));
  return json(upload_json(id, bytes));
}

Answer get_upload(Context& context, const Call& call) {
  const std::string& id = call.parameter("id");
  TRY(bytes, context.transfers.upload_size(id));
  return json(upload_json(id, bytes));
}

Answer preview_import(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(asked, read_asked(body));
  TRY(preview, preview_of(context, asked));
  JsonWriter out;
  write_preview(out, preview);
  return json(out.take());
}

Answer begin_import(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(asked, read_asked(body));
  const Value* mapping = body.find("mapping");
  runtime::SourceForm form;
  if (mapping == nullptr || mapping->is_null()) {
    TRY(preview, preview_of(context, asked));
    TRY_VOID(transfer::check(preview.mapping));
    body.set("mapping", transfer::write_mapping(preview.mapping));
    form = std::move(preview.form);
  } else {
    TRY(looked,
        runtime::look_at_source(context.transfers, asked.upload, asked.format, asked.separator));
    form = std::move(looked);
  }
  // Of the mapping, and no parameter of its own.
  body.erase("subject");
  TRY(parameters, runtime::read_import_parameters(body));
  TRY_VOID(runtime::check_columns(parameters.mapping, form));
  parameters.format = form.format;
  parameters.separator = form.separator;
  if (!parameters.is_dry_run) TRY_VOID(ensure_list(context, parameters.list, call.caller.name));
  TRY(id,
      context.runtime.jobs().submit(
          runtime::import_kind, runtime::write_import_parameters(parameters), call.caller.name));
  return job_accepted(context, id);
}

Answer get_import_errors(Context& context, const Call& call) {
  store::JobId id;
  {
    TRY(view, context.runtime.store().view());
    TRY(job, find_job(*view, call));
    id = job.id;
  }
  TRY(file, context.transfers.map(runtime::errors_file(id)));
  if (!file) {
    return failure({.code = "unknown_file",
                    .message = "the import has no bad rows, or they have been kept long enough",
                    .value = std::to_string(id.value)});
  }
  return download("text/csv; charset=utf-8", runtime::errors_file(id), file->bytes, file->owner);
}

Answer undo_import(Context& context, const Call& call) {
  store::JobId import;
  {
    TRY(view, context.runtime.store().view());
    TRY(named, find_job(*view, call));
    TRY(job, runtime::undoable_import(*view, named.id, context.runtime.clock().now()));
    import = job.id;
  }
  TRY(id,
      context.runtime.jobs().submit(
          runtime::undo_kind, Object{{"import", std::to_string(import.value)}}, call.caller.name));
  return job_accepted(context, id);
}

}  // namespace sojourn::api::endpoints
