#pragma once

/// A message as it would be, of a template that may be a draft, and what should be looked at in it.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/catalogs/look_up.h"
#include "domain/templates/checks/check.h"
#include "domain/templates/template_definition.h"

namespace sojourn::reaction {

struct PreviewRequest {
  const templates::TemplateDefinition& definition;
  const templates::blocks::Kit& kit;
  /// BCP 47; empty: that of the contact.
  std::string language = {};
  /// What the template sees, as `contact`, `event`, `run`. Absent roots are empty.
  Object data = {};
  std::string workspace_name = {};
  std::string postal_address = {};
  /// IANA; of dates.
  std::string time_zone = "UTC";
  Timestamp now = {};
  templates::LinkTargets links = {};
  catalogs::Catalogs* catalogs = nullptr;  ///< null: nobody knows; outlives the call
};

struct Preview {
  std::string language;
  templates::RenderedEmail email;
  /// Errors first.
  std::vector<templates::checks::Check> checks;
};

/// A function of its arguments, what their catalogs hold included. Errors: those of
/// templates::source_of(), CompiledEmail::compile() and templates::render().
[[nodiscard]] Result<Preview> preview(const PreviewRequest& request);

}  // namespace sojourn::reaction
