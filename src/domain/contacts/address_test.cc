#include "domain/contacts/address.h"

#include <gtest/gtest.h>

#include "domain/contacts/attributes.h"

namespace sojourn::contacts {
namespace {

TEST(Address, IsOneInEverySpelling) {
  const std::string one = folded_address(normalise_email("ann.lee@m\u00fcller.de"));
  for (const char* const spelling :
       {"Ann.Lee@m\u00fcller.de", " ANN.LEE@M\u00dcLLER.DE", "ann.lee@xn--mller-kva.de",
        "ann.lee@XN--MLLER-KVA.DE", "ann.lee@mu\u0308ller.de"}) {
    EXPECT_EQ(folded_address(normalise_email(spelling)), one) << spelling;
  }
  for (const char* const another :
       {"annlee@m\u00fcller.de", "ann.lee@muller.de", "ann.lee+news@m\u00fcller.de"}) {
    EXPECT_NE(folded_address(normalise_email(another)), one) << another;
  }
}

TEST(Address, KeepsItsConsentUnderOneHash) {
  const HashKey key{};
  EXPECT_EQ(address_hash(key, "email", "Ann@example.com"),
            address_hash(key, "email", "ann@example.com"));
  EXPECT_NE(address_hash(key, "email", "ann@example.com"),
            address_hash(key, "email", "bob@example.com"));
  EXPECT_NE(address_hash(key, "email", "ann@example.com"),
            address_hash(key, "sms", "ann@example.com"));
}

}  // namespace
}  // namespace sojourn::contacts
