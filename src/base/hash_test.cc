#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace sojourn {
namespace {

TEST(KeyedHash, IsTheSameForTheSameKeyAndParts) {
  const HashKey key{{1, 2, 3}};
  EXPECT_EQ(keyed_hash(key, {"a", "b"}), keyed_hash(key, {"a", "b"}));
  EXPECT_NE(keyed_hash(key, {"a", "b"}), keyed_hash(HashKey{}, {"a", "b"}));
}

TEST(KeyedHash, TellsListsOfPartsApart) {
  const HashKey key;
  EXPECT_NE(keyed_hash(key, {"ab", "c"}), keyed_hash(key, {"a", "bc"}));
  EXPECT_NE(keyed_hash(key, {"a", ""}), keyed_hash(key, {"a"}));
  EXPECT_NE(keyed_hash(key, {"", "a"}), keyed_hash(key, {"a", ""}));
}

TEST(KeyedHash, DerivesIndependentKeysByPurpose) {
  const HashKey master{{9}};
  EXPECT_NE(derive_key(master, "links"), derive_key(master, "addresses"));
  EXPECT_NE(derive_key(master, "links"), master);
}

TEST(Hash128, OrdersAsItsBytesDo) {
  EXPECT_LT((Hash128{{0, 255}}), (Hash128{{1, 0}}));
  EXPECT_EQ(Hash128::from_bytes((Hash128{{7}}).view()), (Hash128{{7}}));
  EXPECT_FALSE(Hash128::from_bytes("fifteen bytes.."));
  EXPECT_FALSE(Hash128::from_bytes("seventeen bytes.."));
}

TEST(Sha256, IsThatOfTheStandard) {
  // FIPS 180-2, appendix B.1.
  const auto digest = sha256("abc");
  EXPECT_EQ(to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()}),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ConstantTimeComparison, AnswersAsEqualityDoes) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace sojourn
