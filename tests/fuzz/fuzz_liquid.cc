/// Templates that anybody may write: they compile or do not, and a render keeps to its limits.

#include <string>

#include "base/json.h"
#include "domain/templates/liquid.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  const std::uint8_t choice = take_byte(input);
  const Result<templates::LiquidTemplate> compiled = templates::LiquidTemplate::compile(input, {});
  if (!compiled) return;
  static const Object contact = {{"firstName", "Ana"},
                                 {"age", std::int64_t{41}},
                                 {"score", 1.5},
                                 {"tags", Value::List{"a", "b", Value()}}};
  templates::Scope scope;
  scope.add("contact", contact);
  templates::RenderOptions options;
  options.mode = choice % 2 == 0 ? templates::Mode::lax : templates::Mode::strict;
  options.escape_html = choice % 4 < 2 ? templates::EscapeHtml::yes : templates::EscapeHtml::no;
  options.now = {1'772'000'000'000};
  options.limits = {.steps = 5'000, .output_bytes = 32 * 1024, .work_bytes = 1024 * 1024};
  const Result<std::string> rendered = templates::render(*compiled, scope, options);
  if (rendered) ENSURE(rendered->size() <= options.limits.output_bytes);
}

}  // namespace sojourn::fuzz
