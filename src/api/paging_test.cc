#include "api/paging.h"

#include <gtest/gtest.h>

namespace sojourn::api {
namespace {

net::Request with_query(std::string query) {
  net::Request request;
  request.query = std::move(query);
  return request;
}

TEST(Paging, ALimitIsAWholeNumberFrom1To200) {
  EXPECT_EQ(read_page(with_query(""), "list")->limit, page_limit_default);
  EXPECT_EQ(read_page(with_query("limit=1"), "list")->limit, 1);
  EXPECT_EQ(read_page(with_query("limit=200"), "list")->limit, 200);
  for (const char* limit : {"0", "201", "-1", "x", "", "1x", "1.5", "99999999999"}) {
    const Result<PageRequest> page = read_page(with_query(std::string("limit=") + limit), "list");
    ASSERT_FALSE(page) << limit;
    EXPECT_EQ(page.error().code, "limit_out_of_range");
    EXPECT_EQ(page.error().field, "limit");
  }
}

TEST(Paging, ACursorLeadsBackToItsPlace) {
  const PageRequest first = *read_page(with_query(""), "contacts q=ann");
  const std::string cursor = next_cursor(first, "place\x01\xff");
  const Result<PageRequest> second = read_page(with_query("cursor=" + cursor), "contacts q=ann");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->place, "place\x01\xff");
  EXPECT_EQ(next_cursor(first, ""), "");
}

TEST(Paging, ACursorOfAnotherListOrOtherFiltersIsRefused) {
  const std::string cursor = next_cursor({.place = {}, .list = "contacts q=ann"}, "p");
  for (const std::string& bad : {cursor, std::string("x"), std::string("!!"), cursor + "A"}) {
    const Result<PageRequest> page = read_page(with_query("cursor=" + bad), "contacts q=bob");
    ASSERT_FALSE(page) << bad;
    EXPECT_EQ(page.error().code, "cursor_invalid");
  }
}

TEST(Paging, ASliceWalksAListInOrderWithoutRepeats) {
  const std::vector<std::string> all = {"d", "a", "c", "b", "e"};
  const auto key_of = [](const std::string& item) { return item; };
  PageRequest page{.limit = 2, .place = {}, .list = "l"};
  std::string walked;
  do {
    const Slice<std::string> found = slice(all, page, key_of);
    for (const std::string* item : found.items) walked += *item;
    page.place = found.place;
  } while (!page.place.empty());
  EXPECT_EQ(walked, "abcde");
}

TEST(Paging, AFullLastPageHasNoNext) {
  const std::vector<std::string> all = {"a", "b"};
  const Slice<std::string> found = slice(all, {.limit = 2, .place = {}, .list = "l"},
                                         [](const std::string& item) { return item; });
  EXPECT_EQ(found.items.size(), 2u);
  EXPECT_EQ(found.place, "");
}

}  // namespace
}  // namespace sojourn::api
