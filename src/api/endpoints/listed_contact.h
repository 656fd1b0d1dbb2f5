#pragma once

/// A contact as lists show it, with attributes that were asked for.

#include <string>
#include <vector>

#include "api/endpoints/contact_json.h"

namespace sojourn::api {

/// One object of ListedContact; `attributes` only where some are named, with those it has.
void write_listed_contact(JsonWriter& out, const StoredContact& contact,
                          const std::vector<std::string>& attributes);

}  // namespace sojourn::api
