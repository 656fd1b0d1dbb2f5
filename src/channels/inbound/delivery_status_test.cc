#include "channels/inbound/delivery_status.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sojourn::channels::inbound {
namespace {

TEST(DeliveryStatus, TheAddressWrittenToIsTheRecipient) {
  const DeliveryStatus status = read_delivery_status(
      "Reporting-MTA: dns; a\nOriginal-Envelope-Id: run+2B1\n\nFinal-Recipient: rfc822; "
      "in@b.example\n"
      "Original-Recipient: rfc822; ann@a.example\nAction: failed\nStatus: 5.1.1\n");
  EXPECT_EQ(status.envelope_id, "run+1");
  ASSERT_EQ(status.recipients.size(), 1U);
  EXPECT_EQ(status.recipients[0].address, "ann@a.example");
}

TEST(DeliveryStatus, FieldsOfOneMayBeSpreadAndThoseOfSeveralStandTogether) {
  const DeliveryStatus spread = read_delivery_status(
      "Reporting-MTA: dns; a\n\n\nFinal-Recipient: rfc822; a@a.example\n\nAction: "
      "failed\n\nStatus: 5.2.2\n");
  ASSERT_EQ(spread.recipients.size(), 1U);
  EXPECT_EQ(spread.recipients[0].refusal.status->text(), "5.2.2");
  const DeliveryStatus together = read_delivery_status(
      "Final-Recipient: rfc822; a@a.example\nAction: failed\nFinal-Recipient: rfc822; b@a.example\n"
      "Action: delayed\n");
  ASSERT_EQ(together.recipients.size(), 2U);
  EXPECT_EQ(together.recipients[0].refusal.action, Action::failed);
  EXPECT_EQ(together.recipients[1].refusal.action, Action::delayed);
}

TEST(DeliveryStatus, OfTwoCodesTheOneThatSaysMoreCounts) {
  const auto status_of = [](std::string_view status, std::string_view reply) {
    const DeliveryStatus read =
        read_delivery_status(fmt::format("Final-Recipient: rfc822; a@a.example\nAction: "
                                         "failed\nStatus: {}\nDiagnostic-Code: smtp; {}\n",
                                         status, reply));
    return read.recipients.at(0).refusal.status->text();
  };
  EXPECT_EQ(status_of("5.0.0", "550 5.1.1 no"), "5.1.1");
  EXPECT_EQ(status_of("5.2.2", "550 5.1.1 no"), "5.2.2");
  EXPECT_EQ(status_of("5.0.0", "450 4.2.2 no"), "5.0.0");
  EXPECT_EQ(status_of("none", "450 4.2.2 no"), "4.2.2");
}

TEST(DeliveryStatus, NumberOfRecipientsIsBounded) {
  std::string text;
  for (std::size_t i = 0; i <= reported_recipients_max; ++i) {
    text += fmt::format("Final-Recipient: rfc822; a{}@a.example\nAction: failed\n\n", i);
  }
  EXPECT_EQ(read_delivery_status(text).recipients.size(), reported_recipients_max);
}

TEST(DeliveryStatus, WithoutRecipientsIsEmpty) {
  EXPECT_TRUE(
      read_delivery_status("Reporting-MTA: dns; a\nArrival-Date: now\n").recipients.empty());
  EXPECT_TRUE(read_delivery_status("").recipients.empty());
}

}  // namespace
}  // namespace sojourn::channels::inbound
