#include "runtime/webhook_kinds.h"

#include <algorithm>
#include <array>

#include "domain/events/answer_names.h"
#include "domain/events/standard_names.h"

namespace sojourn::runtime {
namespace {

namespace names = events::names;
using effects::DecisionKind;
using Logged = WebhookKind::Logged;
using Audited = WebhookKind::Audited;

constexpr std::array kinds = {
    WebhookKind{"message.sent", Logged{names::email_sent}},
    WebhookKind{"message.opened", Logged{names::email_opened}},
    WebhookKind{"message.clicked", Logged{names::link_clicked}},
    WebhookKind{"message.replied", Logged{names::email_replied}},
    WebhookKind{"message.bounced", Logged{names::message_bounced}},
    WebhookKind{"message.complained", Logged{names::spam_reported}},
    WebhookKind{"message.failed", Logged{names::message_failed}},
    WebhookKind{"message.skipped", DecisionKind::message_skipped},
    WebhookKind{"consent.changed", DecisionKind::consent_changed},
    WebhookKind{"address.suppressed", Logged{names::address_suppressed}},
    WebhookKind{"address.lifted", Logged{names::suppression_lifted}},
    WebhookKind{"form.submitted", Logged{names::form_submitted}},
    WebhookKind{"contact.created", DecisionKind::contact_created},
    WebhookKind{"contact.merged", DecisionKind::contact_merged},
    WebhookKind{"segment.entered", DecisionKind::segment_entered},
    WebhookKind{"segment.left", DecisionKind::segment_left},
    WebhookKind{"score.reached", DecisionKind::score_crossed},
    WebhookKind{"score.left", DecisionKind::score_left},
    WebhookKind{"journey.entered", DecisionKind::journey_entered},
    WebhookKind{"journey.ended", DecisionKind::run_ended},
    WebhookKind{"campaign.started", Audited{"campaign.begin"}},
    WebhookKind{"campaign.paused", Audited{"campaign.pause"}},
    WebhookKind{"campaign.stopped", Audited{"campaign.stop"}},
    WebhookKind{"campaign.finished", Audited{"campaign.finish"}},
};

}  // namespace

std::span<const WebhookKind> webhook_kinds() {
  return kinds;
}

bool is_webhook_kind(std::string_view name) {
  return std::ranges::find(kinds, name, &WebhookKind::name) != kinds.end();
}

}  // namespace sojourn::runtime
