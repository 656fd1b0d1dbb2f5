#include <gmock/gmock.h>

#include <algorithm>

#include "base/bytes.h"
#include "conformance/store_conformance.h"
#include "store/address_moves.h"
#include "store/audit_chain.h"
#include "store/audit_trail.h"

namespace sojourn::store {
namespace {

using contacts::Identifier;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> names_of(const ContactPage& page) {
  std::vector<std::string> names;
  for (const ContactRecord& contact : page.contacts) names.push_back(contact.name);
  return names;
}

TEST_P(StoreConformance, ContactComesBackAsItWasPut) {
  ContactRecord record = sample_contact(1);
  commit([&](StateTransaction& state) {
    must(state.put_contact(record));
    EXPECT_EQ(value_of(state.contact(record.id)), record);
  });
  EXPECT_EQ(value_of(view()->contact(record.id)), record);
  EXPECT_EQ(value_of(view()->contact(sample_id(2))), std::nullopt);
  record.state = "";
  record.last_seen = {5};
  commit([&](StateTransaction& state) { must(state.put_contact(record)); });
  EXPECT_EQ(value_of(view()->contact(record.id)), record);
  record.email = "other@example.com";
  record.first_seen = {-1};
  commit([&](StateTransaction& state) { must(state.put_contact(record)); });
  reopen();
  EXPECT_EQ(value_of(view()->contact(record.id)), record);
  EXPECT_EQ(value_of(view()->contact_count()), 1u);
  const std::vector<contacts::ContactId> ids = {sample_id(9), record.id};
  EXPECT_THAT(value_of(view()->contacts(ids)), ElementsAre(std::nullopt, record));
}

TEST_P(StoreConformance, ContactIdsComeInOrderAndInPages) {
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 0; number < 50; ++number) {
      must(state.put_contact(sample_contact(number)));
    }
  });
  contacts::ContactId after;
  std::size_t count = 0;
  while (true) {
    const auto page = value_of(view()->contact_ids(after, 7));
    if (page.empty()) break;
    for (const contacts::ContactId& id : page) {
      EXPECT_TRUE(count == 0 || after < id);
      after = id;
      ++count;
    }
  }
  // The sample of number 0 is the zero id, which stands before every first page.
  EXPECT_EQ(count, 49u);
}

TEST_P(StoreConformance, ManyContactsAreReadAtOnceWhereverTheirRowsStand) {
  // Every third id shares its first bytes with the one before it: rows cannot lie by those alone.
  constexpr std::uint64_t count = 300;
  std::vector<ContactRecord> records;
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= count; ++number) {
      ContactRecord record = sample_contact(number);
      const std::uint64_t shared = number % 3 == 0 ? number - 1 : number;
      record.id = {};
      record.id.hash.bytes[0] = static_cast<std::uint8_t>(shared >> 8);
      record.id.hash.bytes[1] = static_cast<std::uint8_t>(shared);
      record.id.hash.bytes[15] = static_cast<std::uint8_t>(number % 3);
      must(state.put_contact(record));
      records.push_back(record);
    }
  });
  std::vector<contacts::ContactId> ids;
  for (const ContactRecord& record : records) ids.push_back(record.id);
  std::sort(ids.begin(), ids.end());
  const auto check = [&](const std::vector<contacts::ContactId>& asked) {
    const auto found = value_of(view()->contacts(asked));
    ASSERT_EQ(found.size(), asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const auto put = std::find_if(records.begin(), records.end(),
                                    [&](const auto& record) { return record.id == asked[i]; });
      EXPECT_EQ(found[i], put == records.end() ? std::nullopt : std::optional(*put)) << i;
    }
  };
  check(ids);
  // Few of those that lie between, and one that is not there.
  std::vector<contacts::ContactId> few = {sample_id(1)};
  for (std::size_t i = 0; i < ids.size(); i += 4) few.push_back(ids[i]);
  std::sort(few.begin(), few.end());
  check(few);
  commit([&](StateTransaction& state) {
    for (ContactRecord& record : records) {
      record.state += "+";
      must(state.put_contact(record));
    }
  });
  check(ids);
  EXPECT_EQ(value_of(view()->contact_count()), count);
}

TEST_P(StoreConformance, ContactListCursorStaysWhenContactsArrive) {
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= 5; ++number) {
      must(state.put_contact(sample_contact(number)));
    }
  });
  const ContactPage first = value_of(view()->list_contacts({.limit = 2}));
  EXPECT_THAT(names_of(first), ElementsAre("Person 5", "Person 4"));
  EXPECT_EQ(first.contacts[0].state, "");
  commit([&](StateTransaction& state) { must(state.put_contact(sample_contact(6))); });
  const ContactPage second = value_of(view()->list_contacts({.cursor = first.next, .limit = 2}));
  EXPECT_THAT(names_of(second), ElementsAre("Person 3", "Person 2"));
  const ContactPage third = value_of(view()->list_contacts({.cursor = second.next, .limit = 2}));
  EXPECT_THAT(names_of(third), ElementsAre("Person 1"));
  EXPECT_EQ(third.next, "");
}

