#include <gtest/gtest.h>

#include <ostream>

#include "domain/templates/liquid_test_render.h"

namespace sojourn::templates {
namespace {

const Object& partials() {
  static const Object sources = {
      {"p", "[{{ x }}{{ p }}]"}, {"item", "({{ item.title }}{{ forloop.index }})"},
      {"brk", "a{% break %}b"},  {"asg", "{% assign leak = 'L' %}"},
      {"loopy", "{{ i }}"},      {"dir/inner", "<{{ inner }}>"},
  };
  return sources;
}

struct TagCase {
  std::string_view name;
  std::string_view source;
  std::string_view expected;
};

void PrintTo(const TagCase& tag, std::ostream* out) {
  *out << tag.name << ": " << tag.source;
}

class Tag : public testing::TestWithParam<TagCase> {};

TEST_P(Tag, PrintsAsLiquidDoes) {
  EXPECT_EQ(printed(GetParam().source, partials()), GetParam().expected);
}

constexpr TagCase tag_cases[] = {
    {"whole and floating numbers", "{{ n }} {{ f }} {{ 2.50 }} {{ -3 }}", "5 3.5 2.5 -3"},
    {"large and small numbers",
     "{{ 1.0 }} {{ 10000000000000000.0 }} {{ 0.00001 }} {{ 123456789.123 }}",
     "1.0 1.0e+16 1.0e-05 123456789.123"},
    {"nil prints nothing, booleans their names", "[{{ nil }}{{ missing }}{{ t }}{{ fa }}]",
     "[truefalse]"},
    {"a list joins without separators", "{{ list }} {{ nested }}", "123 1234"},
    {"an object prints its members", "{{ obj.c }} {{ obj }}",
     "1x1.5 {\"a\"=>1, \"b\"=>\"two\", \"c\"=>[1, \"x\", nil, 1.5]}"},
    {"a range prints its ends", "{{ (1..5) }} {{ (n..8) }}", "1..5 5..8"},
    {"members by dots and brackets",
     "{{ obj.a }} {{ obj['b'] }} {{ obj[\"c\"][1] }} {{ ['name'] }}", "1 two x Ana María"},
    {"items from both ends and beyond", "{{ list[0] }} {{ list[-1] }}{{ list[9] }}", "1 3"},
    {"size, first and last of a list",
     "{{ list.size }} {{ list.first }} {{ list.last }} {{ products.last.title }}", "3 1 3 Zebra"},
    {"size of text is in characters", "{{ name.size }}", "9"},
    {"a member named size wins over the command",
     "{{ size_obj.size }} {{ size_obj.first }} {{ obj.size }}", "99 F 3"},
    {"a path through nothing is nil", "[{{ missing.deep.x }}{{ name.nope }}{{ n.x }}]", "[]"},
    {"an empty output prints nothing", "[{{ }}{{}}]", "[]"},
    {"quotes of both kinds", "{{ 'single \"x\"' }} {{ \"double 'y'\" }}",
     "single \"x\" double 'y'"},
    {"dashes trim around an output", "a {{- n -}} b", "a5b"},
    {"dashes trim around tags", "a\n{%- if true -%}\n x \n{%- endif -%}\nb", "axb"},
    {"a dash trims only its side", "a {{- n }} b {{ n -}} c", "a5 b 5c"},
    {"comments print nothing", "a{% comment %} {{ x }} {% if %} {% endcomment %}b", "ab"},
    {"comments nest", "a{% comment %}{% comment %}x{% endcomment %}y{% endcomment %}b", "ab"},
    {"inline comments", "a{% # nothing {{ here %}b{%- # trims -%} c", "abc"},
    {"raw keeps Liquid as it is", "{% raw %}{{ x }} {% if %}{% endraw %}", "{{ x }} {% if %}"},
    {"raw trims outside only", "a {%- raw -%} x {%- endraw -%} b", "a x b"},
    {"white space of a blank block is dropped",
     "{% if true %} {% assign a = 1 %} {% endif %}|{% for i in list %} {% endfor %}|", "||"},
    {"white space beside output is kept", "{% if true %} {{ n }} {% endif %}|", " 5 |"},
    {"capture keeps its white space in a blank block",
     "{% if true %} {% capture z %} q {% endcapture %} {% endif %}[{{ z }}]", "[ q ]"},
    {"if takes the first true branch",
     "{% if fa %}a{% elsif n == 4 %}b{% elsif n == 5 %}c{% elsif t %}d{% else %}e{% endif %}", "c"},
    {"else when nothing is true", "{% if fa %}a{% elsif nil %}b{% else %}c{% endif %}", "c"},
    {"only nil and false are false",
     "{% if 0 %}0{% endif %}{% if es %}empty{% endif %}{% if empty_list %}list{% endif %}{% if nil "
     "%}nil{% endif %}",
     "0emptylist"},
    {"unless and its branches",
     "{% unless fa %}a{% endunless %}{% unless t %}b{% elsif n == 5 %}c{% else %}d{% endunless %}",
     "ac"},
    {"blocks in blocks",
     "{% if t %}{% if fa %}1{% else %}{% unless fa %}2{% endunless %}{% endif %}{% endif %}", "2"},
    {"equality across kinds of number",
     "{% if 1 == 1.0 %}a{% endif %}{% if 1 == '1' %}b{% endif %}{% if n != 4 %}c{% endif %}{% if n "
     "<> 5 %}d{% endif %}",
     "ac"},
    {"order of numbers and texts",
     "{% if n >= 5.0 %}a{% endif %}{% if f < 4 %}b{% endif %}{% if 'a' < 'b' %}c{% endif %}{% if n "
     "> 5 %}d{% endif %}",
     "abc"},
    {"nil has no order",
     "{% if nil < 1 %}a{% endif %}{% if 1 > nil %}b{% endif %}{% if nil <= nil %}c{% endif %}d",
     "d"},
    {"a block whose condition has no answer prints nothing",
     "{% if 'a' < 1 %}a{% else %}b{% endif %}c", "c"},
    {"contains in texts, lists and objects",
     "{% if name contains 'Ana' %}a{% endif %}{% if list contains 2 %}b{% endif %}{% if list "
     "contains '2' %}c{% endif %}{% if obj contains 'a' %}d{% endif %}{% if s contains 1 %}e{% "
     "endif %}{% if name contains nil %}f{% endif %}",
     "abd"},
    {"contains in a range",
     "{% if (1..3) contains 2 %}a{% endif %}{% if (1..3) contains 4 %}b{% endif %}", "a"},
    {"and and or join from the right",
     "{% if t or fa and fa %}a{% endif %}{% if fa and t or t %}b{% endif %}{% if t and fa or t "
     "%}c{% endif %}",
     "ac"},
    {"empty",
     "{% if es == empty %}a{% endif %}{% if empty_list == empty %}b{% endif %}{% if nil == empty "
     "%}c{% endif %}{% if blank_s == empty %}d{% endif %}{% if empty == es %}e{% endif %}{% if "
     "list != empty %}f{% endif %}",
     "abef"},
    {"blank",
     "{% if es == blank %}a{% endif %}{% if blank_s == blank %}b{% endif %}{% if nil == blank "
     "%}c{% endif %}{% if fa == blank %}d{% endif %}{% if empty_list == blank %}e{% endif %}{% if "
     "n == blank %}f{% endif %}{% if missing.x == blank %}g{% endif %}",
     "abcdeg"},
    {"lists and ranges compare by items",
     "{% if list == list %}a{% endif %}{% if (1..3) == (1..3) %}b{% endif %}{% if nested == list "
     "%}c{% endif %}",
     "ab"},
    {"case takes a matching branch",
     "{% case n %}{% when 1 %}a{% when 5 %}b{% else %}c{% endcase %}", "b"},
    {"case with several values",
     "{% case n %}{% when 1, 5 %}a{% endcase %}{% case n %}{% when 2 or 5 or 6 %}b{% endcase %}",
     "ab"},
    {"case runs every branch that matches",
     "{% case n %}{% when 5 %}a{% when 4, 5 %}b{% else %}c{% endcase %}", "ab"},
    {"case without a match",
     "{% case n %}{% when 6 %}a{% else %}c{% endcase %}{% case n %}{% when 6 %}a{% endcase %}|",
     "c|"},
    {"what stands before the first when is dropped",
     "{% case n %} text {{ n }} {% when 5 %}b{% endcase %}", "b"},
    {"case compares with nil and empty",
     "{% case missing %}{% when nil %}nil{% endcase %}{% case es %}{% when empty %}empty{% endcase "
     "%}",
     "nilempty"},
    {"for over a list",
     "{% for i in list %}{{ i }}{% unless forloop.last %},{% endunless %}{% endfor %}", "1,2,3"},
    {"for over a range with variables", "{% for i in (1..n) %}{{ i }}{% endfor %}", "12345"},
    {"for over an object gives pairs", "{% for p in obj %}{{ p[0] }}={{ p.last }};{% endfor %}",
     "a=1;b=two;c=1x1.5;"},
    {"for over a text is one round",
     "{% for c in name %}[{{ c }}]{% endfor %}{% for c in es %}x{% else %}none{% endfor %}",
     "[Ana María]none"},
    {"for with limit and offset",
     "{% for i in list limit:2 %}{{ i }}{% endfor %} {% for i in list offset:1 %}{{ i }}{% endfor "
     "%} {% for i in list limit: 1 offset: 1 %}{{ i }}{% endfor %}",
     "12 23 2"},
    {"for reversed takes its part first",
     "{% for i in list reversed %}{{ i }}{% endfor %} {% for i in list reversed limit:2 %}{{ i "
     "}}{% endfor %}",
     "321 21"},
    {"for goes on where it ended",
     "{% for i in list limit:1 %}{{ i }}{% endfor %}-{% for i in list limit:1 offset:continue %}{{ "
     "i }}{% endfor %}-{% for i in list offset:continue %}{{ i }}{% endfor %}",
     "1-2-3"},
    {"for else",
     "{% for i in empty_list %}x{% else %}a{% endfor %}{% for i in missing %}x{% else %}b{% endfor "
     "%}{% for i in (3..1) %}x{% else %}c{% endfor %}{% for i in list limit:0 %}x{% else %}d{% "
     "endfor %}{% for i in n %}x{% else %}e{% endfor %}",
     "abcde"},
    {"forloop",
     "{% for i in list %}{{ forloop.index }}/{{ forloop.index0 }}/{{ forloop.rindex }}/{{ "
     "forloop.rindex0 }}/{{ forloop.first }}/{{ forloop.last }}/{{ forloop.length }}/{{ "
     "forloop.name }} {% endfor %}",
     "1/0/3/2/true/false/3/i-list 2/1/2/1/false/false/3/i-list 3/2/1/0/false/true/3/i-list "},
    {"parentloop",
     "{% for i in list %}{% for j in (1..2) %}{{ forloop.parentloop.index }}{{ forloop.index }} {% "
     "endfor %}{% endfor %}",
     "11 12 21 22 31 32 "},
    {"break and continue",
     "{% for i in list %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %} {% for i in "
     "list %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}",
     "13 1"},
    {"break leaves the inner loop only",
     "{% for i in (1..2) %}{% for j in list %}{% if j == 2 %}{% break %}{% endif %}{{ i }}{{ j }} "
     "{% endfor %}{% endfor %}",
     "11 21 "},
    {"break outside of a loop ends the template", "a{% break %}b", "a"},
    {"break out of a case and a capture",
     "{% for i in list %}{% case i %}{% when 2 %}{% break %}{% endcase %}{{ i }}{% endfor %}{% for "
     "i in list %}{% capture c %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endcapture %}{% "
     "endfor %}[{{ c }}]",
     "1[2]"},
    {"a loop variable hides an assigned one",
     "{% assign x = 'o' %}{% for x in list %}{{ x }}{% endfor %}{{ x }}", "123o"},
    {"assign in a loop reaches past it", "{% for i in list %}{% assign b = i %}{% endfor %}{{ b }}",
     "3"},
    {"assign to a loop variable shows after the loop",
     "{% for i in list %}{% assign i = 9 %}{{ i }}{% endfor %}{{ i }}", "1239"},
    {"assign with filters",
     "{% assign x = 'a' | append: 'b' | upcase %}{{ x }}{% assign a-b = 3 %}{{ a-b }}", "AB3"},
    {"assign hides data", "{% assign name = 'Bo' %}{{ name }}", "Bo"},
    {"capture",
     "{% capture x %}hi {{ n }}{% endcapture %}{{ x | upcase }}{% capture 'y' %}q{% endcapture "
     "%}{{ y }}",
     "HI 5q"},
    {"increment and decrement",
     "{% increment c %}{% increment c %}{{ c }} {% decrement d %}{% decrement d %}", "012 -1-2"},
    {"counters are apart from assigned variables", "{% assign c = 10 %}{% increment c %}{{ c }}",
     "010"},
    {"increment goes on from data", "{% increment n %}{% increment n %}", "56"},
    {"cycle", "{% for i in (1..5) %}{% cycle 'a', 'b' %}{% endfor %}", "ababa"},
    {"cycles with groups",
     "{% cycle 'g1': 'a', 'b' %}{% cycle 'g2': 'a', 'b' %}{% cycle 'g1': 'a', 'b' %}", "aab"},
    {"echo", "{% echo name | upcase %}", "ANA MARÍA"},
    {"liquid",
     "{% liquid\n assign a = 1\n if a == 1\n  echo 'yes'\n else\n  echo 'no'\n endif\n # nothing\n "
     "for i in list\n  echo i\n endfor %}",
     "yes123"},
    {"comments in liquid", "{% liquid\n comment\n echo 'x'\n endcomment\n echo 'y' %}", "y"},
    {"include sees and sets its caller's variables",
     "{% assign x = 1 %}{% include 'p' %}{% include 'asg' %}{{ leak }}", "[1]L"},
    {"include with arguments that end with it", "{% assign x = 1 %}{% include 'p', x: 2 %}{{ x }}",
     "[2]1"},
    {"include with a value", "{% include 'p' with n %}{% include 'item' for products %}",
     "[5](Shoe)(apple)(Zebra)"},
    {"render is isolated", "{% assign x = 1 %}{% render 'p' %}{% render 'asg' %}[{{ leak }}]",
     "[][]"},
    {"render with arguments", "{% render 'p', x: n %}{% render 'p', p: 1, x: 2 %}", "[5][21]"},
    {"render with a value and a name", "{% render 'p' with n %}{% render 'p' with n as x %}",
     "[5][5]"},
    {"render for each item", "{% render 'item' for products as item %}", "(Shoe1)(apple2)(Zebra3)"},
    {"a partial in a folder names its value", "{% render 'dir/inner' with n %}", "<5>"},
    {"break in an included partial is the loop's",
     "{% for i in list %}{% include 'brk' %}{% endfor %}|{% for i in list %}{% render 'brk' %}{% "
     "endfor %}|",
     "a|aaa|"},
    {"a rendered partial does not see the loop",
     "{% for i in list %}{% render 'loopy' %}{% include 'loopy' %}{% endfor %}", "123"},
};

INSTANTIATE_TEST_SUITE_P(All, Tag, testing::ValuesIn(tag_cases));

}  // namespace
}  // namespace sojourn::templates
