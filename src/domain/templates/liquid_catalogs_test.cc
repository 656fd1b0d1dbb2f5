// Look-ups in catalogs: what a template sees, what it costs, and what the store's failure does.
#include <gtest/gtest.h>

#include "domain/catalogs/table.h"
#include "domain/templates/render_with_catalogs.h"

namespace sojourn::templates {
namespace {

catalogs::Table shop() {
  return catalogs::Table(
      {{.catalog = {.key = "products", .name = "Products", .item_key = "sku", .fields = {}},
        .items = {{"t-1", R"({"sku":"t-1","title":"Tea & co","price":12.5,"like":"c-1"})"},
                  {"c-1", R"({"sku":"c-1","title":"Cup","tags":["blue","large"]})"},
                  {"17", R"({"sku":"17","title":"Pot"})"}}}});
}

const Object event_data{
    {"event", Object{{"sku", "t-1"}, {"number", 17}, {"skus", Value::List{"c-1", "t-1", "x-9"}}}}};

Result<std::string> rendered(std::string_view source, Mode mode = Mode::lax,
                             const Object& data = event_data) {
  catalogs::Table table = shop();
  const Result<LiquidTemplate> compiled = LiquidTemplate::compile(source);
  if (!compiled) return failure(compiled.error());
  return render(*compiled, Scope(data), {.mode = mode}, &table);
}

TEST(LiquidCatalogs, ItemsAreLookedUpByTheirKey) {
  const struct {
    std::string_view source;
    std::string_view expected;
  } cases[] = {
      {"{{ catalogs.products[event.sku].title }}", "Tea &amp; co"},
      {"{{ catalogs['products']['c-1'].title | upcase }}", "CUP"},
      {"{{ catalogs.products[event.number].title }}", "Pot"},
      {"{{ catalogs.products[catalogs.products[event.sku].like].title }}", "Cup"},
      {"{% for sku in event.skus %}{{ catalogs.products[sku].title | default: '?' }},{% endfor %}",
       "Cup,Tea &amp; co,?,"},
      {"{% if catalogs.products[event.sku].price > 10 %}dear{% endif %}", "dear"},
      {"{% if catalogs.products['x-9'] %}there{% else %}not{% endif %}", "not"},
      {"{% assign p = catalogs.products['c-1'] %}{{ p.tags | join: '+' }}{{ p.sku }}",
       "blue+largec-1"},
      {"[{{ catalogs.products[event.none].title }}{{ catalogs.prices['a'] }}]", "[]"},
      {"[{{ catalogs }}{{ catalogs.products }}{{ catalogs.products | json }}]", "[null]"},
      {"{% for p in catalogs.products %}x{% endfor %}", ""},
      {"{% assign catalogs = event %}{{ catalogs.sku }}", "t-1"},
  };
  for (const auto& each : cases) {
    const Result<std::string> text = rendered(each.source);
    ASSERT_TRUE(text) << each.source << ": " << text.error().message;
    EXPECT_EQ(*text, each.expected) << each.source;
  }
}

TEST(LiquidCatalogs, DataOfThatNameComesFirst) {
  EXPECT_EQ(
      rendered("{{ catalogs.products['t-1'].title }}", Mode::lax,
               {{"catalogs", Object{{"products", Object{{"t-1", Object{{"title", "Own"}}}}}}}})
          .value(),
      "Own");
}

TEST(LiquidCatalogs, WhatIsNotThereEndsAStrictRender) {
  for (const std::string_view source :
       {"{{ catalogs.prices['t-1'] }}", "{{ catalogs.products['x-9'].title }}",
        "{{ catalogs.products[event.none] }}"}) {
    const Result<std::string> text = rendered(source, Mode::strict);
    ASSERT_FALSE(text) << source;
    EXPECT_EQ(text.error().code, "unknown_variable") << source;
  }
  EXPECT_EQ(
      rendered("{{ catalogs.products['x-9'].title | default: 'none' }}", Mode::strict).value(),
      "none");
}

TEST(LiquidCatalogs, OneRenderLooksUpSoMuchAndNoMore) {
  const auto looks_up = [](int times) {
    return rendered("{% for i in (1.." + std::to_string(times) +
                    ") %}{% assign p = catalogs.products['t-1'] %}{% endfor %}");
  };
  // Two look-ups a round, of the catalog and in it.
  EXPECT_TRUE(looks_up(900));
  const Result<std::string> more = looks_up(1'000);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, "too_many_steps");
}

/// A store whose disk has gone.
class Broken final : public catalogs::Catalogs {
 public:
  Result<bool> has(std::string_view) override { return true; }
  Result<const Object*> item(std::string_view, std::string_view) override {
    return failure("disk_failed", "the disk has gone");
  }
};

TEST(LiquidCatalogs, AStoreThatFailsEndsTheRender) {
  Broken broken;
  const auto compiled = LiquidTemplate::compile("a{{ catalogs.products['t-1'].title }}b");
  const auto text = render(*compiled, Scope(), {}, &broken);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, "disk_failed");
}

}  // namespace
}  // namespace sojourn::templates