TEST_P(StoreConformance, ContactListFindsPartsOfNamesAndTakesPatternsLiterally) {
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= 3; ++number) {
      must(state.put_contact(sample_contact(number)));
    }
    ContactRecord special = sample_contact(4);
    special.name = "100%_\\Ann";
    must(state.put_contact(special));
  });
  EXPECT_THAT(value_of(view()->list_contacts({.search = "pERSON2@"})).contacts, SizeIs(1));
  EXPECT_THAT(value_of(view()->list_contacts({.search = "user-3"})).contacts, SizeIs(1));
  EXPECT_THAT(value_of(view()->list_contacts({.search = "0%_\\a"})).contacts, SizeIs(1));
  EXPECT_THAT(value_of(view()->list_contacts({.search = "%"})).contacts, SizeIs(1));
  EXPECT_THAT(value_of(view()->list_contacts({.search = "nobody"})).contacts, IsEmpty());
}

TEST_P(StoreConformance, ForeignCursorsAreRefused) {
  for (const std::string cursor :
       {"x", "12", "12.", "12.zz", "x.00", "1.2.3", "99999999999999999999.00"}) {
    EXPECT_EQ(code_of(view()->list_contacts({.cursor = cursor})), "invalid_cursor") << cursor;
  }
  for (const std::string cursor : {"x", "-1", "12 ", "99999999999999999999"}) {
    EXPECT_EQ(code_of(view()->list_messages({.cursor = cursor})), "invalid_cursor") << cursor;
  }
}

TEST_P(StoreConformance, SegmentListsAndCountsItsMembers) {
  constexpr std::uint64_t large = 2100;  // above what the list sorts in memory
  commit([&](StateTransaction& state) {
    for (std::uint64_t number = 1; number <= large; ++number) {
      must(state.put_contact(sample_contact(number)));
      must(state.put_member(1, sample_id(number), {3}));
    }
    must(state.put_member(2, sample_id(4), {3}));
    must(state.put_member(2, sample_id(9), {3}));
    must(state.put_member(2, sample_id(9), {4}));
    must(state.remove_member(2, sample_id(10)));
    EXPECT_EQ(value_of(state.member_count(2)), 2u);
  });
  EXPECT_EQ(value_of(view()->member_count(1)), large);
  EXPECT_EQ(value_of(view()->member_count(3)), 0u);
  EXPECT_THAT(names_of(value_of(view()->list_contacts({.segment = 2, .limit = 1}))),
              ElementsAre("Person 9"));
  EXPECT_THAT(names_of(value_of(view()->list_contacts({.segment = 1, .limit = 2}))),
              ElementsAre("Person 2100", "Person 2099"));
  EXPECT_THAT(value_of(view()->list_contacts({.search = "person4@", .segment = 2})).contacts,
              SizeIs(1));
  EXPECT_THAT(value_of(view()->list_contacts({.search = "person4@", .segment = 1})).contacts,
              SizeIs(1));
  commit([&](StateTransaction& state) { must(state.remove_member(2, sample_id(9))); });
  EXPECT_EQ(value_of(view()->member_count(2)), 1u);
}

TEST_P(StoreConformance, IdentifiersLinkToTheLastContactGiven) {
  const std::vector<Identifier> asked = {{"email", "a"}, {"email", "b"}, {"userId", "a"}};
  commit([&](StateTransaction& state) {
    must(state.put_identifier(asked[0], sample_id(1)));
    must(state.put_identifier(asked[2], sample_id(2)));
    must(state.put_identifier(asked[2], sample_id(3)));
  });
  EXPECT_THAT(value_of(view()->identifiers(asked)),
              ElementsAre(sample_id(1), std::nullopt, sample_id(3)));
}

TEST_P(StoreConformance, WakesComeInOrderOfTimeOnePerContact) {
  commit([&](StateTransaction& state) {
    must(state.put_wake(sample_id(1), {}, Timestamp{30}));
    must(state.put_wake(sample_id(2), {}, Timestamp{10}));
    must(state.put_wake(sample_id(3), {}, Timestamp{20}));
    must(state.put_wake(sample_id(1), Timestamp{30}, Timestamp{5}));
    must(state.put_wake(sample_id(3), Timestamp{20}, {}));
    must(state.put_wake(sample_id(2), Timestamp{10}, Timestamp{10}));
  });
  EXPECT_EQ(value_of(view()->earliest_wake()), Timestamp{5});
  const auto due = value_of(view()->due_wakes({10}, 9));
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_EQ(due[0].contact, sample_id(1));
  EXPECT_EQ(due[1].due, Timestamp{10});
  EXPECT_THAT(value_of(view()->due_wakes({9}, 9)), SizeIs(1));
  EXPECT_THAT(value_of(view()->due_wakes({10}, 1)), SizeIs(1));
  commit([&](StateTransaction& state) {
    must(state.put_wake(sample_id(1), Timestamp{5}, {}));
    must(state.put_wake(sample_id(2), Timestamp{10}, {}));
  });
  EXPECT_EQ(value_of(view()->earliest_wake()), std::nullopt);
}

