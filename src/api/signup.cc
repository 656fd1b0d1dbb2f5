#include "api/signup.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints/applied_events.h"
#include "api/endpoints/consent_lines.h"
#include "api/endpoints/tracked.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/contacts/address.h"
#include "domain/contacts/attributes.h"
#include "domain/events/standard_names.h"
#include "runtime/event_log.h"
#include "runtime/old_signups.h"

namespace sojourn::api {
namespace {

using contacts::ContactId;
using events::Event;
using forms::Form;
namespace names = events::names;

constexpr std::string_view channel = "email";
constexpr std::size_t id_bytes = 16;

/// Whom a form is about.
struct Subject {
  ContactId contact = {};
  std::string anonymous_id = {};  ///< of a contact that the form makes, or has made
  bool is_known = false;          ///< somebody has the address already
};

/// The one contact that has the address, else the one that forms make for it.
Result<Subject> find_subject(Context& context, store::StateReads& view, const std::string& email) {
  TRY(owners, view.contacts_with_email(email, 2));
  Subject subject;
  if (owners.size() == 1) {
    subject.contact = owners.front();
    subject.is_known = true;
    return subject;
  }
  const HashKey& master = context.runtime.master_key();
  const Hash128 hash =
      keyed_hash(derive_key(master, "form contact"), {contacts::folded_address(email)});
  subject.anonymous_id = std::string(runtime::form_contact_prefix) + to_base32(hash.view());
  const contacts::Identifier identifier{std::string(contacts::kinds::anonymous_id),
                                        subject.anonymous_id};
  TRY(links, view.identifiers(std::span(&identifier, 1)));
  subject.contact =
      links.front().value_or(contacts::derive_contact_id(runtime::contact_key(master), identifier));
  return subject;
}

Event event_about(const Context& context, const Call& call, const Subject& subject,
                  std::string_view name) {
  Event event = api::event_about(context, call, subject.contact, name);
  // The contact may not be there yet: its first event makes it.
  if (!subject.is_known) {
    event.contact = {};
    event.anonymous_id = subject.anonymous_id;
  }
  return event;
}

Event submitted_event(const Context& context, const Call& call, const Subject& subject,
                      const Form& form, const Submission& submission, bool is_pending) {
  Event event = event_about(context, call, subject, names::form_submitted);
  event.trust = events::Trust::server_key;
  Value::List topics;
  for (const std::string& topic : form.topics) topics.emplace_back(topic);
  event.properties = Object{{"form", form.key},
                            {"email", submission.email},
                            {"fields", submission.attributes},
                            {"topics", std::move(topics)},
                            {"confirmation", is_pending ? "pending" : "none"}};
  return event;
}

Event traits_event(Event event, const std::string& email, const Object& attributes) {
  event.type = events::EventType::identify;
  event.name = names::identified;
  event.trust = events::Trust::server_key;
  event.traits = attributes;
  event.traits.set(contacts::traits::email, email);
  return event;
}

/// By what an opt-in can be shown.
struct Agreed {
  std::string source;
  std::string wording;
  std::string wording_hash;
  std::string evidence;
};

void add_agreement(Event& event, const std::string& email, const std::string& topic,
                   const Agreed& agreed) {
  event.name = names::subscribed;
  event.properties = Object{{"channel", channel},
                            {"address", email},
                            {"topic", topic},
                            {"source", agreed.source},
                            {"basis", "consent"},
                            {"wording", agreed.wording},
                            {"wordingHash", agreed.wording_hash},
                            {"evidence", agreed.evidence}};
}

/// Of a form without topics: all of them.
std::vector<std::string> topics_of(const std::vector<std::string>& topics) {
  return topics.empty() ? std::vector<std::string>{""} : topics;
}

std::string wording_id(const reaction::FormRule& rule) {
  return fmt::format("form/{}/{}", rule.form.key, rule.version);
}

Result<bool> has_opted_out(Context& context, store::StateReads& view, const std::string& email,
                           const std::vector<std::string>& topics) {
  TRY(ledger, read_ledger(context, view, channel, email));
  return std::any_of(topics.begin(), topics.end(), [&](const std::string& topic) {
    return policies::said_of(ledger.consent, topic) == policies::Said::opted_out;
  });
}

Result<SignupOutcome> take_at_once(Context& context, const Call& call,
                                   const reaction::FormRule& rule, const Submission& submission,
                                   const Subject& subject) {
  std::vector<Event> events;
  events.push_back(submitted_event(context, call, subject, rule.form, submission, false));
  if (!subject.is_known) {
    events.push_back(traits_event(event_about(context, call, subject, names::identified),
                                  submission.email, submission.attributes));
  }
  const Agreed agreed{.source = "form",
                      .wording = wording_id(rule),
                      .wording_hash = wording_hash(forms::wording(rule.form)),
                      .evidence = to_json(Object{{"locale", submission.locale}})};
  for (const std::string& topic : topics_of(rule.form.topics)) {
    Event event = event_about(context, call, subject, names::subscribed);
    add_agreement(event, submission.email, topic, agreed);
    events.push_back(std::move(event));
  }
  TRY_VOID(apply_events(context.runtime, std::move(events)));
  return SignupOutcome::done;
}

/// What is kept until the address is confirmed.
std::string payload_of(const Call& call, const reaction::FormRule& rule,
                       const Submission& submission) {
  Value::List topics;
  for (const std::string& topic : rule.form.topics) topics.emplace_back(topic);
  return to_json(Object{{"email", submission.email},
                        {"attributes", submission.attributes},
                        {"topics", std::move(topics)},
                        {"wording", wording_id(rule)},
                        {"wordingHash", wording_hash(forms::wording(rule.form))},
                        {"locale", submission.locale},
                        {"context", context_of(call)}});
}

/// Writes down that the address is asked; false where it was asked often enough.
Result<bool> put_pending(Context& context, const store::SignupRecord& record) {
  bool is_new = true;
  TRY_VOID(context.runtime.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(count, transaction.signup_count(record.address, record.at - confirmation_window));
    is_new = count < confirmations_max;
    return is_new ? transaction.put_signup(record) : Result<void>();
  }));
  return is_new;
}

