#pragma once

/// The company of each contact: what a Segment group call has said last, or an attribute `company`
/// of the same form. A company is no record of its own; it is what its people have in common.
///
/// Always kept, whatever else an index has no room for: beside its people it takes little.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/audience/bits.h"
#include "domain/audience/value_column.h"
#include "domain/contacts/attributes.h"

namespace sojourn::audience {

/// The attribute: an object with `id`, and whatever else is known of the company.
inline constexpr std::string_view company_attribute = "company";
/// Longer texts are no id and no name: they would come from another use of the attribute.
inline constexpr std::size_t company_id_bytes_max = 255;
inline constexpr std::size_t company_name_bytes_max = 500;

/// What the attributes of one contact say of their company.
struct CompanyLink {
  std::string id;    ///< a number as its digits
  std::string name;  ///< empty: they do not say
  Timestamp at;      ///< of the event that wrote the id
  friend bool operator==(const CompanyLink&, const CompanyLink&) = default;
};

/// Reads `company.id` and `company.name` as conditions do. Absent where the id is no text and no
/// number, or empty.
[[nodiscard]] std::optional<CompanyLink> company_of(const contacts::Attributes& attributes);

class CompanyColumn {
 public:
  /// When a contact was seen.
  struct Seen {
    Timestamp first;
    Timestamp last;
  };
  struct Row {
    Timestamp at;  ///< of the event that wrote the id
    Seen seen;
  };

  void set(Ordinal ordinal, const CompanyLink& link, const Seen& seen);
  void clear(Ordinal ordinal);

  /// The companies' ids as texts: a contact's code says which company is theirs.
  [[nodiscard]] const ValueColumn& ids() const { return ids_; }
  /// As each contact's own attribute has it.
  [[nodiscard]] const ValueColumn& names() const { return names_; }
  /// Of a contact with a company.
  [[nodiscard]] const Row& row(Ordinal ordinal) const { return rows_[ordinal]; }
  [[nodiscard]] std::size_t bytes() const {
    return ids_.bytes() + names_.bytes() + rows_.capacity() * sizeof(Row);
  }

 private:
  ValueColumn ids_;
  ValueColumn names_;
  std::vector<Row> rows_;  ///< by ordinal
};

}  // namespace sojourn::audience
