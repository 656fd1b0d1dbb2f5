#include "runtime/sender.h"

namespace sojourn::runtime {

Result<std::optional<messages::Content>> content_of(store::StateReads& reads,
                                                    const messages::Message& message) {
  if (!message.key.starts_with(messages::api_key_prefix)) return std::nullopt;
  TRY(text, reads.message_content(message.id));
  if (!text) return std::nullopt;
  TRY(content, messages::decode_content(*text));
  return std::optional(std::move(content));
}

messages::Mailbox sender_of(const reaction::Rules& rules, const messages::Message& message,
                            const messages::Content* content, const messages::Mailbox& otherwise) {
  if (content != nullptr && content->from) return *content->from;
  const reaction::CampaignRule* rule = rules.campaign(message.campaign);
  if (rule == nullptr) return otherwise;
  const campaigns::Arm* arm = rule->campaign.arm(message.step);
  if (arm != nullptr && arm->from) return *arm->from;
  return rule->campaign.from.value_or(otherwise);
}

}  // namespace sojourn::runtime
