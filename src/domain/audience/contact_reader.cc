#include "domain/audience/contact_reader.h"

#include <algorithm>

#include "base/calendar.h"
#include "base/ensure.h"

namespace sojourn::audience {

Zones::Zones(const Sources& sources)
    : column_(sources.index.attribute(contacts::traits::timezone)),
      zones_{sources.definitions.zone()} {
  if (column_ == nullptr) return;
  places_.assign(column_->code_count(), 0);
  for (ValueColumn::Code code = 1; code < column_->code_count(); ++code) {
    const Value value = column_->value(code);
    const std::string* name = value.as_string();
    if (name == nullptr || name->empty()) continue;
    std::optional<absl::TimeZone> zone = find_zone(*name);
    if (!zone) continue;
    const auto known = std::find(zones_.begin(), zones_.end(), *zone);
    places_[code] = static_cast<std::uint32_t>(known - zones_.begin());
    if (known == zones_.end()) zones_.push_back(*zone);
  }
}

std::size_t Zones::place(Ordinal ordinal) const {
  return column_ == nullptr ? 0 : places_[column_->code(ordinal)];
}

const facts::FactState* ContactReader::fact(const facts::FactId& id) const {
  const FactColumn* column = sources_.fact(id);
  if (column == nullptr) return nullptr;
  ENSURE(used_ < segments::stages_max);
  facts::FactState& state = states_[used_];
  // What another fact left there would be read as this one's.
  facts::FactState empty;
  empty.newest.swap(state.newest);
  empty.values.swap(state.values);
  empty.newest.clear();
  empty.values.clear();
  state = std::move(empty);
  if (!column->find(ordinal_, state)) return nullptr;
  ++used_;
  return &state;
}

}  // namespace sojourn::audience
