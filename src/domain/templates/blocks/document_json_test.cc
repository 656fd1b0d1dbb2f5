#include "domain/templates/blocks/document_json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ostream>

#include "base/json.h"
#include "domain/templates/blocks/block_json.h"
#include "domain/templates/blocks/rich_text_json.h"

namespace sojourn::templates::blocks {
namespace {

Result<Document> read(std::string_view json) {
  TRY(value, parse_json(json));
  return read_document(value);
}

/// A document of one column with these blocks.
std::string with_blocks(std::string_view blocks) {
  return fmt::format(R"({{"v":1,"subject":"s","rows":[{{"cols":[{{"blocks":[{}]}}]}}]}})", blocks);
}

struct Refusal {
  std::string_view name;
  std::string json;
  std::string_view code;
  std::string_view field;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.name;
}

class DocumentRefusals : public testing::TestWithParam<Refusal> {};

TEST_P(DocumentRefusals, NameThePlace) {
  const Result<Document> document = read(GetParam().json);
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().code, GetParam().code) << document.error().message;
  EXPECT_EQ(document.error().field, GetParam().field) << document.error().message;
}

std::string nested_lists(int depth) {
  std::string inner = R"({"type":"paragraph","content":[]})";
  for (int i = 0; i < depth; ++i) {
    inner = fmt::format(
        R"({{"type":"bulletList","content":[{{"type":"listItem","content":[{}]}}]}})", inner);
  }
  return with_blocks(
      fmt::format(R"({{"type":"text","text":{{"type":"doc","content":[{}]}}}})", inner));
}

std::string repeated(std::string_view piece, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) all += ',';
    all += piece;
  }
  return all;
}

std::string with_rows(std::size_t count) {
  return fmt::format(R"({{"v":1,"subject":"","rows":[{}]}})",
                     repeated(R"({"cols":[{"blocks":[]}]})", count));
}

std::string with_columns(std::string_view columns) {
  return fmt::format(R"({{"v":1,"subject":"","rows":[{{"cols":[{}]}}]}})", columns);
}

const Refusal refusals[] = {
    {"no version", R"({"subject":"s","rows":[]})", "missing_member", "v"},
    {"another version", R"({"v":2,"subject":"s","rows":[]})", "unknown_value", "v"},
    {"no subject", R"({"v":1,"rows":[]})", "missing_member", "subject"},
    {"subject that is no Liquid", R"({"v":1,"subject":"{{ a","rows":[]})", "invalid_template",
     "subject"},
    {"language", R"({"v":1,"subject":"","lang":"d\"e","rows":[]})", "unknown_value", "lang"},
    {"member of the document", R"({"v":1,"subject":"","rows":[],"x":1})", "unknown_member", "x"},
    {"colour", R"({"v":1,"subject":"","theme":{"colors":{"text":"red"}},"rows":[]})",
     "unknown_value", "theme.colors.text"},
    {"font that ends its attribute", R"({"v":1,"subject":"","theme":{"font":"a\";x:y"},"rows":[]})",
     "unknown_value", "theme.font"},
    {"ground", R"({"v":1,"subject":"","rows":[{"cols":[{}],"bg":"red"}]})", "unknown_value",
     "rows[0].bg"},
    {"no column", with_columns(""), "out_of_range", "rows[0].cols"},
    {"column's width", with_columns(R"({"w":4})"), "out_of_range", "rows[0].cols[0].w"},
    {"type", with_blocks(R"({"type":"video"})"), "unknown_choice",
     "rows[0].cols[0].blocks[0].type"},
    {"member of a block", with_blocks(R"({"type":"spacer","size":3})"), "unknown_member",
     "rows[0].cols[0].blocks[0].size"},
    {"level", with_blocks(R"({"type":"heading","level":5,"text":""})"), "out_of_range",
     "rows[0].cols[0].blocks[0].level"},
    {"condition", with_blocks(R"({"type":"spacer","showIf":"a ="})"), "invalid_template",
     "rows[0].cols[0].blocks[0].showIf"},
    {"condition that ends its tag", with_blocks(R"({"type":"spacer","showIf":"a %} b"})"),
     "invalid_template", "rows[0].cols[0].blocks[0].showIf"},
    {"list that is more than a list",
     with_blocks(R"({"type":"spacer","repeat":{"in":"a reversed"}})"), "invalid_template",
     "rows[0].cols[0].blocks[0].repeat.in"},
    {"name of an item", with_blocks(R"({"type":"spacer","repeat":{"in":"a","as":"a b"}})"),
     "unknown_value", "rows[0].cols[0].blocks[0].repeat.as"},
    {"expression that ends its output",
     with_blocks(
         R"({"type":"heading","text":[{"type":"liquidVar","attrs":{"expr":"a }} {% raw"}}]})"),
     "invalid_template", "rows[0].cols[0].blocks[0].text[0].attrs.expr"},
    {"expression that is none",
     with_blocks(R"({"type":"heading","text":[{"type":"liquidVar","attrs":{"expr":" "}}]})"),
     "invalid_template", "rows[0].cols[0].blocks[0].text[0].attrs.expr"},
    {"tag in an address", with_blocks(R"({"type":"button","label":"a","href":"{% if a %}"})"),
     "invalid_template", "rows[0].cols[0].blocks[0].href"},
    {"raw Liquid that is not whole", with_blocks(R"({"type":"raw","html":"{% if a %}"})"),
     "invalid_template", "rows[0].cols[0].blocks[0].html"},
    {"mark",
     with_blocks(
         R"({"type":"heading","text":[{"type":"text","text":"a","marks":[{"type":"blink"}]}]})"),
     "unknown_choice", "rows[0].cols[0].blocks[0].text[0].marks[0].type"},
    {"paragraph in a list",
     with_blocks(
         R"({"type":"text","text":{"type":"doc","content":[
         {"type":"bulletList","content":[{"type":"paragraph"}]}]}})"),
     "unknown_choice", "rows[0].cols[0].blocks[0].text.content[0].content[0].type"},
    {"columns in columns",
     with_blocks(R"({"type":"columns","cols":[{"blocks":[{"type":"columns","cols":[{}]}]}]})"),
     "unknown_choice", "rows[0].cols[0].blocks[0].cols[0].blocks[0].type"},
};

