#pragma once

/// The endpoints of outgoing webhooks: which web addresses are told what, and how they answered.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

// webhook_endpoints.cc
Answer list_webhook_endpoints(Context&, const Call&);
Answer create_webhook_endpoint(Context&, const Call&);
Answer get_webhook_endpoint(Context&, const Call&);
Answer change_webhook_endpoint(Context&, const Call&);
Answer remove_webhook_endpoint(Context&, const Call&);
/// Makes another secret; the present one signs besides for a day.
Answer rotate_webhook_secret(Context&, const Call&);

// webhook_deliveries.cc
Answer list_webhook_deliveries(Context&, const Call&);
Answer get_webhook_delivery(Context&, const Call&);
/// Sends something that is marked as a test.
Answer test_webhook_endpoint(Context&, const Call&);
/// Sends again what has ended, or at once what waits.
Answer replay_webhook_delivery(Context&, const Call&);

}  // namespace sojourn::api::endpoints
