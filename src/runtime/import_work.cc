#include "runtime/import_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json.h"
#include "domain/reaction/rules.h"
#include "domain/transfer/csv.h"
#include "domain/transfer/guess.h"
#include "runtime/job_events.h"

namespace sojourn::runtime {
namespace {

using store::JobRecord;
using transfer::FileFormat;
using transfer::Row;
using transfer::RowErrors;

/// Pages that one slice counts.
constexpr std::size_t pages_counted = 16;

Result<ImportParameters> parameters_of(const JobRecord& job) {
  TRY(value, parse_json(job.parameters));
  return read_import_parameters(value);
}

/// The lines of the file of bad rows for one row: the error, and the row as it was, so that it can
/// be corrected there and imported again.
void append_errors(std::string& out, const SourceRow& row, const RowErrors& errors) {
  for (const Error& error : errors) {
    std::vector<std::string> fields = {std::to_string(row.number), error.field, error.code,
                                       error.message, transfer::guarded(error.value)};
    if (const auto* cells = std::get_if<std::vector<std::string>>(&row.content)) {
      for (const std::string& cell : *cells) fields.push_back(transfer::guarded(cell));
    } else {
      fields.push_back(transfer::guarded(row.text));
    }
    transfer::append_csv_record(out, fields, ',');
  }
}

std::string header_of_errors(const SourceForm& form) {
  std::vector<std::string> fields(transfer::bad_row_headers.begin(),
                                  transfer::bad_row_headers.end());
  if (form.format == FileFormat::json_lines) fields.emplace_back("json");
  fields.insert(fields.end(), form.headers.begin(), form.headers.end());
  std::string text;
  transfer::append_csv_record(text, fields, ',');
  return text;
}

std::variant<Row, RowErrors> read_row(const transfer::RowReader& reader, const SourceRow& row) {
  if (const auto* error = std::get_if<Error>(&row.content)) return RowErrors{*error};
  if (const auto* object = std::get_if<Object>(&row.content)) return reader.read(*object);
  return reader.read(std::get<std::vector<std::string>>(row.content));
}

}  // namespace

/// How far an import is.
struct ImportWork::Place {
  enum class Phase : std::uint8_t { counting, importing, ending };
  Phase phase = Phase::counting;
  SourceForm form;
  std::uint64_t offset = 0;
  std::uint64_t row = 0;
  std::uint64_t errors_size = 0;  ///< of the file of bad rows
  std::string errors;             ///< lines that are not in it yet
  std::vector<events::Event> pending;

  [[nodiscard]] std::string encode() const {
    ByteWriter out;
    out.u8(static_cast<std::uint8_t>(phase));
    out.u8(static_cast<std::uint8_t>(form.format));
    out.u8(static_cast<std::uint8_t>(form.separator));
    out.unsigned_number(form.headers.size());
    for (const std::string& header : form.headers) out.string(header);
    for (const std::uint64_t number : {form.data_begin, offset, row, errors_size}) {
      out.unsigned_number(number);
    }
    out.string(errors);
    runtime::encode(out, pending);
    return out.take();
  }

  static Result<Place> decode(std::string_view bytes) {
    ByteReader in(bytes);
    Place place;
    const std::uint8_t phase = in.u8();
    const std::uint8_t format = in.u8();
    if (phase > 2 || format > 1) in.fail();
    place.phase = static_cast<Phase>(phase);
    place.form.format = static_cast<FileFormat>(format);
    place.form.separator = static_cast<char>(in.u8());
    const std::size_t headers = in.count();
    for (std::size_t index = 0; index < headers && in.ok(); ++index) {
      place.form.headers.emplace_back(in.string());
    }
    place.form.data_begin = in.unsigned_number();
    place.offset = in.unsigned_number();
    place.row = in.unsigned_number();
    place.errors_size = in.unsigned_number();
    place.errors = in.string();
    place.pending = decode_events(in);
    if (!in.ok()) return failure("damaged_job", "the import's note of its place is damaged");
    return place;
  }

