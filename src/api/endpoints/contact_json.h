#pragma once

/// Contacts as answers show them, and how a path names one.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "store/state.h"

namespace sojourn::api {

/// The contact that a text names: `c_…` is its own id, also one that was merged away; anything
/// else its user id. Absent where there is no such contact.
[[nodiscard]] Result<std::optional<contacts::ContactId>> find_contact(store::StateReads& view,
                                                                      std::string_view text);

/// Error `unknown_contact` where find_contact() is absent.
[[nodiscard]] Result<contacts::ContactId> require_contact(store::StateReads& view,
                                                          std::string_view text);

/// The survivor of an id, through every merge; the id itself where it was not merged.
[[nodiscard]] Result<contacts::ContactId> resolve_alias(store::StateReads& view,
                                                        const contacts::ContactId& id);

/// A contact's row and the state in it.
struct StoredContact {
  store::ContactRecord record;
  reaction::ContactState state;
};
/// Absent where there is none.
[[nodiscard]] Result<std::optional<StoredContact>> load_contact(store::StateReads& view,
                                                                const contacts::ContactId& id);

/// One object of ContactSummary.
void write_contact_summary(JsonWriter& out, const StoredContact& contact);

/// One object of Contact as JSON. Error `unknown_contact`.
[[nodiscard]] Result<std::string> contact_json(const Context& context, store::StateReads& view,
                                               const contacts::ContactId& id);

/// The references to some contacts, read at once: for lists that name a contact in each line.
class ContactRefs {
 public:
  [[nodiscard]] static Result<ContactRefs> load(store::StateReads& view,
                                                const std::vector<contacts::ContactId>& ids);
  /// One object of ContactRef; an id that leads to nobody has neither userId nor name.
  void write(JsonWriter& out, const contacts::ContactId& id) const;

 private:
  std::map<contacts::ContactId, store::ContactRecord> records_;
};

}  // namespace sojourn::api