TEST_P(StoreConformance, DecisionsComeNewestFirstAndSequencesAreNotReused) {
  EXPECT_EQ(value_of(view()->next_sequence()), 1u);
  commit([&](StateTransaction& state) {
    must(state.put_contact(sample_contact(1)));
    for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
      must(state.append_decision({.contact = sample_id(sequence % 2),
                                  .at = {9},
                                  .sequence = sequence,
                                  .kind = 3,
                                  .payload = "p" + std::to_string(sequence)}));
    }
    EXPECT_EQ(value_of(state.next_sequence()), 6u);
    EXPECT_THAT(value_of(state.decisions(sample_id(1), {}, 9)), SizeIs(3));
    must(state.put_contact(sample_contact(0)));
  });
  const auto newest = value_of(view()->decisions(sample_id(1), {}, 2));
  ASSERT_THAT(newest, SizeIs(2));
  EXPECT_EQ(newest[0].payload, "p5");
  EXPECT_EQ(newest[0].kind, 3);
  EXPECT_THAT(value_of(view()->decisions(sample_id(1), newest[1].sequence, 9)), SizeIs(1));
  commit([&](StateTransaction& state) { must(state.erase_contact(sample_id(1))); });
  reopen();
  EXPECT_EQ(value_of(view()->next_sequence()), 6u);
}

TEST_P(StoreConformance, ARecordThatWasReadSaysAfterWhichDecisionItsJournalGoesOn) {
  const auto decide = [](StateTransaction& state, std::uint64_t sequence) {
    must(state.append_decision(
        {.contact = sample_id(1), .at = {9}, .sequence = sequence, .kind = 3, .payload = "p"}));
  };
  commit([&](StateTransaction& state) {
    must(state.put_contact(sample_contact(1)));
    must(state.put_contact(sample_contact(2)));
    decide(state, 1);
    decide(state, 2);
  });
  const auto read = value_of(view()->contact(sample_id(1)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->last_decision, 2u);
  const std::vector<contacts::ContactId> ids = {sample_id(1), sample_id(2)};
  const auto both = value_of(view()->contacts(ids));
  EXPECT_EQ(both.at(0)->last_decision, 2u);
  EXPECT_EQ(both.at(1)->last_decision, 0u);
  commit([&](StateTransaction& state) {
    decide(state, 3);
    must(state.put_contact(*read));
    decide(state, 4);
    // What was read before counts no more.
    must(state.put_contact(*read));
  });
  std::vector<std::uint64_t> sequences;
  for (const DecisionRecord& each : value_of(view()->decisions(sample_id(1), {}, 9))) {
    sequences.push_back(each.sequence);
  }
  EXPECT_THAT(sequences, ElementsAre(4, 3, 2, 1));
}

TEST_P(StoreConformance, JournalsOfTwoWhoBecomeOneAreInTheOrderOfDecision) {
  const auto decide = [](StateTransaction& state, std::uint64_t contact, std::uint64_t sequence) {
    must(state.append_decision({.contact = sample_id(contact),
                                .at = {9},
                                .sequence = sequence,
                                .kind = 3,
                                .payload = "p" + std::to_string(sequence)}));
  };
  commit([&](StateTransaction& state) {
    for (const std::uint64_t contact : {1, 2}) must(state.put_contact(sample_contact(contact)));
    for (const std::uint64_t sequence : {1, 4, 5}) decide(state, 1, sequence);
    for (const std::uint64_t sequence : {2, 3}) decide(state, 2, sequence);
  });
  commit([&](StateTransaction& state) {
    decide(state, 2, 6);
    // Somebody who was never stored.
    decide(state, 3, 7);
    must(state.put_alias(sample_id(3), sample_id(2)));
    must(state.put_alias(sample_id(1), sample_id(2)));
    decide(state, 2, 8);
  });
  reopen();
  const auto sequences = [&](std::uint64_t contact, std::optional<std::uint64_t> before,
                             std::size_t limit) {
    std::vector<std::uint64_t> found;
    for (const DecisionRecord& each :
         value_of(view()->decisions(sample_id(contact), before, limit))) {
      EXPECT_EQ(each.payload, "p" + std::to_string(each.sequence));
      EXPECT_EQ(each.contact, sample_id(contact));
      found.push_back(each.sequence);
    }
    return found;
  };
  EXPECT_THAT(sequences(2, {}, 9), ElementsAre(8, 7, 6, 5, 4, 3, 2, 1));
  EXPECT_THAT(sequences(2, 6, 2), ElementsAre(5, 4));
  EXPECT_THAT(sequences(2, 1, 2), IsEmpty());
  EXPECT_THAT(sequences(1, {}, 9), IsEmpty());
  EXPECT_THAT(sequences(3, {}, 9), IsEmpty());
}

TEST_P(StoreConformance, DecisionAboutNobodyFailsTheCommit) {
  const auto state = value_of(store->begin());
  must(state->append_decision(
      {.contact = sample_id(1), .at = {9}, .sequence = 1, .kind = 3, .payload = "p"}));
  const Result<void> done = state->commit();
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, "unknown_contact");
}

