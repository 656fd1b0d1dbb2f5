#include "domain/reaction/render.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sojourn::reaction {
namespace {

std::vector<DefinitionSource> sources_of(const std::vector<std::string>& texts) {
  std::vector<DefinitionSource> sources;
  for (const std::string& text : texts) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = fmt::format("{}.yaml", number), .text = text, .number = number});
  }
  return sources;
}

const std::string brand = "{kind: brand, key: default, name: Marlo, address: '1 Road, Town'}";
const std::string foot =
    "{kind: block, key: foot, blocks: [{type: image, logo: true}, {type: legal-footer}]}";
const std::string mail =
    "kind: template\nkey: mail\ndocument:\n  v: 1\n  subject: Hello\n"
    "  rows: [{cols: [{blocks: [{type: saved-block, block: foot}]}]}]\n"
    "languages:\n  de: {subject: Hallo, html: <p>Hallo</p>}\n";
const std::string journey =
    "{kind: journey, key: j, trigger: {event: E}, steps: [{id: s, send: {template: mail}}]}";

std::string subject_for(const Rules& rules, const Object& attributes) {
  ContactState contact;
  for (const auto& [name, value] : attributes) contact.attributes.write(name, value, {1}, {});
  messages::Message message;
  message.template_key = "mail";
  const auto email = render_message(rules, contact, message, {}, {});
  return email ? email->subject : email.error().message;
}

TEST(RenderMessage, SpeaksTheContactsLanguage) {
  const Rules::Compiled compiled = Rules::compile(sources_of({mail, journey, foot, brand}));
  ASSERT_TRUE(compiled.problems.empty()) << compiled.problems.front().message;
  EXPECT_EQ(subject_for(*compiled.rules, {}), "Hello");
  EXPECT_EQ(subject_for(*compiled.rules, {{"language", "de"}}), "Hallo");
  EXPECT_EQ(subject_for(*compiled.rules, {{"locale", "de_AT"}}), "Hallo");
  EXPECT_EQ(subject_for(*compiled.rules, {{"language", "fr"}, {"locale", "de"}}), "Hello");
  EXPECT_EQ(subject_for(*compiled.rules, {{"language", 7}}), "Hello");
}

TEST(RenderMessage, UsesBrandsAndBlocksThatAreDefinedLater) {
  const Rules::Compiled compiled = Rules::compile(sources_of({mail, foot, brand}));
  messages::Message message;
  message.template_key = "mail";
  const auto email = render_message(*compiled.rules, ContactState(), message,
                                    {.unsubscribe_url = "https://t.example/u"}, {});
  ASSERT_TRUE(email.has_value()) << email.error().message;
  EXPECT_EQ(email->text, "Marlo\n\nUnsubscribe (https://t.example/u)\n\n1 Road, Town\n");
}

TEST(Templates, NameThePlaceOfABlockThatThereIsNot) {
  const Rules::Compiled compiled = Rules::compile(sources_of({mail, journey}));
  ASSERT_EQ(compiled.problems.size(), 1u);
  EXPECT_EQ(compiled.problems[0].code, "unknown_block");
  EXPECT_EQ(compiled.problems[0].line, 6);
}

TEST(Templates, AreNotToBlameForABlockThatCannotBeRead) {
  const Rules::Compiled compiled =
      Rules::compile(sources_of({mail, journey, "{kind: block, key: foot, blocks: 7}"}));
  ASSERT_EQ(compiled.problems.size(), 1u);
  EXPECT_EQ(compiled.problems[0].code, "wrong_type");
  EXPECT_EQ(compiled.problems[0].path, "3.yaml");
}

/// What is set aside of these, as `kind/key code`.
std::vector<std::string> set_aside_of(const std::vector<std::string>& texts) {
  std::vector<DefinitionSource> sources = sources_of(texts);
  const Rules::Compiled compiled =
      Rules::compile_stored(sources, "UTC", {}, [](const DefinitionSource&) { return true; });
  EXPECT_TRUE(compiled.problems.empty());
  std::vector<std::string> found;
  for (const SetAside& each : compiled.rules->set_aside()) {
    found.push_back(fmt::format("{}/{} {}", each.kind, each.key, each.problems.front().code));
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(Templates, AreSetAsideWithWhatTheyAreMadeOf) {
  const std::vector<std::string> by_block = {"block/foot wrong_type", "journey/j reads_set_aside",
                                             "template/mail reads_set_aside"};
  EXPECT_EQ(set_aside_of({"{kind: block, key: foot, blocks: 7}", brand, mail, journey}), by_block);
  // Nobody meant it to look like nothing.
  const std::vector<std::string> by_brand = {"brand/default unknown_value",
                                             "template/mail reads_set_aside"};
  EXPECT_EQ(set_aside_of({"{kind: brand, key: default, colors: {text: red}}", foot, mail}),
            by_brand);
}

}  // namespace
}  // namespace sojourn::reaction
