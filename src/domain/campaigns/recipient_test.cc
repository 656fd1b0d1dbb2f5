#include "domain/campaigns/recipient.h"

#include <gtest/gtest.h>

namespace sojourn::campaigns {
namespace {

using messages::MessageClass;
using policies::AddressConsent;

TEST(Recipient, IsLeftOutForTheFirstReasonThatHolds) {
  const AddressConsent silent;
  const AddressConsent suppressed{.suppressed = true, .opted_out = {}, .opted_in = {}};
  const AddressConsent out{.opted_out = {""}, .opted_in = {}};
  const AddressConsent in{.opted_out = {}, .opted_in = {""}};
  const AddressConsent topic_suppressed{
      .opted_out = {}, .opted_in = {}, .suppressed_topics = {"offers"}};
  const struct {
    const char* name;
    Candidate candidate;
    MessageClass message_class = MessageClass::marketing;
    bool explicit_opt_in = false;
    std::string_view expected;
  } cases[] = {
      {"gets it", {true, false, silent}, MessageClass::marketing, false, ""},
      {"no address", {false, false, suppressed}, MessageClass::marketing, false, "no_address"},
      {"second to it", {true, true, silent}, MessageClass::marketing, false, "duplicate_address"},
      {"suppressed", {true, false, suppressed}, MessageClass::transactional, false, "suppressed"},
      {"topic", {true, false, topic_suppressed}, MessageClass::marketing, false, "suppressed"},
      {"topic, receipt", {true, false, topic_suppressed}, MessageClass::transactional, false, ""},
      {"left", {true, false, out}, MessageClass::marketing, false, "unsubscribed"},
      {"left, receipt", {true, false, out}, MessageClass::transactional, false, ""},
      {"silent", {true, false, silent}, MessageClass::marketing, true, "no_consent"},
      {"asked for it", {true, false, in}, MessageClass::marketing, true, ""},
  };
  for (const auto& each : cases) {
    Campaign campaign;
    campaign.topic = "offers";
    campaign.message_class = each.message_class;
    policies::Policies policies;
    policies.explicit_opt_in = each.explicit_opt_in;
    EXPECT_EQ(left_out(campaign, policies, each.candidate), each.expected) << each.name;
  }
}

}  // namespace
}  // namespace sojourn::campaigns
