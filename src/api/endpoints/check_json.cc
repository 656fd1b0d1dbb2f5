#include "api/endpoints/check_json.h"

#include <algorithm>

#include "api/json_fields.h"

namespace sojourn::api {
namespace {

using templates::checks::Check;
using templates::checks::CodeFacts;
using templates::checks::Level;

void write_check(JsonWriter& out, const Check& check) {
  const CodeFacts& facts = templates::checks::facts_of(check.code);
  out.begin_object();
  text_field(out, "code", facts.name);
  text_field(out, "level", facts.level == Level::error ? "error" : "warning");
  text_field(out, "message", check.message);
  text_field(out, "fix", facts.cure);
  text_or_null_field(out, "part", check.part);
  count_field(out, "line", static_cast<std::uint64_t>(std::max(check.line, 0)));
  text_or_null_field(out, "value", check.value);
  text_or_null_field(out, "limit", check.limit);
  out.end_object();
}

}  // namespace

void write_preview(JsonWriter& out, const reaction::Preview& preview) {
  const templates::RenderedEmail& email = preview.email;
  out.begin_object();
  text_or_null_field(out, "language", preview.language);
  text_field(out, "subject", email.subject);
  text_field(out, "html", email.html);
  text_field(out, "text", email.text);
  count_field(out, "size", email.html.size());
  out.name("links").begin_list();
  for (const templates::RenderedLink& link : email.links) {
    out.begin_object();
    text_field(out, "url", link.url);
    text_field(out, "label", link.label);
    out.end_object();
  }
  out.end_list();
  out.name("checks").begin_list();
  for (const Check& check : preview.checks) write_check(out, check);
  out.end_list();
  out.end_object();
}

}  // namespace sojourn::api
