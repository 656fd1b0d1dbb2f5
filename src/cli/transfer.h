#pragma once

/// `sojourn import` and `sojourn export`: files in and out of a running server. Each answers the
/// process's exit code: 0 done, 1 failed, 2 (import) done, and some rows were bad.

#include <optional>
#include <string>
#include <vector>

#include "cli/client.h"

namespace sojourn::cli {

struct ImportFlags {
  std::string file = {};
  std::vector<std::string> maps = {};  ///< `Plan=attribute:plan:text`, over what was guessed
  std::string subject = {};            ///< `contacts`, `events`; empty: guessed
  std::string format = {};             ///< `csv`, `json`; empty: guessed
  std::string separator = {};          ///< `,`, `;`, `tab`; empty: guessed
  std::string zone = {};
  std::string overwrite = {};
  std::optional<std::string> consent_topic = {};  ///< empty: every topic
  std::string consent_evidence = {};
  std::string list = {};
  std::string bad_rows = {};  ///< file to write bad rows to
  std::string undo = {};      ///< id of an import; nothing is imported then
  bool is_dry_run = false;
  bool starts_journeys = false;
};

struct ExportFlags {
  std::string subject = {};
  std::string format = "csv";
  std::string segment = {};
  std::string list = {};
  std::vector<std::string> attributes = {};
  std::vector<std::string> names = {};
  std::string since = {};
  std::string until = {};
  std::string output = {};
  bool is_unguarded = false;
};

int import_file(const Server& server, const ImportFlags& flags);
int export_file(const Server& server, const ExportFlags& flags);

}  // namespace sojourn::cli
