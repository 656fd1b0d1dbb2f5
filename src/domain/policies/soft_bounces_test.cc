#include "domain/policies/soft_bounces.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "domain/events/event.h"
#include "domain/events/standard_names.h"

namespace sojourn::policies {
namespace {

constexpr Duration moment = Duration::milliseconds(1);

Timestamp day(std::int64_t number) {
  return Timestamp{} + Duration::days(number);
}

ReturnedMails::Mail mail(std::uint64_t message, std::int64_t on_day) {
  return {{message}, day(on_day)};
}

/// `count` mails, numbered from 0, one a day from day 0 on.
ReturnedMails returned(int count) {
  ReturnedMails mails;
  for (int i = 0; i < count; ++i) mails.come_back(mail(static_cast<unsigned>(i), i), day(i));
  return mails;
}

bool counts(const ReturnedMails& mails, int number) {
  return mails.reaches({number, Duration{}}) && !mails.reaches({number + 1, Duration{}});
}

TEST(ReturnedMails, ReachTheLimitByNumberAndByTime) {
  const ReturnedMails mails = returned(5);
  EXPECT_TRUE(mails.reaches({5, Duration::days(4)}));
  EXPECT_FALSE(mails.reaches({6, Duration::days(4)}));
  EXPECT_FALSE(mails.reaches({5, Duration::days(4) + moment}));
  EXPECT_FALSE(ReturnedMails().reaches({2, Duration{}}));
}

TEST(ReturnedMails, AMailThatCameBackBeforeCountsOnce) {
  ReturnedMails mails = returned(2);
  mails.come_back(mail(1, 9), day(9));
  mails.hand_over(mail(1, 9));
  EXPECT_EQ(mails, returned(2));
}

TEST(ReturnedMails, KeepNothingWhereNothingCameBack) {
  ReturnedMails mails;
  mails.hand_over(mail(1, 1));
  mails.arrive(day(2));
  EXPECT_EQ(mails, ReturnedMails());
  EXPECT_TRUE(mails.empty());
}

TEST(ReturnedMails, HaveAnArrivalWhenNothingCameBackInTime) {
  ReturnedMails mails = returned(1);
  mails.hand_over(mail(7, 1));
  ReturnedMails later = mails;
  later.come_back({{8}, day(7) - moment}, day(7) - moment);
  EXPECT_TRUE(counts(later, 2)) << "not yet";
  later = mails;
  later.come_back(mail(8, 7), day(7));
  EXPECT_TRUE(counts(later, 1));
  later = mails;
  later.lose({7});
  later.come_back(mail(8, 7), day(7));
  EXPECT_TRUE(counts(later, 2)) << "it came back, for another reason";
  later = mails;
  later.come_back(mail(7, 7), day(7));
  EXPECT_TRUE(counts(later, 2)) << "it came back, if late";
}

TEST(ReturnedMails, WhatCameBackAfterAnArrivalStays) {
  ReturnedMails mails = returned(1);
  mails.hand_over(mail(7, 1));
  mails.come_back(mail(8, 2), day(2));
  mails.come_back(mail(9, 9), day(9));
  EXPECT_TRUE(mails.reaches({2, Duration::days(7)}));
  EXPECT_TRUE(counts(mails, 2)) << "the first was before it";
}

TEST(ReturnedMails, AreForgottenWhenSomebodyReads) {
  ReturnedMails mails = returned(2);
  mails.arrive(day(1) - moment);
  EXPECT_TRUE(counts(mails, 1));
  mails.hand_over(mail(9, 2));
  mails.arrive(day(1));
  EXPECT_EQ(mails, ReturnedMails());
}

TEST(ReturnedMails, OfTooManyTheFirstAndTheNewestAreKept) {
  const ReturnedMails mails = returned(soft_bounce_mails_max + 5);
  EXPECT_TRUE(counts(mails, soft_bounce_mails_max));
  EXPECT_TRUE(mails.reaches({2, Duration::days(soft_bounce_mails_max + 4)}));
  ReturnedMails taken = returned(1);
  for (std::uint64_t i = 0; i < handed_over_max + 3; ++i) taken.hand_over({{100 + i}, day(1)});
  ByteWriter out;
  encode(out, taken);
  EXPECT_LT(out.bytes().size(), 16 * handed_over_max);
  taken.come_back(mail(9, 7), day(7));
  EXPECT_TRUE(counts(taken, 1)) << "the first of them is still judged";
}

TEST(SoftBounce, IsOneThatSpeaksOfTheAddress) {
  using events::names::message_bounced;
  using events::names::message_failed;
  const struct {
    std::string_view event;
    std::string_view reason;
    std::string_view cause;
    bool counts;
  } cases[] = {
      {message_bounced, "mailbox_full", "", true},
      {message_bounced, "expired", "", true},
      {message_bounced, "unreachable", "", true},
      {message_bounced, "temporary", "", true},
      {message_bounced, "greylisted", "", false},
      {message_bounced, "spam", "", false},
      {message_bounced, "blocked", "", false},
      {message_bounced, "too_big", "", false},
      {message_bounced, "", "", false},
      {message_failed, "unknown_permanent", "", true},
      {message_failed, "expired", "mailbox_full", true},
      {message_failed, "expired", "transient", true},
      {message_failed, "expired", "greylisted", false},
      {message_failed, "expired", "throttled", false},
      {message_failed, "expired", "unreachable", false},
      {message_failed, "expired", "", false},
      {message_failed, "policy", "", false},
      {message_failed, "mailbox_full", "", false},
      {"Email Sent", "mailbox_full", "", false},
  };
  for (const auto& each : cases) {
    events::Event event;
    event.name = each.event;
    event.properties = {{"reason", each.reason}, {"cause", each.cause}};
    EXPECT_EQ(is_soft_bounce(event), each.counts)
        << each.event << " " << each.reason << " " << each.cause;
  }
}

TEST(ReturnedMailsCodec, ReadsBackWhatItWroteAndRefusesCuts) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& moves) {
    ReturnedMails mails;
    std::int64_t now = 0;
    for (const std::uint8_t move : moves) {
      const ReturnedMails::Mail one = mail(move / 4, now += move % 3);
      if (move % 4 == 0) {
        mails.come_back(one, one.at);
      } else {
        mails.hand_over(one);
      }
    }
    ByteWriter out;
    encode(out, mails);
    const std::string bytes = out.take();
    ByteReader in(bytes);
    RC_ASSERT(decode_returned_mails(in) == mails);
    RC_ASSERT(in.ok() && in.at_end());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ByteReader cut(std::string_view(bytes).substr(0, size));
      static_cast<void>(decode_returned_mails(cut));
      RC_ASSERT(!cut.ok());
    }
  }));
}

}  // namespace
}  // namespace sojourn::policies
