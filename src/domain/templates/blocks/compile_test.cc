#include "domain/templates/blocks/compile.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "base/json.h"
#include "base/text.h"
#include "domain/templates/blocks/document_json.h"
#include "domain/templates/email_test_render.h"

namespace sojourn::templates::blocks {
namespace {

using testing::HasSubstr;
using testing::Not;

Document document_of(std::string_view blocks, std::string_view more = "") {
  const auto value = parse_json(fmt::format(
      R"({{"v":1,"subject":"s"{},"rows":[{{"cols":[{{"blocks":[{}]}}]}}]}})", more, blocks));
  const Result<Document> document = read_document(*value);
  EXPECT_TRUE(document.has_value()) << document.error().message;
  return document ? *document : Document();
}

RenderedEmail rendered_of(const Document& document, const Object& data = {}, const Kit& kit = {}) {
  const Result<EmailTemplate> source = compile_document(document, kit);
  if (!source) {
    ADD_FAILURE() << source.error().message;
    return {};
  }
  return rendered(*source, data);
}

/// A place of a block that takes data, with `%` where the data goes.
struct DataPlace {
  std::string_view name;
  std::string_view block;
};

constexpr DataPlace places[] = {
    {"heading", R"({"type":"heading","text":"%"})"},
    {"text", R"({"type":"text","text":"%"})"},
    {"marked text",
     R"({"type":"heading","text":[{"type":"text","text":"%","marks":[{"type":"bold"}]}]})"},
    {"fallback",
     R"({"type":"heading","text":[
       {"type":"liquidVar","attrs":{"expr":"nothing","fallback":"%"}}]})"},
    {"label", R"({"type":"button","label":"%","href":"https://a.example"})"},
    {"alternative text", R"({"type":"image","src":"https://a.example/a.png","alt":"%"})"},
    {"name of a product", R"({"type":"product","name":"%","href":"https://a.example"})"},
    {"price", R"({"type":"product","name":"a","price":"%"})"},
    {"quote", R"({"type":"quote","text":"%","author":"%"})"},
    {"cell", R"({"type":"table","header":["%"],"rows":[["%"]]})"},
    {"item of a menu", R"({"type":"menu","items":[{"label":"%","href":"https://a.example"}]})"},
    {"network", R"({"type":"social","links":[{"network":"%","href":"https://a.example"}]})"},
    {"end of a countdown", R"({"type":"countdown","until":"1969-01-01T00:00:00Z","ended":"%"})"},
    {"caption",
     R"({"type":"video-thumb","src":"https://a.example/a.png","href":"https://a.example",
       "label":"%"})"},
    {"reason", R"({"type":"legal-footer","reason":"%"})"},
};

class DataPlaces : public testing::TestWithParam<DataPlace> {};

TEST_P(DataPlaces, NeverBecomeLiquidOrHtml) {
  constexpr std::array hostile = {
      R"({{ secret }})",
      R"({% assign a = 1 %}x{% endif %})",
      R"(<script>x</script>)",
      R"("'><b onclick=x>)",
      R"(-->x<!--)",
      R"(<![endif]-->)",
      R"({% raw %}{{)",
      R"({)",
      R"(it's {{ "quoted" }})",
      R"(&lt;b&gt; &#123;&#123; secret }})",
  };
  const Object data{{"secret", "LEAKED"}};
  for (const std::string_view text : hostile) {
    std::string quoted = to_json(Value(text));
    quoted = quoted.substr(1, quoted.size() - 2);
    std::string block(GetParam().block);
    for (std::size_t at = 0; (at = block.find('%', at)) != std::string::npos;) {
      block.replace(at, 1, quoted);
      at += quoted.size();
    }
    const RenderedEmail email = rendered_of(document_of(block), data);
    EXPECT_THAT(email.html, Not(HasSubstr("LEAKED"))) << text;
    EXPECT_THAT(email.text, Not(HasSubstr("LEAKED"))) << text;
    EXPECT_THAT(email.html, Not(HasSubstr("<script"))) << text;
    EXPECT_THAT(email.html, Not(HasSubstr("<b onclick"))) << text;
    EXPECT_THAT(email.html, Not(HasSubstr("-->x<!--"))) << text;
    // What people read is what was written.
    EXPECT_THAT(email.text, HasSubstr(std::string(text))) << email.text;
  }
}

INSTANTIATE_TEST_SUITE_P(Blocks, DataPlaces, testing::ValuesIn(places), [](const auto& place) {
  std::string name(place.param.name);
  std::erase(name, ' ');
  return name;
});

TEST(Addresses, KeepTheirOutputsAndEscapeTheRest) {
  const Document document = document_of(
      R"({"type":"button","label":"Go",
      "href":"https://a.example/?a=\"<x>&b={{ v | url_encode }}"})");
  const RenderedEmail email = rendered_of(document, {{"v", "c d"}});
  EXPECT_EQ(urls(email).front(), "https://a.example/?a=\"<x>&b=c+d");
}

TEST(Addresses, OfDataThatNoMessageMayHoldAreTakenOut) {
  const Document document = document_of(R"({"type":"button","label":"Go","href":"{{ v }}"})");
  const RenderedEmail email = rendered_of(document, {{"v", "javascript:alert(1)"}});
  EXPECT_THAT(email.html, Not(HasSubstr("javascript")));
}

TEST(Buttons, AreOneLinkWithAShapeForOutlook) {
  const RenderedEmail email =
      rendered_of(document_of(R"({"type":"button","label":"Go","href":"https://a.example/x"})"));
  EXPECT_THAT(email.html, HasSubstr("<v:roundrect"));
  EXPECT_EQ(urls(email), (std::vector<std::string>{"https://a.example/x", "https://a.example/x"}));
  EXPECT_THAT(email.text, HasSubstr("Go (https://t.example/c/1?a=1&b=2)"));
}

TEST(Links, OfNeighboursWithOneAddressAreOne) {
  const RenderedEmail email = rendered_of(document_of(R"({"type":"heading","text":[
    {"type":"text","text":"a","marks":[{"type":"link","attrs":{"href":"https://a.example"}}]},
    {"type":"text","text":"b","marks":[{"type":"bold"},
      {"type":"link","attrs":{"href":"https://a.example"}}]}]})"));
  EXPECT_EQ(email.links.size(), 2u);  // of the HTML and of the text
}

TEST(Variables, FallBackWhereThereIsNothing) {
  const Document document = document_of(
      R"({"type":"heading","text":[{"type":"liquidVar",
      "attrs":{"expr":"contact.name","fallback":"\"friend\" o' {mine}"}}]})");
  EXPECT_EQ(rendered_of(document).text, "\"friend\" o' {mine}\n");
  const Object data{{"contact", Object{{"name", "<Ann>"}}}};
  EXPECT_EQ(rendered_of(document, data).text, "<Ann>\n");
  EXPECT_THAT(rendered_of(document, data).html, HasSubstr("&lt;Ann&gt;"));
}

TEST(Conditions, HoldWithinARepetition) {
  const Document document = document_of(
      R"({"type":"text","repeat":{"in":"list","as":"x","limit":3},"showIf":"x != 2",
      "text":{"type":"doc","content":[{"type":"paragraph","content":[
      {"type":"liquidVar","attrs":{"expr":"x"}}]}]}})");
  const Object data{{"list", Value::List{1, 2, 3, 4}}};
  EXPECT_EQ(rendered_of(document, data).text, "1\n\n3\n");
  EXPECT_EQ(rendered_of(document).text, "");
}

