#pragma once

/// What a template's definition says by itself, before anybody is known, in each of its languages.

#include <string>
#include <vector>

#include "domain/catalogs/look_up.h"
#include "domain/templates/blocks/kit.h"
#include "domain/templates/checks/check.h"
#include "domain/templates/template_definition.h"

namespace sojourn::templates::checks {

struct DefinitionCheck {
  /// In the definition: `html`, `languages.de.document`.
  std::string place;
  Check check;
};

/// Empty of a definition that cannot be compiled: its problems say why. `catalogs` as
/// check_sources() takes them.
[[nodiscard]] std::vector<DefinitionCheck> check_definition(const TemplateDefinition& definition,
                                                            const blocks::Kit& kit,
                                                            catalogs::Catalogs* catalogs = nullptr);

}  // namespace sojourn::templates::checks
