#pragma once

/// `sojourn companies` and `sojourn company`: the companies of contacts, with their scores as one.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct CompaniesFlags {
  std::string score = {};   ///< key; empty: by the number of contacts
  std::string by = "sum";   ///< sum, average or highest
  std::string search = {};  ///< beginning of a name or id
  int limit = 50;           ///< companies that are shown
};

/// Prints a line a company, the greatest first. Answers the process's exit code.
int companies(const Server& server, const CompaniesFlags& flags);

struct CompanyFlags {
  std::string id = {};
  std::string score = {};  ///< by which its contacts are sorted; empty: who was seen last
  int limit = 20;          ///< contacts that are shown
};

/// Prints what is known of one company, its scores and its contacts.
int company(const Server& server, const CompanyFlags& flags);

}  // namespace sojourn::cli
