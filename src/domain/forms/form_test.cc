#include "domain/forms/form.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sojourn::forms {
namespace {

TEST(FormText, RefusesWithThePathOfTheMember) {
  const struct {
    std::string_view text;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {R"({"kind":"form"})", "missing_member", "key"},
      {R"({"key":"f","colour":"red"})", "unknown_member", "colour"},
      {R"({"key":"f","fields":[{"label":"x"}]})", "missing_member", "fields[0].attribute"},
      {R"({"key":"f","fields":[{"attribute":"a b"}]})", "not_an_attribute", "fields[0].attribute"},
      {R"({"key":"f","fields":[{"attribute":"website"}]})", "not_an_attribute",
       "fields[0].attribute"},
      {R"({"key":"f","fields":[{"attribute":"email"}]})", "protected_attribute",
       "fields[0].attribute"},
      {R"({"key":"f","fields":[{"attribute":"phone"}]})", "protected_attribute",
       "fields[0].attribute"},
      {R"({"key":"f","fields":[{"attribute":"a","type":"date"}]})", "unknown_choice",
       "fields[0].type"},
      {R"({"key":"f","fields":[{"attribute":"a","type":"select"}]})", "missing_member",
       "fields[0].options"},
      {R"({"key":"f","fields":[{"attribute":"a","options":["x"]}]})", "missing_member",
       "fields[0].options"},
      {R"({"key":"f","fields":[{"attribute":"a"},{"attribute":"a"}]})", "duplicate_key", "fields"},
      {R"({"key":"f","topics":["No Key"]})", "not_a_key", "topics"},
      {R"({"key":"f","redirect":"javascript:x"})", "invalid_url", "redirect"},
      {R"({"key":"f","redirect":"https://a.example/ b"})", "invalid_url", "redirect"},
      {R"({"key":"f","allowed_origins":["https://a.example/path"]})", "invalid_url",
       "allowed_origins"},
      {R"({"key":"f","template":"No Key"})", "not_a_key", "template"},
  };
  for (const auto& each : cases) {
    const Result<Form> form = read_form(*parse_json(each.text));
    ASSERT_FALSE(form) << each.text;
    EXPECT_EQ(form.error().code, each.code) << each.text;
    EXPECT_EQ(form.error().field, each.field) << each.text;
  }
}

TEST(FormText, AsksNoMoreThanItsLimit) {
  const auto with_fields = [](std::size_t count) {
    Value::List fields;
    for (std::size_t i = 0; i < count; ++i) {
      fields.emplace_back(Object{{"attribute", "a" + std::to_string(i)}});
    }
    return read_form(Object{{"key", "f"}, {"fields", std::move(fields)}});
  };
  EXPECT_TRUE(with_fields(fields_max));
  EXPECT_FALSE(with_fields(fields_max + 1));
}

TEST(FormText, ReadsEveryMemberAndAsksToConfirmByDefault) {
  const Result<Form> form = read_form(*parse_json(
      R"({"kind":"form","key":"f","name":"F","title":"T","text":"W","consent":"C","button":"B",
          "fields":[{"attribute":"size","label":"Size","type":"select","required":true,
                     "options":["S","L"]}],
          "topics":["news"],"thank_you":"Y","redirect":"https://a.example/y",
          "allowed_origins":["https://a.example"],"double_opt_in":false,"template":"mine"})"));
  ASSERT_TRUE(form) << form.error().message;
  EXPECT_EQ(*form, (Form{.key = "f",
                         .name = "F",
                         .title = "T",
                         .text = "W",
                         .fields = {{.attribute = "size",
                                     .label = "Size",
                                     .kind = Field::Kind::select,
                                     .is_required = true,
                                     .options = {"S", "L"}}},
                         .topics = {"news"},
                         .consent = "C",
                         .button = "B",
                         .thank_you = "Y",
                         .redirect = "https://a.example/y",
                         .allowed_origins = {"https://a.example"},
                         .double_opt_in = false,
                         .confirmation_template = "mine"}));
  const Result<Form> bare = read_form(Object{{"key", "f"}});
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->double_opt_in);
  EXPECT_EQ(bare->confirmation_template, confirmation_template_key);
}

TEST(FormAnswer, IsReadAsItsFieldSays) {
  const Field number{.attribute = "n", .label = "N", .kind = Field::Kind::number};
  const Field box{.attribute = "b", .label = "B", .kind = Field::Kind::checkbox};
  const Field needed{.attribute = "t", .label = "T", .is_required = true};
  const Field choice{
      .attribute = "s", .label = "S", .kind = Field::Kind::select, .options = {"S", "L"}};
  const auto code = [](const Result<Value>& answer) {
    return answer ? to_json(*answer) : answer.error().code;
  };
  EXPECT_EQ(code(read_answer(number, "2.5")), "2.5");
  EXPECT_EQ(code(read_answer(number, "2,5")), "not_a_number");
  EXPECT_EQ(code(read_answer(number, "inf")), "not_a_number");
  EXPECT_EQ(code(read_answer(number, "")), "null");
  EXPECT_EQ(code(read_answer(box, "yes")), "true");
  EXPECT_EQ(code(read_answer(box, "")), "false");
  EXPECT_EQ(code(read_answer(needed, "")), "missing_field");
  EXPECT_EQ(code(read_answer(choice, "L")), "\"L\"");
  EXPECT_EQ(code(read_answer(choice, "XL")), "not_an_option");
  EXPECT_EQ(code(read_answer(needed, "\xff")), "not_utf8");
  EXPECT_TRUE(read_answer(needed, std::string(answer_bytes_max, 'a')));
  EXPECT_EQ(code(read_answer(needed, std::string(answer_bytes_max + 1, 'a'))), "too_long");
}

}  // namespace
}  // namespace sojourn::forms
