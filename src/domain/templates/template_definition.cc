#include "domain/templates/template_definition.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/definitions/reader.h"
#include "domain/templates/blocks/compile.h"
#include "domain/templates/blocks/document_json.h"
#include "domain/templates/blocks/pictures.h"

namespace sojourn::templates {
namespace {

using definitions::Reader;

constexpr std::size_t language_bytes_max = 35;

bool is_language(std::string_view text) {
  return !text.empty() && text.size() <= language_bytes_max &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

Result<EmailTemplate> read_email(Reader& reader) {
  EmailTemplate email;
  TRY(subject, reader.text("subject"));
  email.subject = std::move(subject);
  TRY(preheader, reader.optional_text("preheader"));
  email.preheader = preheader.value_or("");
  TRY(html, reader.text("html"));
  email.html = std::move(html);
  TRY(text, reader.optional_text("text"));
  email.text = std::move(text);
  return email;
}

/// The members of one variant, among those of whatever holds it.
Result<TemplateVariant> read_variant(Reader& reader, std::string language) {
  TemplateVariant variant{.language = std::move(language), .content = EmailTemplate()};
  const Value* document = reader.find("document");
  if (document == nullptr) {
    TRY(email, read_email(reader));
    variant.content = std::move(email);
    return variant;
  }
  TRY(read, blocks::read_document(*document, reader.path_of("document")));
  if (read.language.empty()) read.language = variant.language;
  if (variant.language.empty()) variant.language = read.language;
  variant.content = std::move(read);
  return variant;
}

Result<void> read_consent_members(Reader& reader, TemplateDefinition& definition) {
  TRY(topic, reader.optional_text("topic"));
  if (topic && !definitions::is_key(*topic)) {
    return reader.refuse("not_a_key", "topic", "must be a key");
  }
  definition.topic = topic.value_or("");
  if (reader.find("class") == nullptr) return {};
  TRY(choice, reader.choice("class", {"marketing", "transactional"}));
  definition.message_class = static_cast<messages::MessageClass>(choice);
  return {};
}

}  // namespace

Result<TemplateDefinition> read_template_definition(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  TemplateDefinition definition;
  TRY(key, reader.key("key"));
  definition.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  definition.name = name.value_or(definition.key);
  TRY_VOID(read_consent_members(reader, definition));
  TRY(language, reader.optional_text("language"));
  if (language && !is_language(*language)) {
    return reader.refuse("unknown_value", "language", "must be a language tag such as \"de-AT\"");
  }
  TRY(first, read_variant(reader, language.value_or("")));
  definition.variants.push_back(std::move(first));
  static const Value none{Object()};
  const Value* found = reader.find("languages");
  Reader languages(found == nullptr ? none : *found, "languages");
  if (found != nullptr && found->as_object() == nullptr) {
    return reader.refuse("wrong_type", "languages", "must be a map of languages");
  }
  const Object* members = found == nullptr ? none.as_object() : found->as_object();
  if (members->size() > languages_max) {
    return reader.refuse(
        "too_many", "languages",
        fmt::format("has {} languages, the limit is {}", members->size(), languages_max),
        std::to_string(languages_max));
  }
  for (const auto& [tag, content] : *members) {
    if (!is_language(tag)) {
      return languages.refuse("unknown_value", tag, "is no language tag such as \"de-AT\"");
    }
    const bool is_twice =
        std::ranges::any_of(definition.variants, [&](const TemplateVariant& each) {
          return normal_language(each.language) == normal_language(tag);
        });
    if (is_twice) return languages.refuse("duplicate_member", tag, "is a language that is there");
    Reader variant(content, languages.path_of(tag));
    TRY(read, read_variant(variant, tag));
    TRY_VOID(variant.finish());
    definition.variants.push_back(std::move(read));
  }
  TRY_VOID(reader.finish());
  return definition;
}

Result<EmailTemplate> source_of(const TemplateVariant& variant, const blocks::Kit& kit,
                                std::string_view place) {
  if (const auto* written = std::get_if<EmailTemplate>(&variant.content)) {
    EmailTemplate email = *written;
    TRY(html, blocks::with_assets(email.html, kit, "html"));
    email.html = std::move(html);
    return email;
  }
  return blocks::compile_document(std::get<blocks::Document>(variant.content), kit,
                                  std::string(place));
}

Result<CompiledTemplate> CompiledTemplate::compile(const TemplateDefinition& definition,
                                                   const blocks::Kit& kit) {
  std::vector<Variant> variants;
  for (const TemplateVariant& each : definition.variants) {
    const bool is_first = variants.empty();
    const std::string place = is_first ? "" : fmt::format("languages.{}.", each.language);
    TRY(source, source_of(each, kit, place + "document"));
    Result<CompiledEmail> email = CompiledEmail::compile(source);
    if (!email) {
      Error error = email.error();
      error.field = place + error.field;
      if (!is_first) error.message = fmt::format("{}{}", place, error.message);
      return failure(std::move(error));
    }
    variants.push_back({each.language, std::move(*email)});
  }
  return CompiledTemplate(std::move(variants));
}

std::string normal_language(std::string_view language) {
  std::string text = to_lower_ascii(language);
  std::ranges::replace(text, '_', '-');
  return text;
}

std::vector<std::string> fallbacks_of(std::string_view language) {
  std::vector<std::string> all;
  std::string tried = normal_language(language);
  while (!tried.empty()) {
    all.push_back(tried);
    // Without its last subtag.
    const std::size_t cut = tried.rfind('-');
    tried.resize(cut == std::string::npos ? 0 : cut);
  }
  return all;
}

std::size_t choose_language(const std::vector<std::string_view>& languages,
                            std::string_view wanted) {
  for (const std::string& tried : fallbacks_of(wanted)) {
    for (std::size_t i = 0; i < languages.size(); ++i) {
      if (normal_language(languages[i]) == tried) return i;
    }
  }
  return 0;
}

}  // namespace sojourn::templates
