#pragma once

/// What is known about a contact: named values, each with who wrote it last.
///
/// An older writer never overwrites a newer one, whatever the order of arrival; null is a tombstone
/// (ARCHITECTURE 5). So the final attributes are the fold of all writes sorted by (time, id):
/// invariant 3.

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::contacts {

/// More attributes than this on one contact are refused: they would be events.
inline constexpr std::size_t attributes_max = 500;

struct Attribute {
  std::string name;
  Value value;     ///< null: removed at `at`
  Timestamp at;    ///< of the event that wrote it
  Hash128 writer;  ///< hash of that event's message id: decides between equal times

  friend bool operator==(const Attribute&, const Attribute&) = default;
};

class Attributes {
 public:
  /// Null where absent or removed; valid until the next change.
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name) const;
  /// Writes unless a newer writer was there, or the limit is reached. True when the value that
  /// find() answers changed.
  bool write(std::string_view name, const Value& value, Timestamp at, const Hash128& writer);
  /// Takes over every attribute of which `other` has the newer writer; commutative.
  void merge(const Attributes& other);

  /// Sorted by name; removed ones included.
  [[nodiscard]] const std::vector<Attribute>& all() const { return attributes_; }
  /// Those that are set, for templates.
  [[nodiscard]] Object values() const;

  friend void encode(ByteWriter& out, const Attributes& attributes);
  friend Attributes decode_attributes(ByteReader& in);
  friend bool operator==(const Attributes&, const Attributes&) = default;

 private:
  std::vector<Attribute> attributes_;
};

void encode(ByteWriter& out, const Attributes& attributes);
Attributes decode_attributes(ByteReader& in);

/// Names with a meaning of their own (ARCHITECTURE 8).
namespace traits {
inline constexpr std::string_view email = "email";
inline constexpr std::string_view phone = "phone";
inline constexpr std::string_view first_name = "firstName";
inline constexpr std::string_view last_name = "lastName";
inline constexpr std::string_view timezone = "timezone";
inline constexpr std::string_view lifecycle_stage = "lifecycleStage";
inline constexpr std::string_view owner = "owner";
}  // namespace traits

/// The contact's own time zone by its IANA name. Empty where there is none, or none of that name:
/// then the workspace's holds.
[[nodiscard]] std::string time_zone(const Attributes& attributes);

/// `  Ann@Example.COM ` -> `Ann@example.com`: white space removed, domain in lower case. Empty
/// where the text has no form of an address.
[[nodiscard]] std::string normalise_email(std::string_view text);

}  // namespace sojourn::contacts
