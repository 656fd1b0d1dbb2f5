#include "domain/templates/template_definition.h"

#include <gtest/gtest.h>

#include "domain/definitions/yaml.h"

namespace sojourn::templates {
namespace {

Result<TemplateDefinition> read(std::string_view yaml) {
  TRY(document, definitions::parse_yaml(yaml));
  return read_template_definition(document.value);
}

constexpr std::string_view in_three_languages =
    "kind: template\nkey: hello\nlanguage: en\nsubject: Hello\nhtml: <p>Hello</p>\n"
    "languages:\n"
    "  de: {subject: Hallo, html: <p>Hallo</p>}\n"
    "  de-AT: {document: {v: 1, subject: Servus, rows: []}}\n";

TEST(TemplateDefinition, ChoosesTheNearestLanguage) {
  const auto definition = read(in_three_languages);
  ASSERT_TRUE(definition.has_value()) << definition.error().message;
  std::vector<std::string_view> languages;
  for (const TemplateVariant& each : definition->variants) languages.push_back(each.language);
  const auto chosen = [&](std::string_view wanted) {
    return languages[choose_language(languages, wanted)];
  };
  EXPECT_EQ(chosen("de"), "de");
  EXPECT_EQ(chosen("DE_at"), "de-AT");
  EXPECT_EQ(chosen("de-CH-1996"), "de");
  EXPECT_EQ(chosen("en-GB"), "en");
  EXPECT_EQ(chosen("fr"), "en");
  EXPECT_EQ(chosen(""), "en");
  EXPECT_EQ(chosen("d"), "en");
}

TEST(TemplateDefinition, ErrorsNameTheLanguage) {
  const auto no_html =
      read("{kind: template, key: a, subject: s, html: x, languages: {de: {subject: s}}}");
  ASSERT_FALSE(no_html.has_value());
  EXPECT_EQ(no_html.error().field, "languages.de.html");
  const auto no_tag = read("{kind: template, key: a, subject: s, html: x, languages: {d e: {}}}");
  ASSERT_FALSE(no_tag.has_value());
  EXPECT_EQ(no_tag.error().code, "unknown_value");
  const auto liquid = read(
      "{kind: template, key: a, subject: s, html: x, languages: {de: {subject: s, html: '{% if "
      "%}'}}}");
  ASSERT_TRUE(liquid.has_value());
  const auto compiled = CompiledTemplate::compile(*liquid, {});
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().field, "languages.de.html");
}

TEST(TemplateDefinition, DocumentStandsInPlaceOfSubjectAndHtml) {
  const auto both =
      read("{kind: template, key: a, subject: s, document: {v: 1, subject: t, rows: []}}");
  ASSERT_FALSE(both.has_value());
  EXPECT_EQ(both.error().field, "subject");
  const auto unknown =
      read("{kind: template, key: a, document: {v: 1, subject: t, rows: [], theme: {brand: b}}}");
  ASSERT_TRUE(unknown.has_value());
  const auto compiled = CompiledTemplate::compile(*unknown, {});
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().code, "unknown_brand");
  EXPECT_EQ(compiled.error().field, "document.theme.brand");
}

}  // namespace
}  // namespace sojourn::templates
