#include "runtime/contact_record.h"

#include <utility>

namespace sojourn::runtime {

using reaction::ContactState;

namespace {

store::ContactRecord record_of(const ContactState& state, std::string encoded) {
  return {.id = state.id,
          .user_id = state.identifier(contacts::kinds::user_id),
          .email = contacts::normalise_email(state.attributes.text(contacts::traits::email)),
          .name = state.display_name(),
          .first_seen = state.first_seen,
          .last_seen = state.last_seen,
          .state = std::move(encoded)};
}

}  // namespace

store::ContactRecord record_of(const ContactState& state) {
  return record_of(state, reaction::encode(state));
}

store::ContactRecord record_of(const reaction::StateBesideTimeline& contact) {
  return record_of(contact.state, reaction::encode_beside_timeline(contact));
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
