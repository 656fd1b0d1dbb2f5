#pragma once

/// Conditions as JSON and YAML.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/segments/condition.h"

namespace sojourn::definitions {
class Findings;
}

namespace sojourn::segments {

/// Forms, of which a condition is one:
///   `{all: [...]}`, `{any: [...]}`, `{not: {...}}`
///   `{attribute: country, is: DE}` and the other operators of facts/filter.h
///   `{did: {event, where, at_least|at_most|exactly|more_than|less_than: n | between: [a, b],
///     sum|average|minimum|maximum|distinct: property, within: 7d, since: date, until: date}}`
///   `{first: {event, where, within|longer_ago|since|until}}`, `{last: {...}}`
///   `{sequence: {stages: [{event, where, never: true, within}], within, since, until}}`
///   `{segment: key}`, `{list: key}`
///   `{score: key, at_least: 20, below: 50}` or `{score: key, threshold: hot}`
///   `{grade: key, one_of: [A1, A2]}`
///   `{reachable: {channel, topic}}`, `{consent: {channel, topic, is: opted_in}}`
///   `{random: 10, seed: autumn}`
///   text in the language of condition_text.h
[[nodiscard]] Result<Condition> read_condition(const Value& value, const std::string& path);
/// The same, with everything that is wrong: the condition is of use only where nothing is.
[[nodiscard]] Condition read_condition(const Value& value, const std::string& path,
                                       definitions::Findings& findings);

/// The same forms, never text; reading them gives the same condition.
[[nodiscard]] Value write_condition(const Condition& condition);

}  // namespace sojourn::segments
