#pragma once

/// What the documents of a workspace share, by key.

#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/assets/asset.h"
#include "domain/templates/blocks/brand.h"
#include "domain/templates/blocks/document.h"

namespace sojourn::templates::blocks {

struct Kit {
  std::map<std::string, Brand, std::less<>> brands;
  std::map<std::string, SavedBlock, std::less<>> blocks;
  std::map<std::string, assets::Asset, std::less<>> assets = {};
};

/// Takes in a definition of the kinds `brand`, `block` and `asset`, in place of one with its key;
/// others are left alone. Errors: those of read_brand(), read_saved_block() and read_asset().
[[nodiscard]] Result<void> add_to_kit(const Value& definition, Kit& kit);

}  // namespace sojourn::templates::blocks
