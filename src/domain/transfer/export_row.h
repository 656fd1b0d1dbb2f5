#pragma once

/// Contacts and events as the rows of an exported file, in the forms that imports read back.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/value.h"
#include "domain/events/event.h"
#include "domain/transfer/mapping.h"

namespace sojourn::transfer {

struct ContactRow {
  std::string user_id = {};
  std::string anonymous_id = {};
  Object attributes = {};
};

/// Whether text that a spreadsheet would take for a formula is defused; see guarded().
enum class FormulaGuard : std::uint8_t { on, off };

/// Columns of attributes, beside the two ids: what a contact has.
inline constexpr std::size_t attribute_columns_max = 500;

enum class NewColumns : std::uint8_t { added, ignored };

/// Which attributes a CSV file has a column for, sorted by name, and of which type. A column whose
/// values are of several types is JSON.
class AttributeColumns {
 public:
  struct Kind {
    ValueType type = ValueType::text;
    bool was_seen = false;  ///< a value has decided the type
    friend bool operator==(const Kind&, const Kind&) = default;
  };

  void add(const std::string& name);
  void look_at(const Object& attributes, NewColumns which);
  [[nodiscard]] const std::map<std::string, Kind>& all() const { return columns_; }

  friend void encode(ByteWriter& out, const AttributeColumns& columns);
  friend AttributeColumns decode_columns(ByteReader& in);
  friend bool operator==(const AttributeColumns&, const AttributeColumns&) = default;

 private:
  std::map<std::string, Kind> columns_;
};
void encode(ByteWriter& out, const AttributeColumns& columns);
AttributeColumns decode_columns(ByteReader& in);

/// The mapping by which a file of these columns is read back.
[[nodiscard]] Mapping mapping_of(const AttributeColumns& columns);
[[nodiscard]] std::string contact_header(const AttributeColumns& columns);
void append_contact_csv(std::string& out, const ContactRow& contact,
                        const AttributeColumns& columns, FormulaGuard guard);
/// An identify call; of the attributes the chosen ones, where any are.
void append_contact_json(std::string& out, const ContactRow& contact,
                         const std::vector<std::string>& chosen);

[[nodiscard]] std::string event_header();
void append_event_csv(std::string& out, const events::Event& event, FormulaGuard guard);
/// A call of the ingestion API, with its time as `timestamp`.
void append_event_json(std::string& out, const events::Event& event);

/// A line of a campaign's ledger; times in ISO 8601, or empty.
struct RecipientRow {
  std::string contact;
  std::string user_id;
  std::string address;
  std::string arm;
  std::string status;
  std::string reason;
  std::string sent_at;
  std::string opened_at;
  std::string clicked_at;
  std::string converted_at;
};
[[nodiscard]] std::string recipient_header();
void append_recipient_csv(std::string& out, const RecipientRow& recipient, FormulaGuard guard);
/// What is empty is left out.
void append_recipient_json(std::string& out, const RecipientRow& recipient);

}  // namespace sojourn::transfer
