#include "domain/simulation/player.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/contacts/attributes.h"
#include "domain/events/answer_names.h"
#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"

namespace sojourn::simulation {
namespace {

using reaction::ContactState;

namespace names = events::names;

tl::unexpected<Error> unknown_contact(const Who& who) {
  return failure("unknown_contact", fmt::format("nobody is called {} yet", name_of(who)));
}

tl::unexpected<Error> unknown_journey(const std::string& key) {
  return failure("unknown_journey", fmt::format("there is no journey \"{}\"", key));
}

Object properties_of(const messages::Message& message) {
  Object properties{{"message", std::to_string(message.id.value)},
                    {"key", message.key},
                    {"channel", message.channel},
                    {"journey", message.journey},
                    {"step", message.step},
                    {"run", std::to_string(message.run)},
                    {"template", message.template_key}};
  if (!message.campaign.empty()) properties.set("campaign", message.campaign);
  return properties;
}

/// Whether the answer is about one mail.
bool needs_mail(const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::click:
    case Answer::Kind::open:
    case Answer::Kind::reply:
    case Answer::Kind::bounce:
    case Answer::Kind::complain:
      return true;
    case Answer::Kind::unsubscribe:
      return !answer.of.empty();
    case Answer::Kind::subscribe:
      return false;
  }
  return false;
}

void mark_machine(events::Event& event, const Answer& answer) {
  // A mark on what people do would be read by no rule.
  if (answer.by_machine) events::mark_hit(event, events::HitReason::scanner_agent);
}

/// What the answer adds to an event about a mail, as the API writes it.
Result<void> complete(events::Event& event, const Answer& answer, const Mail* mail) {
  switch (answer.kind) {
    case Answer::Kind::click: {
      const std::vector<std::string>& links = mail->message.links;
      const auto place = static_cast<std::size_t>(answer.link - 1);
      if (place >= links.size()) {
        return failure("no_such_link", fmt::format("the mail has {} links", links.size()));
      }
      event.name = names::link_clicked;
      event.properties.set("url", links[place]);
      event.properties.set("link", static_cast<std::int64_t>(place));
      mark_machine(event, answer);
      return {};
    }
    case Answer::Kind::open:
      event.name = names::email_opened;
      mark_machine(event, answer);
      return {};
    case Answer::Kind::reply:
      event.name = names::email_replied;
      return {};
    case Answer::Kind::unsubscribe:
    case Answer::Kind::subscribe:
      event.name = answer.kind == Answer::Kind::subscribe ? names::subscribed : names::unsubscribed;
      if (mail != nullptr) event.properties.set("address", mail->message.address);
      event.properties.set("topic", answer.topic);
      event.properties.set("source", "page");
      return {};
    case Answer::Kind::bounce:
      event.name = names::message_bounced;
      event.properties.set("address", mail->message.address);
      if (!answer.soft_reason.empty()) {
        event.properties.set("reason", answer.soft_reason);
        return {};
      }
      event.properties.set("reason", "bad_address");
      event.properties.set("suppress", true);
      return {};
    case Answer::Kind::complain:
      event.name = names::spam_reported;
      event.properties.set("address", mail->message.address);
      return {};
  }
  return {};
}

/// The choice, for each journey among the definitions.
Result<Stage::Inside> inside_of(const PublishStep& publish,
                                const std::vector<DefinitionText>& definitions) {
  Stage::Inside inside;
  if (!publish.inside) return inside;
  for (const DefinitionText& definition : definitions) {
    const Result<reaction::DefinitionName> name = reaction::read_definition_name(definition.text);
    // Publishing says what is wrong with it.
    if (!name) return Stage::Inside{};
    if (name->kind == "journey") inside[name->key] = *publish.inside;
  }
  if (!inside.empty()) return inside;
  return failure("no_journey",
                 "what becomes of those inside is chosen for journeys, and none of "
                 "these files is one");
}

}  // namespace

Result<void> Player::play(const Action& action, int line) {
  line_ = line;
  return std::visit([&](const auto& each) { return act(each); }, action);
}

Result<void> Player::act(const MoveTo& move) {
  TRY(time, clock_.read(move.when));
  if (time < stage_.now()) {
    return failure("time_goes_back", fmt::format("it is {} already, time does not go back",
                                                 clock_.write(stage_.now())));
  }
  return stage_.advance(time);
}

Result<void> Player::act(const WaitStep& wait) {
  return stage_.advance(stage_.now() + wait.duration);
}

Result<void> Player::act(const Happen& happen) {
  events::Event event = event_of(happen.who);
  event.type = happen.type;
  event.name = happen.event;
  event.group_id = happen.company;
  if (!happen.message_id.empty()) event.message_id = "scenario/as/" + happen.message_id;
  const bool has_traits =
      happen.type == events::EventType::identify || happen.type == events::EventType::group;
  (has_traits ? event.traits : event.properties) = happen.data;
  TRY(time, time_of(happen));
  event.at = time;
  if (happen.type != events::EventType::group) give_address(event);
  return stage_.take(std::move(event));
}

Result<Timestamp> Player::time_of(const Happen& happen) {
  if (happen.ago) return stage_.now() - *happen.ago;
  if (!happen.happened_at) return stage_.now();
  TRY(time, clock_.read(*happen.happened_at));
  if (time > stage_.now()) {
    return failure("in_the_future", fmt::format("it is {} only, what happens later has not come in",
                                                clock_.write(stage_.now())));
  }
  return time;
}

