// Mails that an address takes, or keeps returning.
#include <charconv>

#include "domain/events/answer_names.h"
#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/reactor.h"

namespace sojourn::reaction {
namespace {

namespace names = events::names;

std::string text_of(const events::Event& event, std::string_view property) {
  const Value* value = event.properties.find(property);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

messages::MessageId message_of(const events::Event& event) {
  const std::string text = text_of(event, "message");
  messages::MessageId id;
  std::from_chars(text.data(), text.data() + text.size(), id.value);
  return id;
}

/// Somebody has the mail before them.
bool is_of_a_reader(const events::Event& event) {
  const bool is_hit = event.name == names::email_opened || event.name == names::link_clicked;
  return event.name == names::email_replied || (is_hit && !events::is_of_machine(event));
}

}  // namespace

bool says_dead(const events::Event& event) {
  const Value* suppress = event.properties.find("suppress");
  return suppress != nullptr && *suppress == Value(true);
}

void Reactor::note_returns(const events::Event& event) {
  const policies::ReturnedMails::Mail mail{message_of(event), event.at};
  if (is_of_a_reader(event)) return returned_.arrive(event.at);
  // What may have arrived is given the time in which it would come back, too.
  if (event.name == names::email_sent || event.name == names::message_uncertain) {
    return returned_.hand_over(mail);
  }
  // Its address is suppressed: what came back before has no further use.
  if (event.name == names::spam_reported || says_dead(event)) {
    returned_ = {};
    return;
  }
  const bool failed = event.name == names::message_failed || event.name == names::message_bounced;
  if (!failed || text_of(event, "channel") != "email") return;
  if (!policies::is_soft_bounce(event)) return returned_.lose(mail.message);
  returned_.come_back(mail, now_);
  if (!soft_bounces_ || !returned_.reaches(*soft_bounces_)) return;
  returned_ = {};
  std::string address = text_of(event, "address");
  if (view_.consent_of("email", address).suppressed) return;
  record_consent(event, "email", std::move(address), "",
                 std::string(policies::consent_states::suppressed),
                 std::string(policies::soft_bounces_source));
}

}  // namespace sojourn::reaction
