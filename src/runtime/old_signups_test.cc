#include "runtime/old_signups.h"

#include <gtest/gtest.h>

#include "domain/events/standard_names.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

const Hash128 ann{{1}};
const Hash128 ben{{2}};

class OldSignupsTest : public BackfillLab {
 protected:
  /// What a form with double opt-in does: a row, and then the event that asks for the mail.
  void sign_up(const std::string& id, const Hash128& address, const std::string& visitor) {
    events::Event event;
    event.message_id = id;
    event.name = events::names::confirmation_requested;
    event.anonymous_id = visitor;
    event.at = event.received_at = clock_.now();
    event.trust = events::Trust::server_key;
    const contacts::Identifier identifier{"anonymousId", visitor};
    const auto contact = contacts::derive_contact_id(contact_key(master), identifier);
    ASSERT_TRUE(runtime_->write([&](store::StateTransaction& transaction) {
      return transaction.put_signup({.id = id,
                                     .form = "news",
                                     .address = address,
                                     .contact = contact,
                                     .at = clock_.now(),
                                     .confirmed_at = Timestamp::never(),
                                     .payload = "{}"});
    }));
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    settle();
  }
  bool is_there(const std::string& id) {
    return value_of(value_of(store_->view())->signup(id)).has_value();
  }
  bool knows(const std::string& visitor) {
    const contacts::Identifier identifier{"anonymousId", visitor};
    return value_of(value_of(store_->view())->identifiers(std::span(&identifier, 1)))
        .front()
        .has_value();
  }
  void settle_all() {
    while (runtime_->step_jobs() | runtime_->step_log() | runtime_->step_committer()) continue;
    ASSERT_TRUE(runtime_->quiet());
  }
  /// Moves the clock as a server's would go, and does what is due.
  void wait(Duration by) {
    const Timestamp end = clock_.now() + by;
    while (clock_.now() < end) {
      clock_.set(std::min(end, runtime_->next_due()));
      settle_all();
    }
  }
};

TEST_F(OldSignupsTest, WhatNobodyConfirmedGoesWithItsContactInTime) {
  sign_up("a", ann, "form-ann");
  ASSERT_TRUE(knows("form-ann"));
  wait(Duration::days(1));
  sign_up("b", ben, "form-ben");
  EXPECT_EQ(runtime_->next_due(), clock_.now() + Duration::days(29));
  wait(Duration::days(29) - Duration{1});
  EXPECT_TRUE(is_there("a"));
  wait(Duration{1});
  EXPECT_FALSE(is_there("a"));
  EXPECT_FALSE(knows("form-ann"));
  EXPECT_TRUE(is_there("b"));
  EXPECT_TRUE(knows("form-ben"));
  wait(Duration::days(1));
  EXPECT_FALSE(knows("form-ben"));
  EXPECT_EQ(runtime_->next_due(), Timestamp::never()) << "nothing is waited for";
}

TEST_F(OldSignupsTest, AContactOfWhomMoreIsKnownStays) {
  sign_up("a", ann, "form-ann");
  send("ann", "Signed In", 0, "form-ann");
  settle();
  wait(Duration::days(31));
  EXPECT_FALSE(is_there("a"));
  EXPECT_TRUE(knows("form-ann"));
}

TEST_F(OldSignupsTest, AConfirmedOneLeavesItsContactAlone) {
  sign_up("a", ann, "form-ann");
  ASSERT_TRUE(runtime_->write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(row, transaction.signup("a"));
    row->confirmed_at = clock_.now();
    return transaction.put_signup(*row);
  }));
  wait(Duration::days(31));
  EXPECT_FALSE(is_there("a"));
  EXPECT_TRUE(knows("form-ann"));
}

TEST_F(OldSignupsTest, WhoAsksAgainHasTheirTimeFromThen) {
  sign_up("a", ann, "form-ann");
  wait(Duration::days(20));
  sign_up("again", ann, "form-ann");
  wait(Duration::days(11));
  EXPECT_FALSE(is_there("a"));
  EXPECT_TRUE(is_there("again"));
  EXPECT_TRUE(knows("form-ann"));
  wait(Duration::days(20));
  EXPECT_FALSE(is_there("again"));
  EXPECT_FALSE(knows("form-ann"));
}

TEST_F(OldSignupsTest, TheWorkspaceSaysHowLong) {
  sign_up("a", ann, "form-ann");
  publish("kind: workspace\nkey: w\nunconfirmed_kept: 4d\n");
  settle();
  EXPECT_EQ(runtime_->next_due(), start + Duration::days(4));
  wait(Duration::days(4));
  EXPECT_FALSE(is_there("a"));
}

TEST_F(OldSignupsTest, AreForgottenByTheNextProcessWhereThisOneEnds) {
  sign_up("a", ann, "form-ann");
  clock_.advance(Duration::days(40));
  open();
  EXPECT_LE(runtime_->next_due(), clock_.now());
  EXPECT_FALSE(runtime_->quiet());
  settle_all();
  EXPECT_FALSE(is_there("a"));
  EXPECT_FALSE(knows("form-ann"));
}

TEST_F(OldSignupsTest, ARowThatACrashHasLeftGoesWithoutItsContact) {
  sign_up("a", ann, "form-ann");
  const contacts::Identifier identifier{"anonymousId", "form-ann"};
  ASSERT_TRUE(value_of(
      runtime_->erase(contacts::derive_contact_id(contact_key(master), identifier), "test")));
  ASSERT_TRUE(runtime_->write([&](store::StateTransaction& transaction) {
    return transaction.put_signup({.id = "left",
                                   .form = "news",
                                   .address = ann,
                                   .contact = {ann},
                                   .at = start,
                                   .confirmed_at = Timestamp::never(),
                                   .payload = "{}"});
  }));
  open();
  wait(Duration::days(31));
  EXPECT_FALSE(is_there("left"));
}

TEST_F(OldSignupsTest, ManyGoInParts) {
  for (int i = 0; i < 250; ++i) {
    sign_up("s" + std::to_string(i), {{static_cast<std::uint8_t>(i), 9}},
            "form-" + std::to_string(i));
  }
  wait(Duration::days(31));
  EXPECT_FALSE(knows("form-0"));
  EXPECT_FALSE(knows("form-249"));
}

}  // namespace
}  // namespace sojourn::runtime
