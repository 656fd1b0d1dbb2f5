#pragma once

/// The endpoints of users, their passwords and second factors, and of invitations, by the file
/// that holds them.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

// password.cc
Answer change_password(Context&, const Call&);

// second_factor.cc
Answer get_second_factor(Context&, const Call&);
Answer start_second_factor(Context&, const Call&);
Answer turn_on_second_factor(Context&, const Call&);
Answer turn_off_second_factor(Context&, const Call&);
/// Of somebody else.
Answer reset_second_factor(Context&, const Call&);

// team.cc
Answer list_users(Context&, const Call&);
Answer change_user(Context&, const Call&);
Answer remove_user(Context&, const Call&);

// invitations.cc
Answer list_invitations(Context&, const Call&);
Answer create_invitation(Context&, const Call&);
Answer revoke_invitation(Context&, const Call&);
/// What an invitation is for, by the token of its link.
Answer look_at_invitation(Context&, const Call&);
Answer accept_invitation(Context&, const Call&);

}  // namespace sojourn::api::endpoints
