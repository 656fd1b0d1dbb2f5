// Data of before all spellings of an address were one.
#include "runtime/address_fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/contacts/address.h"
#include "runtime/event_log.h"
#include "runtime/ledger.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class AddressFold : public BackfillLab {
 protected:
  template <typename Change>
  void commit(const Change& change) {
    const auto transaction = value_of(store_->begin());
    change(*transaction);
    ASSERT_TRUE(transaction->commit());
  }
  contacts::ContactId add(const std::string& user, const std::string& email) {
    const contacts::ContactId id{keyed_hash({}, {user})};
    commit([&](store::StateTransaction& transaction) {
      ASSERT_TRUE(transaction.put_contact({.id = id,
                                           .user_id = user,
                                           .email = email,
                                           .name = user,
                                           .first_seen = start,
                                           .last_seen = start,
                                           .state = ""}));
    });
    return id;
  }
  /// As the ledger wrote it then.
  void say(const std::string& address, const std::string& state, int day) {
    commit([&](store::StateTransaction& transaction) {
      ASSERT_TRUE(
          transaction.put_consent({.address = keyed_hash(address_key(master), {"email", address}),
                                   .channel = "email",
                                   .topic = "",
                                   .state = state,
                                   .at = start + Duration::days(day),
                                   .source = "page",
                                   .evidence = "",
                                   .contact = {}}));
    });
  }
  void fold() {
    commit([](store::StateTransaction& transaction) {
      ASSERT_TRUE(transaction.put_setting(addresses_to_fold_setting, "yes"));
    });
    ASSERT_TRUE(fold_addresses(*store_, master));
  }
  policies::AddressConsent consent(const std::string& address) {
    Ledger ledger(master);
    const auto view = value_of(store_->view());
    EXPECT_TRUE(ledger.load(*view));
    return ledger.consent("email", address);
  }
};

TEST_F(AddressFold, FindsContactsOfBeforeInEverySpelling) {
  const contacts::ContactId ann = add("ann", "Ann@example.com");
  const contacts::ContactId mia = add("mia", "mia@m\u00fcller.de");
  fold();
  const auto view = value_of(store_->view());
  EXPECT_THAT(value_of(view->contacts_with_email("ANN@example.com", 9)), ElementsAre(ann));
  EXPECT_THAT(value_of(view->contacts_with_email("Mia@xn--mller-kva.de", 9)), ElementsAre(mia));
  EXPECT_EQ(value_of(view->contact(ann))->email, "Ann@example.com") << "as its owner writes it";
  EXPECT_EQ(value_of(view->setting(addresses_to_fold_setting)), "");
}

TEST_F(AddressFold, KeepsWhatAnAddressHasSaid) {
  add("ann", "Ann@example.com");
  add("mia", "mia@m\u00fcller.de");
  say("Ann@example.com", "opted_out", 1);
  say("mia@m\u00fcller.de", "suppressed", 1);
  fold();
  EXPECT_THAT(consent("ann@example.com").opted_out, ElementsAre(""));
  EXPECT_TRUE(consent("mia@xn--mller-kva.de").suppressed);
  const auto view = value_of(store_->view());
  const Hash128 hash = contacts::address_hash(address_key(master), "email", "ANN@example.com");
  const auto listed = value_of(view->suppressions({.address = hash}));
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed.front().scope, store::suppression_of_marketing);
  EXPECT_EQ(value_of(view->suppressions({})).size(), 2u);
}

TEST_F(AddressFold, OfTwoSpellingsTheLaterWordCounts) {
  add("ann", "Ann@example.com");
  add("too", "ann@example.com");
  say("ann@example.com", "opted_in", 1);
  say("Ann@example.com", "opted_out", 2);
  add("bob", "Bob@example.com");
  say("Bob@example.com", "opted_out", 1);
  say("bob@example.com", "opted_in", 2);
  fold();
  EXPECT_THAT(consent("Ann@example.com").opted_out, ElementsAre(""));
  EXPECT_THAT(consent("Bob@example.com").opted_out, ElementsAre());
  const auto view = value_of(store_->view());
  std::vector<std::string> states;
  for (const store::ConsentRecord& each : value_of(view->consents())) states.push_back(each.state);
  EXPECT_THAT(states, UnorderedElementsAre("opted_out", "opted_in"));
  EXPECT_EQ(value_of(view->suppressions({})).size(), 1u) << "only Ann's";
}

TEST_F(AddressFold, WhoHasLeftIsNotWrittenToAgainInTheSpellingTheyHad) {
  say("Gone@example.com", "suppressed", 1);
  say("Out@example.com", "opted_out", 1);
  fold();
  EXPECT_TRUE(consent("Gone@example.com").suppressed);
  EXPECT_THAT(consent("Out@example.com").opted_out, ElementsAre(""));
  say("out@example.com", "opted_in", 2);
  EXPECT_THAT(consent("Out@example.com").opted_out, ElementsAre()) << "said since";
}

TEST_F(AddressFold, ReadsNobodyWhereNoMigrationAsks) {
  add("mia", "mia@m\u00fcller.de");
  ASSERT_TRUE(fold_addresses(*store_, master));
  const auto view = value_of(store_->view());
  EXPECT_THAT(value_of(view->contacts_with_email("mia@xn--mller-kva.de", 9)), ElementsAre());
}

}  // namespace
}  // namespace sojourn::runtime
