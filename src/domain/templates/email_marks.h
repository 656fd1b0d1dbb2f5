#pragma once

/// The marks of an email's HTML that are no links; links are numbered from 0.

#include <cstdint>

namespace sojourn::templates {

inline constexpr std::uint32_t preheader_mark = UINT32_MAX - 1;
inline constexpr std::uint32_t open_pixel_mark = UINT32_MAX - 2;

}  // namespace sojourn::templates
