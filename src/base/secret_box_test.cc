#include "base/secret_box.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

const HashKey master = derive_key(HashKey{}, "one workspace");

TEST(SecretBox, OpensWhatItSealed) {
  const SecretBox box(master, "keys");
  for (const std::string& secret : {std::string(), std::string("a"), std::string(5000, '\0')}) {
    const std::string sealed = box.seal(secret, {"example.com", "s1r"});
    const Result<std::string> opened = box.open(sealed, {"example.com", "s1r"});
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, secret);
  }
}

TEST(SecretBox, ShowsNothingOfTheSecretAndNeverSealsTwiceAlike) {
  const SecretBox box(master, "keys");
  const std::string sealed = box.seal("the secret", {});
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_NE(sealed, box.seal("the secret", {}));
}

TEST(SecretBox, OpensForAnotherProcessWithTheSameKey) {
  const std::string sealed = SecretBox(master, "keys").seal("the secret", {"a"});
  EXPECT_EQ(*SecretBox(master, "keys").open(sealed, {"a"}), "the secret");
}

TEST(SecretBox, RefusesEveryChangedByteAndEveryShorterText) {
  const SecretBox box(master, "keys");
  const std::string sealed = box.seal("the secret", {"a"});
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(box.open(changed, {"a"}).error().code, "secret_not_opened") << i;
    EXPECT_FALSE(box.open(sealed.substr(0, i), {"a"})) << i;
  }
  EXPECT_FALSE(box.open(sealed + "x", {"a"}));
}

TEST(SecretBox, RefusesWhatWasSealedAsSomethingElse) {
  const SecretBox box(master, "keys");
  const std::string sealed = box.seal("the secret", {"example.com", "s1r"});
  EXPECT_FALSE(box.open(sealed, {"example.org", "s1r"}));
  EXPECT_FALSE(box.open(sealed, {"example.com", "s2r"}));
  // The same letters in other parts.
  EXPECT_FALSE(box.open(sealed, {"example.coms1r"}));
  EXPECT_FALSE(box.open(sealed, {"example.com", "s1r", ""}));
  EXPECT_FALSE(SecretBox(master, "other").open(sealed, {"example.com", "s1r"}));
  EXPECT_FALSE(SecretBox(HashKey{}, "keys").open(sealed, {"example.com", "s1r"}));
}

}  // namespace
}  // namespace sojourn
