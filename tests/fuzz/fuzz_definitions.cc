/// Definition files: problems are reported, the rules of what has none can be used.

#include <string>

#include "domain/reaction/rules.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  const reaction::Rules::Compiled compiled =
      reaction::Rules::compile({{"definition.yaml", std::string(input), 1, 1}});
  ENSURE(compiled.rules != nullptr);
  for (const reaction::Problem& problem : compiled.problems) ENSURE(!problem.code.empty());
}

}  // namespace sojourn::fuzz
