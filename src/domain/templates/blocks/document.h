#pragma once

/// A message as rows of blocks: what the editor edits, files hold and the server turns into HTML.
///
/// Places that are Liquid on purpose are addresses (outputs alone), expressions of variables,
/// conditions, loops, the subject and the preheader, and raw blocks; everything else is data.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/templates/blocks/brand.h"
#include "domain/templates/blocks/rich_text.h"

namespace sojourn::templates::blocks {

inline constexpr int document_version = 1;
/// A mail of more rows is clipped long before.
inline constexpr std::size_t rows_max = 100;
inline constexpr std::size_t columns_max = 4;
/// Of one column, and of what a repetition prints.
inline constexpr std::size_t blocks_max = 100;
/// Of the links of a menu and of social networks.
inline constexpr std::size_t links_max = 12;
inline constexpr std::size_t table_rows_max = 100;
inline constexpr std::size_t table_columns_max = 8;
/// What one repetition may print: more is no message any more.
inline constexpr int repeats_max = 100;
/// RFC 9110 §4.1 asks for 8,000; mail programs cut far below.
inline constexpr std::size_t address_bytes_max = 2'048;
/// As much as a definition.
inline constexpr std::size_t raw_bytes_max = 200'000;
inline constexpr std::size_t id_bytes_max = 64;

/// An absolute address whose outputs (`{{ }}`) are Liquid and whose rest is data. Tags are refused.
using Address = std::string;

/// For each item of a list: what is repeated sees it under a name.
struct Repeat {
  /// A name: letters, digits and `_`.
  std::string as;
  /// A Liquid expression, such as `event.items`.
  std::string in;
  int limit = repeats_max;

  friend bool operator==(const Repeat&, const Repeat&) = default;
};

struct Block;

/// One of the columns side by side.
struct Column {
  /// In percent of the whole; 0: what the others leave, in equal parts.
  int width = 0;
  std::vector<Block> blocks;

