#include <gmock/gmock.h>

#include "conformance/store_conformance.h"
#include "store/team.h"

namespace sojourn::store {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_P(StoreConformance, UsersComeBackByEmailAndTakeTheirSessionsAlong) {
  const UserRecord ann{"ann@example.com", "hash", "owner", {3}};
  UserRecord bob{"bob@example.com", "hash b", "viewer", {4}};
  commit([&](StateTransaction& state) {
    must(state.put_user(bob));
    must(state.put_user(ann));
    must(state.put_session({sample_hash(1), ann.email, {1}, {2}}));
    must(state.put_session({sample_hash(2), ann.email, {1}, {2}}));
    must(state.put_session({sample_hash(3), bob.email, {1}, {2}}));
    must(state.put_session({sample_hash(4), bob.email, {1}, {2}}));
    must(team_of(state).put_second_factor(bob.email, "sealed"));
    bob.role = "editor";
    must(state.put_user(bob));
  });
  reopen();
  {
    const auto reads = view();
    const auto users = value_of(team_of(*reads).users());
    ASSERT_THAT(users, SizeIs(2));
    EXPECT_EQ(users[0].email, ann.email);
    EXPECT_EQ(users[0].password_hash, ann.password_hash);
    EXPECT_EQ(users[0].created_at, ann.created_at);
    EXPECT_EQ(users[1].role, "editor");
  }
  commit([&](StateTransaction& state) {
    must(team_of(state).remove_sessions(ann.email));
    must(team_of(state).remove_sessions("nobody@example.com"));
  });
  EXPECT_FALSE(value_of(view()->session(sample_hash(2))).has_value());
  EXPECT_TRUE(value_of(view()->session(sample_hash(3))).has_value());
  commit([&](StateTransaction& state) {
    must(team_of(state).remove_user(bob.email));
    must(team_of(state).remove_user("nobody@example.com"));
    // A transaction sees what it has done.
    EXPECT_THAT(value_of(team_of(state).users()), SizeIs(1));
  });
  const auto reads = view();
  EXPECT_EQ(value_of(reads->user_count()), 1u);
  EXPECT_TRUE(value_of(reads->user(ann.email)).has_value());
  EXPECT_FALSE(value_of(reads->session(sample_hash(4))).has_value());
  EXPECT_EQ(value_of(team_of(*reads).second_factor(bob.email)), std::nullopt);
}

TEST_P(StoreConformance, AnAddressHasOneInvitation) {
  const InvitationRecord first{.email = "bob@example.com",
                               .id = sample_hash(1),
                               .role = "viewer",
                               .invited_by = "ann@example.com",
                               .created_at = {1},
                               .expires_at = {9}};
  InvitationRecord again = first;
  again.id = sample_hash(2);
  again.role = "editor";
  InvitationRecord other = first;
  other.email = "amy@example.com";
  commit([&](StateTransaction& state) {
    must(team_of(state).put_invitation(first));
    must(team_of(state).put_invitation(again));
    must(team_of(state).put_invitation(other));
  });
  reopen();
  EXPECT_THAT(value_of(team_of(*view()).invitations()), ElementsAre(other, again));
  commit([&](StateTransaction& state) {
    must(team_of(state).remove_invitation(first.email));
    must(team_of(state).remove_invitation("nobody@example.com"));
  });
  EXPECT_THAT(value_of(team_of(*view()).invitations()), ElementsAre(other));
}

TEST_P(StoreConformance, ASecondFactorIsReplacedAndItsBytesAreOverwritten) {
  const std::string email = "ann@example.com";
  const std::string sealed = std::string("\0sealed-second-factor\xff", 22);
  const std::string next = "another-second-factor";
  commit([&](StateTransaction& state) { must(team_of(state).put_second_factor(email, sealed)); });
  reopen();
  EXPECT_EQ(value_of(team_of(*view()).second_factor(email)), sealed);
  EXPECT_EQ(value_of(team_of(*view()).second_factor("bob@example.com")), std::nullopt);
  commit([&](StateTransaction& state) { must(team_of(state).put_second_factor(email, next)); });
  EXPECT_EQ(value_of(team_of(*view()).second_factor(email)), next);
  commit([&](StateTransaction& state) {
    must(team_of(state).remove_second_factor(email));
    must(team_of(state).remove_second_factor("nobody@example.com"));
  });
  EXPECT_EQ(value_of(team_of(*view()).second_factor(email)), std::nullopt);
  must(store->checkpoint_state());
  EXPECT_EQ(bed->bytes_on_disk().find("sealed-second-factor"), std::string::npos);
  EXPECT_EQ(bed->bytes_on_disk().find("another-second-factor"), std::string::npos);
}

}  // namespace
}  // namespace sojourn::store
