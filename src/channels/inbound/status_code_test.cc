#include "channels/inbound/status_code.h"

#include <gtest/gtest.h>

namespace sojourn::channels::inbound {
namespace {

struct Case {
  std::string_view text;
  std::string_view status;  ///< empty: none
  int reply_code;
};

class StatusCode : public testing::TestWithParam<Case> {};

TEST_P(StatusCode, IsFoundInTheServersWords) {
  const std::optional<EnhancedStatus> status = find_status(GetParam().text);
  EXPECT_EQ(status ? status->text() : "", GetParam().status) << GetParam().text;
  EXPECT_EQ(find_reply_code(GetParam().text), GetParam().reply_code) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, StatusCode,
    testing::Values(Case{"smtp; 550 5.1.1 no such user", "5.1.1", 550},
                    Case{"550-5.7.26 not authenticated", "5.7.26", 550},
                    Case{"(#5.1.1)", "5.1.1", 0}, Case{"5.0.0 first, then 5.2.2", "5.2.2", 0},
                    Case{"[SMTP Error Code 550]", "", 550}, Case{"said: 452: try later", "", 452},
                    Case{"host 5.1.1.7 did not answer", "", 0},
                    Case{"Internet Mail Service (5.5.2653.19)", "", 0},
                    Case{"5.9.1 has no such subject", "", 0}, Case{"5.1.1234 is too long", "", 0},
                    Case{"a message of 550 KB", "", 550}, Case{"id 4550 and 5501", "", 0},
                    Case{"192.0.2.550", "", 0}, Case{"version 4.92.3", "", 0}, Case{"", "", 0}));

}  // namespace
}  // namespace sojourn::channels::inbound
