#pragma once

/// Who is in a segment at an instant, worked out from events alone: for `sojourn segment eval`, and
/// for tests. It runs the engine itself, so that whoever checks it checks the product.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/events/event.h"
#include "domain/reaction/rules.h"

namespace sojourn::simulation {

/// A file of definitions. Forms: one definition (`kind`, `key`, ...), a list of them, several YAML
/// documents, or a condition alone, as text or as an object: the definition of a segment with the
/// key `segment`. Definitions without `kind` are segments.
struct DefinitionFile {
  std::shared_ptr<const reaction::Rules> rules;
  std::vector<reaction::Problem> problems;  ///< where there are any, `rules` is not to be used
  std::vector<std::string> segments;        ///< keys, in the order of the file
};
[[nodiscard]] DefinitionFile read_definition_file(std::string_view path, std::string_view text,
                                                  const std::string& time_zone);

/// The one segment that no other definition of the file asks for. Error `ambiguous_segment` where
/// there are several, or none.
[[nodiscard]] Result<std::string> main_segment(const DefinitionFile& file);

/// The user ids of the contacts that are in the segment at `at`, by what was received until then,
/// each contact's first, sorted. `events` are in any order and each is received at its
/// `received_at`; those received after `at` do not count.
/// Error `unknown_segment`; else as World::take().
[[nodiscard]] Result<std::vector<std::string>> members_at(
    std::shared_ptr<const reaction::Rules> rules, std::string_view segment,
    std::vector<events::Event> events, Timestamp at);

}  // namespace sojourn::simulation
