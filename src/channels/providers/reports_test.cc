// What the reports of each service say in our words. Their bodies are as each service documents
// them.
#include "channels/providers/reports.h"

#include <gtest/gtest.h>

#include "channels/providers/answer_fields.h"

namespace sojourn::channels::providers {
namespace {

using Kind = ProviderReport::Kind;
using Read = std::vector<ProviderReport> (*)(const Object&);

struct Case {
  std::string body;
  Kind kind;
  std::string reason;
  std::string status = {};
};

void expect(Read read, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const std::vector<ProviderReport> reports = read(json_object(c.body));
    ASSERT_EQ(reports.size(), 1U) << c.body;
    EXPECT_EQ(reports[0].kind, c.kind) << c.body;
    EXPECT_EQ(reports[0].reason, c.reason) << c.body;
    EXPECT_EQ(reports[0].status, c.status) << c.body;
    EXPECT_EQ(reports[0].reference, "7-abc") << c.body;
    EXPECT_FALSE(reports[0].id.empty()) << c.body;
    EXPECT_EQ(read(json_object(c.body))[0].id, reports[0].id) << "again the same";
  }
}

void expect_nothing(Read read, const std::vector<std::string>& bodies) {
  for (const std::string& body : bodies) EXPECT_TRUE(read(json_object(body)).empty()) << body;
}

std::string ses(const std::string& type, const std::string& member, const std::string& value,
                const std::string& tags = R"({"sojourn-message":["7-abc"]})") {
  return R"({"eventType":")" + type + R"(","mail":{"messageId":"m","tags":)" + tags + R"(},")" +
         member + R"(":)" + value + "}";
}

std::string ses_bounce(const std::string& type, const std::string& sub_type,
                       const std::string& status = "") {
  return ses("Bounce", "bounce",
             R"({"bounceType":")" + type + R"(","bounceSubType":")" + sub_type +
                 R"(","bouncedRecipients":[{"emailAddress":"a@b.example","status":")" + status +
                 R"(","diagnosticCode":"smtp; 550 no such user"}],"feedbackId":"f1"})");
}

TEST(SesReports, AreReadByTypeAndSubType) {
  expect(read_ses_event,
         {{ses_bounce("Permanent", "General", "5.1.1"), Kind::hard_bounce, "unknown_user", "5.1.1"},
          {ses_bounce("Permanent", "General"), Kind::hard_bounce, "permanent"},
          {ses_bounce("Permanent", "NoEmail"), Kind::hard_bounce, "unknown_user"},
          {ses_bounce("Permanent", "Suppressed"), Kind::hard_bounce, "permanent"},
          {ses_bounce("Permanent", "OnAccountSuppressionList"), Kind::hard_bounce, "permanent"},
          {ses_bounce("Permanent", "UnsubscribedRecipient"), Kind::unsubscribe, ""},
          {ses_bounce("Transient", "MailboxFull", "4.2.2"), Kind::soft_bounce, "mailbox_full",
           "4.2.2"},
          {ses_bounce("Transient", "MessageTooLarge"), Kind::soft_bounce, "too_big"},
          {ses_bounce("Transient", "ContentRejected"), Kind::soft_bounce, "content"},
          {ses_bounce("Transient", "General"), Kind::soft_bounce, "temporary"},
          {ses_bounce("Undetermined", "Undetermined"), Kind::soft_bounce, "temporary"},
          {ses("Complaint", "complaint", R"({"complaintFeedbackType":"abuse","feedbackId":"f2"})"),
           Kind::complaint, "abuse"},
          {ses("Complaint", "complaint", R"({"feedbackId":"f2"})"), Kind::complaint, "abuse"},
          {ses("Complaint", "complaint", R"({"complaintFeedbackType":"virus","feedbackId":"f"})"),
           Kind::complaint, "virus"},
          {ses("Reject", "reject", R"({"reason":"Bad content"})"), Kind::soft_bounce, "content"},
          {ses("Subscription", "subscription",
               R"({"timestamp":"t","newTopicPreferences":{"unsubscribeAll":true}})"),
           Kind::unsubscribe, ""}});
}

