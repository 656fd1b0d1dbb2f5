#include "domain/templates/liquid_filters.h"

#include <gtest/gtest.h>

#include <ostream>

#include "domain/templates/liquid_test_render.h"

namespace sojourn::templates {
namespace {

/// What `{{ expression }}` prints for the data of the header.
struct FilterCase {
  std::string_view expression;
  std::string_view expected;
};

void PrintTo(const FilterCase& filter, std::ostream* out) {
  *out << filter.expression;
}

class Filter : public testing::TestWithParam<FilterCase> {};

TEST_P(Filter, PrintsAsLiquidDoes) {
  const FilterCase& filter = GetParam();
  EXPECT_EQ(printed("{{ " + std::string(filter.expression) + " }}"), filter.expected);
}

constexpr FilterCase text_cases[] = {
    {"name | append: '!'", "Ana María!"},
    {"name | prepend: '!'", "!Ana María"},
    {"'hELLO wORLD' | capitalize", "Hello world"},
    {"'éa' | capitalize", "Éa"},
    {"'ÀÉ' | downcase", "àé"},
    {"'straße é' | upcase", "STRASSE É"},
    {"'  x  ' | strip", "x"},
    {"'  x  ' | lstrip", "x  "},
    {"'  x  ' | rstrip", "  x"},
    {"html | strip_newlines", "<b>Hi & \"bye\"</b>line2line3"},
    {"html | newline_to_br", "<b>Hi & \"bye\"</b><br />\nline2<br />\nline3"},
    {"html | strip_html", "Hi & \"bye\"\nline2\r\nline3"},
    {"html | escape", "&lt;b&gt;Hi &amp; &quot;bye&quot;&lt;/b&gt;\nline2\r\nline3"},
    {"'&lt; & < &#39; &x;' | escape_once", "&lt; &amp; &lt; &#39; &x;"},
    {"url | url_encode", "a+b%26c%3Dd%2F%C3%A9~%2A"},
    {"'a+b%20%C3%A9%2' | url_decode", "a b é%2"},
    {"s | split: ',' | join: '-'", "a-b-c"},
    {"'abc' | split: '' | join: '-'", "a-b-c"},
    {"'a  b c' | split: ' ' | join: '-'", "a-b-c"},
    {"',a,,b,,' | split: ',' | join: '-'", "-a--b"},
    {"'' | split: ',' | size", "0"},
    {"s | split: ',' | first", "a"},
    {"s | split: ',' | last", "c"},
    {"s | split: ',' | size", "3"},
    {"'a.b.c' | replace: '.', '-'", "a-b-c"},
    {"'a.b.c' | replace_first: '.', '-'", "a-b.c"},
    {"'a.b.c' | replace_last: '.', '-'", "a.b-c"},
    {"'a.b.c' | remove: '.'", "abc"},
    {"'a.b.c' | remove_first: '.'", "ab.c"},
    {"'a.b.c' | remove_last: '.'", "a.bc"},
    {"'abc' | replace: '', 'x'", "xaxbxcx"},
    {"'abc' | replace_first: '', 'x'", "xabc"},
    {"'abc' | replace: 'b'", "ac"},
    {"words | truncate: 10", "one two..."},
    {"words | truncate: 10, ''", "one two  t"},
    {"words | truncate: 2", "..."},
    {"words | truncate: 100", "one two  three   four five"},
    {"words | truncate", "one two  three   four five"},
    {"words | truncatewords: 2", "one two..."},
    {"words | truncatewords: 2, '--'", "one two--"},
    {"words | truncatewords: 0", "one..."},
    {"words | truncatewords: 50", "one two  three   four five"},
    {"name | slice: 0", "A"},
    {"name | slice: 4, 3", "Mar"},
    {"name | slice: -5, 3", "Mar"},
    {"name | slice: 20", ""},
    {"name | slice: 0, 0", ""},
    {"list | slice: 1, 2 | join: ','", "2,3"},
    {"list | slice: -2, 2 | join: ','", "2,3"},
    {"list | slice: 9, 2 | join: ','", ""},
    {"name | slice: -20, 3", ""},
    {"s | split: ',' | concat: list | join: ''", "abc123"},
    {"s | split: ',' | sort | join", "a b c"},
    {"'b,A,c,B' | split: ',' | sort | join", "A B b c"},
    {"'b,A,c,B' | split: ',' | sort_natural | join", "A b B c"},
    {"'a,b,a,c,b' | split: ',' | uniq | join", "a b c"},
    {"n | append: f", "53.5"},
    {"list | append: 'x'", "[1, 2, 3]x"},
    {"fa | append: 'x'", "falsex"},
    {"n | upcase", "5"},
    {"obj | append: ''", "{\"a\"=>1, \"b\"=>\"two\", \"c\"=>[1, \"x\", nil, 1.5]}"},
    {"'aGVsbG8=' | base64_decode", "hello"},
    {"'hello?>' | base64_encode", "aGVsbG8/Pg=="},
    {"'hello?>~~~' | base64_url_safe_encode", "aGVsbG8_Pn5-fg=="},
    {"'_-8=' | base64_url_safe_decode | size", "2"},
    {"'Summer Sale -- 50%!' | handleize", "summer-sale-50"},
    {"'ǆ' | upcase", "Ǆ"},
    {"'ΑΣ' | downcase", "ασ"},
    {"'x' | sha256 | slice: 0, 8", "2d711642"},
    {"1 | pluralize: 'item', 'items'", "item"},
    {"2 | pluralize: 'item', 'items'", "items"},
    {"html | json", "\"<b>Hi & \\\"bye\\\"</b>\\nline2\\r\\nline3\""},
    {"obj | json", "{\"a\":1,\"b\":\"two\",\"c\":[1,\"x\",null,1.5]}"},
    {"'a' | remove: ''", "a"},
    {"'<scr<script>x</script>ipt>y' | strip_html", "y"},
    {"'<!-- <b> -->a<style>b</style>c<br' | strip_html", "ac<br"},
};

INSTANTIATE_TEST_SUITE_P(Texts, Filter, testing::ValuesIn(text_cases));

constexpr FilterCase number_cases[] = {
    {"1 | plus: 2", "3"},
    {"1 | plus: 2.0", "3.0"},
    {"0.1 | plus: 0.2", "0.3"},
    {"'1' | plus: '2'", "3"},
    {"'1.5' | plus: 1", "2.5"},
    {"'x' | plus: 1", "1"},
    {"5 | minus: 7", "-2"},
    {"5 | minus: 0.5", "4.5"},
    {"3 | times: 4", "12"},
    {"3 | times: 1.1", "3.3"},
    {"'1.5' | times: 2", "3.0"},
    {"7 | divided_by: 2", "3"},
    {"-7 | divided_by: 2", "-4"},
    {"7 | divided_by: 2.0", "3.5"},
    {"7.0 | divided_by: 2", "3.5"},
    {"1 | divided_by: 3.0", "0.3333333333333333"},
    {"0.3 | divided_by: 0.1", "3.0"},
    {"20 | divided_by: 7.0", "2.857142857142857"},
    {"7 | modulo: 3", "1"},
    {"-7 | modulo: 3", "2"},
    {"7 | modulo: -3", "-2"},
    {"7.5 | modulo: 2", "1.5"},
    {"-7.5 | modulo: 2", "0.5"},
    {"24 | modulo: 7.5", "1.5"},
    {"1.5 | round", "2"},
    {"2.5 | round", "3"},
    {"-2.5 | round", "-3"},
    {"1.005 | round: 2", "1.01"},
    {"1.2345 | round: 3", "1.235"},
    {"5 | round: 2", "5"},
    {"1234 | round: -2", "1200"},
    {"1250.5 | round: -2", "1300"},
    {"'x' | round", "0"},
    {"'3.7' | round", "4"},
    {"1.2 | ceil", "2"},
    {"-1.2 | ceil", "-1"},
    {"'3.5' | ceil", "4"},
    {"1.8 | floor", "1"},
    {"-1.2 | floor", "-2"},
    {"'3.5' | floor", "3"},
    {"-5 | abs", "5"},
    {"'-5.5' | abs", "5.5"},
    {"-0.5 | abs", "0.5"},
    {"4 | at_least: 5", "5"},
    {"4 | at_most: 3", "3"},
    {"4.5 | at_least: 2", "4.5"},
    {"'4' | at_least: 5.5", "5.5"},
    {"183.357 | round: 2", "183.36"},
    {"5.0 | plus: 0", "5.0"},
    {"10 | divided_by: 3 | times: 3", "9"},
    {"1000000 | times: 1000000", "1000000000000"},
    {"0.1 | times: 3", "0.3"},
    {"1.10 | plus: 2.20", "3.3"},
    {"5 | plus: 'abc'", "5"},
    {"3.0 | times: 2", "6.0"},
    {"'12abc' | plus: 1", "13"},
    {"' 12 ' | plus: 1", "13"},
    {"'1.' | plus: 1", "2"},
    {"'.5' | plus: 1", "1"},
    {"true | plus: 1", "1"},
    {"list | plus: 1", "1"},
    {"3.14159 | floor | plus: 1", "4"},
    {"9.99 | times: 100", "999.0"},
    {"19.99 | times: 3", "59.97"},
    {"17 | divided_by: 4.0 | ceil", "5"},
    {"9223372036854775807 | plus: 1", "9.223372036854776e+18"},
    {"4.5 | at_most: 5", "4.5"},
    {"'abc' | times: 2", "0"},
};

INSTANTIATE_TEST_SUITE_P(Numbers, Filter, testing::ValuesIn(number_cases));

}  // namespace
}  // namespace sojourn::templates
