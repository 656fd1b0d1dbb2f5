#pragma once

/// A static list: contacts that somebody put together, one by one or as the members of a segment at
/// one time. A tag is a static list.

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::segments {

struct StaticList {
  std::string key;
  std::string name;
  friend bool operator==(const StaticList&, const StaticList&) = default;
};

/// `{kind: list, key, name}`
[[nodiscard]] Result<StaticList> read_static_list(const Value& value);
[[nodiscard]] Value write_static_list(const StaticList& list);

/// Whether one contact is on one list: what was said last, by the time at which it was said.
struct Listing {
  std::uint32_t list = 0;  ///< number of the definition
  bool on = false;
  Timestamp at;
  Hash128 writer;  ///< decides between equal times
  friend bool operator==(const Listing&, const Listing&) = default;
};

/// True where `b` was said later than `a`.
[[nodiscard]] bool is_later(const Listing& b, const Listing& a);

void encode(ByteWriter& out, const Listing& listing);
[[nodiscard]] Listing decode_listing(ByteReader& in);

}  // namespace sojourn::segments
