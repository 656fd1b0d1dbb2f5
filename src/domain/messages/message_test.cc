#include "domain/messages/message.h"

#include <gtest/gtest.h>

namespace sojourn::messages {
namespace {

constexpr int states = 9;

TEST(DeliveryState, NamesAreReadBack) {
  for (int i = 0; i < states; ++i) {
    const auto state = static_cast<DeliveryState>(i);
    EXPECT_EQ(parse_delivery_state(to_string(state)), state);
  }
  EXPECT_FALSE(parse_delivery_state("lost"));
}

TEST(DeliveryState, NothingMovesOutOfAFinalState) {
  for (int i = 0; i < states; ++i) {
    const auto from = static_cast<DeliveryState>(i);
    bool moves = false;
    for (int j = 0; j < states; ++j) moves |= is_legal_move(from, static_cast<DeliveryState>(j));
    EXPECT_EQ(moves, !is_final(from)) << to_string(from);
  }
}

TEST(DeliveryState, AfterLeaveWasGivenNoPolicyAppliesAnyMore) {
  using enum DeliveryState;
  EXPECT_TRUE(is_legal_move(committing, sent));
  EXPECT_TRUE(is_legal_move(committing, uncertain));
  EXPECT_FALSE(is_legal_move(committing, skipped));
  EXPECT_FALSE(is_legal_move(committing, cancelled));
  EXPECT_FALSE(is_legal_move(queued, sent)) << "not without leave";
}

}  // namespace
}  // namespace sojourn::messages
