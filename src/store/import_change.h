#pragma once

/// What one row of an import changed in one contact, kept so that the import can be undone.

#include <cstdint>
#include <string>

#include "domain/contacts/contact_id.h"
#include "store/job.h"

namespace sojourn::store {

struct ImportChange {
  JobId job;
  std::uint64_t row = 0;  ///< of the file
  contacts::ContactId contact;
  bool has_created = false;  ///< the contact was made by this row
  /// JSON of an object: each attribute that the row wrote, with its value before; null: it had
  /// none.
  std::string before;
  friend bool operator==(const ImportChange&, const ImportChange&) = default;
};

}  // namespace sojourn::store
