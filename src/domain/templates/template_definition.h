#pragma once

/// A template as a definition: an email, written as HTML or as a document of blocks, and the same
/// in other languages.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/messages/message.h"
#include "domain/templates/blocks/document.h"
#include "domain/templates/blocks/kit.h"
#include "domain/templates/email_template.h"

namespace sojourn::templates {

/// Of one template. A language that few people of a workspace speak gets the fallback.
inline constexpr std::size_t languages_max = 50;

struct TemplateVariant {
  /// BCP 47; of the first it may be empty: nobody said.
  std::string language;
  std::variant<EmailTemplate, blocks::Document> content;

  friend bool operator==(const TemplateVariant&, const TemplateVariant&) = default;
};

struct TemplateDefinition {
  std::string key;
  std::string name;
  std::string topic = {};  ///< of messages that name none; empty: none
  /// What it may be sent as; a transactional one asks no consent and holds no way to unsubscribe.
  messages::MessageClass message_class = messages::MessageClass::marketing;
  /// The first is for everybody whose language none of the others is.
  std::vector<TemplateVariant> variants;

  friend bool operator==(const TemplateDefinition&, const TemplateDefinition&) = default;
};

/// `{kind: template, key, name, topic, class, language, subject, preheader, html, text, languages:
/// {de: {...}}}`, or `document` in place of the texts. Errors as the codecs give them.
[[nodiscard]] Result<TemplateDefinition> read_template_definition(const Value& value);

/// The email that a variant is, as Liquid. Errors: those of compile_document(), with the place.
[[nodiscard]] Result<EmailTemplate> source_of(const TemplateVariant& variant,
                                              const blocks::Kit& kit, std::string_view place = "");

/// Ready to be rendered in each of its languages.
class CompiledTemplate {
 public:
  struct Variant {
    std::string language;
    CompiledEmail email;
  };

  /// Errors: those of source_of() and of CompiledEmail::compile(), with the language.
  [[nodiscard]] static Result<CompiledTemplate> compile(const TemplateDefinition& definition,
                                                        const blocks::Kit& kit);

  [[nodiscard]] const std::vector<Variant>& variants() const { return variants_; }

 private:
  explicit CompiledTemplate(std::vector<Variant> variants) : variants_(std::move(variants)) {}

  std::vector<Variant> variants_;
};

/// `de-at` for `de_AT`.
[[nodiscard]] std::string normal_language(std::string_view language);
/// RFC 4647 §3.4: `de-at-1996`, `de-at`, `de`; nothing of an empty one.
[[nodiscard]] std::vector<std::string> fallbacks_of(std::string_view language);

/// The place of the variant for a wanted language; 0 where none of the others is for it.
[[nodiscard]] std::size_t choose_language(const std::vector<std::string_view>& languages,
                                          std::string_view wanted);

}  // namespace sojourn::templates
