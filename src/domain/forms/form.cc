#include "domain/forms/form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "domain/definitions/reader.h"

namespace sojourn::forms {
namespace {

using definitions::Reader;

/// They say who somebody is, or are written by Sojourn: nobody types them into a form.
constexpr std::array<std::string_view, 5> protected_attributes = {"email", "phone", "id", "userId",
                                                                  "createdAt"};
/// Names of the form's own fields.
constexpr std::array<std::string_view, 4> own_fields = {"consent", "started", "website", "locale"};

Result<std::string> bounded_text(Reader& reader, std::string_view member, std::size_t bytes_max) {
  TRY(text, reader.optional_text(member));
  if (text && text->size() > bytes_max) {
    return reader.refuse("too_long", member,
                         fmt::format("is {} bytes long, the limit is {}", text->size(), bytes_max),
                         std::to_string(bytes_max));
  }
  return text.value_or("");
}

Result<std::vector<std::string>> text_list(Reader& reader, std::string_view member,
                                           std::size_t count_max) {
  TRY(list, reader.optional_list(member));
  if (list->size() > count_max) {
    return reader.refuse("too_many", member, fmt::format("has more than {} items", count_max));
  }
  std::vector<std::string> texts;
  for (const Value& item : *list) {
    const std::string* text = item.as_string();
    if (text == nullptr || text->empty() || text->size() > line_bytes_max) {
      return reader.refuse("wrong_type", member,
                           fmt::format("must hold texts of 1 to {} bytes", line_bytes_max));
    }
    texts.push_back(*text);
  }
  return texts;
}

bool is_web_address(std::string_view text) {
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  return web && text.size() > text.find("://") + 3 &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '<' || c == '>';
         });
}

bool is_word(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

bool is_attribute_name(std::string_view name) {
  constexpr std::size_t bytes_max = 64;
  return !name.empty() && name.size() <= bytes_max &&
         std::all_of(name.begin(), name.end(), is_word);
}

Result<Field> read_field(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Field field;
  TRY(attribute, reader.text("attribute"));
  field.attribute = std::move(attribute);
  const auto is_among = [&](const auto& names) {
    return std::find(names.begin(), names.end(), field.attribute) != names.end();
  };
  if (!is_attribute_name(field.attribute) || is_among(own_fields)) {
    return reader.refuse(
        "not_an_attribute", "attribute",
        "must be letters, digits, \"-\" and \"_\", and no field of the form's own");
  }
  if (is_among(protected_attributes)) {
    return reader.refuse("protected_attribute", "attribute", "cannot be written by a form");
  }
  TRY(label, bounded_text(reader, "label", line_bytes_max));
  field.label = label.empty() ? field.attribute : std::move(label);
  if (reader.find("type") != nullptr) {
    TRY(choice, reader.choice("type", {"text", "number", "checkbox", "select"}));
    field.kind = static_cast<Field::Kind>(choice);
  }
  TRY(required, reader.boolean_or("required", false));
  field.is_required = required;
  TRY(options, text_list(reader, "options", options_max));
  field.options = std::move(options);
  if ((field.kind == Field::Kind::select) == field.options.empty()) {
    return reader.refuse("missing_member", "options", "belongs to a select, which needs some");
  }
  TRY_VOID(reader.finish());
  return field;
}

Result<void> read_fields(Reader& reader, Form& form) {
  TRY(list, reader.optional_list("fields"));
  if (list->size() > fields_max) {
    return reader.refuse("too_many", "fields", fmt::format("has more than {} items", fields_max));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(field, read_field((*list)[i], fmt::format("fields[{}]", i)));
    const bool is_twice = std::any_of(form.fields.begin(), form.fields.end(), [&](const Field& f) {
      return f.attribute == field.attribute;
    });
    if (is_twice) {
      return reader.refuse("duplicate_key", "fields",
                           fmt::format("asks twice for \"{}\"", field.attribute));
    }
    form.fields.push_back(std::move(field));
  }
  return {};
}

Result<void> read_words(Reader& reader, Form& form) {
  TRY(name, bounded_text(reader, "name", line_bytes_max));
  form.name = name.empty() ? form.key : std::move(name);
  TRY(title, bounded_text(reader, "title", line_bytes_max));
  form.title = title.empty() ? form.name : std::move(title);
  TRY(text, bounded_text(reader, "text", words_bytes_max));
  form.text = std::move(text);
  TRY(consent, bounded_text(reader, "consent", words_bytes_max));
  form.consent = std::move(consent);
  TRY(button, bounded_text(reader, "button", line_bytes_max));
  if (!button.empty()) form.button = std::move(button);
  TRY(thank_you, bounded_text(reader, "thank_you", words_bytes_max));
  form.thank_you = std::move(thank_you);
  return {};
}

Result<void> read_addresses(Reader& reader, Form& form) {
  TRY(redirect, bounded_text(reader, "redirect", words_bytes_max));
  if (!redirect.empty() && !is_web_address(redirect)) {
    return reader.refuse("invalid_url", "redirect", "must be an address with http or https");
  }
  form.redirect = std::move(redirect);
  TRY(origins, text_list(reader, "allowed_origins", origins_max));
  for (const std::string& origin : origins) {
    const bool has_path = origin.find('/', origin.find("://") + 3) != std::string::npos;
    if (!is_web_address(origin) || has_path) {
      return reader.refuse("invalid_url", "allowed_origins",
                           "must hold origins such as \"https://shop.example\"");
    }
  }
  form.allowed_origins = std::move(origins);
  return {};
}

}  // namespace