TEST_P(StoreConformance, TimelineChunksComeNewestFirst) {
  commit([&](StateTransaction& state) {
    must(state.put_timeline_chunk(sample_id(1), 0, "zero"));
    must(state.put_timeline_chunk(sample_id(1), 1, "one"));
    must(state.put_timeline_chunk(sample_id(1), 2, "old"));
    must(state.put_timeline_chunk(sample_id(1), 2, "two"));
  });
  EXPECT_THAT(value_of(view()->timeline_chunks(sample_id(1), UINT32_MAX, 2)),
              ElementsAre("two", "one"));
  EXPECT_THAT(value_of(view()->timeline_chunks(sample_id(1), 1, 2)), ElementsAre("zero"));
  EXPECT_THAT(value_of(view()->timeline_chunks(sample_id(1), 0, 2)), IsEmpty());
}

TEST_P(StoreConformance, CountersAddUpWithinAndAcrossTransactions) {
  const CounterKey key{.kind = "journey",
                       .key = "welcome",
                       .version = 2,
                       .step = "mail",
                       .variant = "b",
                       .day = 20'000,
                       .outcome = "sent"};
  CounterKey total = key;
  total.day = 0;
  commit([&](StateTransaction& state) {
    must(state.add_to_counter(key, 2));
    must(state.add_to_counter(key, 3));
    EXPECT_EQ(value_of(state.counters("journey", "welcome")).at(0).count, 5);
    must(state.add_to_counter(key, 1));
    must(state.add_to_counter(total, 6));
  });
  commit([&](StateTransaction& state) { must(state.add_to_counter(key, -2)); });
  const auto all = value_of(view()->counters("journey", "welcome"));
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].key, total);
  EXPECT_EQ(all[1].key, key);
  EXPECT_EQ(all[1].count, 4);
  EXPECT_THAT(value_of(view()->counters_of_day("journey", 20'000)), SizeIs(1));
  EXPECT_THAT(value_of(view()->counters("segment", "welcome")), IsEmpty());
}

TEST_P(StoreConformance, LedgerKeepsEveryLineAndTheCurrentState) {
  ConsentRecord record{.address = sample_hash(1),
                       .channel = "email",
                       .topic = "",
                       .state = "opted_in",
                       .at = {10},
                       .source = "api",
                       .evidence = "form 3",
                       .contact = sample_id(1)};
  ConsentRecord later = record;
  later.state = "opted_out";
  later.at = {5};
  commit([&](StateTransaction& state) {
    must(state.put_consent(record));
    must(state.put_consent(later));
  });
  EXPECT_THAT(value_of(view()->consents()), ElementsAre(later));
  EXPECT_THAT(value_of(view()->consent_history(sample_hash(1))), ElementsAre(later, record));
  EXPECT_THAT(value_of(view()->consent_lines()), ElementsAre(record, later));
}

TEST_P(StoreConformance, LedgerSaysByWhatALineCanBeShown) {
  ConsentRecord record{.address = sample_hash(1),
                       .channel = "email",
                       .topic = "news",
                       .state = "opted_in",
                       .at = {10},
                       .source = "form",
                       .evidence = "{}",
                       .contact = sample_id(1)};
  record.shown_by = {.basis = "consent",
                     .wording = "form/f/2",
                     .wording_hash = "ab",
                     .ip = "192.0.2.0",
                     .user_agent = "Browser 1",
                     .actor = "ann@example.com"};
  commit([&](StateTransaction& state) { must(state.put_consent(record)); });
  reopen();
  EXPECT_THAT(value_of(view()->consent_history(sample_hash(1))), ElementsAre(record));
  EXPECT_THAT(value_of(view()->consent_lines()), ElementsAre(record));
}

/// `scope topic source` of each entry of the address, newest first.
std::vector<std::string> entries_of(StateReads& state, const Hash128& address) {
  std::vector<std::string> entries;
  for (const SuppressionRecord& each : value_of(state.suppressions({.address = address}))) {
    entries.push_back(each.scope + " " + each.topic + " " + each.source);
  }
  return entries;
}

TEST_P(StoreConformance, SuppressionListFollowsTheLedger) {
  const auto say = [&](std::uint8_t address, std::string topic, std::string state_word,
                       std::string source) {
    commit([&](StateTransaction& state) {
      must(state.put_consent({.address = sample_hash(address),
                              .channel = "email",
                              .topic = std::move(topic),
                              .state = std::move(state_word),
                              .at = {7},
                              .source = std::move(source),
                              .evidence = "",
                              .contact = {}}));
    });
  };
  say(1, "", "suppressed", "bounce");
  say(1, "", "suppressed", "import");
  say(1, "news", "suppressed", "manual");
  say(1, "tips", "opted_out", "page");
  say(2, "", "opted_out", "one_click");
  using Entries = std::vector<std::string>;
  EXPECT_EQ(entries_of(*view(), sample_hash(1)), (Entries{"topic news manual", "all  bounce"}));
  EXPECT_EQ(entries_of(*view(), sample_hash(2)), (Entries{"marketing  one_click"}));

  // An opt-in takes back an opt-out, and lifts no suppression.
  say(2, "", "opted_in", "form");
  say(1, "", "opted_in", "form");
  EXPECT_EQ(entries_of(*view(), sample_hash(1)), (Entries{"topic news manual", "all  bounce"}));
  say(1, "", "lifted", "manual");
  EXPECT_EQ(entries_of(*view(), sample_hash(1)), (Entries{"topic news manual"}));
  EXPECT_EQ(entries_of(*view(), sample_hash(2)), Entries{});

  say(3, "", "suppressed", "complaint");
  const auto first = value_of(view()->suppressions({.limit = 1}));
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].address, sample_hash(3));
  const auto second = value_of(view()->suppressions({.before = first[0].number, .limit = 5}));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].topic, "news");
}

