#include "domain/audience/company_column.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sojourn::audience {
namespace {

/// Whole numbers above this are not exact as doubles.
constexpr double exact_whole_max = 9'007'199'254'740'992.0;

/// One company may be `42` here and `"42"` there; conditions take the two for equal as well.
std::string id_text(const Value& value) {
  if (const std::string* text = value.as_string()) return *text;
  char digits[32];
  const auto written = [&](const std::to_chars_result& end) {
    return std::string(digits, static_cast<std::size_t>(end.ptr - digits));
  };
  if (const std::int64_t* whole = value.as_integer()) {
    return written(std::to_chars(digits, digits + sizeof digits, *whole));
  }
  const double* real = value.as_double();
  if (real == nullptr) return {};
  if (std::trunc(*real) == *real && std::abs(*real) <= exact_whole_max) {
    return id_text(Value(static_cast<std::int64_t>(*real)));
  }
  return written(std::to_chars(digits, digits + sizeof digits, *real));
}

const contacts::Attribute* held(const contacts::Attributes& attributes, std::string_view name) {
  const auto& all = attributes.all();
  const auto found = std::lower_bound(
      all.begin(), all.end(), name,
      [](const contacts::Attribute& each, std::string_view wanted) { return each.name < wanted; });
  if (found == all.end() || found->name != name || found->value.is_null()) return nullptr;
  return &*found;
}

}  // namespace

std::optional<CompanyLink> company_of(const contacts::Attributes& attributes) {
  // An attribute whose own name holds the dot wins over the path into another.
  const contacts::Attribute* company = held(attributes, company_attribute);
  const contacts::Attribute* dotted = held(attributes, "company.id");
  const contacts::Attribute* source = dotted != nullptr ? dotted : company;
  if (source == nullptr) return std::nullopt;
  const Value* id = dotted != nullptr ? &dotted->value : find_path(company->value, "id");
  if (id == nullptr) return std::nullopt;
  CompanyLink link{.id = id_text(*id), .name = {}, .at = source->at};
  if (link.id.empty() || link.id.size() > company_id_bytes_max) return std::nullopt;
  const contacts::Attribute* dotted_name = held(attributes, "company.name");
  const Value* name = dotted_name != nullptr ? &dotted_name->value
                      : company != nullptr   ? find_path(company->value, "name")
                                             : nullptr;
  const std::string* text = name == nullptr ? nullptr : name->as_string();
  if (text != nullptr && text->size() <= company_name_bytes_max) link.name = *text;
  return link;
}

void CompanyColumn::set(Ordinal ordinal, const CompanyLink& link, const Seen& seen) {
  ids_.set(ordinal, Value(link.id));
  if (link.name.empty()) {
    names_.clear(ordinal);
  } else {
    names_.set(ordinal, Value(link.name));
  }
  if (ordinal >= rows_.size()) rows_.resize(ordinal + 1);
  rows_[ordinal] = {.at = link.at, .seen = seen};
}

void CompanyColumn::clear(Ordinal ordinal) {
  ids_.clear(ordinal);
  names_.clear(ordinal);
}

}  // namespace sojourn::audience
