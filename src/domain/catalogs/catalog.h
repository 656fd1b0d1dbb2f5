#pragma once

/// A catalog: what the items are that templates look up by a key, such as the products of a shop.
///
/// The definition says what an item holds; the items themselves are uploaded, and stand in the
/// store.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/transfer/mapping.h"

namespace sojourn::catalogs {

inline constexpr std::size_t catalog_name_bytes_max = 200;
/// More is no list of things to show in a message, but somebody's database.
inline constexpr std::size_t fields_max = 100;
inline constexpr std::size_t field_name_bytes_max = 64;

struct Field {
  std::string name;  ///< as templates write it: letters, digits, `_`
  /// `json` is an object, or whatever else JSON has.
  transfer::ValueType type = transfer::ValueType::text;
  friend bool operator==(const Field&, const Field&) = default;
};

struct Catalog {
  std::string key;
  std::string name;
  /// The member of an item by which it is looked up; a text, and none of the fields.
  std::string item_key;
  std::vector<Field> fields;

  /// Null where there is none of this name.
  [[nodiscard]] const Field* field(std::string_view wanted) const;
  friend bool operator==(const Catalog&, const Catalog&) = default;
};

/// `{kind: catalog, key, name, item_key: sku, fields: {title: text, price: number}}`. Types are
/// `text number boolean date list json`. Errors as the reader gives them.
[[nodiscard]] Result<Catalog> read_catalog(const Value& value);
/// The same as the text of a definition file.
[[nodiscard]] std::string write_catalog(const Catalog& catalog);

}  // namespace sojourn::catalogs
