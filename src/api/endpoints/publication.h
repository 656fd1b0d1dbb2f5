#pragma once

/// What an endpoint publishes, with the questions that a publication asks: problems, contacts
/// inside, and how many people it would let in.

#include "api/endpoint.h"
#include "base/result.h"
#include "base/value.h"
#include "domain/simulation/blast_radius.h"
#include "runtime/runtime.h"

namespace sojourn::api {

struct Publication {
  runtime::DefinitionRequest request = {};
  bool yes = false;
  simulation::Count confirmed_reach = 0;
};

/// Reads the answers that a body gives: `inside`, `yes`, `confirm`.
[[nodiscard]] Result<void> read_answers(const Object& body, Publication& publication);

/// The revision that If-Match names: RFC 9110 section 13.1.1, a strong entity tag, also without its
/// quotes. Empty where any will do.
[[nodiscard]] std::string wanted_revision(const net::Request& request);

/// Answers what the publication would change, and whom its journeys would let in. Changes nothing.
[[nodiscard]] Answer plan_publication(Context& context, const Publication& publication);

/// Publishes, and answers the plan; or the problem `changed_meanwhile`, `definitions_invalid`,
/// `needs_yes` or `blast_radius` with the plan's lists.
[[nodiscard]] Answer publish(Context& context, const Call& call, const Publication& publication);

}  // namespace sojourn::api
