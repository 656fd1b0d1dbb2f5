#include "domain/reaction/grade_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sojourn::reaction {
namespace {

std::string names_of(const std::vector<scoring::Band>& bands) {
  std::string names;
  for (const scoring::Band& band : bands) names += (names.empty() ? "" : ", ") + band.name;
  return names;
}

struct Finder {
  const Rules& rules;

  std::optional<Error> operator()(const segments::AllOf& all) const { return among(all.parts); }
  std::optional<Error> operator()(const segments::AnyOf& any) const { return among(any.parts); }
  std::optional<Error> operator()(const segments::Not& negation) const {
    return among(negation.part);
  }
  std::optional<Error> operator()(const segments::GradeIs& question) const {
    const GradeRule* rule = rules.grade(question.grade);
    if (rule == nullptr) return std::nullopt;
    const std::vector<std::string> known = scoring::names_of(rule->grade);
    for (const std::string& name : question.one_of) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const scoring::Grade& grade = rule->grade;
      return Error{.code = "unknown_grade",
                   .message = fmt::format("grade \"{}\" is never \"{}\": it is one of {}, followed "
                                          "by one of {}",
                                          grade.key, name, names_of(grade.fit_bands),
                                          names_of(grade.engagement_bands)),
                   .value = name};
    }
    return std::nullopt;
  }
  template <typename Other>
  std::optional<Error> operator()(const Other&) const {
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Error> among(const std::vector<segments::Condition>& parts) const {
    for (const segments::Condition& part : parts) {
      if (std::optional<Error> found = std::visit(*this, part.node)) return found;
    }
    return std::nullopt;
  }
};

}  // namespace

std::optional<Error> find_unknown_grade_name(const segments::Condition& condition,
                                             const Rules& rules) {
  return std::visit(Finder{rules}, condition.node);
}

}  // namespace sojourn::reaction
