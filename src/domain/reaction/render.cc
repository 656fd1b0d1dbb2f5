#include "domain/reaction/render.h"

#include <fmt/format.h>

#include <optional>

#include "domain/contacts/contact_id.h"

namespace sojourn::reaction {
namespace {

/// What texts see as `contact`.
Object data_of(const ContactState& contact) {
  Object data = contact.attributes.values();
  data.set("id", contacts::format(contact.id));
  const std::string user_id = contact.identifier(contacts::kinds::user_id);
  if (!user_id.empty()) data.set("userId", user_id);
  return data;
}

/// As the message's campaign sends it, else as its template says.
Result<const templates::CompiledEmail*> email_of(const Rules& rules,
                                                 const messages::Message& message) {
  if (!message.campaign.empty()) {
    const CampaignRule* campaign = rules.campaign(message.campaign);
    const templates::CompiledEmail* email =
        campaign == nullptr ? nullptr : campaign->email(message.step);
    if (email != nullptr) return email;
    return failure({.code = "unknown_campaign",
                    .message = fmt::format("there is no campaign \"{}\" with an arm \"{}\"",
                                           message.campaign, message.step),
                    .field = "campaign",
                    .value = message.campaign});
  }
  const TemplateRule* rule = rules.template_of(message.template_key);
  if (rule != nullptr) return &rule->email;
  return failure({.code = "unknown_template",
                  .message = fmt::format("there is no template \"{}\"", message.template_key),
                  .field = "template",
                  .value = message.template_key});
}

}  // namespace

Result<templates::RenderedEmail> render_message(const Rules& rules, const ContactState& contact,
                                                const messages::Message& message,
                                                const templates::LinkTargets& links,
                                                const RenderContext& context) {
  std::optional<templates::CompiledEmail> own;
  const templates::CompiledEmail* email = nullptr;
  if (context.content != nullptr && context.content->texts) {
    const messages::InlineTexts& texts = *context.content->texts;
    TRY(compiled, templates::CompiledEmail::compile(
                      {.subject = texts.subject, .html = texts.html, .text = texts.text}));
    email = &own.emplace(std::move(compiled));
  } else {
    TRY(known, email_of(rules, message));
    email = known;
  }
  const Object contact_data = data_of(contact);
  const Object workspace{{"name", rules.policies().name},
                         {"postal_address", context.postal_address}};
  Object event;
  Object answers;
  for (const journeys::Run& run : contact.runs) {
    if (run.id != message.run) continue;
    event = run.trigger;
    answers = run.context;
  }
  templates::Scope scope;
  scope.add("contact", contact_data)
      .add("event", event)
      .add("run", answers)
      .add("workspace", workspace);
  if (context.content != nullptr) scope.add("data", context.content->data);

  const std::string zone = contacts::time_zone(contact.attributes);
  templates::RenderOptions options;
  options.time_zone = zone.empty() ? rules.policies().time_zone : zone;
  options.now = context.now;
  return templates::render(*email, scope, options, links);
}

Result<std::string> render_text(const Rules& rules, const ContactState& contact,
                                const journeys::Run& run, const std::string& text, Timestamp now) {
  TRY(compiled, templates::LiquidTemplate::compile(text));
  const Object contact_data = data_of(contact);
  const Object workspace{{"name", rules.policies().name}};
  templates::Scope scope;
  scope.add("contact", contact_data)
      .add("event", run.trigger)
      .add("run", run.context)
      .add("workspace", workspace);
  const std::string zone = contacts::time_zone(contact.attributes);
  templates::RenderOptions options;
  options.escape_html = templates::EscapeHtml::no;
  options.time_zone = zone.empty() ? rules.policies().time_zone : zone;
  options.now = now;
  return templates::render(compiled, scope, options);
}

}  // namespace sojourn::reaction
