#pragma once

/// The pictures of a workspace: taken in, kept by their content, and let go.
///
/// A picture comes first and the definition that names it, an asset, afterwards: what no definition
/// has named within a day goes again.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/assets/asset.h"
#include "runtime/runtime.h"
#include "store/state.h"

namespace sojourn::runtime {

/// Uploads that no definition has named as yet: more at once is no workspace that is being applied.
inline constexpr std::size_t unclaimed_pictures_max = 1'000;
inline constexpr Duration unclaimed_pictures_kept = Duration::days(1);

/// Cleans the picture, makes its sizes and keeps them; what is kept already is left as it is. Takes
/// up to a second of computing, and waits for the commit. Errors: those of assets::clean_picture()
/// and assets::make_sizes(), `too_many_pictures`.
[[nodiscard]] Result<store::PictureRecord> keep_picture(Runtime& runtime, std::string_view bytes);

/// The bytes in one of its widths, or, of `original_width`, as it was uploaded; absent: there is no
/// such picture, or it has no such width.
inline constexpr int original_width = 0;
[[nodiscard]] Result<std::optional<std::string>> picture_file(store::StateReads& reads,
                                                              const store::PictureRecord& picture,
                                                              int width);

/// What is wrong with the assets among definitions that are to be published: `unknown_picture`
/// where the bytes are neither here nor to come, `picture_differs` where they are of another size.
/// What cannot be read is passed over.
[[nodiscard]] Result<std::vector<DefinitionProblem>> check_pictures(
    store::StateReads& reads, const std::vector<store::DefinitionRecord>& changed,
    const std::set<assets::PictureId>& to_come);

/// Within the publication of an asset: its picture stays. Error `unknown_picture`.
[[nodiscard]] Result<void> claim_picture(store::StateTransaction& transaction,
                                         const store::DefinitionRecord& definition);

/// Lets go of all pictures that an archived asset has named, in any of its versions, but of those
/// that assets in force name. Mails that show them do so no more.
[[nodiscard]] Result<void> remove_pictures(Runtime& runtime, const std::string& asset);

}  // namespace sojourn::runtime
