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

class ListFilter : public testing::TestWithParam<FilterCase> {};

TEST_P(ListFilter, PrintsAsLiquidDoes) {
  const FilterCase& filter = GetParam();
  EXPECT_EQ(printed("{{ " + std::string(filter.expression) + " }}"), filter.expected);
}

constexpr FilterCase list_cases[] = {
    {"name | size", "9"},
    {"list | size", "3"},
    {"obj | size", "3"},
    {"list | join", "1 2 3"},
    {"list | join: ', '", "1, 2, 3"},
    {"nested | join: ','", "1,2,3,4"},
    {"'x' | join: ','", "x"},
    {"list | reverse | join: ','", "3,2,1"},
    {"'abc' | reverse", "abc"},
    {"list | first", "1"},
    {"list | last", "3"},
    {"'abc' | first", ""},
    {"obj | first", "a1"},
    {"list | concat: nested | join: ','", "1,2,3,1,2,3,4"},
    {"nested | concat: list | join: ','", "1,2,3,4,1,2,3"},
    {"products | map: 'title' | join: ','", "Shoe,apple,Zebra"},
    {"products | map: 'nope' | join: ','", ",,"},
    {"products | sort: 'price' | map: 'title' | join: ','", "apple,Shoe,Zebra"},
    {"products | sort: 'title' | map: 'title' | join: ','", "Shoe,Zebra,apple"},
    {"products | sort_natural: 'title' | map: 'title' | join: ','", "apple,Shoe,Zebra"},
    {"products | where: 'type', 'food' | map: 'title' | join", "apple"},
    {"products | where: 'ok' | map: 'title' | join", "Shoe"},
    {"products | where: 'ok', false | map: 'title' | join", "Zebra"},
    {"products | where: 'nope', nil | size", "0"},
    {"products | uniq: 'type' | size", "3"},
    {"products | map: 'price' | compact | size", "2"},
    {"products | compact: 'price' | size", "2"},
    {"obj.c | compact | join: ','", "1,x,1.5"},
    {"obj.c | join: ','", "1,x,,1.5"},
    {"list | sort | reverse | join", "3 2 1"},
    {"obj | map: 'a' | join", "1"},
    {"(1..5) | join: ','", "1,2,3,4,5"},
    {"(1..5) | reverse | first", "5"},
    {"(1..5) | size", "5"},
    {"nested | size", "2"},
    {"nested | first | join: ','", "1,2"},
    {"list | uniq | size", "3"},
    {"'z' | sort | join", "z"},
    {"empty_list | first", ""},
    {"empty_list | join: ','", ""},
    {"products | sum: 'price'", "35.25"},
    {"list | sum", "6"},
    {"'1,2.5,x' | split: ',' | sum", "3.5"},
    {"products | find: 'type', 'toy' | json",
     "{\"title\":\"Zebra\",\"price\":null,\"type\":\"toy\",\"ok\":false}"},
    {"products | find_index: 'type', 'toy'", "2"},
    {"products | find_index: 'type', 'none'", ""},
    {"products | has: 'type', 'toy'", "true"},
    {"products | has: 'ok'", "true"},
    {"products | reject: 'type', 'food' | map: 'title' | join", "Shoe Zebra"},
    {"products | reject: 'ok' | map: 'title' | join: ','", "apple,Zebra"},
    {"(3..1) | join: ','", ""},
    {"list | concat: 'x'", ""},
    {"'b,A,c,B' | split: ',' | uniq | size", "4"},
    {"nested | json", "[[1,2],[3,[4]]]"},
    {"(1..3) | json", "\"1..3\""},
};

INSTANTIATE_TEST_SUITE_P(Lists, ListFilter, testing::ValuesIn(list_cases));

constexpr FilterCase fallback_cases[] = {
    {"nil | size", "0"},
    {"nil | plus: 1", "1"},
    {"nil | join: ','", ""},
    {"nil | first", ""},
    {"nil | sort | size", "0"},
    {"nil | map: 'x' | size", "0"},
    {"nil | default: 'd'", "d"},
    {"es | default: 'd'", "d"},
    {"fa | default: 'd'", "d"},
    {"fa | default: 'd', allow_false: true", "false"},
    {"empty_list | default: 'd'", "d"},
    {"0 | default: 'd'", "0"},
    {"name | default: 'd'", "Ana María"},
    {"missing.x | default: name", "Ana María"},
    {"blank_s | default: 'd'", "   "},
    {"nil | default", ""},
    {"nil | upcase", ""},
    {"nil | append: 'x'", "x"},
    {"nil | escape", ""},
    {"nil | truncate: 3", ""},
    {"nil | replace: 'a','b'", ""},
    {"nil | strip_html", ""},
    {"'x' | unknown_filter", "x"},
    {"'x' | unknown: 1, 2 | upcase", "X"},
    {"products | map: 'x' | size", "3"},
    {"es | default: list | join: '-'", "1-2-3"},
};

