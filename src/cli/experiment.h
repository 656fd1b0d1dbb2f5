#pragma once

/// `sojourn results` and `sojourn winner`: what came of the arms of a journey's splits, and the
/// word of a person on which of them wins. Each answers the process's exit code: 0 done, 1 failed.

#include <string>

#include "base/value.h"
#include "cli/client.h"

namespace sojourn::cli {

struct WinnerFlags {
  std::string journey;
  std::string step;
  std::string arm;      ///< empty: none
  bool clears = false;  ///< takes the winner back
};

int results(const Server& server, const std::string& journey);
int winner(const Server& server, const WinnerFlags& flags);

/// What `results` prints, of a journey as the API shows it.
[[nodiscard]] std::string results_text(const Value& journey);

}  // namespace sojourn::cli
