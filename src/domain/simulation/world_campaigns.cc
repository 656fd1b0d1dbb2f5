// Campaigns in a world (runtime/campaigns.h is the same over the store).
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "domain/campaigns/recipient.h"
#include "domain/contacts/address.h"
#include "domain/contacts/attributes.h"
#include "domain/events/answer_names.h"
#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {
namespace {

using campaigns::Standing;
using contacts::ContactId;
using messages::DeliveryState;
using messages::Message;
using messages::MessageId;
using reaction::ContactState;

namespace names = events::names;

/// As many as the store has in one row: the machine's cursor counts by it.
constexpr std::size_t page_size = 4'096;

bool waits(const Message& message) {
  return message.state == DeliveryState::queued || message.state == DeliveryState::retry;
}

bool is_erased(const Message& message) {
  return message.contact == ContactId();
}

}  // namespace

class World::CampaignSurroundings final : public campaigns::Surroundings {
 public:
  /// Both outlive it. `rule` is null while the definition is set aside.
  CampaignSurroundings(World& world, StartedCampaign& started, const reaction::CampaignRule* rule)
      : world_(world), started_(started), rule_(rule), key_(started.under_way.standing.key) {}

  [[nodiscard]] bool wants_audience() const { return wants_audience_; }

  Result<campaigns::CountsByArm> counts() override { return world_.campaign(key_).counts; }
  Result<campaigns::OutcomesByArm> outcomes() override { return world_.campaign(key_).outcomes; }
  Result<std::span<const ContactId>> page(const Standing& standing) override {
    const std::span<const ContactId> all(started_.audience);
    const std::size_t from = std::min<std::size_t>(standing.next_page * page_size, all.size());
    return all.subspan(from, std::min(page_size, all.size() - from));
  }
  Result<void> prefetch(std::span<const ContactId>) override { return {}; }
  Result<absl::TimeZone> zone_of(const ContactId& id) override {
    const ContactState* contact = world_.find(id);
    if (contact == nullptr) return world_.rules_->zone();
    return find_zone(contacts::time_zone(contact->attributes)).value_or(world_.rules_->zone());
  }

  Result<campaigns::Turn> give_turn(const ContactId& id, std::string_view arm,
                                    Timestamp due) override {
    const ContactState* contact = world_.find(id);
    if (contact == nullptr) return campaigns::Turn::gone;
    const ContactId present = contact->id;
    const std::string address = contacts::folded_address(
        contacts::normalise_email(contact->attributes.text(contacts::traits::email)));
    bool is_taken = false;
    for (const Message& message : world_.messages_) {
      if (message.campaign != key_ || is_erased(message)) continue;
      if (world_.follow(message.contact) == present) return campaigns::Turn::gone;
      const bool goes =
          message.state != DeliveryState::skipped && message.state != DeliveryState::cancelled;
      is_taken = is_taken ||
                 (goes && !address.empty() && contacts::folded_address(message.address) == address);
    }
    world_.react(present, reaction::CampaignInput{.rule = *rule_,
                                                  .arm = std::string(arm),
                                                  .due = due,
                                                  .refusal = is_taken ? "duplicate_address" : ""});
    return campaigns::Turn::made;
  }

  Result<std::vector<MessageId>> waiting(Waiting which, std::size_t limit) override {
    std::vector<MessageId> found;
    for (const Message& message : world_.messages_) {
      const bool is_meant = message.campaign == key_ && !is_erased(message) && waits(message) &&
                            (which == Waiting::all || message.due == Timestamp::never());
      if (is_meant && found.size() < limit) found.push_back(message.id);
    }
    return found;
  }
  Result<void> release(MessageId id) override {
    Message& message = world_.messages_[id.value - 1];
    world_.due_messages_.erase({message.due, id});
    message.due = world_.now_;
    message.reason.clear();
    world_.due_messages_.insert({message.due, id});
    return {};
  }
  Result<void> cancel(MessageId message, std::string_view reason) override {
    world_.cancel_in_campaign(message, reason);
    return {};
  }

  Result<void> read_audience() override {
    wants_audience_ = true;
    return {};
  }
  Result<void> note(std::string_view, const std::string&) override { return {}; }

 private:
  World& world_;
  StartedCampaign& started_;
  const reaction::CampaignRule* rule_;
  const std::string key_;
  bool wants_audience_ = false;
};

