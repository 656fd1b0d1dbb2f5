#pragma once

/// What `sort: "price"`, `where: "kind", "shoe"` and their like read from an item.

#include "domain/templates/liquid_filters.h"

namespace sojourn::templates {

/// The member of `item` that the first argument names. Nil where the item has none; nil, and
/// refused in strict mode, where the item is no object.
[[nodiscard]] Datum property_of(const FilterInput& input, const Datum& item);

}  // namespace sojourn::templates
