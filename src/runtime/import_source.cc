#include "runtime/import_source.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "domain/transfer/csv.h"
#include "domain/transfer/json_records.h"

namespace sojourn::runtime {
namespace {

using transfer::FileFormat;
using transfer::MoreText;

/// Bytes of one page: above the longest record, so that each page has a row.
constexpr std::size_t page_bytes = 2 * transfer::csv_record_bytes_max;

MoreText more_after(const FilePart& part) {
  return part.ends ? MoreText::ends : MoreText::follows;
}

tl::unexpected<Error> bad_file(std::string_view code, std::string message) {
  return failure({.code = std::string(code), .message = std::move(message), .field = "upload"});
}

/// Files of other encodings begin with their own marks, or hold bytes that UTF-8 does not have.
bool is_other_encoding(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
         text.substr(0, 64).find('\0') != std::string_view::npos;
}

Result<void> read_header(std::string_view text, MoreText more, SourceForm& form) {
  const std::optional<transfer::CsvRecord> header =
      transfer::read_csv_record(text, form.separator, more);
  if (!header || header->problem) {
    return bad_file("malformed_csv", header
                                         ? "the header cannot be read: " + header->problem->message
                                         : std::string("the header does not end"));
  }
  for (const std::string& name : header->fields) {
    if (!is_valid_utf8(name)) return bad_file("not_utf8", "the header is not UTF-8");
    form.headers.emplace_back(trimmed(transfer::unguarded(name)));
  }
  form.data_begin += header->size_bytes;
  return {};
}

/// Appends what the record says; false where the text ends before it does.
bool take_csv(std::string_view& text, MoreText more, char separator, SourcePage& page) {
  std::optional<transfer::CsvRecord> record = transfer::read_csv_record(text, separator, more);
  if (!record) return false;
  text.remove_prefix(record->size_bytes);
  page.end += record->size_bytes;
  ++page.row;
  if (record->is_blank) return true;
  SourceRow row{.number = page.row, .content = {}, .text = {}};
  if (record->problem) {
    row.content = std::move(*record->problem);
  } else {
    row.content = std::move(record->fields);
  }
  page.rows.push_back(std::move(row));
  return true;
}

bool take_json(std::string_view& text, MoreText more, SourcePage& page) {
  std::optional<transfer::JsonRecord> record = transfer::read_json_record(text, more);
  if (!record) return false;
  page.end += record->size_bytes;
  if (record->text.empty()) {
    text.remove_prefix(record->size_bytes);
    return true;
  }
  SourceRow row{.number = ++page.row, .content = {}, .text = std::string(record->text)};
  text.remove_prefix(record->size_bytes);
  if (record->problem) {
    row.content = std::move(*record->problem);
    page.rows.push_back(std::move(row));
    return true;
  }
  Result<Value> value = parse_json(row.text);
  if (value && value->as_object() != nullptr) {
    row.content = std::move(*value->as_object());
  } else {
    row.content = Error{.code = "malformed_json", .message = "the row is not JSON"};
  }
  page.rows.push_back(std::move(row));
  return true;
}

}  // namespace

Result<SourceForm> look_at_source(const TransferFiles& files, std::string_view upload,
                                  std::optional<FileFormat> format, std::optional<char> separator) {
  TRY(part, files.read_upload(upload, 0, page_bytes));
  if (is_other_encoding(part.bytes)) {
    return bad_file("not_utf8", "the file is not UTF-8: save it as CSV UTF-8");
  }
  SourceForm form;
  form.data_begin = transfer::byte_order_mark_bytes(part.bytes);
  const std::string_view text = std::string_view(part.bytes).substr(form.data_begin);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return bad_file("empty_file", "the file is empty");
  const bool looks_like_json = text[first] == '{' || text[first] == '[';
  form.format = format.value_or(looks_like_json ? FileFormat::json_lines : FileFormat::csv);
  if (form.format == FileFormat::json_lines) return form;
  form.separator = separator.value_or('\0') != '\0'
                       ? *separator
                       : transfer::detect_separator(text, more_after(part));
  TRY_VOID(read_header(text, more_after(part), form));
  return form;
}

Result<SourcePage> read_source(const TransferFiles& files, std::string_view upload,
                               const SourceForm& form, std::uint64_t offset, std::uint64_t row,
                               std::size_t rows_max) {
  TRY(part, files.read_upload(upload, offset, page_bytes));
  SourcePage page{.rows = {}, .end = offset, .row = row, .ends = false};
  std::string_view text = part.bytes;
  const MoreText more = more_after(part);
  while (!text.empty() && page.rows.size() < rows_max) {
    const bool taken = form.format == FileFormat::csv ? take_csv(text, more, form.separator, page)
                                                      : take_json(text, more, page);
    if (!taken) break;
  }
  page.ends = part.ends && text.empty();
  return page;
}

}  // namespace sojourn::runtime
