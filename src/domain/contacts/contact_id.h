#pragma once

/// Who a contact is to the machine: an id derived from its first identifier, and its partition.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace sojourn::contacts {

/// 1,024 partitions by hash of the contact (ARCHITECTURE 6); contact ids are hashes already.
inline constexpr int partition_count = 1024;

struct ContactId {
  Hash128 hash;

  friend constexpr auto operator<=>(const ContactId&, const ContactId&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const ContactId& id) {
    return H::combine(std::move(state), id.hash);
  }

  [[nodiscard]] bool is_zero() const { return hash == Hash128{}; }
  [[nodiscard]] int partition() const { return (hash.bytes[0] << 2) | (hash.bytes[1] >> 6); }
};

/// Another name of a contact: `{userId, "42"}`, `{email, "ann@example.com"}`, `{anonymousId, …}`.
/// Kinds are open: crm:*, device, visitor and others follow.
struct Identifier {
  std::string kind;
  std::string value;

  friend auto operator<=>(const Identifier&, const Identifier&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Identifier& identifier) {
    return H::combine(std::move(state), identifier.kind, identifier.value);
  }
};

namespace kinds {
inline constexpr std::string_view user_id = "userId";
inline constexpr std::string_view anonymous_id = "anonymousId";
inline constexpr std::string_view email = "email";
}  // namespace kinds

/// The key of contact ids, from a workspace's master key.
[[nodiscard]] HashKey contact_key(const HashKey& master);

/// The id of the contact whose first identifier this is. The same key and identifier give the same
/// id on every node, so that creating a contact needs no look-up and has no race (ARCHITECTURE 6).
[[nodiscard]] ContactId derive_contact_id(const HashKey& workspace_key, const Identifier& first);

/// `c_` and 26 characters of base32.
[[nodiscard]] std::string format(const ContactId& id);
/// Absent where the text is no such id.
[[nodiscard]] std::optional<ContactId> parse_contact_id(std::string_view text);

}  // namespace sojourn::contacts
