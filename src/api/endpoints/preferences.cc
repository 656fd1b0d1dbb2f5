// The preference centre: which topics an address wants, chosen without signing in.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "api/endpoints/consent_lines.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/hosted_page.h"
#include "api/endpoints/tracked.h"
#include "api/form_fields.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/events/standard_names.h"

namespace sojourn::api::endpoints {
namespace {

using events::Event;
using messages::Message;
using policies::AddressConsent;
using policies::Policies;
using policies::Topic;
using runtime::TokenKind;
namespace names = events::names;

/// Stands for all mails where no topic is defined; no key looks like it.
constexpr std::string_view all_mails = "*";

struct Choice {
  Topic topic;  ///< with an empty key: all mails
  bool is_on = false;
};

bool names_topic(const AddressConsent& consent, const std::string& key) {
  const auto holds = [&](const std::vector<std::string>& topics) {
    return std::find(topics.begin(), topics.end(), key) != topics.end();
  };
  return holds(consent.opted_in) || holds(consent.opted_out);
}

std::vector<Choice> choices_of(const Policies& policies, const AddressConsent& consent,
                               const std::string& channel, PageLanguage language) {
  std::vector<Choice> choices;
  for (const Topic& topic : policies.topics) {
    const std::vector<std::string>& channels = topic.channels;
    if (std::find(channels.begin(), channels.end(), channel) == channels.end()) continue;
    const bool is_on = policies::wants(policies, consent, topic.key);
    const bool is_seen = !topic.is_private || is_on || names_topic(consent, topic.key);
    if (is_seen) choices.push_back({topic, is_on});
  }
  if (policies.topics.empty()) {
    Topic whole;
    whole.name =
        page_text(language, PageText::preferences_everything, {{"workspace", policies.name}});
    choices.push_back({std::move(whole), policies::wants(policies, consent, "")});
  }
  return choices;
}

std::string_view value_of(const Topic& topic) {
  return topic.key.empty() ? all_mails : std::string_view(topic.key);
}

std::string box(const Choice& choice, std::size_t number) {
  const bool has_words = !choice.topic.description.empty();
  const std::string words = has_words ? fmt::format("<span id=\"about{}\" class=\"soft\">{}</span>",
                                                    number, escape_html(choice.topic.description))
                                      : std::string();
  return fmt::format(
      "<div class=\"choice\"><input type=\"checkbox\" name=\"topic\" value=\"{0}\" "
      "id=\"topic{1}\"{2}{3}><div><label for=\"topic{1}\">{4}</label>{5}</div></div>",
      escape_html(value_of(choice.topic)), number, choice.is_on ? " checked" : "",
      has_words ? fmt::format(" aria-describedby=\"about{}\"", number) : std::string(),
      escape_html(choice.topic.name), words);
}

net::Response choice_page(const Context& context, PageLanguage language, const Message& message,
                          const AddressConsent& consent, std::string_view note) {
  const auto rules = context.runtime.rules();
  std::string body =
      paragraph(page_text(language, PageText::mails_to, {{"address", message.address}}));
  if (!note.empty()) {
    body += fmt::format("<p class=\"note\" role=\"status\">{}</p>", escape_html(note));
  }
  if (consent.suppressed) {
    body += fmt::format("<p class=\"note\">{}</p>",
                        page_html(language, PageText::preferences_suppressed));
  }
  body += fmt::format("<form method=\"post\"><fieldset><legend>{}</legend>",
                      page_html(language, PageText::preferences_question));
  std::size_t number = 0;
  for (const Choice& choice : choices_of(rules->policies(), consent, message.channel, language)) {
    body += box(choice, ++number);
  }
  body += fmt::format(
      "</fieldset><button name=\"action\" value=\"save\">{}</button>"
      "<button class=\"plain\" name=\"action\" value=\"all\">{}</button></form>"
      "<p class=\"soft\">{}</p>",
      page_html(language, PageText::preferences_save),
      page_html(language, PageText::unsubscribe_all),
      page_html(language, PageText::preferences_note));
  return hosted_page(context,
                     {.language = language,
                      .title = std::string(page_text(language, PageText::preferences_title)),
                      .body = std::move(body)});
}

/// One answer about one topic, to be recorded.
struct Answered {
  std::string topic;  ///< empty: all
  bool is_in = false;
  std::string words;  ///< that were read
};

std::vector<Answered> answers_of(const FormFields& form, const std::vector<Choice>& choices) {
  if (form.first("action") == "all") return {{.topic = "", .is_in = false, .words = "everything"}};
  const std::vector<std::string> ticked = form.all("topic");
  std::vector<Answered> answers;
  for (const Choice& choice : choices) {
    const bool is_in =
        std::find(ticked.begin(), ticked.end(), value_of(choice.topic)) != ticked.end();
    if (is_in == choice.is_on) continue;
    answers.push_back({.topic = choice.topic.key,
                       .is_in = is_in,
                       .words = choice.topic.name + "\n" + choice.topic.description});
  }
  return answers;
}

Event event_for(const Context& context, const Call& call, const Message& message,
                const Answered& answer) {
  Event event =
      event_of(context, call, message, answer.is_in ? names::subscribed : names::unsubscribed);
  event.properties.append("address", Value(message.address));
  event.properties.append("topic", Value(answer.topic));
  event.properties.append("source", Value("preferences"));
  event.properties.append("basis", Value("consent"));
  event.properties.append("wording", Value("preferences/" + answer.topic));
  event.properties.append("wordingHash", Value(wording_hash(answer.words)));
  return event;
}

Result<AddressConsent> consent_about(Context& context, const Message& message) {
  TRY(view, context.runtime.store().view());
  TRY(ledger, read_ledger(context, *view, message.channel, message.address));
  return std::move(ledger.consent);
}

/// What is to be recorded, and the page that says so once it is.
struct Change {
  std::vector<Event> events;
  net::Response page;
};

Result<Change> read_change(Context& context, const Call& call, const Message& message) {
  TRY(form, FormFields::read(call.request));
  TRY(consent, consent_about(context, message));
  const auto rules = context.runtime.rules();
  const PageLanguage language = language_of_call(context, call, message.contact);
  const std::vector<Answered> answers =
      answers_of(form, choices_of(rules->policies(), consent, message.channel, language));
  Change change;
  for (const Answered& answer : answers) {
    change.events.push_back(event_for(context, call, message, answer));
    policies::fold(
        consent, answer.topic,
        answer.is_in ? policies::consent_states::opted_in : policies::consent_states::opted_out);
  }
  const bool leaves = form.first("action") == "all";
  change.page = choice_page(
      context, language, message, consent,
      page_text(language, leaves ? PageText::preferences_left : PageText::preferences_saved));
  return change;
}

}  // namespace

Answer preferences_page(Context& context, const Call& call) {
  TRY(tracked, find_tracked(context, TokenKind::preferences, call));
  if (!tracked) return link_not_found(context, call);
  TRY(consent, consent_about(context, tracked->message));
  const PageLanguage language = language_of_call(context, call, tracked->message.contact);
  return choice_page(context, language, tracked->message, consent, "");
}

void choose_preferences(Context& context, Call&& call, net::Reply&& reply) {
  Result<std::optional<Tracked>> tracked = find_tracked(context, TokenKind::preferences, call);
  if (!tracked) return reply.send(problem(tracked.error()));
  if (!*tracked) return reply.send(link_not_found(context, call));
  Result<Change> change = read_change(context, call, (*tracked)->message);
  if (!change) return reply.send(problem(change.error()));
  if (change->events.empty()) return reply.send(std::move(change->page));
  // Shared, because std::function must be copyable; there is one reply and it is sent once.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  const auto done = [waiting, page = std::move(change->page)](Result<void> result) {
    waiting->send(result ? page : problem(result.error()));
  };
  const Result<void> submitted = context.runtime.submit(std::move(change->events), done);
  if (!submitted) waiting->send(problem(submitted.error()));
}

}  // namespace sojourn::api::endpoints
