#pragma once

/// `sojourn bounce parse`: what mails that came back say, without a server.

#include <string>
#include <vector>

namespace sojourn::cli {

struct BounceFlags {
  /// One mail each, or an mbox file; `-` is standard input.
  std::vector<std::string> files;
};

/// Prints a JSON object a line for each recipient that a mail speaks of: `file`, `recipient`,
/// `status`, `class`, `reason`; null where the mail does not say. A mail that names no recipient
/// gives one line. Answers 0, or 2 where a file could not be read; the others are read still.
int bounce_parse(const BounceFlags& flags);

}  // namespace sojourn::cli
