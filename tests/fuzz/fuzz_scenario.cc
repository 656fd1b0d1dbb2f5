/// Scenario files are read to their end, whatever they hold.

#include "domain/simulation/scenario_text.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  static_cast<void>(simulation::parse_scenario(input));
}

}  // namespace sojourn::fuzz