Result<void> World::command(const CampaignCommand& command) {
  const reaction::CampaignRule* rule = rules_->campaign(command.campaign);
  if (rule == nullptr) return failure("unknown_campaign", "there is no such campaign");
  const auto found = campaigns_.find(command.campaign);
  using enum CampaignCommand::Kind;
  if (command.kind == start) {
    TRY(standing,
        campaigns::start(
            rule->campaign,
            {.number = rule->number,
             .version = rule->version,
             .hold = command.hold,
             .by = "scenario",
             .before = found == campaigns_.end() ? nullptr : &found->second.under_way.standing},
            now_));
    StartedCampaign started{.under_way = {.standing = std::move(standing)}, .audience = {}};
    if (started.under_way.standing.state == campaigns::State::holding) read_audience(started);
    campaigns_.insert_or_assign(command.campaign, std::move(started));
    return settle();
  }
  if (found == campaigns_.end()) return campaigns::not_started(command.campaign);
  Standing& standing = found->second.under_way.standing;
  switch (command.kind) {
    case start:
      break;
    case cancel:
      TRY_VOID(campaigns::cancel(standing, now_));
      break;
    case pause:
      TRY_VOID(campaigns::pause(standing));
      break;
    case resume:
      TRY_VOID(campaigns::resume(standing));
      found->second.under_way.may_hold = true;
      break;
    case stop:
      TRY_VOID(campaigns::stop(standing));
      break;
  }
  touch_campaign(command.campaign);
  return settle();
}

CampaignView World::campaign(std::string_view key) const {
  CampaignView view;
  const auto found = campaigns_.find(key);
  if (found != campaigns_.end()) view.standing = found->second.under_way.standing;
  for (const Message& message : messages_) {
    if (message.campaign != key) continue;
    campaigns::Counts& counts = view.counts[message.step];
    ++(is_erased(message) ? counts.erased : counts.states[message.state]);
  }
  for (const Count& count : counts("campaign", key)) {
    view.outcomes[count.step][count.outcome] += count.count;
  }
  return view;
}

std::vector<Message> World::messages_of_campaign(std::string_view key) const {
  std::vector<Message> found;
  for (const Message& message : messages_) {
    if (message.campaign == key && !is_erased(message)) found.push_back(message);
  }
  return found;
}

Timestamp World::next_campaign_due() const {
  Timestamp due = Timestamp::never();
  for (const auto& [key, started] : campaigns_) {
    if (has_ended(started.under_way.standing.state)) continue;
    due = std::min(due, started.under_way.due);
  }
  return due;
}

Result<void> World::step_campaign() {
  for (auto& [key, started] : campaigns_) {
    campaigns::UnderWay& present = started.under_way;
    if (has_ended(present.standing.state) || present.due > now_) continue;
    const reaction::CampaignRule* rule = rules_->campaign(key);
    CampaignSurroundings surroundings(*this, started, rule);
    TRY_VOID(campaigns::advance(present, rule == nullptr ? nullptr : &rule->campaign, surroundings,
                                {}, now_));
    if (surroundings.wants_audience()) read_audience(started);
    return {};
  }
  return {};
}

void World::touch_campaign(std::string_view key) {
  const auto found = campaigns_.find(key);
  if (found != campaigns_.end()) found->second.under_way.due = now_;
}

bool World::is_in(const campaigns::Group& group, const ContactState& contact) const {
  return std::any_of(group.segments.begin(), group.segments.end(),
                     [&](const auto& key) { return is_member(*this, contact, key); }) ||
         std::any_of(group.lists.begin(), group.lists.end(),
                     [&](const auto& key) { return is_on_list(*this, contact, key); });
}

void World::read_audience(StartedCampaign& started) {
  Standing& standing = started.under_way.standing;
  started.under_way.due = now_;
  const campaigns::Audience& wanted = rules_->campaign(standing.key)->campaign.audience;
  if (wanted.resend) {
    const auto earlier = campaigns_.find(wanted.resend->campaign);
    if (earlier == campaigns_.end() || !earlier->second.under_way.standing.is_frozen) {
      standing.state = campaigns::State::stopped;
      standing.reason = "campaign_not_sent";
      standing.ended_at = now_;
      return;
    }
  }
  for (const auto& [id, contact] : contacts_) {
    bool is_wanted = wanted.everyone || is_in(wanted.group, contact);
    if (wanted.resend) {
      const auto sent =
          message_keys_.find(fmt::format("{}/{}", wanted.resend->campaign, contacts::format(id)));
      is_wanted =
          sent != message_keys_.end() &&
          campaigns::is_without_answer(messages_[sent->second.value - 1], wanted.resend->to);
    }
    if (is_wanted && !is_in(wanted.except, contact)) started.audience.push_back(id);
  }
  standing.is_frozen = true;
  standing.position = position_;
  standing.audience = started.audience.size();
  standing.pages = (started.audience.size() + page_size - 1) / page_size;
}

