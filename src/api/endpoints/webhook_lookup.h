#pragma once

/// Finds the endpoint of an outgoing webhook that the path names.

#include "api/endpoint.h"
#include "store/webhooks.h"

namespace sojourn::api {

/// By the parameter `id` of the path. Error `unknown_webhook_endpoint`.
[[nodiscard]] Result<store::WebhookEndpoint> find_webhook_endpoint(store::WebhookReads& webhooks,
                                                                   const Call& call);

/// As lines of the audit name it.
[[nodiscard]] std::string webhook_subject(const Hash128& id);

}  // namespace sojourn::api
