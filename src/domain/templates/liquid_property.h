#pragma once

/// What `sort: "price"`, `where: "kind", "shoe"` and their like read from an item.

#include "domain/templates/liquid_filters.h"

namespace sojourn::templates {

/// What an item says when it is asked for a property, by Ruby's rules.
struct Property {
  Datum value = {};
  /// The item is of a kind that has no properties at all: nil, a fraction, a truth value.
  bool is_absent = false;
};

/// The member of `item` that the first argument names. Of a text: that character or, where the
/// argument is a text, itself if it stands in the item; of a whole number: that bit. What cannot be
/// asked for is refused.
[[nodiscard]] Property property_of(const FilterInput& input, const Datum& item);

[[nodiscard]] bool has_properties(const Datum& item);

}  // namespace sojourn::templates
