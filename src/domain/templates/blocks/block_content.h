#pragma once

/// What stands in the cell of one block, by its type.

#include <string>

#include "domain/templates/blocks/block_html.h"

namespace sojourn::templates::blocks {

struct BlockCell {
  std::string html = {};
  /// Of the cell.
  std::string css = {};
  /// Its class attribute, with the space before it; may be empty.
  std::string mark = {};
  /// What is below it is a part of it.
  bool has_no_space = false;
};

/// Of every block but those that hold others.
[[nodiscard]] BlockCell cell_of(const Block& block, const Setting& setting, const Ground& ground,
                                int width);

}  // namespace sojourn::templates::blocks
