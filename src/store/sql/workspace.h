#pragma once

/// The workspace that a data folder holds. Keys have it first, so that one database can hold
/// several; a folder of its own holds one.

#include <cstdint>

namespace sojourn::store::sql {

inline constexpr std::int64_t workspace = 1;

}  // namespace sojourn::store::sql
