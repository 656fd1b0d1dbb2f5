#include "runtime/import_preview.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "domain/transfer/convert.h"
#include "domain/transfer/csv.h"

namespace sojourn::runtime {
namespace {

using transfer::FileFormat;
using transfer::Subject;

/// A cell as a preview shows it.
constexpr std::size_t shown_bytes_max = 200;

std::string shown(std::string cell) {
  if (cell.size() > shown_bytes_max) cell.resize(shown_bytes_max);
  // A cut within a character, or a file that is not UTF-8.
  while (!cell.empty() && !is_valid_utf8(cell)) cell.pop_back();
  return cell;
}

std::vector<std::string> names_of(const SourcePage& page) {
  std::vector<std::string> names;
  for (const SourceRow& row : page.rows) {
    const auto* object = std::get_if<Object>(&row.content);
    if (object == nullptr) continue;
    for (const auto& [name, value] : *object) {
      const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
      if (is_new && names.size() < transfer::csv_fields_max) names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> cells_of(const SourceRow& row, const std::vector<std::string>& headers) {
  std::vector<std::string> cells;
  if (const auto* fields = std::get_if<std::vector<std::string>>(&row.content)) cells = *fields;
  if (const auto* object = std::get_if<Object>(&row.content)) {
    for (const std::string& header : headers) {
      const Value* value = object->find(header);
      cells.push_back(value == nullptr ? std::string() : transfer::to_cell(*value));
    }
  }
  cells.resize(headers.size());
  return cells;
}

transfer::Guess guess_of(const ImportPreview& preview, const SourcePage& page, Subject subject) {
  if (preview.form.format == FileFormat::json_lines) {
    return transfer::guess_json(subject, preview.headers);
  }
  std::vector<transfer::SampleColumn> columns;
  for (const std::string& header : preview.headers) columns.push_back({header, {}});
  for (const SourceRow& row : page.rows) {
    const std::vector<std::string> cells = cells_of(row, preview.headers);
    for (std::size_t index = 0; index < columns.size(); ++index) {
      columns[index].cells.push_back(cells[index]);
    }
  }
  return transfer::guess(subject, columns);
}

void add_problems(ImportPreview& preview, const SourcePage& page, const std::string& zone) {
  if (!transfer::check(preview.mapping)) return;
  const transfer::RowReader reader(preview.mapping, preview.form.headers, zone);
  for (const SourceRow& row : page.rows) {
    std::variant<transfer::Row, transfer::RowErrors> read;
    if (const auto* error = std::get_if<Error>(&row.content)) {
      read = transfer::RowErrors{*error};
    } else if (const auto* object = std::get_if<Object>(&row.content)) {
      read = reader.read(*object);
    } else {
      read = reader.read(std::get<std::vector<std::string>>(row.content));
    }
    const auto* errors = std::get_if<transfer::RowErrors>(&read);
    if (errors == nullptr) continue;
    for (const Error& error : *errors) preview.problems.push_back({row.number, error});
  }
}

}  // namespace

Result<ImportPreview> preview_import(const TransferFiles& files, std::string_view upload,
                                     std::optional<Subject> subject,
                                     std::optional<FileFormat> format,
                                     std::optional<char> separator, const std::string& zone) {
  ImportPreview preview;
  TRY(form, look_at_source(files, upload, format, separator));
  preview.form = std::move(form);
  const bool is_csv = preview.form.format == FileFormat::csv;
  TRY(page, read_source(files, upload, preview.form, preview.form.data_begin, is_csv ? 1 : 0,
                        rows_guessed_from));
  preview.headers = is_csv ? preview.form.headers : names_of(page);
  const Subject chosen = subject.value_or(transfer::guess_subject(preview.headers));
  transfer::Guess guess = guess_of(preview, page, chosen);
  preview.mapping = std::move(guess.mapping);
  preview.notes = std::move(guess.notes);
  add_problems(preview, page, zone);
  for (std::size_t index = 0; index < std::min(page.rows.size(), rows_previewed); ++index) {
    std::vector<std::string> cells = cells_of(page.rows[index], preview.headers);
    for (std::string& cell : cells) cell = shown(std::move(cell));
    preview.rows.push_back({page.rows[index].number, std::move(cells)});
  }
  return preview;
}

Result<void> check_columns(const transfer::Mapping& mapping, const SourceForm& form) {
  if (form.format == FileFormat::json_lines) return {};
  for (const transfer::Column& column : mapping.columns) {
    if (std::find(form.headers.begin(), form.headers.end(), column.header) != form.headers.end()) {
      continue;
    }
    return failure(
        {.code = "unknown_column",
         .message = fmt::format("the file has no column \"{}\"", column.header.substr(0, 100)),
         .field = "mapping",
         .value = column.header.substr(0, 100)});
  }
  return {};
}

}  // namespace sojourn::runtime
