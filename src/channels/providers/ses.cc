#include "channels/providers/ses.h"

#include "base/json.h"
#include "base/text.h"
#include "channels/providers/answer_fields.h"
#include "channels/providers/answer_rules.h"
#include "channels/providers/mail_fields.h"
#include "channels/providers/message_reference.h"
#include "channels/providers/signature_v4.h"

namespace sojourn::channels::providers {
namespace {

constexpr std::string_view content_type = "application/json";

constexpr AnswerRule rules[] = {
    {.code = no_id, .meaning = Meaning::unknown},
    {.code = "TooManyRequestsException", .meaning = Meaning::throttled},
    {.code = "ThrottlingException", .meaning = Meaning::throttled},
    {.code = "LimitExceededException", .meaning = Meaning::throttled},
    {.code = "AccountSuspendedException", .meaning = Meaning::sender},
    {.code = "SendingPausedException", .meaning = Meaning::sender},
    {.code = "MailFromDomainNotVerifiedException", .meaning = Meaning::sender},
    {.code = "NotFoundException", .meaning = Meaning::sender},  // the configuration set
    {.code = "MessageRejected", .words = "not verified", .meaning = Meaning::sender},
    {.code = "MessageRejected", .words = "sending paused", .meaning = Meaning::sender},
    {.code = "MessageRejected", .meaning = Meaning::policy},
    {.code = "RequestExpired", .meaning = Meaning::credentials},
    {.code = "IncompleteSignature", .meaning = Meaning::credentials},
    {.code = "ExpiredTokenException", .meaning = Meaning::credentials},
    {.code = "UnrecognizedClientException", .meaning = Meaning::credentials},
    {.code = "ServiceUnavailable", .meaning = Meaning::unavailable},
};

}  // namespace

Ses::Ses(ProviderAccount account) : account_(std::move(account)) {
  const EndpointParts parts = parts_of(account_.endpoint);
  host_ = parts.host;
  path_ = parts.path + "/v2/email/outbound-emails";
}

net::WebRequest Ses::request(const OutgoingMail& mail, Timestamp now) const {
  JsonWriter out;
  out.begin_object();
  out.name("Destination").begin_object().name("ToAddresses").begin_list();
  out.string(mail.written.envelope_to.text()).end_list().end_object();
  out.name("Content").begin_object().name("Raw").begin_object();
  text_member(out, "Data", to_base64(mail.written.bytes));
  out.end_object().end_object();
  if (!account_.configuration_set.empty()) {
    text_member(out, "ConfigurationSetName", account_.configuration_set);
  }
  out.name("EmailTags").begin_list().begin_object();
  text_member(out, "Name", reference_name);
  text_member(out, "Value", mail.reference);
  out.end_object().end_list().end_object();

  net::WebRequest request{.method = "POST",
                          .url = account_.endpoint + "/v2/email/outbound-emails",
                          .headers = {{"Content-Type", std::string(content_type)}},
                          .body = out.take()};
  const AwsRequest to_sign{.method = request.method,
                           .host = host_,
                           .path = path_,
                           .region = account_.region,
                           .service = "ses",
                           .content_type = content_type,
                           .body = request.body};
  const AwsCredentials credentials{.access_key = account_.key,
                                   .secret_key = account_.secret_key,
                                   .session_token = account_.session_token};
  for (auto& header : sign(to_sign, credentials, now)) {
    request.headers.push_back(std::move(header));
  }
  return request;
}

Verdict Ses::verdict(const net::WebResponse& response) const {
  const Object body = json_object(response.body);
  ReadAnswer answer{.status = response.status, .retry_after = response.retry_after};
  // `MessageRejected:http://internal.amazon.com/...`, by the protocol also in the body as
  // `namespace#MessageRejected`.
  std::string_view code = response.headers.find("x-amzn-ErrorType").value_or("");
  const std::string in_body = text_at(body, "__type");
  if (code.empty()) code = in_body;
  code = code.substr(0, code.find(':'));
  answer.code = code.substr(code.find('#') == std::string_view::npos ? 0 : code.find('#') + 1);
  answer.words = text_at(body, "message");
  if (answer.words.empty()) answer.words = text_at(body, "Message");
  if (is_success(response.status)) {
    answer.words = text_at(body, "MessageId");
    if (answer.words.empty()) answer.code = no_id;
  }
  return verdict_of(answer, rules);
}

}  // namespace sojourn::channels::providers
