#pragma once

/// The endpoints about the service that mails are handed to. What each answers: openapi.yaml and
/// docs/reference/providers.md.

#include "api/endpoint.h"
#include "net/reply.h"

namespace sojourn::api::endpoints {

// provider.cc
Answer get_provider(Context&, const Call&);
Answer list_exchanges(Context&, const Call&);
/// Bounces, complaints and unsubscriptions of our messages become their contacts' events. 403 where
/// the address is another, or the service did not sign; 200 when what it says is durable.
void receive_provider_report(Context&, Call&&, net::Reply&&);

}  // namespace sojourn::api::endpoints
