#include "api/password.h"

#include <gtest/gtest.h>

namespace sojourn::api {
namespace {

constexpr PasswordCost cheap{.memory_bytes = 8192, .passes = 1};

TEST(Password, IsRecognisedByItsHashAndNoOtherIs) {
  const std::string hash = hash_password("correct horse", cheap).value();
  EXPECT_TRUE(verify_password(hash, "correct horse", cheap));
  EXPECT_FALSE(verify_password(hash, "correct horsf", cheap));
  EXPECT_FALSE(verify_password(hash, "", cheap));
}

TEST(Password, HashIsSaltedArgon2id) {
  const std::string first = hash_password("correct horse", cheap).value();
  EXPECT_TRUE(first.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << first;
  EXPECT_NE(first, hash_password("correct horse", cheap).value());
}

TEST(Password, MatchesNothingWhereThereIsNoHash) {
  EXPECT_FALSE(verify_password("", "", cheap));
  EXPECT_FALSE(verify_password("not a hash", "not a hash", cheap));
}

}  // namespace
}  // namespace sojourn::api
