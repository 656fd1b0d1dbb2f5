#pragma once

/// Waits for a job of the server, with a line that says how far it is.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "cli/client.h"

namespace sojourn::cli {

/// One line on a terminal that says how far something is; nothing where stderr is no terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& text);
  void clear();

 private:
  const bool is_shown_;
  bool has_text_ = false;
};

/// Waits until the job has ended, and answers it as it is then. Errors: `failed` and `cancelled`,
/// with the job's own words.
[[nodiscard]] Result<Value> wait_for_job(const Server& server, const std::string& id,
                                         ProgressLine& progress);

}  // namespace sojourn::cli
