#include "domain/reaction/render.h"

#include <fmt/format.h>

#include <optional>

#include "domain/contacts/contact_id.h"
#include "domain/templates/render_with_catalogs.h"
#include "domain/templates/template_definition.h"

namespace sojourn::reaction {

Object contact_data(const ContactState& contact) {
  Object data = contact.attributes.values();
  data.set("id", contacts::format(contact.id));
  const std::string user_id = contact.identifier(contacts::kinds::user_id);
  if (!user_id.empty()) data.set("userId", user_id);
  return data;
}

std::string language_of(const Object& contact) {
  for (const char* name : {"language", "locale"}) {
    const Value* value = contact.find(name);
    const std::string* text = value == nullptr ? nullptr : value->as_string();
    if (text != nullptr && !text->empty()) return *text;
  }
  return {};
}

std::string key_of_variant(std::string_view key, std::string_view language) {
  return fmt::format("{}/{}", key, templates::normal_language(language));
}

const TemplateRule* template_in_language(const Rules& rules, std::string_view key,
                                         std::string_view language) {
  for (const std::string& tried : templates::fallbacks_of(language)) {
    const TemplateRule* variant = rules.template_of(key_of_variant(key, tried));
    if (variant != nullptr) return variant;
  }
  return rules.template_of(key);
}

namespace {

/// As a campaign sends it to this arm, in a language; null where the arm is gone.
const templates::CompiledEmail* email_of_arm(const CampaignRule& campaign, std::string_view arm,
                                             std::string_view language) {
  for (const std::string& tried : templates::fallbacks_of(language)) {
    if (const auto* email = campaign.email(key_of_variant(arm, tried))) return email;
  }
  return campaign.email(arm);
}

/// As the message's campaign sends it, else as its template says.
Result<const templates::CompiledEmail*> email_of(const Rules& rules,
                                                 const messages::Message& message,
                                                 std::string_view language) {
  if (!message.campaign.empty()) {
    const CampaignRule* campaign = rules.campaign(message.campaign);
    const templates::CompiledEmail* email =
        campaign == nullptr ? nullptr : email_of_arm(*campaign, message.step, language);
    if (email != nullptr) return email;
    return failure({.code = "unknown_campaign",
                    .message = fmt::format("there is no campaign \"{}\" with an arm \"{}\"",
                                           message.campaign, message.step),
                    .field = "campaign",
                    .value = message.campaign});
  }
  const TemplateRule* rule = template_in_language(rules, message.template_key, language);
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
  const Object known = contact_data(contact);
  std::optional<templates::CompiledEmail> own;
  const templates::CompiledEmail* email = nullptr;
  if (context.content != nullptr && context.content->texts) {
    const messages::InlineTexts& texts = *context.content->texts;
    TRY(compiled, templates::CompiledEmail::compile(
                      {.subject = texts.subject, .html = texts.html, .text = texts.text}));
    email = &own.emplace(std::move(compiled));
  } else {
    TRY(found, email_of(rules, message, language_of(known)));
    email = found;
  }
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
  scope.add("contact", known).add("event", event).add("run", answers).add("workspace", workspace);
  if (context.content != nullptr) scope.add("data", context.content->data);

  const std::string zone = contacts::time_zone(contact.attributes);
  templates::RenderOptions options;
  options.time_zone = zone.empty() ? rules.policies().time_zone : zone;
  options.now = context.now;
  return templates::render(*email, scope, options, links, context.catalogs);
}

Result<std::string> render_text(const Rules& rules, const ContactState& contact,
                                const journeys::Run& run, const std::string& text, Timestamp now) {
  TRY(compiled, templates::LiquidTemplate::compile(text));
  const Object known = contact_data(contact);
  const Object workspace{{"name", rules.policies().name}};
  templates::Scope scope;
  scope.add("contact", known)
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