INSTANTIATE_TEST_SUITE_P(MissingValues, ListFilter, testing::ValuesIn(fallback_cases));

constexpr FilterCase date_cases[] = {
    {"nil | date: '%Y'", ""},
    {"date | date: '%Y-%m-%d %H:%M:%S'", "2026-03-02 21:50:00"},
    {"date | date: '%a %A %b %B %d %e %j'", "Mon Monday Mar March 02  2 061"},
    {"date | date: '%I %l %k %p %P %M'", "09  9 21 PM pm 50"},
    {"date | date: '%y %C %G %g %V %U %W %u %w'", "26 20 2026 26 10 09 09 1 1"},
    {"date | date: '%s %z %:z %::z %Z'", "1772488200 +0000 +00:00 +00:00:00 UTC"},
    {"date | date: '%-d/%-m/%Y'", "2/3/2026"},
    {"date | date: '%^a %^B %#p %#Z'", "MON MARCH pm utc"},
    {"date | date: '%05d %3m %_5H %010Y %-5d'", "00002 003    21 0000002026 2"},
    {"date | date: '%c | %x | %X | %D | %F | %T | %R | %r | %v | %+'",
     "Mon Mar  2 21:50:00 2026 | 03/02/26 | 21:50:00 | 03/02/26 | 2026-03-02 | 21:50:00 | 21:50 | "
     "09:50:00 PM |  2-MAR-2026 | %+"},
    {"date | date: '%L %N %3N %6N'", "000 000000000 000 000000"},
    {"date | date: ''", "2026-03-02T21:50:00Z"},
    {"'now' | date: '%Y-%m-%d'", "2026-03-02"},
    {"'today' | date: '%d'", "02"},
    {"'NOW' | date: '%H'", "21"},
    {"1772488200 | date: '%F %T'", "2026-03-02 21:50:00"},
    {"'1772488200' | date: '%F %T'", "2026-03-02 21:50:00"},
    {"'garbage' | date: '%Y'", "garbage"},
    {"'March 14, 2016' | date: '%b %d, %y'", "Mar 14, 16"},
    {"'14 Mar 2016 10:30 PM' | date: '%F %T'", "2016-03-14 22:30:00"},
    {"'Mon, 14 Mar 2016 10:30:00 +0000' | date: '%F %T'", "2016-03-14 10:30:00"},
    {"'2016/03/14' | date: '%F'", "2016-03-14"},
    {"'14/03/2016' | date: '%F'", "2016-03-14"},
    {"'14.03.2016' | date: '%F'", "2016-03-14"},
    {"'2016-03-14' | date: '%F %T'", "2016-03-14 00:00:00"},
    {"'2016-03-14 10:30' | date: '%F %T'", "2016-03-14 10:30:00"},
    {"'20160314' | date: '%s'", "20160314"},
    {"'20160314T103000Z' | date: '%F %T'", "2016-03-14 10:30:00"},
    {"'10:30' | date: '%F %T'", "2026-03-02 10:30:00"},
    {"'14th March 2016' | date: '%F'", "2016-03-14"},
    {"'Mar 2016' | date: '%F'", "2016-03-01"},
    {"'2016-02-31' | date: '%F'", "2016-03-02"},
    {"'2016-03-14T10:30:00.123Z' | date: '%L'", "123"},
    {"f | date: '%Y'", "3.5"},
    {"list | date: '%Y'", "123"},
    {"t | date: '%Y'", "true"},
    {"date | date: '%20A|%-20A|%020A|%^10a'",
     "              Monday|Monday|00000000000000Monday|       MON"},
    {"'2021-01-03' | date: '%U %W %V %G'", "01 00 53 2020"},
    {"'2024-12-30' | date: '%U %W %V %G %j'", "52 53 01 2025 365"},
    {"date | date: '%h %E %Ey %Od'", "Mar %E 26 02"},
    {"date | date: 'plain'", "plain"},
    {"'14-Mar-2016' | date: '%F'", "2016-03-14"},
    {"'3pm' | date: '%T'", "15:00:00"},
    {"'2026-07-01T00:00:00+02:00' | date: '%F %T'", "2026-06-30 22:00:00"},
    {"date | date: '%1025d' | size", "1024"},
    {"'1 January' | date: '%F'", "2026-01-01"},
    {"'Saturday 5 September 2026 at 9am' | date: '%F %H'", "2026-09-05 09"},
    {"'2026-03-02T21:50:00.250+05:30' | date: '%T.%L'", "16:20:00.250"},
};

INSTANTIATE_TEST_SUITE_P(Dates, ListFilter, testing::ValuesIn(date_cases));

}  // namespace
}  // namespace sojourn::templates
