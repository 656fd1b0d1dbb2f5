#include "domain/templates/blocks/block_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/templates/blocks/block_content.h"

namespace sojourn::templates::blocks {
namespace {

/// Between columns side by side.
constexpr int gap = 20;
/// Below a block that says nothing about it.
constexpr int space_below = 18;

/// What each column gets, in percent.
std::vector<int> widths_of(const std::vector<Column>& columns) {
  int open = 0;
  int left = 100;
  for (const Column& column : columns) {
    left -= column.width;
    if (column.width == 0) ++open;
  }
  std::vector<int> widths;
  for (const Column& column : columns) {
    widths.push_back(column.width == 0 ? left / open : column.width);
  }
  return widths;
}

}  // namespace

std::string in_conditions(const std::string& show_if, const std::optional<Repeat>& repeat,
                          std::string html) {
  if (!show_if.empty()) html = fmt::format("{{% if {} %}}{}{{% endif %}}", show_if, html);
  if (repeat) {
    html = fmt::format("{{% for {} in {} limit: {} %}}{}{{% endfor %}}", repeat->as, repeat->in,
                       repeat->limit, html);
  }
  return html;
}

std::string layout_table(std::string_view width, std::string_view more) {
  return fmt::format(
      "<table role=\"presentation\"{} cellpadding=\"0\" cellspacing=\"0\" border=\"0\"{}>",
      width.empty() ? std::string() : fmt::format(" width=\"{}\"", width), more);
}

std::string BlockWriter::column(const std::vector<Block>& blocks) const {
  if (blocks.empty()) return {};
  return layout_table("100%") + "\n" + rows(blocks) + "</table>";
}

std::string BlockWriter::rows(const std::vector<Block>& blocks) const {
  std::string html;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    html += row(blocks[i], i + 1 == blocks.size());
  }
  return html;
}

std::string BlockWriter::row(const Block& block, bool is_last) const {
  if (const auto* use = std::get_if<SavedBlockUse>(&block.content)) {
    const auto saved = setting_.kit.blocks.find(use->key);
    if (saved == setting_.kit.blocks.end()) return {};
    return in_conditions(block.show_if, block.repeat, rows(saved->second.blocks));
  }
  if (const auto* list = std::get_if<ListRepeat>(&block.content)) {
    std::string html = in_conditions("", list->repeat, rows(list->blocks));
    if (!list->empty.empty()) {
      Block empty;
      empty.align = block.align;
      empty.content = Text{.text = {{.line = list->empty}}};
      html += fmt::format("{{% if {0} == empty or {0} == nil %}}{1}{{% endif %}}", list->repeat.in,
                          row(empty, is_last));
    }
    return in_conditions(block.show_if, block.repeat, std::move(html));
  }
  BlockCell cell;
  if (const auto* side_by_side = std::get_if<Columns>(&block.content)) {
    cell.html = columns(side_by_side->columns, side_by_side->stacks);
  } else {
    cell = cell_of(block, setting_, ground_, width_);
  }
  const Align align = block.align.value_or(Align::start);
  const int below = block.space.value_or(cell.has_no_space ? 0 : space_below);
  return in_conditions(
      block.show_if, block.repeat,
      fmt::format("<tr><td{} align=\"{}\" style=\"padding:0 0 {}px{}{}\">{}</td></tr>\n", cell.mark,
                  css_align(align, setting_.is_right_to_left), below, cell.css.empty() ? "" : ";",
                  cell.css, cell.html));
}

std::string BlockWriter::columns(const std::vector<Column>& columns, bool stacks) const {
  if (columns.size() == 1) return column(columns.front().blocks);
  const std::vector<int> widths = widths_of(columns);
  std::string html = layout_table("100%") + "\n<tr>\n";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    int before = i == 0 ? 0 : gap / 2;
    int after = i + 1 == columns.size() ? 0 : gap / 2;
    const int inner = width_ * widths[i] / 100 - before - after;
    if (setting_.is_right_to_left) std::swap(before, after);
    html += fmt::format(
        "<td{} width=\"{}%\" valign=\"top\" style=\"width:{}%;padding:0 {}px 0 {}px;"
        "vertical-align:top\">{}</td>\n",
        stacks ? " class=\"s-col\"" : "", widths[i], widths[i], after, before,
        BlockWriter(setting_, ground_, std::max(inner, 20)).column(columns[i].blocks));
  }
  return html + "</tr>\n</table>";
}

}  // namespace sojourn::templates::blocks
