#pragma once

/// `sojourn rollback KIND/KEY --to VERSION`: publishes the text of an earlier version as a new one.

#include <string>

#include "cli/client.h"
#include "cli/inside_choices.h"
#include "cli/publish.h"

namespace sojourn::cli {

/// Shows what would change, asks, and publishes it, unless somebody changes the definition
/// meanwhile.
int rollback(const Server& server, const std::string& place, int version, const InsideFlags& inside,
             const PublishAnswers& answers);

}  // namespace sojourn::cli
