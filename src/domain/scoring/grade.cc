#include "domain/scoring/grade.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/scoring/shown.h"

namespace sojourn::scoring {
namespace {

using definitions::Findings;
using definitions::Reader;

Band read_band(const Value& value, const std::string& path, const std::vector<Band>& before,
               Findings& findings) {
  Reader reader(value, path);
  Band band;
  if (value.as_object() == nullptr) {
    reader.finish(findings);
    return band;
  }
  Result<std::string> name = reader.text("name");
  if (findings.take(name)) band.name = std::move(*name);
  const Result<double> from = reader.number("from");
  if (findings.take(from)) band.from = *from;
  reader.finish(findings);
  if (from && !before.empty() && band.from >= before.back().from) {
    findings.add(
        reader
            .refuse("out_of_range", "from",
                    fmt::format("is {}, it must be below {}, where the band before it begins",
                                band.from, before.back().from))
            .value());
  }
  return band;
}

std::vector<Band> read_bands(Reader& reader, std::string_view member, Findings& findings) {
  std::vector<Band> bands;
  const Result<const Value::List*> items = reader.optional_list(member);
  if (!findings.take(items)) return bands;
  if ((*items)->empty() || (*items)->size() > bands_max) {
    findings.add(
        reader
            .refuse("out_of_range", member,
                    fmt::format("has {} items, it must have 1 to {}", (*items)->size(), bands_max))
            .value());
    return bands;
  }
  for (std::size_t i = 0; i < (*items)->size(); ++i) {
    const std::string path = fmt::format("{}[{}]", reader.path_of(member), i);
    bands.push_back(read_band((**items)[i], path, bands, findings));
  }
  return bands;
}

Value write_bands(const std::vector<Band>& bands) {
  Value::List list;
  for (const Band& band : bands) list.push_back(Object{{"name", band.name}, {"from", band.from}});
  return list;
}

}  // namespace

Grade read_grade(const Value& value, Findings& findings) {
  Reader reader(value, "");
  reader.find("kind");
  Grade grade;
  const auto take = [&](Result<std::string> text, std::string& to) {
    if (findings.take(text)) to = std::move(*text);
  };
  take(reader.key("key"), grade.key);
  Result<std::optional<std::string>> name = reader.optional_text("name");
  if (findings.take(name)) grade.name = name->value_or(grade.key);
  take(reader.key("fit"), grade.fit);
  take(reader.key("engagement"), grade.engagement);
  grade.fit_bands = read_bands(reader, "fit_bands", findings);
  grade.engagement_bands = read_bands(reader, "engagement_bands", findings);
  reader.finish(findings);
  return grade;
}

Result<Grade> read_grade(const Value& value) {
  Findings findings;
  Grade grade = read_grade(value, findings);
  if (!findings.none()) return failure(findings.all().front());
  return grade;
}

Value write_grade(const Grade& grade) {
  return Object{{"kind", "grade"},
                {"key", grade.key},
                {"name", grade.name},
                {"fit", grade.fit},
                {"engagement", grade.engagement},
                {"fit_bands", write_bands(grade.fit_bands)},
                {"engagement_bands", write_bands(grade.engagement_bands)}};
}

const std::string& band_of(const std::vector<Band>& bands, double value) {
  for (const Band& band : bands) {
    if (shown(value) >= band.from) return band.name;
  }
  return bands.back().name;
}

std::vector<std::string> names_of(const Grade& grade) {
  std::vector<std::string> names;
  for (const Band& fit : grade.fit_bands) {
    for (const Band& engagement : grade.engagement_bands) {
      names.push_back(fit.name + engagement.name);
    }
  }
  return names;
}

}  // namespace sojourn::scoring
