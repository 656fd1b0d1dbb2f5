#pragma once

/// One block as JSON; the document's codec is above it.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/definitions/reader.h"
#include "domain/templates/blocks/document.h"

namespace sojourn::templates::blocks {

/// Where blocks stand decides which may stand there: `columns` in a column of a row alone, saved
/// blocks not in saved blocks.
struct BlockPlace {
  bool allows_columns = true;
  bool allows_repetition = true;
  bool allows_saved = true;
};

[[nodiscard]] Result<std::vector<Block>> read_blocks(const Value::List& list,
                                                     const std::string& path, BlockPlace place);
[[nodiscard]] Value::List write_blocks(const std::vector<Block>& blocks);

[[nodiscard]] Result<std::vector<Column>> read_columns(definitions::Reader& reader,
                                                       std::string_view member, BlockPlace place);
[[nodiscard]] Value::List write_columns(const std::vector<Column>& columns);

/// Empty where the member is absent.
[[nodiscard]] Result<std::string> read_condition(definitions::Reader& reader,
                                                 std::string_view member);
[[nodiscard]] Result<std::optional<Repeat>> read_repeat(definitions::Reader& reader,
                                                        std::string_view member);
[[nodiscard]] Object write_repeat(const Repeat& repeat);
/// What an editor calls it; empty where the member is absent.
[[nodiscard]] Result<std::string> read_id(definitions::Reader& reader);

// What the readers of blocks share.

/// The error `too_many` of a list.
[[nodiscard]] tl::unexpected<Error> too_many(const std::string& path, std::size_t count,
                                             std::size_t max);
/// `rows[2]`
[[nodiscard]] std::string item_path(const std::string& path, std::size_t index);
[[nodiscard]] Result<std::optional<int>> optional_number(definitions::Reader& reader,
                                                         std::string_view member, int min, int max);

/// The names of blocks, in the order of Content.
[[nodiscard]] std::string_view type_of(const Content& content);

}  // namespace sojourn::templates::blocks
