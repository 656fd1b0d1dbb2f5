#include "api/endpoints/page_texts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "api/endpoints/hosted_page.h"
#include "api/testing/fake_runtime.h"

namespace sojourn::api {
namespace {

constexpr PageLanguage languages[] = {PageLanguage::en, PageLanguage::de, PageLanguage::fr};

/// `{address}`…, in the order of their names.
std::multiset<std::string> words_of(std::string_view text) {
  std::multiset<std::string> words;
  for (std::size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    words.emplace(text.substr(open, text.find('}', open) - open));
  }
  return words;
}

TEST(PageTexts, EachLanguageHasEveryText) {
  ASSERT_EQ(std::size(languages), page_languages_count);
  for (std::size_t i = 0; i < page_texts_count; ++i) {
    const auto text = static_cast<PageText>(i);
    for (const PageLanguage language : languages) {
      EXPECT_FALSE(page_text(language, text).empty()) << i << language_tag(language);
      EXPECT_EQ(words_of(page_text(language, text)), words_of(page_text(PageLanguage::en, text)))
          << page_text(language, text);
    }
  }
}

TEST(PageTexts, StandInTheOrderOfTheirNames) {
  EXPECT_EQ(page_text(PageLanguage::de, PageText::link_unknown_title),
            "Dieser Link führt nirgendwohin");
  EXPECT_EQ(page_text(PageLanguage::en, PageText::preferences_save), "Save");
  EXPECT_EQ(page_text(PageLanguage::en, PageText::confirm_button), "Confirm");
  EXPECT_EQ(page_text(PageLanguage::fr, PageText::form_button), "S’inscrire");
  EXPECT_EQ(page_text(PageLanguage::en, PageText::form_field_no_text),
            "{field}: this cannot be read.");
}

TEST(PageTexts, WordsArePutInAndNotLookedAtAgain) {
  EXPECT_EQ(page_text(PageLanguage::de, PageText::mails_to, {{"address", "{address}<x>"}}),
            "Mails an {address}<x>");
  EXPECT_EQ(page_html(PageLanguage::en, PageText::confirmed_text,
                      {{"choose", "<a href=\"/p/x\">"}, {"/choose", "</a>"}}),
            "You may close this page, or <a href=\"/p/x\">choose what you want to get</a>.");
}

TEST(PageLanguages, TheContactsBeforeTheBrowsersBeforeTheWorkspaces) {
  const struct {
    LanguageChoice choice;
    std::string_view expected;
  } cases[] = {
      {{}, "en"},
      {{.of_contact = "de-AT"}, "de"},
      {{.of_contact = "fr_CA", .accepted = "de"}, "fr"},
      {{.of_contact = "FR"}, "fr"},
      {{.of_contact = "nl", .accepted = "de"}, "de"},
      {{.accepted = "nl, fr;q=0.4, de;q=0.8"}, "de"},
      {{.accepted = "nl, fr;q=0.8, de;q=0.8"}, "fr"},
      {{.accepted = "de;q=0, en;q=0.1"}, "en"},
      {{.accepted = "de;q=abc, fr;q=0.1"}, "fr"},
      {{.accepted = "de-CH-1996, de"}, "de"},
      {{.accepted = "*"}, "en"},
      {{.accepted = ",;q=,;;"}, "en"},
      {{.accepted = "deutsch"}, "en"},
      {{.of_contact = "nl", .accepted = "nl"}, "en"},
      {{.of_workspace = "de-CH"}, "de"},
      {{.of_contact = "nl", .accepted = "nl, *;q=0.1", .of_workspace = "fr"}, "fr"},
      {{.accepted = "de", .of_workspace = "fr"}, "de"},
      {{.of_contact = "en", .of_workspace = "fr"}, "en"},
      {{.of_workspace = "nl"}, "en"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(language_tag(choose_page_language(each.choice)), each.expected)
        << each.choice.of_contact << " " << each.choice.accepted;
  }
  const std::string long_header = std::string(1'000, ' ') + "de";
  EXPECT_EQ(choose_page_language({.accepted = long_header}), PageLanguage::en);
  EXPECT_EQ(choose_page_language({.accepted = std::string_view(long_header).substr(2)}),
            PageLanguage::de);
}

class PageLanguageTest : public testing::ApiTest {};

TEST_F(PageLanguageTest, ThePageSaysInWhichLanguageItIs) {
  const net::Response english = send(net::Method::get, "/p/nobody");
  EXPECT_NE(english.body.find("<html lang=\"en\">"), std::string::npos);
  const net::Response german =
      send(net::Method::get, "/p/nobody", {.headers = {{"Accept-Language", "de-DE,de;q=0.9"}}});
  EXPECT_NE(german.body.find("<html lang=\"de\">"), std::string::npos);
  EXPECT_NE(german.body.find("Dieser Link führt nirgendwohin"), std::string::npos);
}

}  // namespace
}  // namespace sojourn::api