TEST(ListRepeat, SaysWhatItIsToldWhereTheListIsEmpty) {
  const Document document = document_of(
      R"({"type":"list-repeat","each":{"in":"list"},"empty":"Nothing yet","blocks":[
      {"type":"heading","text":[{"type":"liquidVar","attrs":{"expr":"item.name"}}]}]})");
  EXPECT_EQ(rendered_of(document, {{"list", Value::List()}}).text, "Nothing yet\n");
  EXPECT_EQ(rendered_of(document).text, "Nothing yet\n");
  const Object one{{"list", Value::List{Object{{"name", "A"}}, Object{{"name", "B"}}}}};
  EXPECT_EQ(rendered_of(document, one).text, "A\n\nB\n");
}

TEST(Countdown, ShowsWhatIsLeftWhenItIsRendered) {
  const Document document =
      document_of(R"({"type":"countdown","until":"1970-01-03T04:05:06Z","ended":"Over"})");
  // At the beginning of time, as tests render.
  EXPECT_EQ(rendered_of(document).text, "2 days 4 hours 5 minutes\n");
  const Document by_data =
      document_of(R"({"type":"countdown","until":"event.ends","ended":"Over"})");
  EXPECT_EQ(rendered_of(by_data).text, "Over\n");
}

Kit kit_with(std::string_view brand, std::string_view block) {
  Kit kit;
  if (!brand.empty()) kit.brands.emplace("default", *read_brand(*parse_json(brand)));
  if (!block.empty()) kit.blocks.emplace("foot", *read_saved_block(*parse_json(block)));
  return kit;
}

