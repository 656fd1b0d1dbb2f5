#pragma once

/// `sojourn segment eval`: who is in a segment, worked out from files without a server.

#include <string>

namespace sojourn::cli {

struct SegmentEvalFlags {
  std::string definition;    ///< file of definitions (simulation/segment_eval.h)
  std::string contacts;      ///< file of identify calls, one JSON object a line; empty: none
  std::string events;        ///< file of Segment calls with `timestamp`, one a line; empty: none
  std::string at;            ///< RFC 3339
  std::string segment;       ///< key or name; empty: the last that no other asks for
  std::string zone = "UTC";  ///< of the workspace
};

/// Prints the user ids of the members, sorted, one a line. Answers 0, or 2 where an input is wrong.
int segment_eval(const SegmentEvalFlags& flags);

}  // namespace sojourn::cli
