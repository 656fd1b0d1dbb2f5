#include "domain/templates/checks/definition_checks.h"

#include <fmt/format.h>

namespace sojourn::templates::checks {

std::vector<DefinitionCheck> check_definition(const TemplateDefinition& definition,
                                              const blocks::Kit& kit,
                                              catalogs::Catalogs* catalogs) {
  std::vector<DefinitionCheck> all;
  for (const TemplateVariant& variant : definition.variants) {
    const Result<EmailTemplate> source = source_of(variant, kit);
    if (!source) continue;
    const Result<CompiledEmail> compiled = CompiledEmail::compile(*source);
    if (!compiled) continue;
    const bool is_document = std::holds_alternative<blocks::Document>(variant.content);
    const bool is_first = &variant == &definition.variants.front();
    const std::string before = is_first ? "" : fmt::format("languages.{}.", variant.language);
    std::vector<Check> checks = check_sources(*source, *compiled, catalogs);
    for (Check& check : checks) {
      // Lines of what was generated say nothing to its author.
      if (is_document) check.line = 0;
      std::string place = before + (is_document ? "document" : check.part);
      all.push_back({std::move(place), std::move(check)});
    }
  }
  return all;
}

}  // namespace sojourn::templates::checks
