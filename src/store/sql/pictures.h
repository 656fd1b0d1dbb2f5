#pragma once

/// Pictures and their bytes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/driver/driver.h"
#include "store/picture.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::optional<PictureRecord>> read_picture(driver::Connection& connection,
                                                                const assets::PictureId& id);
[[nodiscard]] Result<std::optional<std::string>> read_picture_file(driver::Connection& connection,
                                                                   const assets::PictureId& id,
                                                                   int width);
[[nodiscard]] Result<std::vector<assets::PictureId>> read_unclaimed_pictures(
    driver::Connection& connection, Timestamp before, std::size_t limit);

[[nodiscard]] Result<void> write_picture(driver::Connection& connection,
                                         const PictureRecord& picture);
[[nodiscard]] Result<void> write_picture_file(driver::Connection& connection,
                                              const assets::PictureId& id, int width,
                                              std::string_view content);
[[nodiscard]] Result<void> delete_picture(driver::Connection& connection,
                                          const assets::PictureId& id);

}  // namespace sojourn::store::sql
