#include "api/form_stamp.h"

#include <gtest/gtest.h>

namespace sojourn::api {
namespace {

constexpr HashKey key{{1, 2, 3}};
constexpr Timestamp opened{1'800'000'000'000};

TEST(FormStamp, SaysWhenItsFormWasOpened) {
  EXPECT_EQ(read_form_stamp(key, "f", make_form_stamp(key, "f", opened)), opened);
}

TEST(FormStamp, OfAnotherFormOrKeyOrChangedSaysNothing) {
  const std::string stamp = make_form_stamp(key, "f", opened);
  EXPECT_FALSE(read_form_stamp(key, "g", stamp));
  EXPECT_FALSE(read_form_stamp(HashKey{{9}}, "f", stamp));
  for (std::size_t place = 0; place < stamp.size(); ++place) {
    std::string changed = stamp;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_form_stamp(key, "f", changed)) << place;
  }
  EXPECT_FALSE(read_form_stamp(key, "f", ""));
  EXPECT_FALSE(read_form_stamp(key, "f", std::string(1'000, 'A')));
}

}  // namespace
}  // namespace sojourn::api
