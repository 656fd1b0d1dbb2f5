#pragma once

/// What a batch has changed of contacts, for those who keep copies.

#include <span>
#include <vector>

#include "domain/contacts/contact_id.h"
#include "domain/effects/effect.h"
#include "domain/reaction/contact_state.h"

namespace sojourn::runtime {

/// Borrows everything.
struct ContactChanges {
  std::vector<const reaction::ContactState*> changed;
  std::span<const contacts::ContactId> removed;
  std::span<const effects::RecordConsent> consents;
};

}  // namespace sojourn::runtime
