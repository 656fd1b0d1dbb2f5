#include "domain/templates/blocks/kit.h"

#include "domain/templates/blocks/document_json.h"

namespace sojourn::templates::blocks {

Result<void> add_to_kit(const Value& definition, Kit& kit) {
  const Object* object = definition.as_object();
  const Value* kind = object == nullptr ? nullptr : object->find("kind");
  if (kind == nullptr) return {};
  if (*kind == Value("brand")) {
    TRY(brand, read_brand(definition));
    kit.brands.insert_or_assign(brand.key, std::move(brand));
  } else if (*kind == Value("block")) {
    TRY(block, read_saved_block(definition));
    kit.blocks.insert_or_assign(block.key, std::move(block));
  } else if (*kind == Value("asset")) {
    TRY(asset, assets::read_asset(definition));
    kit.assets.insert_or_assign(asset.key, std::move(asset));
  }
  return {};
}

}  // namespace sojourn::templates::blocks
