#pragma once

/// Contacts and events that are the same on every machine and in every engine: each column is a
/// formula of the row's number, in arithmetic that SQL has too (figures/segments_in_sql.mjs).

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "base/time.h"
#include "domain/contacts/contact_id.h"

namespace sojourn::bench {

/// A number below 2^32 for column `column` of row `row`. Every product stays below 2^63.
constexpr std::uint64_t mix(std::uint64_t row, std::uint64_t column) {
  constexpr std::uint64_t word = std::uint64_t{1} << 32;
  std::uint64_t x = (row * 2'654'435'761 + column * 40'503) % word;
  x = ((x ^ (x >> 15)) * 1'103'515'245) % word;
  x = ((x ^ (x >> 13)) * 1'664'525'013) % word;
  return x ^ (x >> 16);
}

inline constexpr Timestamp generated_now{1'772'366'400'000};

struct GeneratedContact {
  std::string country;
  std::string plan;
  std::int64_t seats = 0;
};
inline GeneratedContact contact_of(std::uint64_t row) {
  return {.country = fmt::format("C{}", mix(row, 1) % 30),
          .plan = fmt::format("P{}", mix(row, 2) % 5),
          .seats = static_cast<std::int64_t>(mix(row, 3) % 1000)};
}
/// Segment `segment` (1, 2...) has a share of all contacts of its own.
inline bool is_member(std::uint64_t row, std::uint64_t segment) {
  return mix(row, 20 + segment) % 100 < 10 + segment * 37 % 40;
}
inline contacts::ContactId id_of(std::uint64_t row) {
  contacts::ContactId id;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint64_t part = mix(row, 40 + i);
    for (std::size_t byte = 0; byte < 4; ++byte) {
      id.hash.bytes[i * 4 + byte] = static_cast<std::uint8_t>(part >> (8 * byte));
    }
  }
  // What tells rows apart whatever the formula gives.
  for (std::size_t byte = 0; byte < 4; ++byte) {
    id.hash.bytes[12 + byte] = static_cast<std::uint8_t>(row >> (8 * byte));
  }
  return id;
}

struct GeneratedEvent {
  std::uint64_t contact = 0;  ///< row
  bool is_purchase = false;
  Timestamp at;
  std::int64_t value = 0;
};
inline GeneratedEvent event_of(std::uint64_t row, std::uint64_t contacts) {
  constexpr std::uint64_t half_a_year_s = 180 * 86'400;
  const auto ago = static_cast<std::int64_t>(mix(row, 13) % half_a_year_s);
  return {.contact = mix(row, 11) % contacts,
          .is_purchase = mix(row, 12) % 10 == 0,
          .at = generated_now - Duration::seconds(ago),
          .value = static_cast<std::int64_t>(mix(row, 14) % 10'000)};
}
inline constexpr const char* purchase = "Order Completed";
inline constexpr const char* visit = "Product Viewed";

}  // namespace sojourn::bench