TEST_P(StoreConformance, TwoAddressesBecomeOneInTheOrderInWhichTheySpoke) {
  const auto say = [](std::uint8_t address, std::string topic, std::string state, Timestamp at) {
    return ConsentRecord{.address = sample_hash(address),
                         .channel = "email",
                         .topic = std::move(topic),
                         .state = std::move(state),
                         .at = at,
                         .source = "page",
                         .evidence = "",
                         .contact = {}};
  };
  ConsentRecord out = say(1, "", "opted_out", {10});
  const ConsentRecord in = say(2, "", "opted_in", {20});
  ConsentRecord bounced = say(1, "news", "suppressed", {30});
  commit([&](StateTransaction& state) {
    for (const ConsentRecord& line : {out, in, bounced, say(3, "", "opted_out", {40})}) {
      must(state.put_consent(line));
    }
    must(state.put_signup({.id = "a",
                           .form = "newsletter",
                           .address = sample_hash(1),
                           .contact = sample_id(1),
                           .at = {50},
                           .payload = "{}"}));
  });
  commit([&](StateTransaction& state) {
    auto& moves = dynamic_cast<AddressMoves&>(state);
    must(moves.move_address(sample_hash(1), sample_hash(2)));
    // Of an address that has said nothing there is nothing to move.
    must(moves.move_address(sample_hash(9), sample_hash(3)));
  });
  out.address = bounced.address = sample_hash(2);
  EXPECT_THAT(value_of(view()->consent_history(sample_hash(2))), ElementsAre(bounced, in, out));
  EXPECT_THAT(value_of(view()->consent_history(sample_hash(1))), IsEmpty());
  EXPECT_THAT(value_of(view()->consents()),
              ::testing::UnorderedElementsAre(in, bounced, say(3, "", "opted_out", {40})));
  EXPECT_EQ(entries_of(*view(), sample_hash(1)), std::vector<std::string>{});
  EXPECT_EQ(entries_of(*view(), sample_hash(2)), std::vector<std::string>{"topic news page"});
  EXPECT_EQ(entries_of(*view(), sample_hash(3)), std::vector<std::string>{"marketing  page"});
  EXPECT_EQ(value_of(view()->signup_count(sample_hash(2), {0})), 1u);
}

