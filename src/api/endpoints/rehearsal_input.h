#pragma once

/// The body of a rehearsal.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/simulation/rehearsal.h"
#include "runtime/runtime.h"

namespace sojourn::api {

/// How far ahead of now a rehearsal may begin.
inline constexpr Duration rehearsal_ahead_max = Duration::days(800);

struct RehearsalInput {
  std::string contact;                         ///< id, user id or email
  std::vector<runtime::DefinitionFile> files;  ///< drafts, in place of what is published
  simulation::RehearsalRequest request;
};

/// `{contact, at, files, data, answers: nothing|open|click, events: [{after, name, properties}]}`.
/// Errors name the field, its value and the limit.
[[nodiscard]] Result<RehearsalInput> read_rehearsal(const Object& body, const std::string& journey,
                                                    Timestamp now);

}  // namespace sojourn::api
