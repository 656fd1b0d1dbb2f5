#pragma once

/// Who is in a segment at an instant, worked out from events alone: for `sojourn segment eval`, and
/// for tests. It runs the engine itself, so that whoever checks it checks the product.

#include <map>
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
/// documents, one JSON object a line, or a condition alone, as text or as an object: the definition
/// of a segment with the key `segment`. Definitions without `kind` are segments. What cannot be a
/// key of the product, such as `Hot leads`, is a name here: conditions may refer to either.
struct DefinitionFile {
  std::shared_ptr<const reaction::Rules> rules;
  std::vector<reaction::Problem> problems;  ///< where there are any, `rules` is not to be used
  std::vector<std::string> segments;        ///< keys, in the order of the file
  std::map<std::string, std::string>
      keys_of_names;  ///< of what the file gives as a key, and is none

  /// The key of the segment that the file calls so; empty where there is none.
  [[nodiscard]] std::string find(std::string_view key_or_name) const;
};
[[nodiscard]] DefinitionFile read_definition_file(std::string_view path, std::string_view text,
                                                  const std::string& time_zone);

/// The segments that no other definition of the file asks for, in the order of the file.
[[nodiscard]] std::vector<std::string> main_segments(const DefinitionFile& file);

/// The user ids of the contacts that are in the segment at `at`, by what was received until then,
/// sorted. Of a contact with several, which were merged, it is the survivor's first; where others
/// were first seen at the same instant, the smallest of these. `events` are in any order and each
/// is received at its `received_at`; those received after `at` do not count. Error
/// `unknown_segment`; else as World::take().
[[nodiscard]] Result<std::vector<std::string>> members_at(
    std::shared_ptr<const reaction::Rules> rules, std::string_view segment,
    std::vector<events::Event> events, Timestamp at);

}  // namespace sojourn::simulation
