#pragma once

/// The stamp in a hosted form: when it was opened. Who sends it shows that a page of ours was read,
/// and for how long; there is no session and no cookie.

#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"

namespace sojourn::api {

/// Faster than that nobody reads a form and types an address.
inline constexpr Duration form_open_min = Duration::seconds(2);
/// A page that was left open longer is opened again.
inline constexpr Duration form_open_max = Duration::hours(24);

/// Signed for this form alone; `master` is the workspace's key.
[[nodiscard]] std::string make_form_stamp(const HashKey& master, std::string_view form,
                                          Timestamp opened);

/// Absent where the text is not what make_form_stamp() wrote for the form. Compares in constant
/// time.
[[nodiscard]] std::optional<Timestamp> read_form_stamp(const HashKey& master, std::string_view form,
                                                       std::string_view text);

}  // namespace sojourn::api