TEST(SesReports, TellNothingOfWhatIsNoFailureOrNotOurs) {
  expect_nothing(
      read_ses_event,
      {ses("Delivery", "delivery", "{}"), ses("Open", "open", "{}"),
       ses("Complaint", "complaint", R"({"complaintFeedbackType":"not-spam","feedbackId":"f"})"),
       ses("Subscription", "subscription", R"({"newTopicPreferences":{"unsubscribeAll":false}})"),
       ses("Bounce", "bounce", R"({"bounceType":"Permanent"})", R"({"other":["7-abc"]})"), "{}"});
}

std::string sendgrid(const std::string& members) {
  return R"({"email":"a@b.example","sg_event_id":"e1","sojourn-message":"7-abc",)" + members + "}";
}

TEST(SendGridReports, AreReadByEventTypeAndReason) {
  expect(read_sendgrid_event,
         {{sendgrid(R"("event":"bounce","type":"bounce","status":"5.1.1","reason":"550 5.1.1 no")"),
           Kind::hard_bounce, "unknown_user", "5.1.1"},
          {sendgrid(R"("event":"bounce","type":"bounce","reason":"550 unknown")"),
           Kind::hard_bounce, "permanent"},
          {sendgrid(R"("event":"bounce","type":"blocked","reason":"554 5.7.1 spam")"),
           Kind::soft_bounce, "policy", "5.7.1"},
          {sendgrid(R"("event":"bounce","type":"blocked","reason":"no")"), Kind::soft_bounce,
           "blocked"},
          {sendgrid(R"("event":"bounce","type":"expired","reason":"no")"), Kind::soft_bounce,
           "expired"},
          {sendgrid(R"("event":"dropped","reason":"Bounced Address")"), Kind::hard_bounce,
           "permanent"},
          {sendgrid(R"("event":"dropped","reason":"Spam Reporting Address")"), Kind::complaint,
           "abuse"},
          {sendgrid(R"("event":"dropped","reason":"Unsubscribed Address")"), Kind::unsubscribe, ""},
          {sendgrid(R"("event":"dropped","reason":"Spam Content")"), Kind::soft_bounce, "policy"},
          {sendgrid(R"("event":"spamreport")"), Kind::complaint, "abuse"},
          {sendgrid(R"("event":"unsubscribe")"), Kind::unsubscribe, ""},
          {sendgrid(R"("event":"group_unsubscribe","asm_group_id":1)"), Kind::unsubscribe, ""}});
  expect_nothing(read_sendgrid_event,
                 {sendgrid(R"("event":"deferred")"), sendgrid(R"("event":"delivered")"),
                  sendgrid(R"("event":"open")"), R"({"event":"spamreport"})", "{}"});
}

std::string postmark(const std::string& members) {
  return R"({"ID":4323372036854775807,"Metadata":{"sojourn-message":"7-abc"},)" + members + "}";
}

TEST(PostmarkReports, AreReadByRecordAndType) {
  const auto bounce = [](const std::string& type, const std::string& details = "") {
    return postmark(R"("RecordType":"Bounce","Type":")" + type + R"(","Details":")" + details +
                    "\"");
  };
  expect(read_postmark_event,
         {{bounce("HardBounce", "smtp;550 5.1.1 no"), Kind::hard_bounce, "unknown_user", "5.1.1"},
          {bounce("HardBounce"), Kind::hard_bounce, "permanent"},
          {bounce("BadEmailAddress"), Kind::hard_bounce, "unknown_user"},
          {bounce("SoftBounce", "452 4.2.2 full"), Kind::soft_bounce, "mailbox_full", "4.2.2"},
          {bounce("SpamNotification"), Kind::soft_bounce, "spam"},
          {bounce("Blocked"), Kind::soft_bounce, "blocked"},
          {bounce("DMARCPolicy"), Kind::soft_bounce, "sender_auth"},
          {bounce("Unsubscribe"), Kind::unsubscribe, ""},
          {bounce("SpamComplaint"), Kind::complaint, "abuse"},
          {postmark(R"("RecordType":"SpamComplaint","Type":"SpamComplaint")"), Kind::complaint,
           "abuse"},
          {postmark(R"("RecordType":"SubscriptionChange","SuppressSending":true,)"
                    R"("SuppressionReason":"ManualSuppression","ChangedAt":"t")"),
           Kind::unsubscribe, ""}});
  expect_nothing(read_postmark_event,
                 {bounce("Transient"), bounce("AutoResponder"), bounce("Subscribe"),
                  postmark(R"("RecordType":"Delivery")"), postmark(R"("RecordType":"Open")"),
                  postmark(R"("RecordType":"SubscriptionChange","SuppressSending":false,)"
                           R"("SuppressionReason":"ManualSuppression")"),
                  postmark(R"("RecordType":"SubscriptionChange","SuppressSending":true,)"
                           R"("SuppressionReason":"HardBounce")"),
                  R"({"RecordType":"Bounce","Type":"HardBounce","Metadata":{}})", "{}"});
}

