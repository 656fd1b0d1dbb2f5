#pragma once

/// The mails of a file: one, or those of an mbox.

#include <string_view>
#include <vector>

namespace sojourn::channels::inbound {

/// The mails in `bytes`, in their order, without the lines that divide them. A file that does not
/// begin as an mbox does is one mail, also an empty one.
///
/// A dividing line is `From `, a sender and a time of day, after an empty line or at the begin, and
/// a header field follows it: that of a mail which is quoted inside another mostly is none of
/// these.
[[nodiscard]] std::vector<std::string_view> mails_of(std::string_view bytes);

}  // namespace sojourn::channels::inbound
