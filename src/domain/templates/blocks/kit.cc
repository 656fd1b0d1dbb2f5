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
  }
  return {};
}

}  // namespace sojourn::templates::blocks
