#include <algorithm>
#include <optional>

#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "domain/definitions/yaml.h"
#include "domain/templates/blocks/document_json.h"
#include "domain/templates/template_definition.h"

namespace sojourn::api::endpoints {
namespace {

struct TemplateText {
  std::string key = {};
  std::string name = {};
  std::string subject = {};
  std::string html = {};
  std::string text = {};
  /// Of a template that is a document of blocks.
  std::optional<templates::blocks::Document> document = {};
  std::vector<std::string> languages = {};
  int rev = 1;
};

/// As the definition has it, not as it is rendered.
TemplateText text_of(const store::DefinitionRecord& record,
                     const templates::TemplateDefinition& definition) {
  TemplateText text{.key = record.key, .name = definition.name, .rev = record.rev};
  const templates::TemplateVariant& first = definition.variants.front();
  if (const auto* email = std::get_if<templates::EmailTemplate>(&first.content)) {
    text.subject = email->subject;
    text.html = email->html;
    text.text = email->text.value_or("");
  } else {
    text.document = std::get<templates::blocks::Document>(first.content);
    text.subject = text.document->subject;
  }
  for (std::size_t i = 1; i < definition.variants.size(); ++i) {
    text.languages.push_back(definition.variants[i].language);
  }
  return text;
}

/// The templates as they were written; what renders is compiled from the same text. One that is set
/// aside stands with its key alone.
Result<std::vector<TemplateText>> read_templates(Context& context) {
  TRY(view, context.runtime.store().view());
  TRY(definitions, view->definitions());
  std::vector<TemplateText> templates;
  for (const store::DefinitionRecord& definition : definitions) {
    if (definition.kind != "template" || definition.archived) continue;
    TRY(document, definitions::parse_yaml(definition.source));
    const Result<templates::TemplateDefinition> read =
        templates::read_template_definition(document.value);
    templates.push_back(
        read ? text_of(definition, *read)
             : TemplateText{.key = definition.key, .name = definition.key, .rev = definition.rev});
  }
  return templates;
}

void write_summary(JsonWriter& out, const TemplateText& text) {
  text_field(out, "key", text.key);
  text_field(out, "name", text.name);
  text_field(out, "channel", "email");
  text_or_null_field(out, "subject", text.subject);
}

void write_used_in(JsonWriter& out, const reaction::Rules& rules, std::string_view key) {
  out.name("usedIn").begin_list();
  for (const reaction::JourneyRule& rule : rules.journeys()) {
    const bool uses = std::any_of(rule.journey.steps.begin(), rule.journey.steps.end(),
                                  [&](const journeys::Step& step) {
                                    const auto* send = std::get_if<journeys::Send>(&step.action);
                                    return send != nullptr && send->template_key == key;
                                  });
    if (uses) write_definition_ref(out, "journey", rule.journey.key, rule.journey.name);
  }
  out.end_list();
}

}  // namespace

Answer list_templates(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "templates"));
  TRY(all, read_templates(context));
  const Slice<TemplateText> found =
      slice(all, page, [](const TemplateText& text) { return text.name + '\n' + text.key; });
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const TemplateText* text : found.items) {
    out.begin_object();
    write_summary(out, *text);
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_template(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  TRY(all, read_templates(context));
  for (const TemplateText& text : all) {
    if (text.key != key) continue;
    JsonWriter out;
    out.begin_object();
    write_summary(out, text);
    text_or_null_field(out, "html", text.html);
    text_or_null_field(out, "text", text.text);
    out.name("document");
    if (text.document) {
      out.value(templates::blocks::write_document(*text.document));
    } else {
      out.null();
    }
    out.name("languages").begin_list();
    for (const std::string& language : text.languages) out.string(language);
    out.end_list();
    write_used_in(out, *context.runtime.rules(), key);
    text_field(out, "rev", std::to_string(text.rev));
    return json(out.end_object().take());
  }
  return failure(unknown_definition("template", key));
}

}  // namespace sojourn::api::endpoints
