#pragma once

/// What an import is asked to do: the parameters of its job.

#include <optional>
#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/transfer/mapping.h"

namespace sojourn::runtime {

/// What becomes of an attribute that the contact has already.
enum class Overwrite : std::uint8_t { all, only_empty };

/// What the people of the file have agreed to, and how we know.
struct ImportConsent {
  std::string topic;  ///< empty: every topic
  std::string evidence;
  friend bool operator==(const ImportConsent&, const ImportConsent&) = default;
};

struct ImportParameters {
  std::string upload;
  std::string name;  ///< of the file, for people
  transfer::FileFormat format = transfer::FileFormat::csv;
  char separator = ',';  ///< of CSV
  transfer::Mapping mapping;
  std::string zone = "UTC";  ///< of local times in the file
  Overwrite overwrite = Overwrite::all;
  bool is_dry_run = false;
  bool starts_journeys = false;
  std::optional<ImportConsent> consent = {};  ///< absent: says nothing of it
  std::string list = {};                      ///< key of a static list; empty: none
  friend bool operator==(const ImportParameters&, const ImportParameters&) = default;
};

/// `{upload, name, format, separator, mapping, timeZone, overwrite, dryRun, startJourneys, consent:
/// {topic, evidence}, list}`. Errors name the member: those of definitions::Reader and
/// read_mapping(), `unknown_value`, `unknown_time_zone`, `too_long`.
[[nodiscard]] Result<ImportParameters> read_import_parameters(const Value& value);
[[nodiscard]] Object write_import_parameters(const ImportParameters& parameters);

/// `csv`, `json`; `,`, `;`, `tab`.
[[nodiscard]] std::string_view to_string(transfer::FileFormat format);
[[nodiscard]] std::string_view separator_word(char separator);
/// Errors: `unknown_value`.
[[nodiscard]] Result<transfer::FileFormat> read_format(std::string_view word);
[[nodiscard]] Result<char> read_separator(std::string_view word);

}  // namespace sojourn::runtime