INSTANTIATE_TEST_SUITE_P(Documents, DocumentRefusals, testing::ValuesIn(refusals));

struct Limit {
  std::string_view name;
  std::string within;
  std::string beyond;
  std::string_view code;
};

void PrintTo(const Limit& limit, std::ostream* out) {
  *out << limit.name;
}

class DocumentLimits : public testing::TestWithParam<Limit> {};

TEST_P(DocumentLimits, HoldOnBothSides) {
  const Result<Document> within = read(GetParam().within);
  EXPECT_TRUE(within.has_value()) << within.error().message;
  const Result<Document> beyond = read(GetParam().beyond);
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().code, GetParam().code);
  EXPECT_NE(beyond.error().limit, "");
}

std::string with_text(std::size_t bytes) {
  return with_blocks(fmt::format(R"({{"type":"heading","text":"{}"}})", std::string(bytes, 'x')));
}

std::string with_nodes(std::size_t count) {
  return with_blocks(fmt::format(R"({{"type":"heading","text":[{}]}})",
                                 repeated(R"({"type":"text","text":"a"})", count)));
}

const Limit limits[] = {
    {"rows", with_rows(rows_max), with_rows(rows_max + 1), "too_many"},
    {"columns", with_columns(repeated("{}", columns_max)),
     with_columns(repeated("{}", columns_max + 1)), "too_many"},
    {"widths", with_columns(R"({"w":95},{})"), with_columns(R"({"w":96},{})"), "out_of_range"},
    {"blocks", with_blocks(repeated(R"({"type":"spacer"})", blocks_max)),
     with_blocks(repeated(R"({"type":"spacer"})", blocks_max + 1)), "too_many"},
    {"bytes of a text", with_text(text_bytes_max), with_text(text_bytes_max + 1), "too_long"},
    {"nodes of a text", with_nodes(inlines_max), with_nodes(inlines_max + 1), "too_many"},
    {"lists in lists", nested_lists(list_nesting_max), nested_lists(list_nesting_max + 1),
     "too_deep"},
};

INSTANTIATE_TEST_SUITE_P(Documents, DocumentLimits, testing::ValuesIn(limits));

