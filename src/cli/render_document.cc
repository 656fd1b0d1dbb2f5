#include "cli/render_document.h"

#include <fmt/format.h>

#include "api/endpoints/check_json.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/catalog_files.h"
#include "cli/text_file.h"
#include "cli/workspace_folder.h"
#include "domain/definitions/yaml.h"
#include "domain/policies/policies.h"
#include "domain/reaction/preview.h"
#include "domain/reaction/rules.h"
#include "domain/templates/blocks/document_json.h"

namespace sojourn::cli {
namespace {

using templates::TemplateDefinition;
using templates::blocks::Kit;

/// What the links of a message lead to that is sent to nobody.
constexpr std::string_view preview_unsubscribe_url = "https://example.com/u/preview";
constexpr std::string_view preview_preference_url = "https://example.com/p/preview";
constexpr std::string_view preview_view_url = "https://example.com/v/preview";
constexpr std::string_view preview_confirm_url = "https://example.com/d/preview";
constexpr std::string_view preview_assets_url = "https://example.com/assets";

int refuse(const std::string& message) {
  fmt::print(stderr, "sojourn: {}\n", message);
  return 1;
}

tl::unexpected<Error> in_file(const std::string& file, Error error) {
  error.message = fmt::format("{}: {}", file, error.message);
  return failure(std::move(error));
}

/// JSON may be indented by tabs, which YAML has none of.
Result<Value> read_value(const std::string& file) {
  TRY(text, read_text(file));
  if (trimmed(text).starts_with('{')) {
    Result<Value> value = parse_json(text);
    if (!value) return in_file(file, value.error());
    return value;
  }
  Result<definitions::YamlDocument> document = definitions::parse_yaml(text);
  if (!document) return in_file(file, document.error());
  return std::move(document->value);
}

/// A definition says what it is; anything else is a document.
Result<TemplateDefinition> read_source(const std::string& file) {
  TRY(value, read_value(file));
  const Object* object = value.as_object();
  if (object != nullptr && object->find("kind") != nullptr) {
    Result<TemplateDefinition> definition = templates::read_template_definition(value);
    if (!definition) return in_file(file, definition.error());
    return definition;
  }
  Result<templates::blocks::Document> document = templates::blocks::read_document(value);
  if (!document) return in_file(file, document.error());
  const std::string language = document->language;
  return TemplateDefinition{.key = "document",
                            .name = file,
                            .variants = {{.language = language, .content = std::move(*document)}}};
}

struct Workspace {
  Kit kit = {};
  policies::Policies policies = {};
};

/// The brands, saved blocks and policies of a folder; its other definitions say nothing here.
Result<Workspace> read_workspace(const std::string& folder) {
  Workspace workspace;
  if (folder.empty()) return workspace;
  TRY(files, read_workspace_folder(folder));
  for (const runtime::DefinitionFile& file : files) {
    const Result<reaction::DefinitionName> name = reaction::read_definition_name(file.text);
    const Result<definitions::YamlDocument> document = definitions::parse_yaml(file.text);
    if (!name || !document) continue;
    const Result<void> added = templates::blocks::add_to_kit(document->value, workspace.kit);
    if (!added) return in_file(file.path, added.error());
    if (name->kind == "workspace") {
      Result<policies::Policies> policies = policies::read_policies(document->value);
      if (!policies) return in_file(file.path, policies.error());
      workspace.policies = std::move(*policies);
    }
  }
  return workspace;
}

Result<Object> read_data(const std::string& file) {
  if (file.empty()) return Object();
  TRY(value, read_value(file));
  if (const Object* object = value.as_object()) return *object;
  return failure("not_an_object", fmt::format("{}: expected an object", file));
}

/// Those of the folder that holds them, else of the workspace.
Result<catalogs::Table> read_catalogs(const RenderDocumentFlags& flags) {
  const std::string& folder = flags.catalogs.empty() ? flags.folder : flags.catalogs;
  if (folder.empty()) return catalogs::Table();
  TRY(read, folder_catalogs(folder));
  return catalogs::Table(read);
}

Result<reaction::Preview> make_preview(const RenderDocumentFlags& flags) {
  TRY(definition, read_source(flags.document));
  TRY(workspace, read_workspace(flags.folder));
  TRY(data, read_data(flags.data));
  TRY(catalogs, read_catalogs(flags));
  // Without a folder nobody knows what there is.
  const bool knows_catalogs = !flags.folder.empty() || !flags.catalogs.empty();
  Timestamp now = SystemClock().now();
  if (!flags.at.empty()) {
    TRY(at, parse_timestamp(flags.at));
    now = at;
  }
  return reaction::preview({.definition = definition,
                            .kit = workspace.kit,
                            .language = flags.language,
                            .data = std::move(data),
                            .workspace_name = workspace.policies.name,
                            .postal_address = flags.address,
                            .time_zone = workspace.policies.time_zone,
                            .now = now,
                            .links = {.unsubscribe_url = std::string(preview_unsubscribe_url),
                                      .preference_url = std::string(preview_preference_url),
                                      .confirm_url = std::string(preview_confirm_url),
                                      .view_online_url = std::string(preview_view_url),
                                      .assets_url = std::string(preview_assets_url)},
                            .catalogs = knows_catalogs ? &catalogs : nullptr});
}

/// How many of them are errors.
int print_checks(const reaction::Preview& preview) {
  namespace checks = templates::checks;
  int errors = 0;
  for (const checks::Check& check : preview.checks) {
    const checks::CodeFacts& facts = checks::facts_of(check.code);
    const bool is_error = facts.level == checks::Level::error;
    if (is_error) ++errors;
    fmt::print("{} {}{}: {}\n", is_error ? "error  " : "warning", check.part,
               check.line > 0 ? fmt::format(":{}", check.line) : std::string(),
               fmt::format("{} [{}]", check.message, facts.name));
  }
  fmt::print("subject: {}\nsize: {} bytes of HTML\n", preview.email.subject,
             preview.email.html.size());
  return errors;
}

}  // namespace

int render_document(const RenderDocumentFlags& flags) {
  const Result<reaction::Preview> preview = make_preview(flags);
  if (!preview) return refuse(preview.error().message);
  if (flags.json) {
    JsonWriter out;
    api::write_preview(out, *preview);
    fmt::print("{}\n", out.text());
    return 0;
  }
  if (flags.check) return print_checks(*preview) == 0 ? 0 : 1;
  fmt::print("{}", flags.text ? preview->email.text : preview->email.html);
  return 0;
}

}  // namespace sojourn::cli
