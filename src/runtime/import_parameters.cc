#include "runtime/import_parameters.h"

#include <fmt/format.h>

#include <utility>

#include "base/calendar.h"
#include "domain/definitions/reader.h"

namespace sojourn::runtime {
namespace {

using definitions::Reader;

/// Evidence says in a sentence or two how people agreed.
constexpr std::size_t evidence_bytes_max = 2'000;
constexpr std::size_t name_bytes_max = 255;

tl::unexpected<Error> unknown_value(std::string field, std::string_view value, std::string limit) {
  return failure(
      {.code = "unknown_value",
       .message = fmt::format("{} is \"{}\", allowed are {}", field, value.substr(0, 100), limit),
       .field = std::move(field),
       .value = std::string(value.substr(0, 100)),
       .limit = std::move(limit)});
}

Result<std::string> text_within(Reader& reader, std::string_view member, std::size_t bytes_max) {
  TRY(text, reader.optional_text(member));
  if (text && text->size() > bytes_max) {
    return failure({.code = "too_long",
                    .message = fmt::format("{} is {} bytes long, the limit is {}",
                                           reader.path_of(member), text->size(), bytes_max),
                    .field = reader.path_of(member),
                    .value = std::to_string(text->size()),
                    .limit = std::to_string(bytes_max)});
  }
  return text.value_or("");
}

Result<ImportConsent> read_consent(const Value& value) {
  Reader reader(value, "consent");
  ImportConsent consent;
  TRY(topic, text_within(reader, "topic", name_bytes_max));
  TRY(evidence, text_within(reader, "evidence", evidence_bytes_max));
  TRY_VOID(reader.finish());
  if (evidence.empty()) {
    return reader.refuse("missing_field", "evidence",
                         "consent needs evidence: how and when these people agreed");
  }
  consent.topic = std::move(topic);
  consent.evidence = std::move(evidence);
  return consent;
}

Result<void> read_form(Reader& reader, ImportParameters& parameters) {
  TRY(format, reader.optional_text("format"));
  if (format) {
    TRY(chosen, read_format(*format));
    parameters.format = chosen;
  }
  TRY(separator, reader.optional_text("separator"));
  if (separator) {
    TRY(chosen, read_separator(*separator));
    parameters.separator = chosen;
  }
  TRY(zone, reader.optional_text("timeZone"));
  if (zone && !find_zone(*zone)) {
    return failure({.code = "unknown_time_zone",
                    .message = fmt::format("\"{}\" is not an IANA time zone", zone->substr(0, 100)),
                    .field = "timeZone",
                    .value = zone->substr(0, 100)});
  }
  if (zone) parameters.zone = *zone;
  return {};
}

Result<void> read_choices(Reader& reader, ImportParameters& parameters) {
  TRY(overwrite, reader.optional_text("overwrite"));
  if (overwrite && *overwrite != "all" && *overwrite != "empty") {
    return unknown_value("overwrite", *overwrite, "all, empty");
  }
  parameters.overwrite = overwrite == "empty" ? Overwrite::only_empty : Overwrite::all;
  TRY(dry_run, reader.boolean_or("dryRun", false));
  parameters.is_dry_run = dry_run;
  TRY(starts_journeys, reader.boolean_or("startJourneys", false));
  parameters.starts_journeys = starts_journeys;
  if (const Value* consent = reader.find("consent")) {
    TRY(read, read_consent(*consent));
    parameters.consent = std::move(read);
  }
  TRY(list, reader.optional_text("list"));
  if (list && !definitions::is_key(*list)) {
    return failure({.code = "invalid_key",
                    .message = fmt::format("list is \"{}\", which is no key: lower-case letters, "
                                           "digits, - and _, at most 64",
                                           list->substr(0, 100)),
                    .field = "list",
                    .value = list->substr(0, 100)});
  }
  parameters.list = list.value_or("");
  return {};
}

}  // namespace

Result<ImportParameters> read_import_parameters(const Value& value) {
  Reader reader(value, "");
  ImportParameters parameters;
  TRY(upload, reader.text("upload"));
  parameters.upload = std::move(upload);
  TRY(name, text_within(reader, "name", name_bytes_max));
  parameters.name = std::move(name);
  TRY_VOID(read_form(reader, parameters));
  TRY(mapping_value, reader.require("mapping"));
  TRY(mapping, transfer::read_mapping(*mapping_value, "mapping"));
  parameters.mapping = std::move(mapping);
  TRY_VOID(read_choices(reader, parameters));
  TRY_VOID(reader.finish());
  return parameters;
}

Object write_import_parameters(const ImportParameters& parameters) {
  Object object{{"upload", parameters.upload},
                {"name", parameters.name},
                {"format", to_string(parameters.format)},
                {"separator", separator_word(parameters.separator)},
                {"mapping", transfer::write_mapping(parameters.mapping)},
                {"timeZone", parameters.zone},
                {"overwrite", parameters.overwrite == Overwrite::all ? "all" : "empty"},
                {"dryRun", parameters.is_dry_run},
                {"startJourneys", parameters.starts_journeys}};
  if (parameters.consent) {
    object.set("consent", Object{{"topic", parameters.consent->topic},
                                 {"evidence", parameters.consent->evidence}});
  }
  if (!parameters.list.empty()) object.set("list", parameters.list);
  return object;
}

std::string_view to_string(transfer::FileFormat format) {
  switch (format) {
    case transfer::FileFormat::csv:
      return "csv";
    case transfer::FileFormat::json_lines:
      return "json";
  }
  return {};
}

std::string_view separator_word(char separator) {
  if (separator == '\t') return "tab";
  return separator == ';' ? ";" : ",";
}

Result<transfer::FileFormat> read_format(std::string_view word) {
  if (word == "csv") return transfer::FileFormat::csv;
  if (word == "json") return transfer::FileFormat::json_lines;
  return unknown_value("format", word, "csv, json");
}

Result<char> read_separator(std::string_view word) {
  if (word == "tab" || word == "\t") return '\t';
  if (word == "," || word == ";") return word.front();
  return unknown_value("separator", word, ",, ;, tab");
}

}  // namespace sojourn::runtime
