#pragma once

/// `sojourn catalog`: the items that templates look up. Answers the process's exit code: 0 done,
/// 1 failed.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct CatalogFlags {
  std::string action;       ///< `list`, `put`, `get`
  std::string key = {};     ///< of the catalog; nothing of `list`
  std::string file = {};    ///< of `put`: CSV or JSON, by its ending
  std::string item = {};    ///< of `get`: one item; empty: all of them
  std::string format = {};  ///< of `get`: csv or json; empty: csv
  bool adds = false;        ///< of `put`: the other items stay
};

int catalog(const Server& server, const CatalogFlags& flags);

}  // namespace sojourn::cli
