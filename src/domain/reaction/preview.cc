#include "domain/reaction/preview.h"

#include "domain/messages/message.h"
#include "domain/reaction/render.h"
#include "domain/templates/render_with_catalogs.h"

namespace sojourn::reaction {
namespace {

const Object& member_of(const Object& data, std::string_view name) {
  static const Object none;
  const Value* value = data.find(name);
  const Object* object = value == nullptr ? nullptr : value->as_object();
  return object == nullptr ? none : *object;
}

/// Those that a message of this workspace may show.
std::vector<std::string> postal_addresses(const PreviewRequest& request, const Object& workspace) {
  std::vector<std::string> addresses;
  const Value* own = workspace.find("postal_address");
  if (own != nullptr && own->as_string() != nullptr) addresses.push_back(*own->as_string());
  for (const auto& [key, brand] : request.kit.brands) addresses.push_back(brand.address);
  return addresses;
}

}  // namespace

Result<Preview> preview(const PreviewRequest& request) {
  const std::vector<templates::TemplateVariant>& variants = request.definition.variants;
  std::vector<std::string_view> languages;
  for (const templates::TemplateVariant& each : variants) languages.emplace_back(each.language);
  const Object& contact = member_of(request.data, "contact");
  const std::string wanted = request.language.empty() ? language_of(contact) : request.language;
  const std::size_t chosen = templates::choose_language(languages, wanted);
  const bool has_place = chosen > 0;
  TRY(source, templates::source_of(
                  variants[chosen], request.kit,
                  has_place ? "languages." + variants[chosen].language + ".document" : "document"));
  TRY(compiled, templates::CompiledEmail::compile(source));
  Object workspace{{"name", request.workspace_name}, {"postal_address", request.postal_address}};
  for (const auto& [name, value] : member_of(request.data, "workspace")) {
    workspace.set(name, value);
  }
  templates::Scope scope;
  scope.add("contact", contact)
      .add("event", member_of(request.data, "event"))
      .add("run", member_of(request.data, "run"))
      .add("workspace", workspace);
  TRY(email,
      templates::render(compiled, scope, {.time_zone = request.time_zone, .now = request.now},
                        request.links, request.catalogs));
  Preview made{.language = variants[chosen].language, .email = std::move(email), .checks = {}};
  made.checks =
      templates::checks::check_message({.source = source,
                                        .compiled = compiled,
                                        .rendered = made.email,
                                        .targets = request.links,
                                        .postal_addresses = postal_addresses(request, workspace),
                                        .catalogs = request.catalogs});
  // What a message of business says need not be left, nor say who sends it (reference 2.1).
  if (request.definition.message_class == messages::MessageClass::transactional) {
    std::erase_if(made.checks, [](const templates::checks::Check& each) {
      return each.code == templates::checks::Code::no_unsubscribe ||
             each.code == templates::checks::Code::no_postal_address;
    });
  }
  return made;
}

}  // namespace sojourn::reaction
