#pragma once

/// `sojourn agent classify`: whether a person or a program did what a web server's log shows.

namespace sojourn::cli {

/// Reads JSON lines from standard input and prints one for each: `machine`, and `reason` where it
/// is true (domain/events/hit.h). A line that cannot be read gives `error` instead. Answers 0, or 2
/// where a line could not be read; the others are answered.
int agent_classify();

}  // namespace sojourn::cli
