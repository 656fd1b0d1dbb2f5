#pragma once

/// What an endpoint is: a function from a call to an answer.

#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "api/context.h"
#include "base/result.h"
#include "net/http_message.h"
#include "net/reply.h"

namespace sojourn::api {

/// Who has called.
struct Caller {
  /// For the audit: a user's email, or the id of an API key; empty where nobody was asked.
  std::string name;
  std::string email;  ///< of a signed-in user; empty else
};

struct Call {
  net::Request request;
  /// The parts of the path that the pattern names, decoded.
  absl::InlinedVector<std::pair<std::string_view, std::string>, 2> parameters;
  Caller caller;
  /// Of the client, whichever proxies stand between; empty where unknown.
  std::string client_address;

  /// The part that the pattern calls `{name}`; asking for another is a bug.
  [[nodiscard]] const std::string& parameter(std::string_view name) const;
};

using Answer = Result<net::Response>;
/// Answers at once; an Error becomes a problem.
using Endpoint = Answer (*)(Context&, const Call&);
/// Answers when it can; may keep the reply.
using LateEndpoint = void (*)(Context&, Call&&, net::Reply&&);

/// Address of this server as clients reach it, without a slash at the end: the settings, or what
/// the request says in Host. `stored` is the setting in the store, empty where there is none.
[[nodiscard]] std::string public_url(const Settings& settings, std::string_view stored,
                                     const net::Request& request);

}  // namespace sojourn::api
