/// What is read from JSON is written as JSON that means the same.

#include "base/json.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  const Result<Value> value = parse_json(input);
  if (!value) return;
  const Result<Value> again = parse_json(to_json(*value));
  ENSURE(again.has_value());
  ENSURE(*again == *value);
}

}  // namespace sojourn::fuzz
