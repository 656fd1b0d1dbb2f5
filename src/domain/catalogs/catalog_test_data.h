#pragma once

/// The catalog that the tests of this folder are about.

#include "domain/catalogs/catalog.h"

namespace sojourn::catalogs {

inline Catalog products() {
  using transfer::ValueType;
  return {.key = "products",
          .name = "Products",
          .item_key = "sku",
          .fields = {{"title", ValueType::text},
                     {"price", ValueType::number},
                     {"in_stock", ValueType::boolean},
                     {"since", ValueType::date},
                     {"tags", ValueType::list},
                     {"maker", ValueType::json}}};
}

}  // namespace sojourn::catalogs
