// Questions about behaviour, over columns of counts, times and sums.
#include <algorithm>

#include "base/calendar.h"
#include "domain/audience/scan_leaves.h"
#include "domain/segments/measurement.h"

namespace sojourn::audience {
namespace {

using segments::Did;
using segments::Measure;
using segments::Measurement;

/// Where the window begins for each zone; exact lengths begin at one instant everywhere.
std::vector<Timestamp> window_starts(const Did& did, const ScanContext& context) {
  const Span& span = *did.window.last;
  const std::size_t zones = span.unit == Span::Unit::exact ? 1 : context.zones.count();
  std::vector<Timestamp> starts;
  for (std::size_t place = 0; place < zones; ++place) {
    starts.push_back(window_start(context.now, span, context.zones.at(place)));
  }
  return starts;
}

/// Whether so many occurrences in the window answer the question with yes; a window never counts
/// more than are kept.
std::vector<std::uint8_t> accepted_counts(const Did& did) {
  std::vector<std::uint8_t> accepted(facts::occurrences_max + 1);
  for (std::size_t count = 0; count < accepted.size(); ++count) {
    accepted[count] = segments::compare(did, {.count = static_cast<std::int64_t>(count)}) ? 1 : 0;
  }
  return accepted;
}

template <typename Answer>
void answer_rows(const FactColumn& column, bool otherwise, Bits& bits, Answer answer) {
  const std::span<const Ordinal> ordinals = column.ordinals();
  for (std::size_t row = 0; row < ordinals.size(); ++row) {
    if (answer(row) != otherwise) bits.assign(ordinals[row], !otherwise);
  }
}

void count_in_window(const Did& did, const FactColumn& column, bool otherwise,
                     const ScanContext& context, Bits& bits) {
  const std::vector<Timestamp> starts = window_starts(did, context);
  const std::vector<std::uint8_t> accepted = accepted_counts(did);
  const bool one_zone = starts.size() == 1;
  answer_rows(column, otherwise, bits, [&](std::size_t row) {
    const std::size_t place = one_zone ? 0 : context.zones.place(column.ordinals()[row]);
    const std::int64_t since = starts[place].ms;
    const std::span<const std::int64_t> times = column.times(row);
    std::size_t inside = 0;
    while (inside < times.size() && times[times.size() - 1 - inside] > since) ++inside;
    return accepted[inside] == 1;
  });
}

void compare_totals(const Did& did, const FactColumn& column, bool otherwise, Bits& bits) {
  const bool has_numbers = !column.sums().empty();
  answer_rows(column, otherwise, bits, [&](std::size_t row) {
    Measurement total{.count = static_cast<std::int64_t>(column.counts()[row])};
    if (has_numbers) {
      total.sum = column.sums()[row];
      total.least = column.least()[row];
      total.greatest = column.greatest()[row];
    }
    return segments::compare(did, total);
  });
}

}  // namespace

Bits scan(const Did& did, const ScanContext& context) {
  const bool otherwise = segments::compare(did, Measurement{});
  Bits bits = context.all(otherwise);
  const FactColumn* column = context.sources.fact(did.fact);
  if (column == nullptr) return bits;
  if (did.window.last && did.measure == Measure::count) {
    count_in_window(did, *column, otherwise, context, bits);
  } else if (!did.window.last && did.measure != Measure::distinct) {
    compare_totals(did, *column, otherwise, bits);
  } else {
    facts::FactState state;
    answer_rows(*column, otherwise, bits, [&](std::size_t row) {
      column->read(row, state);
      const absl::TimeZone& zone = context.zones.of(column->ordinals()[row]);
      return segments::compare(did, segments::measure(did, state, context.now, zone));
    });
  }
  return bits;
}

}  // namespace sojourn::audience
