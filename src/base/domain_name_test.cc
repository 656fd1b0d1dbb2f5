#include "base/domain_name.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

TEST(DomainName, HasOneFormForEverySpelling) {
  const struct {
    std::string text;
    std::optional<std::string> expected;
  } cases[] = {
      {"Example.COM", "example.com"},
      {"localhost", "localhost"},
      {"m\u00fcller.de", "xn--mller-kva.de"},
      {"M\u00dcLLER.De", "xn--mller-kva.de"},
      // The umlaut as a letter and a mark of its own.
      {"mu\u0308ller.de", "xn--mller-kva.de"},
      {"XN--MLLER-KVA.de", "xn--mller-kva.de"},
      {"", std::nullopt},
      {"a..b", std::nullopt},
      {"-a.de", std::nullopt},
      {"a b.de", std::nullopt},
      {"\xff.de", std::nullopt},
      {std::string(63, 'a') + ".de", std::string(63, 'a') + ".de"},
      {std::string(64, 'a') + ".de", std::nullopt},
  };
  for (const auto& each : cases) EXPECT_EQ(ascii_domain(each.text), each.expected) << each.text;
}

}  // namespace
}  // namespace sojourn
