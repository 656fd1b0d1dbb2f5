#pragma once

/// Renders that may look up in catalogs: `catalogs` leads to them where the data has no such root.
///
/// Apart from liquid.h, which most of the product includes and has no use for this.

#include <string>

#include "base/result.h"
#include "domain/catalogs/look_up.h"
#include "domain/templates/email_template.h"
#include "domain/templates/liquid.h"

namespace sojourn::templates {

/// As render() without catalogs; null: there are none. A function of its arguments and of what the
/// catalogs hold, whose errors are errors of the render.
[[nodiscard]] Result<std::string> render(const LiquidTemplate& source, const Scope& data,
                                         const RenderOptions& options,
                                         catalogs::Catalogs* catalogs);
[[nodiscard]] Result<RenderedEmail> render(const CompiledEmail& email, const Scope& data,
                                           const RenderOptions& options, const LinkTargets& targets,
                                           catalogs::Catalogs* catalogs);

}  // namespace sojourn::templates
