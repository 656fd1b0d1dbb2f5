#pragma once

/// Identity resolution: which contact an event is about, what it links, and what it merges.
/// PRODUCT 5 and ARCHITECTURE 6 and 8 have the rules.

#include <optional>
#include <string>
#include <vector>

#include "domain/contacts/contact_id.h"
#include "domain/events/event.h"

namespace sojourn::contacts {

/// What an identifier leads to now.
struct Standing {
  ContactId contact;
  bool exists = false;  ///< false: nobody yet; `contact` is the id that would be derived
  bool known = false;   ///< the contact has a user id
};

/// Reads links as they are after every earlier event. Implemented by the runtime over the store.
class Links {
 public:
  virtual ~Links() = default;
  [[nodiscard]] virtual Standing standing(const Identifier& identifier) const = 0;
};

struct Merge {
  ContactId a;
  ContactId b;
  friend bool operator==(const Merge&, const Merge&) = default;
};

struct Resolution {
  ContactId contact;              ///< whom the event is about
  std::vector<Identifier> links;  ///< identifiers that lead to `contact` from now on
  std::optional<Merge> merge;     ///< two contacts that are to become one; see survivor()
  /// False where a public key spoke of a contact that is not its own: protected traits stay.
  bool may_write_protected = true;
};

/// Pure. `event` has a user id, an anonymous id, or a contact of its own.
[[nodiscard]] Resolution resolve(const events::Event& event, const Links& links);

/// What decides which of two contacts stays.
struct Claim {
  ContactId contact;
  bool known = false;
  Timestamp first_seen;
};
/// The known one, else the earlier first seen, then the smaller id (PRODUCT 5). Symmetric.
[[nodiscard]] const Claim& survivor(const Claim& a, const Claim& b);

}  // namespace sojourn::contacts
