#pragma once

/// A sign-up by a form: whom it is about, what it makes happen at once, and what only when the
/// address is confirmed.
///
/// What a stranger types about somebody who is known stays with the event until the owner of the
/// address confirms it; so does an opt-in to what the address has opted out of.

#include <optional>
#include <string>
#include <vector>

#include "api/endpoint.h"
#include "base/result.h"
#include "domain/forms/form.h"
#include "domain/reaction/rules.h"
#include "store/consent_records.h"

namespace sojourn::api {

/// A link of a confirmation mail works so long.
inline constexpr Duration confirmation_life = Duration::hours(72);
/// Confirmation mails that one address gets within `confirmation_window`, of all forms together:
/// forms are no way to flood somebody's mailbox.
inline constexpr std::uint64_t confirmations_max = 3;
inline constexpr Duration confirmation_window = Duration::hours(24);

/// What was typed, checked.
struct Submission {
  std::string email;  ///< normalised
  Object attributes;
  std::string locale;  ///< as the browser asks for; may be empty
};

enum class SignupOutcome : std::uint8_t {
  done,
  needs_confirmation,  ///< also where the address has had its mails already
};

/// Records the sign-up; what it changes holds when this returns.
[[nodiscard]] Result<SignupOutcome> take_signup(Context& context, const Call& call,
                                                const reaction::FormRule& rule,
                                                const Submission& submission);

/// The owner of the address has confirmed it, by the link of a mail about `contact`.
[[nodiscard]] Result<void> confirm(Context& context, const Call& call,
                                   const store::SignupRecord& record,
                                   const contacts::ContactId& contact);

}  // namespace sojourn::api
