#include "domain/contacts/identity.h"

#include <gtest/gtest.h>

#include <map>

namespace sojourn::contacts {
namespace {

using events::Event;
using events::EventType;
using events::Trust;

Identifier user(std::string value) {
  return {std::string(kinds::user_id), std::move(value)};
}
Identifier visitor(std::string value) {
  return {std::string(kinds::anonymous_id), std::move(value)};
}

ContactId derived(const Identifier& identifier) {
  return derive_contact_id(HashKey{}, identifier);
}

/// Who is there: identifiers, and whether their contact has a user id.
struct World final : Links {
  std::map<Identifier, Standing> standings;

  void person(const ContactId& contact, bool known, const std::vector<Identifier>& identifiers) {
    for (const Identifier& identifier : identifiers) standings[identifier] = {contact, true, known};
  }
  Standing standing(const Identifier& identifier) const override {
    const auto found = standings.find(identifier);
    return found == standings.end() ? Standing{derived(identifier)} : found->second;
  }
};

const ContactId ana = derived(user("ana"));
const ContactId ben = derived(user("ben"));
const ContactId phone = derived(visitor("phone"));

Event event(std::string user_id, std::string anonymous_id, Trust trust) {
  Event made;
  made.type = EventType::identify;
  made.user_id = std::move(user_id);
  made.anonymous_id = std::move(anonymous_id);
  made.trust = trust;
  return made;
}

struct Case {
  std::string_view name;
  World world;
  Event event;
  ContactId contact;
  std::vector<Identifier> links;
  std::optional<Merge> merge = std::nullopt;
  bool may_write_protected = true;
};

void expect_each(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    const Resolution resolution = resolve(each.event, each.world);
    EXPECT_EQ(resolution.contact, each.contact) << each.name;
    EXPECT_EQ(resolution.links, each.links) << each.name;
    EXPECT_EQ(resolution.merge, each.merge) << each.name;
    EXPECT_EQ(resolution.may_write_protected, each.may_write_protected) << each.name;
  }
}

World nobody() {
  return {};
}
World only_visitor() {
  World world;
  world.person(phone, false, {visitor("phone")});
  return world;
}
World only_ana() {
  World world;
  world.person(ana, true, {user("ana")});
  return world;
}
World ana_and_visitor() {
  World world = only_ana();
  world.person(phone, false, {visitor("phone")});
  return world;
}
World ana_on_the_phone() {
  World world;
  world.person(ana, true, {user("ana"), visitor("phone")});
  return world;
}
World ana_on_the_phone_and_ben() {
  World world = ana_on_the_phone();
  world.person(ben, true, {user("ben")});
  return world;
}

TEST(Identity, OneIdLeadsToItsContact) {
  const auto server = Trust::server_key;
  const auto browser = Trust::browser_key;
  expect_each({
      {"new visitor", nobody(), event("", "phone", browser), phone, {visitor("phone")}},
      {"known visitor", ana_on_the_phone(), event("", "phone", browser), ana, {visitor("phone")}},
      {"new user", nobody(), event("ana", "", browser), ana, {user("ana")}},
      {"user, secret key", only_ana(), event("ana", "", server), ana, {user("ana")}},
      {"somebody's user id from a public key",
       only_ana(),
       event("ana", "", browser),
       ana,
       {user("ana")},
       std::nullopt,
       false},
  });
}

TEST(Identity, AVisitorWhoSignsInIsLinked) {
  const auto server = Trust::server_key;
  const auto browser = Trust::browser_key;
  const std::vector<Identifier> both = {user("ana"), visitor("phone")};
  expect_each({
      {"both new", nobody(), event("ana", "phone", browser), ana, both},
      {"the visitor becomes known", only_visitor(), event("ana", "phone", browser), phone, both},
      {"linked already", ana_on_the_phone(), event("ana", "phone", browser), ana, {user("ana")}},
      {"a new device of a known contact, secret key", only_ana(), event("ana", "phone", server),
       ana, both},
      {"a visitor with a history joins the known contact", ana_and_visitor(),
       event("ana", "phone", server), ana, both, Merge{phone, ana}},
  });
}

TEST(Identity, APublicKeyLinksToNewOrOwnContactsOnly) {
  const auto browser = Trust::browser_key;
  expect_each({
      {"new device of a known contact",
       only_ana(),
       event("ana", "phone", browser),
       ana,
       {user("ana")},
       std::nullopt,
       false},
      {"visitor with a history",
       ana_and_visitor(),
       event("ana", "phone", browser),
       ana,
       {user("ana")},
       std::nullopt,
       false},
      {"another known contact's device",
       ana_on_the_phone_and_ben(),
       event("ben", "phone", browser),
       ben,
       {user("ben")},
       std::nullopt,
       false},
  });
}

TEST(Identity, ADeviceOfAnotherContactIsRePointedWithoutAMerge) {
  expect_each({
      {"to a known contact",
       ana_on_the_phone_and_ben(),
       event("ben", "phone", Trust::server_key),
       ben,
       {user("ben"), visitor("phone")}},
      {"to a new contact",
       ana_on_the_phone(),
       event("ben", "phone", Trust::server_key),
       ben,
       {user("ben"), visitor("phone")}},
      {"to a new contact, public key",
       ana_on_the_phone(),
       event("ben", "phone", Trust::browser_key),
       ben,
       {user("ben"), visitor("phone")}},
  });
}

Event alias(std::string user_id, std::string previous_id, Trust trust) {
  Event made = event(std::move(user_id), "", trust);
  made.type = EventType::alias;
  made.previous_id = std::move(previous_id);
  return made;
}

TEST(Identity, AliasMergesKnownContactsWithASecretKeyOnly) {
  const auto server = Trust::server_key;
  const auto browser = Trust::browser_key;
  World ana_and_ben = only_ana();
  ana_and_ben.person(ben, true, {user("ben")});
  expect_each({
      {"two known, secret key",
       ana_and_ben,
       alias("ana", "ben", server),
       ana,
       {user("ana")},
       Merge{ben, ana}},
      {"two known, public key", ana_and_ben, alias("ana", "ben", browser), ana, {user("ana")}},
      {"itself", ana_and_ben, alias("ana", "ana", server), ana, {user("ana")}},
      {"a second name of a known contact",
       only_ana(),
       alias("ana-lee", "ana", server),
       ana,
       {user("ana-lee")}},
      {"a second name, public key",
       only_ana(),
       alias("ana-lee", "ana", browser),
       derived(user("ana-lee")),
       {user("ana-lee")}},
      {"a visitor gets a name",
       only_visitor(),
       alias("ana", "phone", browser),
       phone,
       {user("ana")}},
      {"a visitor joins a known contact, secret key",
       ana_and_visitor(),
       alias("ana", "phone", server),
       ana,
       {user("ana")},
       Merge{phone, ana}},
      {"a visitor joins a known contact, public key",
       ana_and_visitor(),
       alias("ana", "phone", browser),
       ana,
       {user("ana")}},
      {"nobody yet",
       nobody(),
       alias("ana", "phone", browser),
       ana,
       {user("ana"), visitor("phone")}},
  });
}

TEST(Identity, FeedbackNamesItsContact) {
  Event click;
  click.contact = ana.hash;
  click.trust = Trust::system;
  expect_each({{"click", nobody(), click, ana, {}}});
}

TEST(Survivor, IsTheKnownThenTheEarlierThenTheSmallerId) {
  const ContactId small{Hash128{{1}}};
  const ContactId large{Hash128{{2}}};
  const auto stays = [](const Claim& a, const Claim& b) {
    const ContactId one = survivor(a, b).contact;
    EXPECT_EQ(one, survivor(b, a).contact) << "whatever the order";
    return one;
  };
  EXPECT_EQ(stays({small, false, Timestamp{1}}, {large, true, Timestamp{9}}), large);
  EXPECT_EQ(stays({small, true, Timestamp{9}}, {large, true, Timestamp{1}}), large);
  EXPECT_EQ(stays({small, true, Timestamp{1}}, {large, true, Timestamp{1}}), small);
}

TEST(ContactIdText, IsReadBackAndNothingElseIs) {
  EXPECT_EQ(parse_contact_id(format(ana)), ana);
  EXPECT_EQ(format(ana).size(), 28u);
  EXPECT_FALSE(parse_contact_id("ana"));
  EXPECT_FALSE(parse_contact_id("c_"));
  EXPECT_FALSE(parse_contact_id(format(ana) + "a")) << "one text for one id";
  EXPECT_FALSE(parse_contact_id(format(ana).substr(0, 27)));
  EXPECT_LT(ana.partition(), partition_count);
}

}  // namespace
}  // namespace sojourn::contacts
