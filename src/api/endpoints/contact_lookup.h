#pragma once

/// The contact that a program means by what it knows of it.

#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/contacts/contact_id.h"
#include "store/state.h"

namespace sojourn::api {

/// Whom an email address leads to, in any spelling. Absent where it is nobody's. Error
/// `ambiguous_contact` where several contacts have it: none of them may get what was meant for
/// another.
[[nodiscard]] Result<std::optional<contacts::ContactId>> find_contact_by_email(
    store::StateReads& view, std::string_view email);

}  // namespace sojourn::api