Result<SignupOutcome> ask_to_confirm(Context& context, const Call& call,
                                     const reaction::FormRule& rule, const Submission& submission,
                                     const Subject& subject) {
  const store::SignupRecord record{.id = to_base32(context.random(id_bytes)),
                                   .form = rule.form.key,
                                   .address = ledger_hash(context, channel, submission.email),
                                   .contact = subject.contact,
                                   .at = context.runtime.clock().now(),
                                   .payload = payload_of(call, rule, submission)};
  TRY(is_new, put_pending(context, record));
  if (!is_new) return SignupOutcome::needs_confirmation;
  std::vector<Event> events;
  events.push_back(submitted_event(context, call, subject, rule.form, submission, true));
  Event request = event_about(context, call, subject, names::confirmation_requested);
  request.properties = Object{{"form", rule.form.key},
                              {"key", std::string(forms::confirmation_message_prefix) + record.id},
                              {"channel", channel},
                              {"address", submission.email},
                              {"template", rule.form.confirmation_template}};
  events.push_back(std::move(request));
  TRY_VOID(apply_events(context.runtime, std::move(events)));
  return SignupOutcome::needs_confirmation;
}

std::string text_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

Object object_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const Object* inner = value == nullptr ? nullptr : value->as_object();
  return inner == nullptr ? Object() : *inner;
}

std::vector<std::string> texts_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const Value::List* list = value == nullptr ? nullptr : value->as_list();
  std::vector<std::string> texts;
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (const std::string* text = (*list)[i].as_string()) texts.push_back(*text);
  }
  return texts;
}

/// Who confirms: the contact that was mailed, unless another has the address by now.
Result<ContactId> owner_of(Context& context, const std::string& email, const ContactId& mailed) {
  TRY(view, context.runtime.store().view());
  TRY(owners, view->contacts_with_email(email, 2));
  return owners.size() == 1 ? owners.front() : mailed;
}

}  // namespace

Result<SignupOutcome> take_signup(Context& context, const Call& call,
                                  const reaction::FormRule& rule, const Submission& submission) {
  Subject subject;
  bool needs_confirmation = rule.form.double_opt_in;
  {
    TRY(view, context.runtime.store().view());
    TRY(found, find_subject(context, *view, submission.email));
    subject = std::move(found);
    TRY(refuses, has_opted_out(context, *view, submission.email, topics_of(rule.form.topics)));
    // Somebody else may be typing.
    needs_confirmation = needs_confirmation || refuses;
  }
  return needs_confirmation ? ask_to_confirm(context, call, rule, submission, subject)
                            : take_at_once(context, call, rule, submission, subject);
}

Result<void> confirm(Context& context, const Call& call, const store::SignupRecord& record,
                     const ContactId& mailed) {
  TRY(value, parse_json(record.payload));
  const Object* payload = value.as_object();
  if (payload == nullptr) return failure("damaged", "a sign-up cannot be read");
  const std::string email = text_of(*payload, "email");
  TRY(owner, owner_of(context, email, mailed));
  std::vector<Event> events;
  // Pressed twice, it is one event each.
  const auto add = [&](Event event, std::string_view what) {
    event.message_id = fmt::format("{}{}/{}", forms::confirmation_message_prefix, record.id, what);
    events.push_back(std::move(event));
  };
  const Event base = event_about(context, call, Subject{.contact = owner, .is_known = true},
                                 names::subscription_confirmed);
  add(traits_event(base, email, object_of(*payload, "attributes")), "traits");
  const Object asked = object_of(*payload, "context");
  const Agreed agreed{.source = "double_opt_in",
                      .wording = text_of(*payload, "wording"),
                      .wording_hash = text_of(*payload, "wordingHash"),
                      .evidence = to_json(Object{{"form", record.form},
                                                 {"submittedAt", format_timestamp(record.at)},
                                                 {"submittedFrom", asked},
                                                 {"locale", text_of(*payload, "locale")}})};
  for (const std::string& topic : topics_of(texts_of(*payload, "topics"))) {
    Event event = base;
    add_agreement(event, email, topic, agreed);
    add(std::move(event), "topic/" + topic);
  }
  Event confirmed = base;
  confirmed.properties = Object{{"form", record.form}, {"channel", channel}, {"address", email}};
  add(std::move(confirmed), "confirmed");
  TRY_VOID(apply_events(context.runtime, std::move(events)));
  store::SignupRecord done = record;
  done.confirmed_at = context.runtime.clock().now();
  return context.runtime.write(
      [&](store::StateTransaction& transaction) { return transaction.put_signup(done); });
}

}  // namespace sojourn::api
