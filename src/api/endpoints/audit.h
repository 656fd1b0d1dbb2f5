#pragma once

/// The audit trail: who changed what.

#include <string>

#include "api/endpoint.h"

namespace sojourn::api {

/// A line by the caller, of what is no change of the state: a copy of it, or events.
struct Audited {
  std::string action;
  std::string object;
  std::string detail = {};
};
/// In a transaction of its own; waits until it is durable.
[[nodiscard]] Result<void> write_audit(Context& context, const Call& call, const Audited& line);

}  // namespace sojourn::api

namespace sojourn::api::endpoints {

/// Newest first, by actor, action and object.
Answer list_audit(Context&, const Call&);

}  // namespace sojourn::api::endpoints