TEST_P(StoreConformance, SignupsAreCountedByAddressAndGoWithTheirContact) {
  const auto signup = [](std::string id, std::uint8_t address, std::uint64_t contact,
                         Timestamp at) {
    return SignupRecord{.id = std::move(id),
                        .form = "newsletter",
                        .address = sample_hash(address),
                        .contact = sample_id(contact),
                        .at = at,
                        .payload = "{}"};
  };
  SignupRecord first = signup("a", 1, 1, {10});
  commit([&](StateTransaction& state) {
    must(state.put_contact(sample_contact(1)));
    must(state.put_contact(sample_contact(2)));
    must(state.put_signup(first));
    must(state.put_signup(signup("b", 1, 1, {20})));
    must(state.put_signup(signup("c", 2, 2, {30})));
  });
  EXPECT_EQ(value_of(view()->signup_count(sample_hash(1), {10})), 2u);
  EXPECT_EQ(value_of(view()->signup_count(sample_hash(1), {11})), 1u);
  EXPECT_THAT(value_of(view()->signups_before({30}, 1)), ElementsAre(first));
  EXPECT_THAT(value_of(view()->signups_before({30}, 9)), SizeIs(2));
  first.confirmed_at = {15};
  commit([&](StateTransaction& state) {
    must(state.put_signup(first));
    must(state.remove_signup("b"));
    must(state.remove_signup("none"));
  });
  reopen();
  EXPECT_EQ(value_of(view()->signup("a")), first);
  EXPECT_EQ(value_of(view()->signup("b")), std::nullopt);

  commit([&](StateTransaction& state) { must(state.put_alias(sample_id(2), sample_id(1))); });
  EXPECT_EQ(value_of(view()->signup("c"))->contact, sample_id(1));
  commit([&](StateTransaction& state) { must(state.erase_contact(sample_id(1))); });
  EXPECT_EQ(value_of(view()->signup("a")), std::nullopt);
  EXPECT_EQ(value_of(view()->signup("c")), std::nullopt);
}

TEST_P(StoreConformance, DefinitionsKeepVersionsAndTheirNumberUnderRename) {
  DefinitionRecord record{.number = 7,
                          .kind = "journey",
                          .key = "welcome",
                          .version = 1,
                          .rev = 1,
                          .source = "steps: []",
                          .path = "journeys/welcome.yaml",
                          .hash = sample_hash(1),
                          .changed_at = {1},
                          .changed_by = "ann@example.com",
                          .archived = false};
  DefinitionRecord renamed = record;
  renamed.version = 2;
  renamed.key = "hello";
  renamed.archived = true;
  commit([&](StateTransaction& state) {
    must(state.put_definition(record));
    must(state.put_definition(renamed));
  });
  EXPECT_THAT(value_of(view()->definitions()), ElementsAre(renamed));
  EXPECT_EQ(value_of(view()->definition("journey", "hello", 1)), record);
  EXPECT_EQ(value_of(view()->definition("journey", "hello", 2)), renamed);
  EXPECT_EQ(value_of(view()->definition("journey", "hello", 3)), std::nullopt);
  EXPECT_EQ(value_of(view()->definition("journey", "welcome", 1)), std::nullopt);
  DefinitionRecord other = record;
  other.number = 8;
  other.key = "hello";
  const auto transaction = value_of(store->begin());
  EXPECT_EQ(code_of(transaction->put_definition(other)), "duplicate_key");
}

TEST_P(StoreConformance, AuditLinesAreChained) {
  commit([&](StateTransaction& state) {
    must(state.append_audit("ann", "key.create", "k1", "browser", {1}));
    must(state.append_audit("ann", "key.create", "k2", "", {2}));
  });
  reopen();
  commit([&](StateTransaction& state) { must(state.append_audit("bob", "x", "y", "z", {3})); });
  const auto lines = value_of(view()->audit({}, 10));
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0].sequence, 3u);
  EXPECT_EQ(lines[2].subject, "k1");
  std::string chain;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    ByteWriter writer;
    writer.string(chain);
    writer.unsigned_number(line->sequence);
    writer.signed_number(line->at.ms);
    for (const auto& field : {line->actor, line->action, line->subject, line->detail}) {
      writer.string(field);
    }
    const auto digest = sha256(writer.bytes());
    chain.assign(digest.begin(), digest.end());
    EXPECT_EQ(line->chain, chain);
  }
  EXPECT_THAT(value_of(view()->audit(2, 10)), SizeIs(1));
}

