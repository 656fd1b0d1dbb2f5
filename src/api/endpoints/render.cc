#include "api/endpoints/render.h"

#include <fmt/format.h>

#include "api/body_fields.h"
#include "api/endpoints/check_json.h"
#include "api/endpoints/contact_json.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/template_kit.h"
#include "api/problem.h"
#include "base/calendar.h"
#include "domain/contacts/attributes.h"
#include "domain/definitions/yaml.h"
#include "domain/reaction/preview.h"
#include "domain/reaction/render.h"
#include "domain/templates/blocks/document_json.h"
#include "runtime/catalogs.h"

namespace sojourn::api::endpoints {
namespace {

using templates::TemplateDefinition;

constexpr std::size_t key_bytes_max = 64;
constexpr std::size_t language_bytes_max = 35;
constexpr std::size_t contact_bytes_max = 300;

/// What the definition's codec says, under the one code that callers choose by.
tl::unexpected<Error> invalid(Error error) {
  error.code = "template_invalid";
  return failure(std::move(error));
}

Result<TemplateDefinition> read_definition(std::string_view text) {
  const Result<definitions::YamlDocument> document = definitions::parse_yaml(text);
  if (!document) return invalid(document.error());
  Result<TemplateDefinition> definition = templates::read_template_definition(document->value);
  if (!definition) return invalid(definition.error());
  return definition;
}

/// The template that the body names or holds.
Result<TemplateDefinition> wanted_template(Context& context, const Object& body) {
  const Value* document = body.find("document");
  TRY(text, optional_text(body, "definition", {.max = definitions::definition_bytes_max}));
  TRY(key, optional_text(body, "template", {.max = key_bytes_max}));
  const int given = (document == nullptr || document->is_null() ? 0 : 1) + (text.empty() ? 0 : 1) +
                    (key.empty() ? 0 : 1);
  if (given != 1) {
    return failure({.code = given == 0 ? "missing_field" : "wrong_member",
                    .message = "give one of document, definition and template",
                    .field = "document"});
  }
  if (!text.empty()) return read_definition(text);
  if (key.empty()) {
    Result<templates::blocks::Document> read =
        templates::blocks::read_document(*document, "document");
    if (!read) return invalid(read.error());
    const std::string language = read->language;
    return TemplateDefinition{.key = "draft",
                              .name = "draft",
                              .variants = {{.language = language, .content = std::move(*read)}}};
  }
  TRY(view, context.runtime.store().view());
  TRY(definitions, view->definitions());
  for (const store::DefinitionRecord& each : definitions) {
    const bool is_it = each.kind == "template" && each.key == key && !each.archived;
    if (is_it) return read_definition(each.source);
  }
  return failure(unknown_definition("template", key));
}

/// What is known of the contact, with the samples of the body over it.
Result<Object> wanted_data(Context& context, const Object& body) {
  Object data;
  if (const Value* sample = body.find("data"); sample != nullptr && !sample->is_null()) {
    if (sample->as_object() == nullptr) {
      return failure({.code = "wrong_type", .message = "data must be an object", .field = "data"});
    }
    data = *sample->as_object();
  }
  TRY(wanted, optional_text(body, "contact", {.max = contact_bytes_max}));
  if (wanted.empty()) return data;
  TRY(view, context.runtime.store().view());
  TRY(id, require_contact(*view, wanted));
  TRY(stored, load_contact(*view, id));
  if (!stored) return failure("unknown_contact", "there is no such contact");
  Object contact = reaction::contact_data(stored->state);
  const Value* over = data.find("contact");
  if (over != nullptr && over->as_object() != nullptr) {
    for (const auto& [name, value] : *over->as_object()) contact.set(name, value);
  }
  data.set("contact", std::move(contact));
  return data;
}

std::string zone_of(const Object& data, const std::string& otherwise) {
  const Value* contact = data.find("contact");
  const Object* known = contact == nullptr ? nullptr : contact->as_object();
  const Value* zone = known == nullptr ? nullptr : known->find(contacts::traits::timezone);
  const std::string* name = zone == nullptr ? nullptr : zone->as_string();
  return name == nullptr || !find_zone(*name) ? otherwise : *name;
}

}  // namespace

Answer render_message(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(definition, wanted_template(context, body));
  TRY(data, wanted_data(context, body));
  TRY(language, optional_text(body, "language", {.max = language_bytes_max}));
  std::string base;
  templates::blocks::Kit kit;
  {
    TRY(view, context.runtime.store().view());
    TRY(read, read_kit(*view));
    kit = std::move(read);
    TRY(told_url, view->setting(runtime::settings::public_url));
    base = public_url(context.settings, told_url.value_or(""), call.request);
  }
  const std::shared_ptr<const reaction::Rules> rules = context.runtime.rules();
  const std::string zone = zone_of(data, rules->policies().time_zone);
  runtime::StoredCatalogs catalogs(context.runtime.store());
  const Result<reaction::Preview> preview =
      reaction::preview({.definition = definition,
                         .kit = kit,
                         .language = std::move(language),
                         .data = std::move(data),
                         .workspace_name = rules->policies().name,
                         .postal_address = context.settings.postal_address,
                         .time_zone = zone,
                         .now = context.runtime.clock().now(),
                         // Of nobody: who opens it changes nothing.
                         .links = {.unsubscribe_url = base + "/u/preview",
                                   .preference_url = base + "/p/preview",
                                   .confirm_url = base + "/d/preview",
                                   .view_online_url = base + "/v/preview",
                                   .assets_url = base + "/assets"},
                         .catalogs = &catalogs});
  if (!preview) return invalid(preview.error());
  JsonWriter out;
  write_preview(out, *preview);
  return json(out.take());
}

}  // namespace sojourn::api::endpoints
