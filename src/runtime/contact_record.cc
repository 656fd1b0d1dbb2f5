#include "runtime/contact_record.h"

namespace sojourn::runtime {

using reaction::ContactState;

store::ContactRecord record_of(const ContactState& state) {
  return {.id = state.id,
          .user_id = state.identifier(contacts::kinds::user_id),
          .email = contacts::normalise_email(state.attributes.text(contacts::traits::email)),
          .name = state.display_name(),
          .first_seen = state.first_seen,
          .last_seen = state.last_seen,
          .state = reaction::encode(state)};
}

std::optional<Timestamp> next_wake(const ContactState& state, Timestamp due, Timestamp now) {
  const bool has_come = state.wake <= now;
  if (due >= state.wake && !has_come) return std::nullopt;
  if (due == state.wake) return std::nullopt;
  return due;
}

std::optional<Timestamp> wake_row(Timestamp wake) {
  if (wake == Timestamp::never()) return std::nullopt;
  return wake;
}

}  // namespace sojourn::runtime
