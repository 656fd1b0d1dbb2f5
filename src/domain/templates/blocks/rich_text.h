#pragma once

/// The texts of a document: what an editor of the ProseMirror family keeps, as types.
///
/// A text is data. Nothing in it becomes HTML or Liquid but variables, which stand apart.

#include <optional>
#include <string>
#include <vector>

#include "domain/templates/blocks/colour.h"

namespace sojourn::templates::blocks {

enum class Align { start, center, end };

/// A Liquid expression with its filters, and what stands in its place where it prints nothing.
struct Variable {
  /// `contact.firstName`, `event.total | money: 'EUR'`
  std::string expression;
  /// Data; empty: nothing.
  std::string fallback = {};

  friend bool operator==(const Variable&, const Variable&) = default;
};

struct Marks {
  bool bold = false;
  bool italic = false;
  bool underline = false;
  bool strike = false;
  bool code = false;
  /// An address (document.h); empty: no link.
  std::string href = {};
  std::optional<Colour> colour = {};

  friend bool operator==(const Marks&, const Marks&) = default;
};

/// A stretch of text with the same marks, or a variable, or a line break.
struct Inline {
  enum class Kind { text, variable, line_break };
  Kind kind = Kind::text;
  std::string text = {};
  Variable variable = {};
  Marks marks = {};

  friend bool operator==(const Inline&, const Inline&) = default;
};

/// A text without paragraphs: a heading, a label, a cell.
using Line = std::vector<Inline>;

/// A paragraph or heading, or a list of items, which hold paragraphs and lists.
struct TextNode {
  enum class Kind { paragraph, heading, bullet_list, ordered_list, item };
  Kind kind = Kind::paragraph;
  /// Of a heading: 1 to 4. Of an ordered list: the first number.
  int number = 0;
  std::optional<Align> align = {};
  Line line = {};
  std::vector<TextNode> children = {};

  friend bool operator==(const TextNode&, const TextNode&) = default;
};

using RichText = std::vector<TextNode>;

/// Of lists in lists.
inline constexpr int list_nesting_max = 4;
/// Of all inline nodes of one text. A page of a book has about so many words.
inline constexpr std::size_t inlines_max = 2'000;
/// Of one stretch of text, and of a label.
inline constexpr std::size_t text_bytes_max = 20'000;
inline constexpr std::size_t fallback_bytes_max = 500;
inline constexpr std::size_t expression_bytes_max = 500;

}  // namespace sojourn::templates::blocks
