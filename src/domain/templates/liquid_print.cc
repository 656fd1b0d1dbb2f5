#include "domain/templates/liquid_print.h"

#include <cmath>

#include "domain/templates/liquid_number.h"

namespace sojourn::templates {
namespace {

// Data comes from JSON of at most 32 levels (base/json.h); lists that a template makes add one
// level a filter. Deeper ones print nothing, so that printing never exhausts the stack.
constexpr int depth_max = 64;

/// How texts are quoted; the two forms differ in control characters.
enum class Form { inspected, json };

void print_quoted(std::string_view text, Form form, Sink& sink) {
  static constexpr std::string_view digits = "0123456789abcdef";
  sink.add("\"");
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    sink.add(text.substr(plain_from, i - plain_from));
    plain_from = i + 1;
    switch (c) {
      case '"':
        sink.add("\\\"");
        break;
      case '\\':
        sink.add("\\\\");
        break;
      case '\n':
        sink.add("\\n");
        break;
      case '\r':
        sink.add("\\r");
        break;
      case '\t':
        sink.add("\\t");
        break;
      default: {
        const char hex[] = {digits[c >> 4], digits[c & 15]};
        sink.add(form == Form::json ? "\\u00" : "\\x");
        sink.add({hex, sizeof hex});
      }
    }
  }
  sink.add(text.substr(plain_from));
  sink.add("\"");
}

void print_number(const Datum& datum, Sink& sink) {
  if (const auto* whole = datum.as<std::int64_t>()) {
    sink.add(NumberText(*whole).view());
  } else {
    sink.add(NumberText(datum.number()).view());
  }
}

void print_value(const Datum& datum, Form form, Sink& sink, int depth);

void print_members(const Object& object, Form form, Sink& sink, int depth) {
  const bool is_json = form == Form::json;
  bool is_first = true;
  sink.add("{");
  for (const auto& [name, value] : object) {
    if (!is_first) sink.add(is_json ? "," : ", ");
    is_first = false;
    print_quoted(name, form, sink);
    sink.add(is_json ? ":" : "=>");
    print_value(Datum(value), form, sink, depth + 1);
  }
  sink.add("}");
}

void print_items(const Datum& list, Form form, Sink& sink, int depth) {
  sink.add("[");
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) sink.add(form == Form::json ? "," : ", ");
    print_value(list.item(i), form, sink, depth + 1);
  }
  sink.add("]");
}

void print_range(const Range& range, Sink& sink) {
  sink.add(NumberText(range.first).view());
  sink.add("..");
  sink.add(NumberText(range.last).view());
}

/// A value inside of another, where texts are quoted and nil is written out.
void print_value(const Datum& datum, Form form, Sink& sink, int depth) {
  if (depth > depth_max) return;
  const std::string_view nothing = form == Form::json ? "null" : "nil";
  if (const Text* text = datum.as<Text>()) {
    print_quoted(text->view, form, sink);
  } else if (datum.is_number()) {
    const bool is_finite = datum.as<double>() == nullptr || std::isfinite(datum.number());
    if (form == Form::json && !is_finite) {
      sink.add(nothing);
    } else {
      print_number(datum, sink);
    }
  } else if (const bool* truth = datum.as<bool>()) {
    sink.add(*truth ? "true" : "false");
  } else if (const Object* object = datum.object()) {
    print_members(*object, form, sink, depth);
  } else if (datum.is_list()) {
    print_items(datum, form, sink, depth);
  } else if (const Range* range = datum.as<Range>()) {
    if (form == Form::json) sink.add("\"");
    print_range(*range, sink);
    if (form == Form::json) sink.add("\"");
  } else {
    sink.add(nothing);
  }
}

void print_at(const Datum& datum, Sink& sink, int depth) {
  if (depth > depth_max) return;
  if (const Text* text = datum.as<Text>()) {
    sink.add(text->view);
  } else if (datum.is_list()) {
    for (std::size_t i = 0; i < datum.size(); ++i) print_at(datum.item(i), sink, depth + 1);
  } else if (!datum.is_nil() && datum.as<Word>() == nullptr && datum.loop() == nullptr &&
             datum.as<CatalogRef>() == nullptr) {
    print_value(datum, Form::inspected, sink, depth);
  }
}

}  // namespace

void print(const Datum& datum, Sink& sink) {
  print_at(datum, sink, 0);
}

void print_inspected(const Datum& datum, Sink& sink) {
  print_value(datum, Form::inspected, sink, 0);
}

void print_json(const Datum& datum, Sink& sink) {
  print_value(datum, Form::json, sink, 0);
}

}  // namespace sojourn::templates
