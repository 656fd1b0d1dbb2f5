#include "domain/reaction/definition_diff.h"

#include <fmt/format.h>

#include "domain/definitions/yaml.h"
#include "domain/reaction/journey_diff.h"
#include "domain/reaction/value_differ.h"

namespace sojourn::reaction {

Result<std::vector<Difference>> diff_definitions(std::string_view kind, std::string_view before,
                                                 std::string_view after) {
  TRY(document, definitions::parse_yaml(after));
  const Result<definitions::YamlDocument> old = definitions::parse_yaml(before);
  const Object* b = document.value.as_object();
  const Object* a = old ? old->value.as_object() : nullptr;
  if (b == nullptr) return failure("wrong_type", "a definition must be an object");
  ValueDiffer differ;
  if (a == nullptr) {
    differ.add("", "", "was not readable");
    return differ.take();
  }
  if (kind == "journey") {
    TRY_VOID(diff_journeys(old->value, document.value, differ));
  } else if (kind == "score") {
    differ.members("", *a, *b, {"rules", "thresholds"});
    differ.keyed("rule", "rules", *a, *b);
    differ.keyed("threshold", "thresholds", *a, *b);
  } else if (kind == "template") {
    for (const char* member : {"subject", "preheader", "html", "text"}) {
      differ.lines(member, *a, *b);
    }
    differ.members("", *a, *b, {"subject", "preheader", "html", "text"});
  } else {
    differ.members("", *a, *b, {});
  }
  std::vector<Difference> found = differ.take();
  if (found.empty() && before != after) {
    found.push_back({"", "", "comments or layout only", ""});
  }
  return found;
}

std::string describe(const Difference& difference) {
  const std::string& path = difference.path;
  if (path.empty()) return difference.after;
  if (difference.before.empty()) return fmt::format("{} added: {}", path, difference.after);
  if (difference.after.empty()) return fmt::format("{} removed: {}", path, difference.before);
  return fmt::format("{}: {} -> {}", path, difference.before, difference.after);
}

}  // namespace sojourn::reaction