  friend bool operator==(const Column&, const Column&);
};

struct Heading {
  int level = 1;
  Line text;
  std::optional<Colour> colour = {};
  friend bool operator==(const Heading&, const Heading&) = default;
};
struct Text {
  RichText text;
  /// In pixels; absent: that of the brand.
  std::optional<int> size = {};
  std::optional<Colour> colour = {};
  friend bool operator==(const Text&, const Text&) = default;
};
struct Button {
  Line label;
  Address href;
  /// As wide as its column.
  bool is_wide = false;
  /// In pixels; absent: by the length of its label.
  std::optional<int> width = {};
  std::optional<Colour> colour = {};
  std::optional<Colour> text_colour = {};
  friend bool operator==(const Button&, const Button&) = default;
};
struct Image {
  /// Empty with `is_logo`: that of the brand, or its name where it has none.
  Address src;
  /// Absent: nobody has written one. Empty: it says nothing.
  std::optional<Line> alt = {};
  Address href = {};
  /// In pixels; absent: as wide as its column.
  std::optional<int> width = {};
  bool is_logo = false;
  friend bool operator==(const Image&, const Image&) = default;
};
struct Divider {
  std::optional<Colour> colour = {};
  int thickness = 1;
  /// In percent of the column.
  int width = 100;
  friend bool operator==(const Divider&, const Divider&) = default;
};
struct Spacer {
  int height = 24;
  friend bool operator==(const Spacer&, const Spacer&) = default;
};
struct Columns {
  std::vector<Column> columns;
  bool stacks = true;
  friend bool operator==(const Columns&, const Columns&) = default;
};
struct Social {
  /// Empty: those of the brand.
  std::vector<SocialLink> links;
  friend bool operator==(const Social&, const Social&) = default;
};
struct Menu {
  struct Item {
    Line label;
    Address href;
    friend bool operator==(const Item&, const Item&) = default;
  };
  std::vector<Item> items;
  friend bool operator==(const Menu&, const Menu&) = default;
};
struct Product {
  enum class Layout { beside, above };
  Layout layout = Layout::beside;
  Address src = {};
  std::optional<Line> alt = {};
  Line name;
  Line description = {};
  Line price = {};
  /// Struck through.
  Line old_price = {};
  Address href = {};
  Line label = {};
  friend bool operator==(const Product&, const Product&) = default;
};
struct ListRepeat {
  Repeat repeat;
  std::vector<Block> blocks;
  /// Instead, where the list is empty.
  Line empty = {};
  friend bool operator==(const ListRepeat&, const ListRepeat&);
};
struct Quote {
  RichText text;
  Line author = {};
  friend bool operator==(const Quote&, const Quote&) = default;
};
struct Table {
  std::vector<Line> header;
  std::vector<std::vector<Line>> rows;
  /// Of each column; fewer than columns: the rest at the start.
  std::vector<Align> aligns;
  /// The rows stand once for each item.
  std::optional<Repeat> repeat_rows;
  /// Below the others, once.
  std::vector<std::vector<Line>> footer;
  friend bool operator==(const Table&, const Table&) = default;
};
struct Countdown {
  /// An instant, or a Liquid expression that gives one.
  std::string until;
  Line ended = {};
  friend bool operator==(const Countdown&, const Countdown&) = default;
};
struct VideoThumb {
  Address src;
  std::optional<Line> alt = {};
  Address href;
  Line label = {};
  friend bool operator==(const VideoThumb&, const VideoThumb&) = default;
};
/// Liquid and HTML as they are. A whole page stands alone in its document, and is the message.
struct Raw {
  std::string html;
  friend bool operator==(const Raw&, const Raw&) = default;
};
struct SavedBlockUse {
  std::string key;
  friend bool operator==(const SavedBlockUse&, const SavedBlockUse&) = default;
};
struct LegalFooter {
  /// Why the contact gets this message.
  Line reason = {};
  /// Absent words are those of the document's language.
  Line unsubscribe = {};
  Line preferences = {};
  friend bool operator==(const LegalFooter&, const LegalFooter&) = default;
};

using Content =
    std::variant<Heading, Text, Button, Image, Divider, Spacer, Columns, Social, Menu, Product,
                 ListRepeat, Quote, Table, Countdown, VideoThumb, Raw, SavedBlockUse, LegalFooter>;

struct Block {
  /// Of the editor; says nothing here.
  std::string id = {};
  /// A Liquid condition; empty: always.
  std::string show_if = {};
  std::optional<Repeat> repeat = {};
  std::optional<Align> align = {};
  /// Below it, in pixels; absent: by its type.
  std::optional<int> space = {};
  Content content = Text();

  friend bool operator==(const Block&, const Block&) = default;
};

struct Row {
  /// Behind it: the surface of the message, the page around it, or a colour of its own.
  enum class Ground { surface, page, own };
  std::string id = {};
  std::vector<Column> columns;
  Ground ground = Ground::surface;
  Colour colour = {};
  std::string show_if = {};
  std::optional<Repeat> repeat = {};
  /// Whether columns stand below each other on phones.
  bool stacks = true;

  friend bool operator==(const Row&, const Row&) = default;
};

struct Document {
  Theme theme = {};
  /// Liquid.
  std::string subject;
  std::string preheader = {};
  /// BCP 47, of the words in it; empty: English.
  std::string language = {};
  bool is_right_to_left = false;
  std::vector<Row> rows;

  friend bool operator==(const Document&, const Document&) = default;
};

/// A definition: blocks that many documents use.
struct SavedBlock {
  std::string key;
  std::string name;
  std::vector<Block> blocks;

  friend bool operator==(const SavedBlock&, const SavedBlock&) = default;
};

// Here, where a block is complete.
inline bool operator==(const Column& a, const Column& b) {
  return a.width == b.width && a.blocks == b.blocks;
}
inline bool operator==(const ListRepeat& a, const ListRepeat& b) {
  return a.repeat == b.repeat && a.blocks == b.blocks && a.empty == b.empty;
}

}  // namespace sojourn::templates::blocks
