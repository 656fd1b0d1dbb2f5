#pragma once

/// Carries out exports: walks the contacts, the log, or a campaign's ledger, a page at a time into
/// a file. Not one moment of the whole: who comes or changes meanwhile may be in it or not, as it
/// is when its page is read.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/transfer/export_row.h"
#include "domain/transfer/mapping.h"
#include "runtime/campaign_recipients.h"
#include "runtime/jobs.h"
#include "runtime/transfer_files.h"

namespace sojourn::runtime {

inline constexpr std::string_view export_kind = "export";

enum class ExportSubject : std::uint8_t { contacts, events, recipients };
[[nodiscard]] std::string_view to_string(ExportSubject subject);

/// Contacts, log records and lines of a ledger that one slice reads.
inline constexpr std::size_t export_contacts_per_slice = 1'000;
inline constexpr std::size_t export_events_per_slice = 4'000;
inline constexpr int export_recipients_per_slice = 1'000;

struct ExportParameters {
  ExportSubject subject = ExportSubject::contacts;
  transfer::FileFormat format = transfer::FileFormat::csv;
  transfer::FormulaGuard guard = transfer::FormulaGuard::on;
  // Of contacts.
  std::string segment = {};                  ///< key of a segment; empty: everybody
  std::string list = {};                     ///< key of a static list; empty: everybody
  std::vector<std::string> attributes = {};  ///< chosen; empty: all
  // Of events.
  std::vector<std::string> names = {};  ///< empty: all
  std::optional<Timestamp> since = {};  ///< when it happened, included
  std::optional<Timestamp> until = {};  ///< not included
  // Of recipients.
  RecipientFilter recipients = {};
  friend bool operator==(const ExportParameters&, const ExportParameters&) = default;
};

/// `{subject, format, formulaGuard, segment, list, attributes, names, since, until, campaign,
/// status, answer, arm}`. Errors name the member: those of definitions::Reader, `unknown_value`,
/// `not_a_time`, `too_many_items`, and `wrong_member` for a member of another subject.
[[nodiscard]] Result<ExportParameters> read_export_parameters(const Value& value);
[[nodiscard]] Object write_export_parameters(const ExportParameters& parameters);

class ExportWork final : public JobWork {
 public:
  /// Both outlive it.
  ExportWork(Runtime& runtime, TransferFiles& files) : runtime_(runtime), files_(files) {}

  /// Errors: `unknown_segment`, `unknown_list` where the definition has gone.
  Result<JobSlice> step(const store::JobRecord& job) override;
  Result<void> wind_down(const store::JobRecord& job) override;

 private:
  struct Place;

  Result<JobSlice> begin(const store::JobRecord& job, const ExportParameters& parameters);
  Result<JobSlice> export_contacts(const store::JobRecord& job, const ExportParameters& parameters,
                                   Place place);
  Result<JobSlice> export_events(const store::JobRecord& job, const ExportParameters& parameters,
                                 Place place);
  Result<JobSlice> export_recipients(const store::JobRecord& job,
                                     const ExportParameters& parameters, Place place);
  Result<JobSlice> store_page(const store::JobRecord& job, const ExportParameters& parameters,
                              Place place, std::string_view text, bool ends);

  Runtime& runtime_;
  TransferFiles& files_;
};

/// The file of a finished export, and as what it is served.
[[nodiscard]] std::string export_file_of(const store::JobRecord& job,
                                         const ExportParameters& parameters);
[[nodiscard]] std::string_view content_type_of(transfer::FileFormat format);

}  // namespace sojourn::runtime
