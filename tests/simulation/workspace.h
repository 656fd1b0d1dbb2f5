#pragma once

/// The workspace of a simulation: definitions as text, chosen by the seed, and what they promise.

#include <array>
#include <string_view>
#include <vector>

#include "runtime/runtime.h"
#include "simulation/auditor.h"
#include "simulation/dice.h"

namespace sojourn::simulate {

struct Workspace {
  std::vector<runtime::DefinitionFile> files;
  Auditor::Promises promises;
};

/// Of its campaigns; the last is a resend of the first.
inline constexpr std::array<std::string_view, 4> campaign_keys = {"offer", "news", "sale", "again"};

[[nodiscard]] Workspace make_workspace(Dice& dice);
/// One of its segments with another condition.
[[nodiscard]] runtime::DefinitionFile edited_segment(Dice& dice);

}  // namespace sojourn::simulate