TEST_P(StoreConformance, AuditLinesSayWhereTheyComeFromAndWhatChanged) {
  const AuditRecord said{.at = {1},
                         .actor = "ann",
                         .action = "user.role",
                         .subject = "bob",
                         .detail = "",
                         .chain = {}};
  const std::string long_text = std::string(field_change_bytes_max - 1, 'x') + "ä and more";
  commit([&](StateTransaction& state) {
    must(state.append_audit("ann", "x", "y", "z", {1}));
    AuditWrites& trail = audit_trail_of(state);
    trail.come_from("203.0.113.7");
    must(trail.append_change(said, {{"role", "viewer", "editor"}, {"note", "", long_text}}));
    must(trail.append_change(said, std::vector<FieldChange>(field_changes_max + 1)));
  });
  reopen();
  commit([&](StateTransaction& state) { must(state.append_audit("bob", "x", "y", "z", {3})); });
  const auto entries = value_of(audit_trail_of(*view()).audit_entries({}, 10));
  ASSERT_THAT(entries, SizeIs(4));
  EXPECT_EQ(entries[0].client, "");
  EXPECT_THAT(entries[1].changes, SizeIs(field_changes_max));
  EXPECT_EQ(entries[2].client, "203.0.113.7");
  ASSERT_THAT(entries[2].changes, SizeIs(2));
  EXPECT_EQ(entries[2].changes[0], (FieldChange{"role", "viewer", "editor"}));
  EXPECT_EQ(entries[2].changes[1].after, std::string(field_change_bytes_max - 1, 'x') + "…");
  EXPECT_EQ(entries[3].client, "");
  std::string chain;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    chain = audit_chain(chain, *entry);
    EXPECT_EQ(entry->line.chain, chain);
  }
  AuditEntry forged = entries[2];
  forged.client = "198.51.100.1";
  EXPECT_NE(audit_chain(entries[3].line.chain, forged), forged.line.chain);
  forged = entries[2];
  forged.client.clear();
  forged.changes.clear();
  EXPECT_NE(audit_chain(entries[3].line.chain, forged), forged.line.chain);
}

TEST_P(StoreConformance, SettingsAccountsAndAttributesComeBack) {
  const AccessKeyRecord key{.id = "k1",
                            .kind = "browser",
                            .key_hash = sample_hash(3),
                            .shown = "sk",
                            .name = "site",
                            .created_at = {4},
                            .first_event_at = Timestamp{5}};
  commit([&](StateTransaction& state) {
    must(state.put_setting("zone", "Europe/Paris"));
    must(state.put_setting("zone", "Europe/Rome"));
    must(state.put_user({"ann@example.com", "hash", "admin", {3}}));
    must(state.put_session({sample_hash(1), "ann@example.com", {1}, {2}}));
    must(state.put_session({sample_hash(1), "ann@example.com", {1}, {9}}));
    must(state.put_session({sample_hash(2), "ann@example.com", {1}, {2}}));
    must(state.remove_session(sample_hash(2)));
    must(state.put_access_key(key));
    must(state.put_attribute({"plan", "text", "none", {1}}));
    must(state.put_attribute({"plan", "text", "personal", {8}}));
    EXPECT_EQ(value_of(state.applied()), events::Position{});
  });
  reopen();
  EXPECT_EQ(value_of(view()->setting("zone")), "Europe/Rome");
  EXPECT_EQ(value_of(view()->setting("none")), std::nullopt);
  EXPECT_EQ(value_of(view()->user("ann@example.com"))->role, "admin");
  EXPECT_EQ(value_of(view()->user_count()), 1u);
  EXPECT_EQ(value_of(view()->session(sample_hash(1)))->last_used_at, Timestamp{9});
  EXPECT_FALSE(value_of(view()->session(sample_hash(2))).has_value());
  ASSERT_THAT(value_of(view()->access_keys()), SizeIs(1));
  EXPECT_EQ(value_of(view()->access_keys())[0].first_event_at, Timestamp{5});
  EXPECT_THAT(value_of(view()->attributes()),
              ElementsAre(AttributeRecord{"plan", "text", "personal", {1}}));
}

TEST_P(StoreConformance, SenderKeysComeBackByDomainOldestFirst) {
  SenderKeyRecord first{.domain = "example.com",
                        .selector = "s1r",
                        .kind = "rsa",
                        .state = "waiting",
                        .sealed = std::string("\0sealed\xff", 8),
                        .dns_record = "v=DKIM1; k=rsa; p=abc",
                        .created_at = {5},
                        .changed_at = {5}};
  SenderKeyRecord later = first;
  later.selector = "s0r";
  later.created_at = {6};
  SenderKeyRecord elsewhere = first;
  elsewhere.domain = "a.example";
  elsewhere.created_at = {9};
  SenderKeyRecord removed = first;
  removed.selector = "s9r";
  commit([&](StateTransaction& state) {
    for (const auto& key : {first, later, elsewhere, removed}) must(state.put_sender_key(key));
  });
  first.state = "retired";
  first.sealed.clear();
  first.changed_at = {8};
  commit([&](StateTransaction& state) {
    must(state.put_sender_key(first));
    must(state.remove_sender_key("example.com", "s9r"));
    must(state.remove_sender_key("example.com", "none"));
    EXPECT_THAT(value_of(state.sender_keys()), SizeIs(3));
  });
  reopen();
  EXPECT_THAT(value_of(view()->sender_keys()), ElementsAre(elsewhere, first, later));
}

