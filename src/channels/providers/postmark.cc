#include "channels/providers/postmark.h"

#include "base/json.h"
#include "channels/providers/answer_fields.h"
#include "channels/providers/answer_rules.h"
#include "channels/providers/mail_fields.h"
#include "channels/providers/message_reference.h"

namespace sojourn::channels::providers {
namespace {

constexpr AnswerRule rules[] = {
    {.code = no_id, .meaning = Meaning::unknown},
    {.status = 200, .code = "0", .meaning = Meaning::taken},
    {.code = "10", .meaning = Meaning::credentials},
    {.code = "100", .meaning = Meaning::unavailable},   // maintenance
    {.code = "400", .meaning = Meaning::sender},        // no such sender signature
    {.code = "401", .meaning = Meaning::sender},        // the signature is not confirmed
    {.code = "405", .meaning = Meaning::sender},        // out of credits
    {.code = "406", .meaning = Meaning::dead_address},  // it has bounced or complained before
    {.code = "412", .meaning = Meaning::sender},        // the account is not approved yet
    {.code = "413", .meaning = Meaning::sender},        // the account may not send
    {.words = "the stream provided", .meaning = Meaning::sender},  // there is none of that name
    {.status = 200, .meaning = Meaning::our_error},  // an error that is answered 200 all the same
};

std::string mailbox(std::string_view name, const std::string& address) {
  if (name.empty()) return address;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\" <" + address + ">";
}

}  // namespace

net::WebRequest Postmark::request(const OutgoingMail& mail, Timestamp) const {
  const messages::Email& email = mail.email;
  const bool is_marketing = !email.unsubscribe_url.empty() || !email.unsubscribe_mailto.empty();
  JsonWriter out;
  out.begin_object();
  text_member(out, "From", mailbox(email.from.name, wire_form(email.from.address)));
  text_member(out, "To", mailbox(email.to.name, mail.written.envelope_to.text()));
  if (!email.reply_to.empty()) text_member(out, "ReplyTo", wire_form(email.reply_to));
  text_member(out, "Subject", email.subject);
  if (!email.html.empty()) text_member(out, "HtmlBody", email.html);
  if (!email.text.empty() || email.html.empty()) {
    text_member(out, "TextBody", email.text.empty() ? " " : std::string_view(email.text));
  }
  text_member(out, "MessageStream",
              is_marketing ? account_.marketing_stream : account_.transactional_stream);
  // Its own tracking: ours is in the mail already.
  out.name("TrackOpens").boolean(false);
  text_member(out, "TrackLinks", "None");
  out.name("Metadata").begin_object();
  text_member(out, reference_name, mail.reference);
  out.end_object();
  out.name("Headers").begin_list();
  const auto field = [&](std::string_view name, std::string_view value) {
    out.begin_object();
    text_member(out, "Name", name);
    text_member(out, "Value", value);
    out.end_object();
  };
  for (const auto& kept : kept_fields(mail.written)) field(kept.name, kept.value);
  field("X-PM-KeepID", "true");  // or it would write a Message-ID of its own
  out.end_list().end_object();
  return {.method = "POST",
          .url = account_.endpoint + "/email",
          .headers = {{"X-Postmark-Server-Token", account_.key},
                      {"Content-Type", "application/json"},
                      {"Accept", "application/json"}},
          .body = out.take()};
}

Verdict Postmark::verdict(const net::WebResponse& response) const {
  ReadAnswer answer{.status = response.status, .retry_after = response.retry_after};
  const Object body = json_object(response.body);
  answer.code = text_at(body, "ErrorCode");
  answer.words = text_at(body, "Message");
  const std::string id = text_at(body, "MessageID");
  if (answer.code == "0") answer.words = id;
  if (is_success(response.status) && (answer.code.empty() || answer.words.empty())) {
    answer.code = no_id;
  }
  return verdict_of(answer, rules);
}

}  // namespace sojourn::channels::providers
