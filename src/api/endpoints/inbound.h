#pragma once

/// The endpoints by which other services and programs set journeys going. What each answers:
/// openapi.yaml, and for inbound webhooks docs/reference/webhooks.md.

#include "api/endpoint.h"
#include "net/reply.h"

namespace sojourn::api::endpoints {

// entries.cc
void enter_journey(Context&, Call&&, net::Reply&&);

// hooks.cc
Answer list_webhooks(Context&, const Call&);
Answer get_webhook_secret(Context&, const Call&);
/// An event `Webhook Received` of the body, about whom the body names. A bad token is 404; 202 with
/// the event's id when it is durable.
void receive_webhook(Context&, Call&&, net::Reply&&);

}  // namespace sojourn::api::endpoints