Result<Form> read_form(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  Form form;
  TRY(key, reader.key("key"));
  form.key = std::move(key);
  TRY_VOID(read_words(reader, form));
  TRY_VOID(read_fields(reader, form));
  TRY(topics, text_list(reader, "topics", form_topics_max));
  for (const std::string& topic : topics) {
    if (!definitions::is_key(topic)) {
      return reader.refuse("not_a_key", "topics", "must hold keys of topics");
    }
  }
  form.topics = std::move(topics);
  TRY_VOID(read_addresses(reader, form));
  TRY(double_opt_in, reader.boolean_or("double_opt_in", true));
  form.double_opt_in = double_opt_in;
  form.confirmation_template = confirmation_template_key;
  if (reader.find("template") != nullptr) {
    TRY(template_key, reader.key("template"));
    form.confirmation_template = std::move(template_key);
  }
  TRY_VOID(reader.finish());
  return form;
}

std::string wording(const Form& form) {
  return fmt::format("{}\n{}\n{}\n{}", form.title, form.text, form.consent, form.button);
}

Result<Value> read_answer(const Field& field, std::string_view answer) {
  const auto refuse = [&](std::string code, std::string message) {
    return failure({.code = std::move(code),
                    .message = fmt::format("{} {}", field.label, message),
                    .field = field.attribute,
                    .value = std::string(answer.substr(0, line_bytes_max))});
  };
  if (answer.size() > answer_bytes_max) {
    return failure({.code = "too_long",
                    .message = fmt::format("{} is {} bytes long, the limit is {}", field.label,
                                           answer.size(), answer_bytes_max),
                    .field = field.attribute,
                    .value = std::to_string(answer.size()),
                    .limit = std::to_string(answer_bytes_max)});
  }
  if (field.kind == Field::Kind::checkbox) {
    if (answer.empty() && field.is_required) return refuse("missing_field", "must be ticked");
    return Value(!answer.empty());
  }
  if (answer.empty()) {
    if (field.is_required) return refuse("missing_field", "must be filled in");
    return Value();
  }
  if (!is_valid_utf8(answer)) return refuse("not_utf8", "is no text in UTF-8");
  switch (field.kind) {
    case Field::Kind::number: {
      const std::optional<double> number = parse_number(answer);
      if (!number) return refuse("not_a_number", "must be a number");
      return Value(*number);
    }
    case Field::Kind::select:
      if (std::find(field.options.begin(), field.options.end(), answer) == field.options.end()) {
        return refuse("not_an_option", "must be one of what is offered");
      }
      return Value(answer);
    case Field::Kind::text:
    case Field::Kind::checkbox:
      break;
  }
  return Value(answer);
}

}  // namespace sojourn::forms
