#pragma once

/// Blocks as rows of a table, each as wide as the column that it stands in.

#include <string>
#include <vector>

#include "domain/templates/blocks/document.h"
#include "domain/templates/blocks/html_text_parts.h"
#include "domain/templates/blocks/kit.h"
#include "domain/templates/blocks/wording.h"

namespace sojourn::templates::blocks {

/// What all blocks of one document share; it outlives the writer.
struct Setting {
  Look look;
  /// Null where the workspace has none.
  const Brand* brand = nullptr;
  const Kit& kit;
  const Wording& wording;
  bool is_right_to_left = false;
};

/// `{% if %}` and `{% for %}` around a piece; the condition sees the item.
[[nodiscard]] std::string in_conditions(const std::string& show_if,
                                        const std::optional<Repeat>& repeat, std::string html);

/// The opening tag of a table that lays out and says nothing: `width` is `100%` or empty.
[[nodiscard]] std::string layout_table(std::string_view width, std::string_view more = {});

class BlockWriter {
 public:
  /// `width`: of the column, in pixels.
  BlockWriter(const Setting& setting, const Ground& ground, int width)
      : setting_(setting), ground_(ground), width_(width) {}

  /// A table; empty where there are no blocks.
  [[nodiscard]] std::string column(const std::vector<Block>& blocks) const;
  /// Side by side; one column alone needs no table of its own.
  [[nodiscard]] std::string columns(const std::vector<Column>& columns, bool stacks) const;

 private:
  [[nodiscard]] std::string rows(const std::vector<Block>& blocks) const;
  [[nodiscard]] std::string row(const Block& block, bool is_last) const;

  const Setting& setting_;
  const Ground& ground_;
  const int width_;
};

}  // namespace sojourn::templates::blocks
