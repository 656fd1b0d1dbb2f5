#include "runtime/mail_token.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <limits>

namespace sojourn::runtime {
namespace {

constexpr HashKey key{{1, 2, 3}};
constexpr std::string_view domain = "b.example.com";

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

TEST(MailToken, ComesBackAsItWasMadeInAnyCase) {
  for (const auto kind : {MailAddressKind::bounce, MailAddressKind::unsubscribe}) {
    for (const std::uint64_t id :
         {std::uint64_t{1}, std::uint64_t{1} << 32, std::numeric_limits<std::uint64_t>::max()}) {
      const MailAddress made{kind, {id}};
      const std::string text = make_mail_address(key, made, domain);
      EXPECT_LE(text.find('@'), 47u) << text;
      EXPECT_EQ(read_mail_address(key, text, domain), made) << text;
      EXPECT_EQ(read_mail_address(key, upper(text), domain), made) << text;
    }
  }
}

TEST(MailToken, OthersAreRefused) {
  const std::string bounce = make_mail_address(key, {MailAddressKind::bounce, {77}}, domain);
  EXPECT_FALSE(read_mail_address({{9}}, bounce, domain));
  EXPECT_FALSE(read_mail_address(key, bounce, "other.example.com"));
  EXPECT_FALSE(read_mail_address(key, "u" + bounce.substr(1), domain));
  EXPECT_FALSE(read_mail_address(key, "b+@b.example.com", domain));
  EXPECT_FALSE(read_mail_address(key, "b+" + std::string(500, 'a') + "@b.example.com", domain));
  EXPECT_FALSE(read_mail_address(key, "ann@b.example.com", domain));
  EXPECT_FALSE(read_mail_address(key, "", domain));
}

TEST(MailToken, WithAnyCharacterChangedIsRefused) {
  const std::string made = make_mail_address(key, {MailAddressKind::bounce, {12345}}, domain);
  const std::size_t end = made.find('@');
  for (std::size_t place = 2; place < end; ++place) {
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz234567")) {
      if (c == made[place]) continue;
      std::string changed = made;
      changed[place] = c;
      EXPECT_FALSE(read_mail_address(key, changed, domain)) << changed;
    }
  }
}

}  // namespace
}  // namespace sojourn::runtime
