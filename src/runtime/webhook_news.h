#pragma once

/// What has happened that an endpoint is to be told, read from the three logs behind its cursor:
/// the events, the decisions about contacts, and the audit trail.

#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "store/webhooks.h"

namespace sojourn::runtime {

/// One thing to tell.
struct WebhookNotice {
  std::string id;  ///< `event-12`: by its place in its log
  std::string kind;
  contacts::ContactId contact = {};  ///< zero: it is about nobody
  std::string body;                  ///< `{"type", "timestamp", "data"}` (Standard Webhooks)
};

struct WebhookNews {
  std::vector<WebhookNotice> notices;
  store::WebhookCursor cursor;  ///< up to here everything was looked at
  bool is_all = true;           ///< false: there is more behind the cursor
};

/// Looks at about 1,000 entries of each log at most. `view` says up to where the events have been
/// applied, and who the contacts are.
[[nodiscard]] Result<WebhookNews> read_webhook_news(store::Store& store, store::StateReads& view,
                                                    const std::vector<std::string>& kinds,
                                                    const store::WebhookCursor& from);

/// The body of a call that tries an endpoint.
[[nodiscard]] std::string webhook_test_body(Timestamp now);

}  // namespace sojourn::runtime
