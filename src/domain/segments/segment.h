#pragma once

/// A segment: a condition with a name; its members are the contacts of whom it is true.

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/value.h"
#include "domain/segments/condition_json.h"

namespace sojourn::segments {

struct Segment {
  std::string key;
  std::string name;
  Condition condition;
  friend bool operator==(const Segment&, const Segment&) = default;
};

/// `{kind: segment, key, name, where: condition}`
[[nodiscard]] Result<Segment> read_segment(const Value& value);
/// The same, with everything that is wrong: the segment is of use only where nothing is.
[[nodiscard]] Segment read_segment(const Value& value, definitions::Findings& findings);
[[nodiscard]] Value write_segment(const Segment& segment);

/// One contact's standing in one segment. Kept only while it is a member, or while time alone may
/// make it one.
struct Membership {
  std::uint32_t segment = 0;  ///< number of the definition
  bool member = false;
  Timestamp since;                         ///< of membership
  Timestamp recheck = Timestamp::never();  ///< from the last verdict
  friend bool operator==(const Membership&, const Membership&) = default;
};

void encode(ByteWriter& out, const Membership& membership);
[[nodiscard]] Membership decode_membership(ByteReader& in);

}  // namespace sojourn::segments
