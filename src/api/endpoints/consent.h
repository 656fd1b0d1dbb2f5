#pragma once

/// The endpoints about who wants which mails, and who must get none. What those under /api answer:
/// openapi.yaml; the pages: docs/reference/consent.md.

#include "api/endpoint.h"
#include "net/reply.h"

namespace sojourn::api::endpoints {

// consents.cc
Answer get_consents(Context&, const Call&);
Answer write_consent(Context&, const Call&);

// suppressions.cc
Answer list_suppressions(Context&, const Call&);
Answer add_suppressions(Context&, const Call&);
Answer lift_suppression(Context&, const Call&);

// contact_export.cc
Answer export_contact(Context&, const Call&);

// preferences.cc: the preference centre, by a link of a mail. A bad token is 404.
/// A page that asks; changes nothing.
Answer preferences_page(Context&, const Call&);
/// Answers when what was chosen is durable.
void choose_preferences(Context&, Call&&, net::Reply&&);

// forms.cc: the hosted forms.
Answer form_page(Context&, const Call&);
/// Answers when the sign-up is durable.
Answer submit_form(Context&, const Call&);

// confirmation.cc: the page of the link by which an address is confirmed (double opt-in).
/// A page that asks; changes nothing.
Answer confirmation_page(Context&, const Call&);
Answer confirm_signup(Context&, const Call&);

}  // namespace sojourn::api::endpoints
