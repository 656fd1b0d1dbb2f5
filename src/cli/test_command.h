#pragma once

/// `sojourn test`: runs the scenarios of a workspace folder on the engine with a virtual clock;
/// needs no server.

#include <string>
#include <vector>

namespace sojourn::cli {

struct TestFlags {
  std::string folder;
  /// Scenarios to run, as paths within the folder or from where one stands; empty: all.
  std::vector<std::string> files;
  bool quiet = false;  ///< say nothing of scenarios that pass
  bool watch = false;  ///< run again whenever a file of the folder changes
};

/// Prints for people; the last line is `N passed, N failed`. Answers the process's exit code: 0
/// where every scenario passed, 1 where one did not, a definition is wrong, or none was run. With
/// `watch` it returns only where the folder cannot be watched.
int test(const TestFlags& flags);

}  // namespace sojourn::cli