std::string mailgun(const std::string& members) {
  return R"({"id":"i1","user-variables":{"sojourn-message":"7-abc"},)" + members + "}";
}

TEST(MailgunReports, AreReadByEventSeverityAndReason) {
  const auto failed = [](const std::string& severity, const std::string& reason,
                         const std::string& code = "") {
    return mailgun(R"("event":"failed","severity":")" + severity + R"(","reason":")" + reason +
                   R"(","delivery-status":{"code":550,"message":"no","enhanced-code":")" + code +
                   "\"}");
  };
  expect(read_mailgun_event,
         {{failed("permanent", "bounce", "5.1.1"), Kind::hard_bounce, "unknown_user", "5.1.1"},
          {failed("permanent", "bounce"), Kind::hard_bounce, "permanent"},
          {failed("permanent", "bounce", "5.7.1"), Kind::soft_bounce, "policy", "5.7.1"},
          {failed("permanent", "bounce", "5.2.2"), Kind::soft_bounce, "mailbox_full", "5.2.2"},
          {failed("permanent", "suppress-bounce"), Kind::hard_bounce, "permanent"},
          {failed("permanent", "suppress-complaint"), Kind::complaint, "abuse"},
          {failed("permanent", "suppress-unsubscribe"), Kind::unsubscribe, ""},
          {failed("permanent", "espblock"), Kind::soft_bounce, "blocked"},
          {failed("permanent", "generic"), Kind::soft_bounce, "temporary"},
          {failed("permanent", "old"), Kind::soft_bounce, "expired"},
          {failed("temporary", "old"), Kind::soft_bounce, "expired"},
          {mailgun(R"("event":"complained")"), Kind::complaint, "abuse"},
          {mailgun(R"("event":"unsubscribed")"), Kind::unsubscribe, ""}});
  expect_nothing(read_mailgun_event,
                 {failed("temporary", "generic"), mailgun(R"("event":"delivered")"),
                  mailgun(R"("event":"opened")"),
                  R"({"event":"complained","user-variables":{"other":"7-abc"}})",
                  R"({"event":"complained","user-variables":[]})", "{}"});
}

TEST(StatusIn, FindsTheFirstEnhancedCode) {
  for (const auto& [words, status] :
       std::vector<std::pair<std::string, std::string>>{{"550 5.1.1 no such user", "5.1.1"},
                                                        {"5.7.26", "5.7.26"},
                                                        {"smtp;452 4.2.2 full (5.1.1)", "4.2.2"},
                                                        {"10.5.1.1 said no", ""},
                                                        {"15.1.1", ""},
                                                        {"5.1.1.1", ""},
                                                        {"3.1.1", ""},
                                                        {"5.1234.1", ""},
                                                        {"5.1", ""},
                                                        {"", ""}}) {
    EXPECT_EQ(status_in(words), status) << words;
  }
}

TEST(ReportWords, AreOnePrintableLineOfBoundedLength) {
  EXPECT_EQ(one_line("550\r\n no\x1b"), "550   no?");
  EXPECT_EQ(one_line(std::string(1000, 'x')).size(), 512U);
}

}  // namespace
}  // namespace sojourn::channels::providers
