#pragma once

/// A grade: two scores read off as one, for example fit A and engagement 1 as `A1`.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::definitions {
class Findings;
}

namespace sojourn::scoring {

/// From this value on, until the next band begins.
struct Band {
  std::string name;  ///< `A`
  double from = 0;
  friend bool operator==(const Band&, const Band&) = default;
};

struct Grade {
  std::string key;
  std::string name;
  std::string fit;              ///< key of a score
  std::string engagement;       ///< key of a score
  std::vector<Band> fit_bands;  ///< highest first; a value below them all has the last
  std::vector<Band> engagement_bands;
  friend bool operator==(const Grade&, const Grade&) = default;
};

inline constexpr std::size_t bands_max = 10;

/// `{kind: grade, key, name, fit: score, engagement: score, fit_bands: [{name: A, from: 75}, ...],
/// engagement_bands: [{name: "1", from: 75}, ...]}`
[[nodiscard]] Result<Grade> read_grade(const Value& value);
/// The same, with everything that is wrong: the grade is of use only where nothing is.
[[nodiscard]] Grade read_grade(const Value& value, definitions::Findings& findings);
[[nodiscard]] Value write_grade(const Grade& grade);

/// The name of the band that the value falls into.
[[nodiscard]] const std::string& band_of(const std::vector<Band>& bands, double value);

/// Every name that the grade can have, best first: `A1`, `A2`…
[[nodiscard]] std::vector<std::string> names_of(const Grade& grade);

}  // namespace sojourn::scoring
