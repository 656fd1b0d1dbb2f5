#include "api/endpoints/template_kit.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints/plan_json.h"
#include "domain/definitions/yaml.h"
#include "domain/templates/checks/definition_checks.h"
#include "runtime/catalogs.h"

namespace sojourn::api {
namespace {

/// As many as anybody reads.
constexpr std::size_t warnings_max = 100;

using templates::blocks::Kit;

void add(std::string_view text, Kit& kit) {
  const Result<definitions::YamlDocument> document = definitions::parse_yaml(text);
  if (!document) return;
  // What is wrong with it is told as a problem of the plan.
  (void)templates::blocks::add_to_kit(document->value, kit);
}

bool changes(const runtime::DefinitionPlan& plan, const std::string& key) {
  return std::any_of(plan.changes.begin(), plan.changes.end(), [&](const auto& each) {
    return each.kind == "template" && each.key == key &&
           (each.change == runtime::Change::created || each.change == runtime::Change::changed);
  });
}

runtime::StoredCatalogs::Keys catalogs_planned(const runtime::DefinitionPlan& plan) {
  runtime::StoredCatalogs::Keys keys;
  for (const runtime::DefinitionChange& each : plan.changes) {
    if (each.kind == "catalog" && each.change == runtime::Change::created) keys.insert(each.key);
  }
  return keys;
}

void write_warnings_of(JsonWriter& out, const runtime::DefinitionFile& file, const Kit& kit,
                       const runtime::DefinitionPlan& plan, catalogs::Catalogs& catalogs,
                       std::size_t& count) {
  const Result<definitions::YamlDocument> document = definitions::parse_yaml(file.text);
  if (!document) return;
  const Object* object = document->value.as_object();
  const Value* kind = object == nullptr ? nullptr : object->find("kind");
  if (kind == nullptr || *kind != Value("template")) return;
  const auto definition = templates::read_template_definition(document->value);
  if (!definition || !changes(plan, definition->key)) return;
  for (const auto& [place, check] :
       templates::checks::check_definition(*definition, kit, &catalogs)) {
    if (++count > warnings_max) return;
    const std::string line =
        check.line == 0 ? std::string() : fmt::format("{} line {}: ", check.part, check.line);
    write_problem(
        out, {file.path, document->line_of(place),
              std::string(templates::checks::facts_of(check.code).name), line + check.message});
  }
}

}  // namespace

Result<Kit> read_kit(store::StateReads& view) {
  TRY(definitions, view.definitions());
  Kit kit;
  for (const store::DefinitionRecord& each : definitions) {
    const bool is_part = each.kind == "brand" || each.kind == "block" || each.kind == "asset";
    if (is_part && !each.archived) add(each.source, kit);
  }
  return kit;
}

Result<void> write_warnings(JsonWriter& out, store::StateReads& view,
                            const std::vector<runtime::DefinitionFile>& files,
                            const runtime::DefinitionPlan& plan) {
  TRY(kit, read_kit(view));
  for (const runtime::DefinitionFile& file : files) add(file.text, kit);
  runtime::StoredCatalogs catalogs(view, catalogs_planned(plan));
  out.name("warnings").begin_list();
  std::size_t count = 0;
  for (const runtime::DefinitionFile& file : files) {
    write_warnings_of(out, file, kit, plan, catalogs, count);
  }
  out.end_list();
  return {};
}

}  // namespace sojourn::api
