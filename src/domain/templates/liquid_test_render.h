#pragma once

/// For the tests of this folder: data that every table of cases is rendered with.

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "domain/templates/liquid.h"

namespace sojourn::templates {

inline constexpr std::string_view test_data_json = R"json({
 "name": "Ana María",
 "n": 5,
 "f": 3.5,
 "s": "a,b,c",
 "list": [
  1,
  2,
  3
 ],
 "empty_list": [],
 "nested": [
  [
   1,
   2
  ],
  [
   3,
   [
    4
   ]
  ]
 ],
 "nil": null,
 "t": true,
 "fa": false,
 "html": "<b>Hi & \"bye\"</b>\nline2\r\nline3",
 "products": [
  {
   "title": "Shoe",
   "price": 30,
   "type": "wear",
   "ok": true
  },
  {
   "title": "apple",
   "price": 5.25,
   "type": "food"
  },
  {
   "title": "Zebra",
   "price": null,
   "type": "toy",
   "ok": false
  }
 ],
 "obj": {
  "a": 1,
  "b": "two",
  "c": [
   1,
   "x",
   null,
   1.5
  ]
 },
 "words": "one two  three   four five",
 "blank_s": "   ",
 "es": "",
 "num_s": "12.5",
 "date": "2026-03-02T21:50:00Z",
 "url": "a b&c=d/é~*",
 "size_obj": {
  "size": 99,
  "first": "F"
 }
})json";

/// 2026-03-02T21:50:00Z.
inline constexpr Timestamp test_now{1'772'488'200'000};

/// What the template prints for the data above, in lax mode, without escaping. The text of the
/// error, after `error: `, where it does not compile or render.
inline std::string printed(std::string_view source, const Object& partials = {}) {
  const CompileOptions with_partials{
      .partials = [&](std::string_view name) -> std::optional<std::string> {
        const Value* partial = partials.find(name);
        return partial == nullptr ? std::nullopt : std::optional(*partial->as_string());
      }};
  const Result<LiquidTemplate> compiled = LiquidTemplate::compile(source, with_partials);
  if (!compiled) return "error: " + compiled.error().message;
  const Value data = *parse_json(test_data_json);
  const RenderOptions options{.escape_html = EscapeHtml::no, .now = test_now};
  const Result<std::string> text = render(*compiled, Scope(*data.as_object()), options);
  return text ? *text : "error: " + text.error().message;
}

}  // namespace sojourn::templates
