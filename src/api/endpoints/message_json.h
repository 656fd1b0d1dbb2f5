#pragma once

/// Messages as answers show them.

#include "api/context.h"
#include "api/endpoint.h"
#include "api/endpoints/contact_json.h"
#include "base/json.h"
#include "domain/messages/message.h"
#include "store/state.h"

namespace sojourn::api {

/// One object of Message.
void write_message(JsonWriter& out, const Context& context, const messages::Message& message,
                   const ContactRefs& refs);

/// `200` with one object of Message.
[[nodiscard]] Answer message_answer(const Context& context, store::StateReads& view,
                                    const messages::Message& message);

}  // namespace sojourn::api
