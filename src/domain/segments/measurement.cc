#include "domain/segments/measurement.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace sojourn::segments {
namespace {

using facts::FactState;
using facts::millionths;
using facts::Occurrence;
using facts::Sum;

Sum to_millionths(double amount) {
  return std::llround(amount * millionths);
}

/// Places of `amount` among totals that are exact integers.
bool compare_exact(const Did& did, Sum actual, Sum amount, Sum upper) {
  switch (did.comparison) {
    case Comparison::at_least:
      return actual >= amount;
    case Comparison::at_most:
      return actual <= amount;
    case Comparison::exactly:
      return actual == amount;
    case Comparison::more_than:
      return actual > amount;
    case Comparison::less_than:
      return actual < amount;
    case Comparison::between:
      return actual >= amount && actual <= upper;
  }
  return false;
}

Measurement measure_all(const Did& did, const FactState& fact) {
  return {.count = static_cast<std::int64_t>(fact.count),
          .sum = fact.sum,
          .least = fact.least,
          .greatest = fact.greatest,
          .distinct = did.measure == Measure::distinct ? facts::distinct_count(fact.values) : 0};
}

Measurement measure_since(const Did& did, const FactState& fact, Timestamp since) {
  Measurement measurement{.count = fact.count_since(since)};
  if (did.measure == Measure::count || measurement.count == 0) return measurement;
  const auto begin = fact.newest.end() - measurement.count;
  if (did.measure == Measure::distinct) {
    std::vector<std::int64_t> values;
    for (auto each = begin; each != fact.newest.end(); ++each) values.push_back(each->value);
    std::sort(values.begin(), values.end());
    const auto end = std::unique(values.begin(), values.end());
    measurement.distinct = static_cast<double>(end - values.begin());
    return measurement;
  }
  measurement.least = begin->value;
  measurement.greatest = begin->value;
  for (auto each = begin; each != fact.newest.end(); ++each) {
    measurement.sum += each->value;
    measurement.least = std::min(measurement.least, each->value);
    measurement.greatest = std::max(measurement.greatest, each->value);
  }
  return measurement;
}

/// The counts at which the answer turns as occurrences leave the window, greatest first: it turns
/// where the count falls below one of them.
std::vector<int> turning_counts(const Did& did) {
  const auto amount = static_cast<int>(did.amount);
  switch (did.comparison) {
    case Comparison::at_least:
    case Comparison::less_than:
      return {amount};
    case Comparison::at_most:
    case Comparison::more_than:
      return {amount + 1};
    case Comparison::exactly:
      return {amount + 1, amount};
    case Comparison::between:
      return {static_cast<int>(did.upper) + 1, amount};
  }
  return {};
}

Timestamp recheck_of(const Did& did, const FactState& fact, std::int64_t count,
                     const absl::TimeZone& zone) {
  if (count == 0) return Timestamp::never();
  const auto leaves = [&](std::int64_t of_newest) {
    return leaves_last((fact.newest.end() - of_newest)->at, *did.window.last, zone);
  };
  if (did.measure != Measure::count) return leaves(count);
  for (const int turning : turning_counts(did)) {
    if (turning >= 1 && count >= turning) return leaves(turning);
  }
  return Timestamp::never();
}

}  // namespace

Measurement measure(const Did& did, const FactState& fact, Timestamp now,
                    const absl::TimeZone& zone) {
  if (!did.window.last) return measure_all(did, fact);
  return measure_since(did, fact, window_start(now, *did.window.last, zone));
}

bool compare(const Did& did, const Measurement& measurement) {
  const Sum amount = to_millionths(did.amount);
  const Sum upper = to_millionths(did.upper);
  const Sum count = measurement.count;
  const bool has_value = count > 0;
  switch (did.measure) {
    case Measure::count:
      return compare_exact(did, count * millionths, amount, upper);
    case Measure::sum:
      return compare_exact(did, measurement.sum, amount, upper);
    case Measure::average:
      // Both sides times the count, so that no division rounds.
      return has_value && compare_exact(did, measurement.sum, amount * count, upper * count);
    case Measure::minimum:
      return has_value && compare_exact(did, measurement.least, amount, upper);
    case Measure::maximum:
      return has_value && compare_exact(did, measurement.greatest, amount, upper);
    case Measure::distinct:
      return compare_exact(did, to_millionths(measurement.distinct), amount, upper);
  }
  return false;
}

std::optional<double> amount_of(const Did& did, const Measurement& measurement) {
  const auto plain = [](Sum amount) { return static_cast<double>(amount) / millionths; };
  const bool has_value = measurement.count > 0;
  switch (did.measure) {
    case Measure::count:
      return static_cast<double>(measurement.count);
    case Measure::sum:
      return plain(measurement.sum);
    case Measure::average:
      if (!has_value) return std::nullopt;
      return plain(measurement.sum) / static_cast<double>(measurement.count);
    case Measure::minimum:
      return has_value ? std::optional(plain(measurement.least)) : std::nullopt;
    case Measure::maximum:
      return has_value ? std::optional(plain(measurement.greatest)) : std::nullopt;
    case Measure::distinct:
      return measurement.distinct;
  }
  return std::nullopt;
}

facts::Verdict answer(const Did& did, const FactState& fact, Timestamp now,
                      const absl::TimeZone& zone) {
  const Measurement measurement = measure(did, fact, now, zone);
  facts::Verdict verdict{.value = compare(did, measurement)};
  if (did.window.last) verdict.recheck = recheck_of(did, fact, measurement.count, zone);
  return verdict;
}

}  // namespace sojourn::segments