TEST_P(StoreConformance, PicturesKeepTheirBytesUntilTheyAreRemoved) {
  PictureRecord first{.id = {sample_hash(1)},
                      .type = assets::PictureType::webp,
                      .served = assets::PictureType::jpeg,
                      .extent = {4'000, 3'000},
                      .bytes = 3,
                      .created_at = {5}};
  PictureRecord later = first;
  later.id = {sample_hash(2)};
  later.is_animated = true;
  later.created_at = {6};
  const std::string content("\0\xff\n", 3);
  commit([&](StateTransaction& state) {
    for (const PictureRecord& each : {first, later}) {
      must(state.put_picture(each));
      must(state.put_picture_file(each.id, 0, content));
      must(state.put_picture_file(each.id, 320, "old"));
    }
    must(state.put_picture_file(first.id, 320, "small"));
    must(state.remove_picture({sample_hash(3)}));
    EXPECT_THAT(value_of(state.unclaimed_pictures({7}, 9)), ElementsAre(first.id, later.id));
    EXPECT_THAT(value_of(state.unclaimed_pictures({7}, 1)), ElementsAre(first.id));
    EXPECT_THAT(value_of(state.unclaimed_pictures({6}, 9)), ElementsAre(first.id));
  });
  reopen();
  EXPECT_EQ(value_of(view()->picture(first.id)), first);
  EXPECT_EQ(value_of(view()->picture_file(first.id, 0)), content);
  EXPECT_EQ(value_of(view()->picture_file(first.id, 320)), "small");
  EXPECT_EQ(value_of(view()->picture_file(first.id, 600)), std::nullopt);
  first.is_claimed = true;
  commit([&](StateTransaction& state) {
    must(state.put_picture(first));
    must(state.remove_picture(later.id));
  });
  EXPECT_EQ(value_of(view()->picture(first.id)), first);
  EXPECT_THAT(value_of(view()->unclaimed_pictures({7}, 9)), IsEmpty());
  EXPECT_EQ(value_of(view()->picture(later.id)), std::nullopt);
  EXPECT_EQ(value_of(view()->picture_file(later.id, 0)), std::nullopt);
}

TEST_P(StoreConformance, FactsAreReplacedAndRemoved) {
  commit([&](StateTransaction& state) {
    must(state.put_fact({sample_hash(2), 1, {7}, {9}}));
    must(state.put_fact({sample_hash(1), 1, {7}, Timestamp::beginning()}));
    must(state.put_fact({sample_hash(3), 1, {7}, {9}}));
    must(state.put_fact({sample_hash(2), 4, {8}, Timestamp::beginning()}));
    must(state.remove_fact(sample_hash(3)));
  });
  reopen();
  EXPECT_THAT(value_of(view()->facts()),
              ElementsAre(FactRecord{sample_hash(1), 1, {7}, Timestamp::beginning()},
                          FactRecord{sample_hash(2), 4, {8}, Timestamp::beginning()}));
}

TEST_P(StoreConformance, PartitionMailComesInOrderUntilRemoved) {
  commit([&](StateTransaction& state) {
    must(state.put_partition_mail({2, sample_id(1), "second"}));
    must(state.put_partition_mail({1, sample_id(2), "first"}));
  });
  const auto mail = value_of(view()->partition_mail(9));
  ASSERT_THAT(mail, SizeIs(2));
  EXPECT_EQ(mail[0].payload, "first");
  EXPECT_EQ(mail[1].to, sample_id(1));
  commit([&](StateTransaction& state) { must(state.remove_partition_mail(1)); });
  EXPECT_THAT(value_of(view()->partition_mail(9)), SizeIs(1));
}

TEST_P(StoreConformance, TransactionWithoutCommitLeavesNothing) {
  {
    const auto transaction = value_of(store->begin());
    must(transaction->put_contact(sample_contact(1)));
    must(transaction->put_setting("zone", "x"));
    must(transaction->add_to_counter({.kind = "journey", .key = "k"}, 1));
  }
  EXPECT_EQ(value_of(view()->contact_count()), 0u);
  EXPECT_EQ(value_of(view()->contact(sample_id(1))), std::nullopt);
  EXPECT_THAT(value_of(view()->counters("journey", "k")), IsEmpty());
  commit([&](StateTransaction& state) { must(state.put_contact(sample_contact(2))); });
  EXPECT_EQ(value_of(view()->contact_count()), 1u);
}

TEST_P(StoreConformance, ViewKeepsItsStateWhileOthersCommit) {
  commit([&](StateTransaction& state) { must(state.put_setting("zone", "old")); });
  const auto before = view();
  {
    const auto transaction = value_of(store->begin());
    must(transaction->put_setting("zone", "new"));
    EXPECT_EQ(value_of(view()->setting("zone")), "old");
    must(transaction->commit());
  }
  must(store->checkpoint_state());
  EXPECT_EQ(value_of(before->setting("zone")), "old");
  EXPECT_EQ(value_of(view()->setting("zone")), "new");
}

}  // namespace
}  // namespace sojourn::store
