#pragma once

/// The header fields that a service must put into a mail which it writes itself.

#include <string>
#include <vector>

#include "base/json.h"
#include "channels/mime/mime.h"

namespace sojourn::channels::providers {

/// Message-ID, List-Id, List-Unsubscribe, List-Unsubscribe-Post, Feedback-ID and Auto-Submitted of
/// the mail as we write it, as far as it has them.
[[nodiscard]] std::vector<mime::ReadMail::Header> kept_fields(const mime::WrittenMail& mail);

/// The address of a From or Reply-To in the form that goes over the wire; `address` has been
/// written once already, so it has one.
[[nodiscard]] std::string wire_form(std::string_view address);

/// Writes a member whose value is a text.
void text_member(JsonWriter& out, std::string_view name, std::string_view value);

}  // namespace sojourn::channels::providers
