#pragma once

/// Events as answers show them.

#include "api/context.h"
#include "api/endpoints/contact_json.h"
#include "base/json.h"
#include "domain/contacts/contact_id.h"
#include "domain/events/event.h"

namespace sojourn::api {

/// One object of Event.
void write_event(JsonWriter& out, const Context& context, const events::LoggedEvent& logged,
                 const contacts::ContactId& contact, const ContactRefs& refs);

}  // namespace sojourn::api
