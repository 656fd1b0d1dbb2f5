#pragma once

/// Where templates look up the items of catalogs.
///
/// Templates are rendered by what this answers and by nothing else of it, so that a render is a
/// function of its data and of what the catalogs hold. Belongs to one render and one thread.

#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::catalogs {

class Catalogs {
 public:
  virtual ~Catalogs() = default;
  /// Whether there is a catalog of this key. Errors: those of where it is kept.
  [[nodiscard]] virtual Result<bool> has(std::string_view catalog) = 0;
  /// Null where there is no such item, or no such catalog; lives as long as this. Errors likewise.
  [[nodiscard]] virtual Result<const Object*> item(std::string_view catalog,
                                                   std::string_view key) = 0;
};

}  // namespace sojourn::catalogs
