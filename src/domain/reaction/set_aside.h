#pragma once

/// Which of the stored definitions are left out of the rules: those in which compiling found a
/// problem. Part of Rules::compile_stored().

#include <vector>

#include "domain/reaction/rules.h"

namespace sojourn::reaction {

/// Takes each source that has a problem, and that may be set aside, out of `sources`, and notes it
/// in `aside`; with the present version of a journey the earlier ones go too. False where there is
/// none: nothing has changed then.
[[nodiscard]] bool set_aside_faulty(const std::vector<Problem>& problems,
                                    const Rules::MaySetAside& may_set_aside,
                                    std::vector<DefinitionSource>& sources,
                                    std::vector<SetAside>& aside);

}  // namespace sojourn::reaction
