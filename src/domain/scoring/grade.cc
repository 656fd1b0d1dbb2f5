#include "domain/scoring/grade.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/scoring/shown.h"

namespace sojourn::scoring {
namespace {

using definitions::Reader;

Result<std::vector<Band>> read_bands(Reader& reader, std::string_view member) {
  TRY(items, reader.optional_list(member));
  if (items->empty() || items->size() > bands_max) {
    return reader.refuse(
        "out_of_range", member,
        fmt::format("has {} items, it must have 1 to {}", items->size(), bands_max));
  }
  std::vector<Band> bands;
  for (std::size_t i = 0; i < items->size(); ++i) {
    Reader inner((*items)[i], fmt::format("{}[{}]", reader.path_of(member), i));
    Band band;
    TRY(name, inner.text("name"));
    band.name = std::move(name);
    TRY(from, inner.number("from"));
    band.from = from;
    TRY_VOID(inner.finish());
    if (!bands.empty() && band.from >= bands.back().from) {
      return inner.refuse("out_of_range", "from",
                          fmt::format("is {}, it must be below {}, where the band before it begins",
                                      band.from, bands.back().from));
    }
    bands.push_back(std::move(band));
  }
  return bands;
}

Value write_bands(const std::vector<Band>& bands) {
  Value::List list;
  for (const Band& band : bands) list.push_back(Object{{"name", band.name}, {"from", band.from}});
  return list;
}

}  // namespace

Result<Grade> read_grade(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  Grade grade;
  TRY(key, reader.key("key"));
  grade.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  grade.name = name.value_or(grade.key);
  TRY(fit, reader.key("fit"));
  grade.fit = std::move(fit);
  TRY(engagement, reader.key("engagement"));
  grade.engagement = std::move(engagement);
  TRY(fit_bands, read_bands(reader, "fit_bands"));
  grade.fit_bands = std::move(fit_bands);
  TRY(engagement_bands, read_bands(reader, "engagement_bands"));
  grade.engagement_bands = std::move(engagement_bands);
  TRY_VOID(reader.finish());
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
