#pragma once

/// `sojourn when`: when a wait of a journey ends, or a schedule occurs next, without a server.

#include <string>

namespace sojourn::cli {

struct WhenFlags {
  std::string text;     ///< a wait (journeys/wait_expression.h) or schedule (journeys/recurrence.h)
  std::string from;     ///< RFC 3339; empty: now
  std::string zone;     ///< IANA; empty: the contact's `timezone`, else UTC
  std::string contact;  ///< file: an identify call, or an object of attributes; empty: nobody
  int count = 0;        ///< so many occurrences of a schedule, one a line; 0: the next
  bool batch = false;   ///< questions from standard input instead, a JSON object a line
};

/// Prints the instant in UTC. Of a date that has passed the wait ends where it begins; the standard
/// error output then says what the run does. Answers 0, or 1 where an input is wrong or a schedule
/// has no further occurrence; in a batch 1 where a line was answered by an error.
int when(const WhenFlags& flags);

}  // namespace sojourn::cli
