#include "api/endpoints/render.h"

#include <gtest/gtest.h>

#include <string>

#include "api/testing/fake_runtime.h"
#include "base/json.h"
#include "domain/reaction/contact_state.h"

namespace sojourn::api::testing {
namespace {

using reaction::ContactState;

constexpr std::string_view hello =
    "kind: template\nkey: hello\nsubject: 'Hi {{ contact.firstName | default: \"you\" }}'\n"
    "html: '<p>{{ event.order }}</p>'\n"
    "languages: {de: {subject: 'Hallo {{ contact.firstName }}', html: <p>Tag</p>}}\n";

class Render : public ApiTest {
 protected:
  Render() {
    const auto change = [](store::StateTransaction& transaction) -> Result<void> {
      store::DefinitionRecord brand;
      brand.number = 1;
      brand.kind = "brand";
      brand.key = "default";
      brand.source = "{kind: brand, key: default, name: Marlo, address: '1 Road, Town'}";
      TRY_VOID(transaction.put_definition(brand));
      store::DefinitionRecord record;
      record.number = 2;
      record.kind = "template";
      record.key = "hello";
      record.source = std::string(hello);
      TRY_VOID(transaction.put_definition(record));
      ContactState ann;
      ann.id.hash.bytes = {9, 1};
      ann.attributes.write("firstName", "Ann", start_time, {});
      ann.attributes.write("locale", "de-AT", start_time, {});
      TRY_VOID(transaction.put_identifier({"userId", "ann"}, ann.id));
      return transaction.put_contact({.id = ann.id,
                                      .user_id = "ann",
                                      .email = "",
                                      .name = "",
                                      .first_seen = start_time,
                                      .last_seen = start_time,
                                      .state = reaction::encode(ann)});
    };
    EXPECT_TRUE(runtime_.write(change));
    add_keys();
    open({.public_url = "https://news.example.com"});
  }

  net::Response render(std::string body) { return post("/api/v1/render", std::move(body)); }

  /// The codes of the checks.
  static std::string codes(const net::Response& answer) {
    std::string found;
    for (int i = 0;; ++i) {
      const std::string code = at(answer, "checks." + std::to_string(i) + ".code");
      if (code == "absent") return found;
      found += code + " ";
    }
  }
};

TEST_F(Render, ShowsAPublishedTemplateInTheContactsLanguage) {
  const net::Response answer = render(R"({"template": "hello", "contact": "ann"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "subject"), R"("Hallo Ann")");
  EXPECT_EQ(at(answer, "language"), R"("de")");
  EXPECT_EQ(at(answer, "text"), R"("Tag\n")");
  EXPECT_EQ(at(answer, "size"), "10");
  EXPECT_NE(codes(answer).find(R"("no_unsubscribe")"), std::string::npos) << answer.body;
}

TEST_F(Render, ShowsSamplesOverWhatIsKnown) {
  const net::Response answer = render(
      R"({"template": "hello", "contact": "ann", "language": "en",
          "data": {"contact": {"firstName": "Jo"}, "event": {"order": "<7>"}}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "subject"), R"("Hi Jo")");
  EXPECT_EQ(at(answer, "html"), R"("<p>&lt;7&gt;</p>")");
  EXPECT_EQ(at(answer, "language"), "null");
}

TEST_F(Render, ShowsADraftOfBlocksWithTheBrandOfTheWorkspace) {
  const net::Response answer = render(
      R"({"document": {"v": 1, "subject": "Hi", "preheader": "p", "rows": [{"cols": [{"blocks": [
          {"type": "image", "logo": true}, {"type": "text", "text": "a {{ b }}"},
          {"type": "legal-footer"}]}]}]}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const std::string text = at(answer, "text");
  EXPECT_NE(text.find("Marlo"), std::string::npos) << text;
  EXPECT_NE(text.find("a {{ b }}"), std::string::npos) << text;
  EXPECT_NE(text.find("1 Road, Town"), std::string::npos) << text;
  EXPECT_NE(text.find("/u/preview"), std::string::npos) << text;
  EXPECT_EQ(codes(answer), "");
}

TEST_F(Render, NamesTheFieldThatIsWrong) {
  const net::Response answer = render(
      R"({"document": {"v": 1, "subject": "Hi", "rows": [{"cols": [{"blocks": [
          {"type": "button", "label": "a", "href": "{% if %}"}]}]}]}})");
  EXPECT_EQ(answer.status, 422) << answer.body;
  EXPECT_EQ(at(answer, "code"), R"("template_invalid")");
  EXPECT_EQ(at(answer, "field"), R"("document.rows[0].cols[0].blocks[0].href")");
}

TEST_F(Render, WantsOneOfThreeAndKnowsWhatThereIs) {
  EXPECT_EQ(render("{}").status, 400);
  EXPECT_EQ(render(R"({"template": "hello", "definition": "kind: template"})").status, 422);
  EXPECT_EQ(render(R"({"template": "nothing"})").status, 404);
  EXPECT_EQ(render(R"({"template": "hello", "contact": "nobody"})").status, 404);
  EXPECT_EQ(render(R"({"template": "hello", "data": 1})").status, 400);
}

TEST_F(Render, GivesDocumentsAsTheyAreWritten) {
  const auto change = [](store::StateTransaction& transaction) -> Result<void> {
    store::DefinitionRecord record;
    record.number = 3;
    record.kind = "template";
    record.key = "blocks";
    record.source =
        "kind: template\nkey: blocks\ndocument: {v: 1, subject: Hi, rows: [{cols: [{blocks: "
        "[{type: spacer, height: 7}]}]}]}\nlanguages: {de: {subject: s, html: h}}\n";
    return transaction.put_definition(record);
  };
  EXPECT_TRUE(runtime_.write(change));
  const net::Response answer = get("/api/v1/templates/blocks");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "subject"), R"("Hi")");
  EXPECT_EQ(at(answer, "html"), "null");
  EXPECT_EQ(at(answer, "document.rows.0.cols.0.blocks.0.height"), "7");
  EXPECT_EQ(at(answer, "languages.0"), R"("de")");
}

}  // namespace
}  // namespace sojourn::api::testing