std::optional<policies::Answer> World::campaign_refuses(const Message& message) const {
  if (message.campaign.empty()) return std::nullopt;
  const auto found = campaigns_.find(message.campaign);
  const bool is_under_way =
      found != campaigns_.end() && !has_ended(found->second.under_way.standing.state);
  return campaigns::refuses(is_under_way ? &found->second.under_way.standing : nullptr);
}

void World::cancel_in_campaign(MessageId id, std::string_view reason) {
  Message& message = messages_[id.value - 1];
  if (!messages::is_legal_move(message.state, DeliveryState::cancelled)) return;
  due_messages_.erase({message.due, id});
  message.state = DeliveryState::cancelled;
  message.reason = reason;
  touch_campaign(message.campaign);
  const auto contact = contacts_.find(follow(message.contact));
  if (contact == contacts_.end()) return;
  std::erase_if(contact->second.pending,
                [&](const policies::Pending& each) { return each.message == message.key; });
  const reaction::CampaignRule* rule = rules_->campaign(message.campaign);
  effects::Decision decision;
  decision.kind = effects::DecisionKind::message_cancelled;
  decision.at = now_;
  decision.definition = "campaign";
  decision.key = message.campaign;
  decision.version = rule == nullptr ? 0 : rule->version;
  decision.step = message.step;
  decision.message = message.key;
  decision.outcome = reason;
  record(contact->first, std::move(decision));
}

void World::note_campaign_feedback(Message& message, const events::Event& event) {
  using campaigns::Answer;
  const auto note = [&](Answer answer) {
    if (!campaign_answers_.insert({message.id, answer}).second) return;
    count_in_campaign(message, std::string(to_string(answer)));
  };
  if (event.name == names::unsubscribed) return note(Answer::unsubscribed);
  if (event.name == names::message_bounced || event.name == names::spam_reported) {
    const Answer answer =
        event.name == names::message_bounced ? Answer::bounced : Answer::complained;
    message.reason = to_string(answer);
    return note(answer);
  }
  const bool clicked = event.name == names::link_clicked;
  if (!clicked && event.name != names::email_opened) return;
  if (events::is_of_machine(event)) {
    if (!clicked) note(Answer::machine_opened);
    return;
  }
  std::optional<Timestamp>& first = clicked ? message.clicked_at : message.opened_at;
  if (first) return;
  first = event.at;
  const reaction::CampaignRule* rule = rules_->campaign(message.campaign);
  const bool has_test = rule != nullptr && rule->campaign.test;
  const campaigns::Test* test = has_test ? &*rule->campaign.test : nullptr;
  const auto did = clicked ? campaigns::Test::Measure::clicked : campaigns::Test::Measure::opened;
  for (const auto& each : campaigns::counted_of_answer(test, did, message, event.at)) {
    count_in_campaign(message, each.outcome, each.by);
  }
}

void World::count_conversions(const ContactId& contact, const events::Event& event) {
  for (const auto& [key, started] : campaigns_) {
    const reaction::CampaignRule* rule = rules_->campaign(key);
    if (rule == nullptr || !rule->campaign.test || rule->campaign.test->event != event.name) {
      continue;
    }
    const auto found = message_keys_.find(fmt::format("{}/{}", key, contacts::format(contact)));
    if (found == message_keys_.end()) continue;
    Message& message = messages_[found->second.value - 1];
    const auto counted = campaigns::counted_of_event(*rule->campaign.test, message, event);
    for (const auto& each : counted) count_in_campaign(message, each.outcome, each.by);
    if (!counted.empty() && !message.converted_at) message.converted_at = event.at;
  }
}

void World::count_in_campaign(const Message& message, std::string outcome, std::int64_t by) {
  const reaction::CampaignRule* rule = rules_->campaign(message.campaign);
  count({.definition = "campaign",
         .key = message.campaign,
         .version = rule == nullptr ? 0 : rule->version,
         .step = message.step,
         .outcome = std::move(outcome),
         .by = by});
  touch_campaign(message.campaign);
}

}  // namespace sojourn::simulation
