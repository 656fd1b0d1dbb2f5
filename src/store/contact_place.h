#pragma once

/// Where a contact stands in lists, which run from the newest first seen down; ids break ties.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/contacts/contact_id.h"

namespace sojourn::store {

struct ContactPlace {
  Timestamp first_seen = Timestamp::never();
  contacts::ContactId id;

  /// Whether this one comes later in the list.
  [[nodiscard]] bool is_after(const ContactPlace& other) const {
    return first_seen != other.first_seen ? first_seen < other.first_seen : id < other.id;
  }
  friend bool operator==(const ContactPlace&, const ContactPlace&) = default;
};

/// The cursor of StateReads::list_contacts() for what follows the place.
[[nodiscard]] std::string to_cursor(const ContactPlace& place);
/// Of an empty cursor the place before everybody. Error `invalid_cursor`.
[[nodiscard]] Result<ContactPlace> from_cursor(std::string_view cursor);

}  // namespace sojourn::store