/// A block of every type, and of every member.
constexpr std::string_view every_block = R"(
  {"type":"heading","id":"h","level":3,"align":"center","space":4,"color":"#112233","text":[
    {"type":"text","text":"a "},
    {"type":"liquidVar","attrs":{"expr":"contact.name | upcase","fallback":"you"},
     "marks":[{"type":"bold"}]}]},
  {"type":"text","size":18,"color":"#445566","showIf":"contact.plan == 'pro'","text":{"type":"doc",
    "content":[
      {"type":"heading","attrs":{"level":2,"textAlign":"end"},
       "content":[{"type":"text","text":"T"}]},
      {"type":"paragraph","content":[
        {"type":"text","text":"x","marks":[{"type":"italic"},{"type":"underline"},{"type":"strike"},
          {"type":"code"},{"type":"link","attrs":{"href":"https://a.example/{{ contact.id }}"}},
          {"type":"textStyle","attrs":{"color":"#010203"}}]},
        {"type":"hardBreak"}]},
      {"type":"orderedList","attrs":{"start":3},"content":[{"type":"listItem","content":[
        {"type":"paragraph","content":[{"type":"text","text":"one"}]},
        {"type":"bulletList","content":[{"type":"listItem","content":[
          {"type":"paragraph"}]}]}]}]}]}},
  {"type":"button","label":"Go","href":"https://a.example","wide":true,"width":200,
   "color":"#ff0000","textColor":"#ffffff"},
  {"type":"image","src":"https://a.example/i.png","alt":"","href":"https://a.example","width":300},
  {"type":"image","logo":true},
  {"type":"divider","color":"#cccccc","thickness":2,"width":50},
  {"type":"spacer","height":10},
  {"type":"columns","stack":false,"cols":[{"w":30,"blocks":[{"type":"spacer"}]},{"blocks":[]}]},
  {"type":"social","links":[{"network":"x","href":"https://x.example"}]},
  {"type":"menu","items":[{"label":"Shop","href":"https://a.example"}]},
  {"type":"product","layout":"above","src":"https://a.example/p.png","alt":"P","name":"P",
   "description":"d","price":"1","oldPrice":"2","href":"https://a.example","label":"See"},
  {"type":"list-repeat","each":{"in":"event.items","as":"i","limit":3},"empty":"none",
   "blocks":[{"type":"spacer"}]},
  {"type":"quote","text":"Good.\n\nVery good.","author":"Ann"},
  {"type":"table","header":["a","b"],"rows":[["1","2"]],"footer":[["3","4"]],
   "aligns":["start","end"],"each":{"in":"event.items"}},
  {"type":"countdown","until":"2026-12-24T00:00:00Z","ended":"over"},
  {"type":"video-thumb","src":"https://a.example/v.png","alt":"v","href":"https://a.example",
   "label":"Watch"},
  {"type":"raw","html":"<b>{{ a }}</b>","repeat":{"in":"event.items"}},
  {"type":"saved-block","block":"footer"},
  {"type":"legal-footer","reason":"r","unsubscribe":"u","preferences":"p"}
)";

TEST(DocumentJson, ReadsWhatItWrites) {
  const std::string json = fmt::format(
      R"({{"v":1,"theme":{{"brand":"b","colors":{{"accent":"#010203"}},"dark":{{"text":"#ffffff"}},
      "font":"Georgia, serif","headingFont":"Arial","textSize":17,"width":640,"radius":0}},
      "subject":"Hi {{{{ contact.name }}}}","preheader":"p","lang":"ar","dir":"rtl","rows":[
      {{"id":"r","bg":"#eeeeee","showIf":"a","repeat":{{"in":"list","as":"x"}},"stack":false,
        "cols":[{{"w":60,"blocks":[{}]}},{{"blocks":[]}}]}},
      {{"bg":"page","cols":[{{}}]}}]}})",
      every_block);
  const Result<Document> document = read(json);
  ASSERT_TRUE(document.has_value()) << document.error().message;
  const Value written = write_document(*document);
  const Result<Document> again = read_document(written);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(*again, *document);
  EXPECT_EQ(to_json(write_document(*again)), to_json(written));
}

TEST(DocumentJson, EveryTypeOfBlockIsAmongThoseThatAreTested) {
  const Result<Document> document = read(with_blocks(every_block));
  ASSERT_TRUE(document.has_value()) << document.error().message;
  std::vector<bool> seen(std::variant_size_v<Content>);
  for (const Block& block : document->rows[0].columns[0].blocks) seen[block.content.index()] = true;
  EXPECT_EQ(std::count(seen.begin(), seen.end(), false), 0);
}

TEST(RichTextJson, PlainTextIsParagraphsAndLineBreaks) {
  const Result<RichText> text = read_rich_text(Value("one\ntwo\n\n\nthree {{ x }}"), "text");
  ASSERT_TRUE(text.has_value());
  ASSERT_EQ(text->size(), 2u);
  EXPECT_EQ((*text)[0].line.size(), 3u);
  EXPECT_EQ((*text)[0].line[1].kind, Inline::Kind::line_break);
  // Braces in a text are letters.
  EXPECT_EQ((*text)[1].line[0].kind, Inline::Kind::text);
  EXPECT_EQ((*text)[1].line[0].text, "three {{ x }}");
}

TEST(SavedBlock, HoldsNoSavedBlock) {
  const auto value =
      parse_json(R"({"kind":"block","key":"a","blocks":[{"type":"saved-block","block":"b"}]})");
  const Result<SavedBlock> saved = read_saved_block(*value);
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(saved.error().field, "blocks[0].type");
}

}  // namespace
}  // namespace sojourn::templates::blocks