TEST(Brand, GivesColoursLogoAndAddress) {
  const Kit kit = kit_with(
      R"({"kind":"brand","key":"default","name":"Marlo & Co","colors":{"accent":"#8a3b2e"},
      "address":"1 Road, Town"})",
      "");
  const RenderedEmail email = rendered_of(
      document_of(
          R"({"type":"image","logo":true},{"type":"button","label":"Go","href":"https://a.example"},
          {"type":"legal-footer"})"),
      {}, kit);
  EXPECT_THAT(email.html, HasSubstr("background-color:#8a3b2e"));
  EXPECT_THAT(email.text, HasSubstr("Marlo & Co"));
  EXPECT_THAT(email.text, HasSubstr("1 Road, Town"));
}

TEST(Brand, ThatThereIsNotIsNamed) {
  const Document document = document_of("", R"(,"theme":{"brand":"summer"})");
  const Result<EmailTemplate> source = compile_document(document, {}, "document");
  ASSERT_FALSE(source.has_value());
  EXPECT_EQ(source.error().code, "unknown_brand");
  EXPECT_EQ(source.error().field, "document.theme.brand");
}

TEST(SavedBlocks, StandWhereTheyAreUsed) {
  const Kit kit =
      kit_with("", R"({"kind":"block","key":"foot","blocks":[{"type":"text","text":"Bye"}]})");
  const Document document = document_of(
      R"({"type":"text","text":"Hi"},{"type":"saved-block","block":"foot","showIf":"a"})");
  EXPECT_EQ(rendered_of(document, {{"a", true}}, kit).text, "Hi\n\nBye\n");
  EXPECT_EQ(rendered_of(document, {}, kit).text, "Hi\n");
  const Result<EmailTemplate> source = compile_document(document, {});
  ASSERT_FALSE(source.has_value());
  EXPECT_EQ(source.error().code, "unknown_block");
  EXPECT_EQ(source.error().field, "rows[0].cols[0].blocks[1].block");
}

Kit kit_with_hero(std::string_view alt = R"("alt":"A <table>",)") {
  Kit kit;
  const auto asset = parse_json(fmt::format(
      R"({{"kind":"asset","key":"hero",{}"picture":"9f86d081884c7d659a2feaa0c55ad015.jpg",
      "width":1300,"height":650}})",
      alt));
  EXPECT_TRUE(add_to_kit(*asset, kit));
  return kit;
}

constexpr std::string_view hero_address =
    "https://t.example/assets/9f86d081884c7d659a2feaa0c55ad015/";

TEST(Assets, AreDrawnInTheSizeOfTheirPlace) {
  const RenderedEmail email = rendered_of(
      document_of(R"({"type":"image","src":"asset:hero","width":300})"), {}, kit_with_hero());
  EXPECT_THAT(email.html, HasSubstr(fmt::format(
                              "<img src=\"{0}600.jpg\" srcset=\"{0}320.jpg 1x, {0}600.jpg 2x\" "
                              "alt=\"A &lt;table&gt;\" width=\"300\" height=\"150\"",
                              hero_address)));
}

TEST(Assets, AreNotDrawnLargerThanTheyAre) {
  Kit kit = kit_with_hero();
  kit.assets.at("hero").extent = {200, 100};
  const RenderedEmail email =
      rendered_of(document_of(R"({"type":"image","src":"asset:hero"})"), {}, kit);
  EXPECT_THAT(email.html, HasSubstr(fmt::format("<img src=\"{}200.jpg\" alt=", hero_address)));
  EXPECT_THAT(email.html, HasSubstr("width=\"200\" height=\"100\""));
}

TEST(Assets, SayWhatTheyShowWhereTheBlockDoesNot) {
  const auto html_of = [](std::string_view more, const Kit& kit) {
    return rendered_of(document_of(fmt::format(R"({{"type":"image","src":"asset:hero"{}}})", more)),
                       {}, kit)
        .html;
  };
  EXPECT_THAT(html_of("", kit_with_hero()), HasSubstr("alt=\"A &lt;table&gt;\""));
  EXPECT_THAT(html_of(R"(,"alt":"Mine")", kit_with_hero()), HasSubstr("alt=\"Mine\""));
  EXPECT_THAT(html_of(R"(,"alt":"")", kit_with_hero()), HasSubstr("alt=\"\""));
  EXPECT_THAT(html_of("", kit_with_hero("")), Not(HasSubstr("alt=")));
}

