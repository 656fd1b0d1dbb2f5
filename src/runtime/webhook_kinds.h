#pragma once

/// What outgoing webhooks tell of: a list of kinds, and where each is found.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "domain/effects/decision.h"

namespace sojourn::runtime {

/// Of what an administrator asks for to try an endpoint; nobody subscribes to it.
inline constexpr std::string_view webhook_test_kind = "webhook.test";

struct WebhookKind {
  /// Name of an event of the log; of a decision of the journal; of an action of the audit trail.
  struct Logged {
    std::string_view event;
  };
  struct Audited {
    std::string_view action;
  };

  std::string_view name;  ///< `message.opened`
  std::variant<Logged, effects::DecisionKind, Audited> source;
};

/// In the order in which people are shown them.
[[nodiscard]] std::span<const WebhookKind> webhook_kinds();
[[nodiscard]] bool is_webhook_kind(std::string_view name);

}  // namespace sojourn::runtime
