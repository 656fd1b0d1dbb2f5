#include "api/form_fields.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sojourn::api {
namespace {

Result<FormFields> read(std::string_view type, std::string body) {
  net::Request request{.method = net::Method::post, .body = std::move(body)};
  if (!type.empty()) request.headers.add("Content-Type", type);
  return FormFields::read(request);
}

std::string multipart(std::string_view name, std::string_view value) {
  return fmt::format("--b\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", name,
                     value);
}

TEST(FormFields, ReadsWhatBrowsersEncode) {
  for (const std::string_view type : {"application/x-www-form-urlencoded", ""}) {
    const Result<FormFields> form = read(type, "a=1+2%26&a=3&b=&c");
    ASSERT_TRUE(form) << type;
    EXPECT_EQ(form->first("a"), "1 2&");
    EXPECT_EQ(form->all("a"), (std::vector<std::string>{"1 2&", "3"}));
    EXPECT_TRUE(form->has("b"));
    EXPECT_TRUE(form->has("c"));
    EXPECT_FALSE(form->has("d"));
  }
}

TEST(FormFields, ReadsMultipartWithoutItsFiles) {
  const std::string body =
      "preamble\r\n" + multipart("a", "1\r\n2") + multipart("topic", "news") +
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nbytes\r\n" +
      multipart("topic", "") + "--b--\r\n";
  for (const std::string_view type :
       {"multipart/form-data; boundary=b", "Multipart/Form-Data; charset=utf-8; boundary=\"b\""}) {
    const Result<FormFields> form = read(type, body);
    ASSERT_TRUE(form) << form.error().message;
    EXPECT_EQ(form->first("a"), "1\r\n2");
    EXPECT_EQ(form->all("topic"), (std::vector<std::string>{"news", ""}));
    EXPECT_FALSE(form->has("f"));
  }
}

TEST(FormFields, RefusesWhatIsNoForm) {
  const struct {
    std::string_view type;
    std::string body;
    std::string_view code;
  } cases[] = {
      {"application/json", "{}", "not_a_form"},
      {"multipart/form-data", "--b--", "malformed_form"},
      {"multipart/form-data; boundary=b", "", "malformed_form"},
      {"multipart/form-data; boundary=b", "--b\r\nno empty line\r\n--b--", "malformed_form"},
      {"multipart/form-data; boundary=b", "--b\r\nX: y\r\n\r\nv\r\n--b--", "malformed_form"},
      {"multipart/form-data; boundary=b", multipart("a", "1"), "malformed_form"},
      {"multipart/form-data; boundary=b", "--b", "malformed_form"},
  };
  for (const auto& each : cases) {
    const Result<FormFields> form = read(each.type, each.body);
    ASSERT_FALSE(form) << each.type << " " << each.body;
    EXPECT_EQ(form.error().code, each.code) << each.body;
  }
}

TEST(FormFields, HasNoMoreThanItsLimit) {
  const auto many = [](std::size_t count) {
    std::string body;
    for (std::size_t i = 0; i < count; ++i) body += "a=1&";
    return read("application/x-www-form-urlencoded", body);
  };
  EXPECT_TRUE(many(form_fields_max));
  EXPECT_EQ(many(form_fields_max + 1).error().code, "too_many_fields");
}

}  // namespace
}  // namespace sojourn::api