TEST(Assets, AreLogosAndStandInHtml) {
  Kit kit = kit_with_hero();
  kit.brands.emplace(
      "default",
      *read_brand(*parse_json(
          R"({"kind":"brand","key":"default","name":"M","logo":{"src":"asset:hero"}})")));
  EXPECT_THAT(rendered_of(document_of(R"({"type":"image","logo":true})"), {}, kit).html,
              HasSubstr(fmt::format("src=\"{}320.jpg\" alt=\"A &lt;table&gt;\" width=\"160\"",
                                    hero_address)));
  EXPECT_THAT(
      rendered_of(document_of(R"({"type":"raw","html":"<img src='asset:hero' alt=''>"})"), {}, kit)
          .html,
      HasSubstr(fmt::format("<img src='{}1200.jpg' alt=''>", hero_address)));
}

TEST(Assets, ThatThereAreNotAreNamed) {
  struct Case {
    std::string_view block;
    std::string_view field;
  };
  const Case cases[] = {
      {R"({"type":"image","src":"asset:none"})", "rows[0].cols[0].blocks[0].src"},
      {R"({"type":"product","name":"a","src":"asset:none"})", "rows[0].cols[0].blocks[0].src"},
      {R"({"type":"video-thumb","src":"asset:none","href":"https://a.example"})",
       "rows[0].cols[0].blocks[0].src"},
      {R"({"type":"raw","html":"<img src=\"asset:none\">"})", "rows[0].cols[0].blocks[0].html"},
      {R"({"type":"columns","cols":[{"blocks":[{"type":"image","src":"asset:none"}]}]})",
       "rows[0].cols[0].blocks[0].cols[0].blocks[0].src"},
  };
  for (const Case& each : cases) {
    const Result<EmailTemplate> source = compile_document(document_of(each.block), {});
    ASSERT_FALSE(source.has_value()) << each.block;
    EXPECT_EQ(source.error().code, "unknown_asset");
    EXPECT_EQ(source.error().value, "none");
    EXPECT_EQ(source.error().field, each.field);
  }
}

TEST(Raw, PageIsTheMessageWhereItStandsAlone) {
  const std::string_view page =
      R"({"type":"raw","html":"<!doctype html><html><body>Hi</body></html>"})";
  const Result<EmailTemplate> alone = compile_document(document_of(page), {});
  EXPECT_EQ(alone->html, "<!doctype html><html><body>Hi</body></html>");
  const Result<EmailTemplate> among =
      compile_document(document_of(std::string(page) + R"(,{"type":"spacer"})"), {});
  ASSERT_FALSE(among.has_value());
  EXPECT_EQ(among.error().code, "page_among_blocks");
  EXPECT_EQ(among.error().field, "rows[0].cols[0].blocks[0].html");
}

TEST(Page, NamesLanguageDirectionAndSubject) {
  Document document = document_of("", R"(,"lang":"ar","dir":"rtl")");
  document.subject = "<{{ a }}>";
  const RenderedEmail email = rendered_of(document, {{"a", "&"}});
  EXPECT_THAT(email.html, HasSubstr("<html lang=\"ar\" dir=\"rtl\""));
  EXPECT_THAT(email.html, HasSubstr("<title>&lt;&amp;&gt;</title>"));
  EXPECT_EQ(email.subject, "<&>");
}

TEST(Ground, OfItsOwnColourHasLettersThatCanBeRead) {
  for (const char* colour : {"#000000", "#ffffff", "#8a3b2e", "#777777", "#ffee00"}) {
    const auto value = parse_json(fmt::format(
        R"({{"v":1,"subject":"s","rows":[{{"bg":"{}","cols":[{{"blocks":[
        {{"type":"text","text":"Hi"}}]}}]}}]}})",
        colour));
    const Result<EmailTemplate> source = compile_document(*read_document(*value), {});
    const std::size_t at = source->html.find(";color:#");
    ASSERT_NE(at, std::string::npos);
    const auto text = parse_colour(std::string_view(source->html).substr(at + 7, 7));
    EXPECT_GE(contrast(*text, *parse_colour(colour)), readable_contrast) << colour;
  }
}

}  // namespace
}  // namespace sojourn::templates::blocks
