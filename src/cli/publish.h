#pragma once

/// The questions of a publication, asked on the command line.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "cli/client.h"

namespace sojourn::cli {

enum class Confirm { ask, yes };

/// What the person who publishes has said already.
struct PublishAnswers {
  Confirm confirm = Confirm::ask;
  /// How many people a journey may let in on one day beyond what the workspace's guard allows.
  std::optional<std::int64_t> reach = {};
};

/// "Make it so?"
[[nodiscard]] bool ask_person();

/// Sends what is to be published to `path`, and asks for the second yes where a journey would let
/// in unusually many people. Errors: those of the server, and `not_wanted`.
[[nodiscard]] Result<Value> publish(const Server& server, std::string_view path, Object request,
                                    const PublishAnswers& answers, const Headers& headers = {});

}  // namespace sojourn::cli