Result<void> Player::act(const AliasStep& alias) {
  events::Event event = event_of(alias.who);
  event.type = events::EventType::alias;
  event.name = names::aliased;
  event.previous_id = alias.other.user.empty() ? alias.other.visitor : alias.other.user;
  return stage_.take(std::move(event));
}

Result<void> Player::act(const EraseStep& erase) {
  const ContactState* contact = find(stage_, erase.who);
  if (contact == nullptr) return unknown_contact(erase.who);
  TRY_VOID(stage_.erase(contacts::ContactId(contact->id)));
  // Who comes back is somebody new, with an address of their own.
  introduced_.erase(erase.who.user);
  return {};
}

Result<void> Player::act(const Answer& answer) {
  const ContactState* contact = find(stage_, answer.who);
  if (contact == nullptr) return unknown_contact(answer.who);
  const Mail* mail = last_mail(*contact, answer.of);
  if (mail == nullptr && needs_mail(answer)) {
    return failure("no_such_mail", fmt::format("{} was sent no mail{}", name_of(answer.who),
                                               answer.of.empty() ? "" : " of " + answer.of));
  }
  // Who subscribes does it of the address that the contact has now.
  if (answer.kind == Answer::Kind::subscribe) mail = nullptr;
  TRY(event, own_event_of(answer.who));
  event.properties.set("channel", "email");
  if (mail != nullptr) event.properties = properties_of(mail->message);
  TRY_VOID(complete(event, answer, mail));
  return stage_.take(std::move(event));
}

Result<void> Player::act(const ListStep& list) {
  if (stage_.rules().list(list.list) == nullptr) {
    return failure("unknown_list", fmt::format("there is no list \"{}\"", list.list));
  }
  TRY(event, own_event_of(list.who));
  event.name = list.adds ? names::list_joined : names::list_left;
  event.properties.set("list", list.list);
  return stage_.take(std::move(event));
}

Result<void> Player::act(const EnterStep& enter) {
  if (stage_.rules().journey(enter.journey) == nullptr) return unknown_journey(enter.journey);
  TRY(event, own_event_of(enter.who));
  event.name = names::entry_requested;
  event.properties.set("journey", enter.journey);
  event.properties.set("data", enter.data);
  return stage_.take(std::move(event));
}

Result<void> Player::act(const AnswerCalls& answer) {
  stage_.answer_calls(answer.step, {answer.status, answer.body});
  return {};
}

Result<void> Player::act(const PublishStep& publish) {
  std::vector<DefinitionText> definitions;
  for (const std::string& file : publish.files) {
    const auto found = files_.find(file);
    if (found == files_.end()) {
      return failure("unknown_file", fmt::format("there is no file {}", file));
    }
    definitions.push_back({file, found->second});
  }
  TRY(inside, inside_of(publish, definitions));
  return stage_.publish(definitions, inside);
}

Result<void> Player::act(const ArchiveStep& archive) {
  if (stage_.rules().journey(archive.journey) == nullptr) return unknown_journey(archive.journey);
  return stage_.archive(archive.journey, archive.choice);
}

Result<void> Player::act(const PauseStep& pause) {
  if (stage_.rules().journey(pause.journey) == nullptr) return unknown_journey(pause.journey);
  return stage_.pause(pause.journey);
}

Result<void> Player::act(const ResumeStep& resume) {
  if (stage_.rules().journey(resume.journey) == nullptr) return unknown_journey(resume.journey);
  return stage_.resume(resume.journey, resume.overdue);
}

Result<void> Player::act(const DeclareStep& declare) {
  return stage_.declare(
      {.journey = declare.journey, .step = declare.step, .arm = declare.arm, .by = "scenario"});
}

Result<void> Player::act(const CampaignStep& step) {
  return stage_.command(step.command);
}

events::Event Player::event_of(const Who& who) const {
  events::Event event;
  event.message_id = fmt::format("scenario/{}", line_);
  event.user_id = who.user;
  event.anonymous_id = who.visitor;
  event.at = stage_.now();
  event.received_at = stage_.now();
  event.trust = events::Trust::server_key;
  event.source = "scenario";
  return event;
}

Result<events::Event> Player::own_event_of(const Who& who) const {
  const ContactState* contact = find(stage_, who);
  if (contact == nullptr) return unknown_contact(who);
  events::Event event = event_of({});
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.contact = contact->id.hash;
  return event;
}

void Player::give_address(events::Event& event) {
  if (event.user_id.empty() || !introduced_.insert(event.user_id).second) return;
  if (event.traits.find(contacts::traits::email) != nullptr) return;
  const bool is_address = event.user_id.find('@') != std::string::npos;
  event.traits.set(contacts::traits::email,
                   is_address ? event.user_id : event.user_id + "@example.com");
}

const Mail* Player::last_mail(const ContactState& contact, std::string_view of) const {
  const std::vector<Mail>& mails = stage_.mails();
  const auto found = std::find_if(mails.rbegin(), mails.rend(), [&](const Mail& mail) {
    const messages::Message& message = mail.message;
    const bool is_notice = message.template_key.empty();
    const bool is_theirs = stage_.find(message.contact) == &contact;
    return !is_notice && is_theirs &&
           (of.empty() || message.step == of || message.template_key == of);
  });
  return found == mails.rend() ? nullptr : &*found;
}

}  // namespace sojourn::simulation
