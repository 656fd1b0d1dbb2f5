#pragma once

/// Contacts and the names they go by: records, identifiers, aliases.

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

using contacts::ContactId;

[[nodiscard]] Result<std::optional<ContactRecord>> read_contact(driver::Connection& connection,
                                                                const ContactId& id);
/// One for each id, in their order; absent where there is none. Ids in ascending order of which few
/// are left out cost least.
[[nodiscard]] Result<std::vector<std::optional<ContactRecord>>> read_contacts(
    driver::Connection& connection, std::span<const ContactId> ids);
/// Error `invalid_cursor` where the cursor is not one of ours.
[[nodiscard]] Result<ContactPage> list_contacts(driver::Connection& connection,
                                                const StateReads::ContactQuery& query);
[[nodiscard]] Result<std::vector<ContactId>> read_contact_ids(driver::Connection& connection,
                                                              const ContactId& after,
                                                              std::size_t limit);

[[nodiscard]] Result<std::vector<ContactId>> read_contacts_with_email(
    driver::Connection& connection, std::string_view email, std::size_t limit);

/// `last_decision` is the head of the contact's journal; absent: it stays as it is. `inserted` is
/// called where there was no record before, when the answer is there: see Connection::post_query().
[[nodiscard]] Result<void> write_contact(driver::Connection& connection,
                                         const ContactRecord& record,
                                         std::optional<std::uint64_t> last_decision,
                                         std::function<void()> inserted);
/// Zero where the contact has no decision, or no record.
[[nodiscard]] Result<std::uint64_t> read_last_decision(driver::Connection& connection,
                                                       const ContactId& id);
/// Error `unknown_contact` where it has no record.
[[nodiscard]] Result<void> write_last_decision(driver::Connection& connection, const ContactId& id,
                                               std::uint64_t last_decision);
/// True where there was one.
[[nodiscard]] Result<bool> delete_contact(driver::Connection& connection, const ContactId& id);

/// For each the contact it links to, or absent.
[[nodiscard]] Result<std::vector<std::optional<ContactId>>> read_identifiers(
    driver::Connection& connection, std::span<const contacts::Identifier> wanted);
[[nodiscard]] Result<void> write_identifier(driver::Connection& connection,
                                            const contacts::Identifier& identifier,
                                            const ContactId& contact);
[[nodiscard]] Result<void> move_identifiers(driver::Connection& connection, const ContactId& from,
                                            const ContactId& to);
[[nodiscard]] Result<void> delete_identifiers(driver::Connection& connection,
                                              const ContactId& contact);

[[nodiscard]] Result<std::optional<ContactId>> read_alias(driver::Connection& connection,
                                                          const ContactId& loser);
[[nodiscard]] Result<std::vector<ContactId>> read_losers(driver::Connection& connection,
                                                         const ContactId& survivor);
/// Leaves the alias row and points earlier losers of `loser` at `survivor`.
[[nodiscard]] Result<void> write_alias(driver::Connection& connection, const ContactId& loser,
                                       const ContactId& survivor);
/// Removes the contact's alias rows, as loser and as survivor.
[[nodiscard]] Result<void> delete_aliases(driver::Connection& connection, const ContactId& contact);

}  // namespace sojourn::store::sql
