#include "channels/inbound/refusal.h"

#include <gtest/gtest.h>

namespace sojourn::channels::inbound {
namespace {

struct Case {
  std::string_view words;
  Kind kind;
  Reason reason;
  Action action = Action::failed;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.words;
}

class Refusals : public testing::TestWithParam<Case> {};

TEST_P(Refusals, AreJudgedByCodeAndWords) {
  const Case& each = GetParam();
  const Verdict verdict = judge({.action = each.action,
                                 .status = find_status(each.words),
                                 .reply_code = find_reply_code(each.words),
                                 .words = std::string(each.words)});
  EXPECT_EQ(to_string(verdict.kind), to_string(each.kind));
  EXPECT_EQ(to_string(verdict.reason), to_string(each.reason));
}

constexpr auto hard = Kind::hard;
constexpr auto soft = Kind::soft;

INSTANTIATE_TEST_SUITE_P(
    Codes, Refusals,
    testing::Values(
        Case{"550 5.1.1", hard, Reason::unknown_user},
        Case{"550 5.1.2", hard, Reason::unknown_host},
        Case{"550 5.1.3", hard, Reason::unknown_user}, Case{"550 5.1.6", hard, Reason::moved},
        Case{"550 5.1.8", soft, Reason::sender_refused},
        Case{"550 5.1.10", hard, Reason::unknown_user}, Case{"550 5.2.1", hard, Reason::disabled},
        Case{"552 5.2.2", soft, Reason::mailbox_full},
        Case{"452 4.2.2", soft, Reason::mailbox_full}, Case{"552 5.2.3", soft, Reason::too_big},
        Case{"552 5.3.4", soft, Reason::too_big}, Case{"550 5.3.0", soft, Reason::system},
        Case{"450 4.4.1", soft, Reason::unreachable}, Case{"550 5.4.6", soft, Reason::route},
        Case{"550 4.4.7", soft, Reason::expired}, Case{"503 5.5.1", soft, Reason::our_error},
        Case{"550 5.6.2", soft, Reason::content}, Case{"550 5.7.1", soft, Reason::policy},
        Case{"550 5.7.26", soft, Reason::sender_auth},
        Case{"550 5.7.515", soft, Reason::sender_auth}, Case{"421 4.7.28", soft, Reason::throttled},
        Case{"450 4.1.1", soft, Reason::unknown_user}, Case{"550", hard, Reason::permanent},
        Case{"450", soft, Reason::temporary}, Case{"552", soft, Reason::mailbox_full},
        Case{"", hard, Reason::permanent}, Case{"550 5.0.0", hard, Reason::permanent}));

INSTANTIATE_TEST_SUITE_P(
    Words, Refusals,
    testing::Values(Case{"550 5.7.1 user unknown", hard, Reason::unknown_user},
                    Case{"550 5.1.1 mailbox is full", soft, Reason::mailbox_full},
                    Case{"550 5.7.1 blocked using zen.blocks.example", soft, Reason::blocked},
                    Case{"550 5.7.1 looks like spam", soft, Reason::spam},
                    Case{"550 5.1.1 rejected, see our page on spam", hard, Reason::unknown_user},
                    Case{"550 mailbox unavailable", hard, Reason::unknown_user},
                    Case{"554 relay access denied", soft, Reason::our_error},
                    Case{"550 <spam-trap@a.example> user unknown", hard, Reason::unknown_user},
                    Case{"451 greylisted, try again", soft, Reason::greylisted},
                    Case{"550 sender address rejected: domain of sender does not exist", soft,
                         Reason::sender_refused},
                    Case{"550 4.4.7 host not found", soft, Reason::unknown_host},
                    Case{"550 account disabled", hard, Reason::disabled}));

INSTANTIATE_TEST_SUITE_P(
    Actions, Refusals,
    testing::Values(Case{"5.1.1", Kind::delivered, Reason::delivered, Action::delivered},
                    Case{"", Kind::delivered, Reason::relayed, Action::relayed},
                    Case{"", Kind::delivered, Reason::expanded, Action::expanded},
                    Case{"", soft, Reason::delayed, Action::delayed},
                    Case{"5.1.1 user unknown", soft, Reason::unknown_user, Action::delayed}));

}  // namespace
}  // namespace sojourn::channels::inbound
