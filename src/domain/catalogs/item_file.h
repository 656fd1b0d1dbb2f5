#pragma once

/// The items of a catalog as a file: CSV with a line of names, or JSON, one list or an object a
/// line.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/catalogs/item.h"

namespace sojourn::catalogs {

enum class ItemFormat : std::uint8_t { csv, json };

/// As many as anybody reads of what is wrong with a file.
inline constexpr std::size_t item_faults_max = 20;

/// One item that cannot be taken.
struct ItemFault {
  std::size_t number = 0;  ///< of the item in its file, from 1; the line of names does not count
  Error error;
};

struct ReadItems {
  std::vector<Item> items;        ///< in the order of the file, each key once
  std::vector<ItemFault> faults;  ///< the first of them
  std::size_t faults_in_all = 0;  ///< not zero: the file is not to be taken
};

/// Reads all of the file, and says of each item what is wrong with it: the errors of read_item(),
/// `duplicate_key` for a key that stood there before, `malformed_csv`, `malformed_json`. Errors of
/// the whole: `missing_member` and `unknown_member` for the line of names, `duplicate_member`,
/// `too_many_items`, `malformed_json` for text that is no UTF-8.
[[nodiscard]] Result<ReadItems> read_item_file(const Catalog& catalog, std::string_view text,
                                               ItemFormat format);

/// A file that read_item_file() reads back as the same items. Those that `content` damages are left
/// out.
[[nodiscard]] std::string write_item_file(const Catalog& catalog, const std::vector<Item>& items,
                                          ItemFormat format);

}  // namespace sojourn::catalogs
