#include "runtime/webhook_keys.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace sojourn::runtime {
namespace {

const HashKey master = derive_key(HashKey{}, "one workspace");
const HashKey other = derive_key(HashKey{}, "another workspace");

TEST(WebhookSecret, IsTheSigningKeyAsReceiversKnowIt) {
  const std::string secret = webhook_secret(master);
  ASSERT_TRUE(secret.starts_with("whsec_"));
  EXPECT_EQ(from_base64(secret.substr(6)), webhook_signing_key(master));
  EXPECT_EQ(webhook_signing_key(master).size(), 32U);
  EXPECT_NE(webhook_secret(other), secret);
}

TEST(HookToken, NamesItsWebhook) {
  for (const std::string& key :
       {std::string("deals"), std::string("k"), std::string(hook_key_bytes_max, 'k')}) {
    const std::string token = make_hook_token(master, key);
    EXPECT_LE(token.size(), hook_token_characters_max);
    EXPECT_EQ(read_hook_token(master, token), key);
  }
}

TEST(HookToken, IsRefusedWhereAnybodyElseMadeIt) {
  const std::string token = make_hook_token(master, "deals");
  EXPECT_FALSE(read_hook_token(other, token));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'Q' : 'A';
    // Bits after the last whole byte of base64 carry nothing.
    if (from_base64url(changed) == from_base64url(token)) continue;
    EXPECT_FALSE(read_hook_token(master, changed)) << i;
  }
  for (const std::string& text :
       {std::string(), std::string("deals"), token.substr(1), token + "AAAA",
        std::string(hook_token_characters_max + 1, 'A')}) {
    EXPECT_FALSE(read_hook_token(master, text)) << text;
  }
}

}  // namespace
}  // namespace sojourn::runtime