  void to_first_row() {
    offset = form.data_begin;
    row = form.format == FileFormat::csv ? 1 : 0;
  }
};

/// The rows of a slice, read and not yet judged.
struct ImportWork::Prepared {
  SourcePage page;
  std::vector<std::variant<Row, RowErrors>> rows;
};

ImportWork::ImportWork(Runtime& runtime, TransferFiles& files)
    : runtime_(runtime), files_(files), ledger_(runtime.master_key()) {}

Result<JobSlice> ImportWork::step(const JobRecord& job) {
  TRY(parameters, parameters_of(job));
  if (job.resume.empty()) return begin(job, parameters);
  TRY(place, Place::decode(job.resume));
  if (parameters.is_dry_run && !known_.contains(job.id)) {
    // A restart has forgotten what the rows said: they are judged from the first on.
    JobRecord again = job;
    again.counts.clear();
    again.done = 0;
    return begin(again, parameters);
  }
  switch (place.phase) {
    case Place::Phase::counting:
      return count(job, parameters, std::move(place));
    case Place::Phase::importing:
      return prepare(job, parameters, std::move(place));
    case Place::Phase::ending:
      break;
  }
  return finish(job, parameters, place);
}

Result<JobSlice> ImportWork::begin(const JobRecord& job, const ImportParameters& parameters) {
  TRY_VOID(forget_old_imports(runtime_));
  files_.tidy();
  Place place;
  TRY(form, look_at_source(files_, parameters.upload, parameters.format, parameters.separator));
  place.form = std::move(form);
  place.to_first_row();
  place.errors = header_of_errors(place.form);
  known_[job.id].clear();
  JobSlice slice{.job = job};
  slice.job.total.reset();
  slice.job.resume = place.encode();
  return slice;
}

Result<JobSlice> ImportWork::count(const JobRecord& job, const ImportParameters& parameters,
                                   Place place) {
  JobSlice slice{.job = job};
  std::uint64_t total = job.total.value_or(0);
  for (std::size_t pages = 0; pages < pages_counted; ++pages) {
    TRY(page,
        read_source(files_, parameters.upload, place.form, place.offset, place.row, SIZE_MAX));
    total += page.rows.size();
    place.offset = page.end;
    place.row = page.row;
    if (!page.ends) continue;
    place.phase = Place::Phase::importing;
    place.to_first_row();
    break;
  }
  slice.job.total = total;
  slice.job.resume = place.encode();
  return slice;
}

Result<void> ImportWork::settle(const JobRecord& job, Place& place) {
  if (!place.errors.empty() && place.errors_size < errors_bytes_max) {
    TRY(size, files_.append(errors_file(job.id), place.errors_size, place.errors));
    place.errors_size = size;
  }
  place.errors.clear();
  TRY_VOID(submit_and_wait(runtime_, std::exchange(place.pending, {})));
  return {};
}

KnownContacts& ImportWork::known_contacts(const JobRecord& job,
                                          const ImportParameters& parameters) {
  KnownContacts& known = known_[job.id];
  // What earlier slices did is in the state by now; a dry run has changed nothing.
  if (!parameters.is_dry_run || known.size() > dry_run_contacts_max) known.clear();
  return known;
}

Result<JobSlice> ImportWork::prepare(const JobRecord& job, const ImportParameters& parameters,
                                     Place place) {
  TRY_VOID(settle(job, place));
  const auto prepared = std::make_shared<Prepared>();
  TRY(page, read_source(files_, parameters.upload, place.form, place.offset, place.row,
                        import_rows_per_slice));
  prepared->page = std::move(page);
  const transfer::RowReader reader(parameters.mapping, place.form.headers, parameters.zone);
  for (const SourceRow& row : prepared->page.rows) prepared->rows.push_back(read_row(reader, row));

  place.offset = prepared->page.end;
  place.row = prepared->page.row;
  if (prepared->page.ends && prepared->page.rows.empty()) place.phase = Place::Phase::ending;
  std::optional<std::uint32_t> list;
  if (const reaction::ListRule* rule = runtime_.rules()->list(parameters.list)) {
    list = rule->number;
  }
  JobSlice slice{.job = job};
  slice.also = [this, prepared, parameters, place = std::move(place), list,
                known = &known_contacts(job, parameters), now = runtime_.clock().now()](
                   store::StateTransaction& transaction, JobRecord& reached) -> Result<void> {
    Place next = place;
    const ImportRows::Context context{.parameters = parameters,
                                      .job = reached.id,
                                      .master_key = runtime_.master_key(),
                                      .ledger = ledger_,
                                      .list = list,
                                      .now = now};
    ImportRows rows(transaction, *known, context);
    for (std::size_t index = 0; index < prepared->rows.size(); ++index) {
      const SourceRow& source = prepared->page.rows[index];
      ++reached.done;
      if (const auto* errors = std::get_if<RowErrors>(&prepared->rows[index])) {
        append_errors(next.errors, source, *errors);
        ++reached.counts["bad"];
        continue;
      }
      TRY(outcome, rows.take(std::get<Row>(prepared->rows[index]), source.number));
      ++reached.counts[outcome.count];
      if (outcome.error) append_errors(next.errors, source, {*outcome.error});
      if (outcome.has_consent) ++reached.counts["consents"];
      if (outcome.keeps_opt_out) ++reached.counts["optedOut"];
      if (outcome.is_listed) ++reached.counts["listed"];
      if (parameters.is_dry_run) continue;
      if (outcome.change) TRY_VOID(transaction.put_import_change(*outcome.change));
      std::move(outcome.events.begin(), outcome.events.end(), std::back_inserter(next.pending));
    }
    reached.resume = next.encode();
    return {};
  };
  return slice;
}

JobSlice ImportWork::finish(const JobRecord& job, const ImportParameters& parameters,
                            const Place& place) {
  known_.erase(job.id);
  // A dry run is followed by the import of the same upload.
  if (!parameters.is_dry_run) files_.remove_upload(parameters.upload);
  const auto bad = job.counts.find("bad");
  const bool has_bad = bad != job.counts.end() && bad->second > 0;
  if (!has_bad) files_.remove(errors_file(job.id));
  Object result{{"dryRun", parameters.is_dry_run},
                {"rows", static_cast<std::int64_t>(job.done)},
                {"badRows", has_bad},
                {"badRowsTruncated", place.errors_size >= errors_bytes_max},
                {"undone", false}};
  JobSlice slice{.job = job, .has_ended = true};
  slice.job.result = to_json(result);
  return slice;
}

Result<void> ImportWork::wind_down(const JobRecord& job) {
  known_.erase(job.id);
  if (job.resume.empty()) return {};
  Result<Place> place = Place::decode(job.resume);
  return place ? settle(job, *place) : Result<void>();
}

Result<void> forget_old_imports(Runtime& runtime) {
  constexpr std::size_t rows_per_transaction = 2'000;
  constexpr std::size_t jobs_looked_at = 1'000;
  const Timestamp oldest = runtime.clock().now() - import_kept;
  std::vector<JobRecord> imports;
  {
    TRY(view, runtime.store().view());
    TRY(listed, view->list_jobs({.kind = std::string(import_kind), .limit = jobs_looked_at}));
    for (JobRecord& job : listed) {
      const bool is_old = job.ended_at && *job.ended_at < oldest;
      if (!is_old) continue;
      TRY(changes, view->import_changes(job.id, INT64_MAX, 1));
      if (!changes.empty()) imports.push_back(std::move(job));
    }
  }
  for (const JobRecord& job : imports) {
    // Shared: the task may outlive this call where the store takes no writes.
    const auto removed = std::make_shared<std::uint64_t>();
    do {
      TRY_VOID(runtime.write(
          [removed, id = job.id](store::StateTransaction& transaction) -> Result<void> {
            TRY(count, transaction.remove_import_changes(id, rows_per_transaction));
            *removed = count;
            return {};
          }));
    } while (*removed == rows_per_transaction);
  }
  return {};
}

}  // namespace sojourn::runtime
