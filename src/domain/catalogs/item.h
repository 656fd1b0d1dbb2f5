#pragma once

/// An item of a catalog: a key, and values for the catalog's fields.

#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "base/value.h"
#include "domain/catalogs/catalog.h"

namespace sojourn::catalogs {

inline constexpr std::size_t item_key_bytes_max = 200;
/// Of one item as JSON: what a message shows of a thing, and not the thing's whole page.
inline constexpr std::size_t item_bytes_max = 16 * 1024;
/// Of one catalog. A whole upload is written while live traffic goes on.
inline constexpr std::size_t items_max = 100'000;
/// Of all items of one catalog as JSON.
inline constexpr std::size_t catalog_bytes_max = 64 << 20;

struct Item {
  std::string key;
  /// What templates see, as JSON: the key under the catalog's item_key, then the fields that the
  /// item has, in the order of the definition. So the same item is the same text.
  std::string content;
  friend bool operator==(const Item&, const Item&) = default;
};

/// The members of an item by the catalog's types, as transfer::convert() reads them; those that are
/// null or an empty text are as if they were not there. A key may be a whole number. Errors, each
/// with the member as its field: `missing_member`, `unknown_member`, `wrong_type`, `too_long`,
/// `control_character`, and those of convert().
[[nodiscard]] Result<Item> read_item(const Catalog& catalog, const Object& members);

/// What read_item() wrote. Error `damaged`.
[[nodiscard]] Result<Object> read_content(std::string_view content);

/// Of a set of items, in whatever order: two sets that differ have different ones. Items are added
/// and taken away one by one.
class ItemsDigest {
 public:
  ItemsDigest() = default;
  explicit ItemsDigest(const Hash128& value) : value_(value) {}
  /// Adds the item, or takes away one that is in it.
  void toggle(std::string_view key, std::string_view content);
  [[nodiscard]] const Hash128& value() const { return value_; }

 private:
  Hash128 value_;
};

}  // namespace sojourn::catalogs
