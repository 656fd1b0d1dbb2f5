#include "runtime/tracking_token.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/text.h"

namespace sojourn::runtime {
namespace {

HashKey key_of(std::uint8_t first) {
  return {{first, 2, 3}};
}

constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

TEST(TrackingToken, ComesBackAsItWasMade) {
  const TrackingToken tokens[] = {
      {.message = {0}, .link = 0},
      {.message = {1}, .link = 7},
      {.message = {1'000'000}, .link = 127},
      {.message = {std::numeric_limits<std::uint64_t>::max()},
       .link = std::numeric_limits<std::uint32_t>::max()},
  };
  for (const TokenKind kind : {TokenKind::click, TokenKind::open, TokenKind::unsubscribe,
                               TokenKind::preferences, TokenKind::confirmation, TokenKind::view}) {
    for (const TrackingToken& token : tokens) {
      const std::string text = make_token(key_of(1), kind, token);
      EXPECT_LE(text.size(), 43u);
      EXPECT_EQ(read_token(key_of(1), kind, text), token) << text;
    }
  }
}

TEST(TrackingToken, OfOneKindIsNotReadAsAnother) {
  const std::string text = make_token(key_of(1), TokenKind::click, {.message = {5}, .link = 1});
  EXPECT_FALSE(read_token(key_of(1), TokenKind::unsubscribe, text));
  EXPECT_FALSE(read_token(key_of(1), TokenKind::open, text));
}

TEST(TrackingToken, OfAnotherWorkspaceIsRefused) {
  const std::string text = make_token(key_of(1), TokenKind::click, {.message = {5}, .link = 1});
  EXPECT_FALSE(read_token(key_of(2), TokenKind::click, text));
}

TEST(TrackingToken, WithAnyCharacterChangedIsRefused) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    const TrackingToken token{.message = {random() >> (random() % 64)},
                              .link = static_cast<std::uint32_t>(random() % 40)};
    const std::string text = make_token(key_of(1), TokenKind::click, token);
    for (std::size_t place = 0; place < text.size(); ++place) {
      for (const char c : base64url_alphabet) {
        if (c == text[place]) continue;
        std::string changed = text;
        changed[place] = c;
        ASSERT_FALSE(read_token(key_of(1), TokenKind::click, changed)) << text << " " << changed;
      }
    }
  }
}

TEST(TrackingToken, CutOrExtendedIsRefused) {
  const std::string text = make_token(key_of(1), TokenKind::open, {.message = {99}, .link = 0});
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(read_token(key_of(1), TokenKind::open, text.substr(0, size)));
  }
  EXPECT_FALSE(read_token(key_of(1), TokenKind::open, text + "A"));
  EXPECT_FALSE(read_token(key_of(1), TokenKind::open, text + "="));
  EXPECT_FALSE(read_token(key_of(1), TokenKind::open, text + " "));
}

TEST(TrackingToken, LongerThanAnyOfOursIsRefusedUnread) {
  EXPECT_FALSE(read_token(key_of(1), TokenKind::open, std::string(token_characters_max + 1, 'A')));
  EXPECT_FALSE(read_token(key_of(1), TokenKind::open, std::string(token_characters_max, 'A')));
}

}  // namespace
}  // namespace sojourn::runtime
