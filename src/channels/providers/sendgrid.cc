#include "channels/providers/sendgrid.h"

#include <fmt/format.h>

#include "base/json.h"
#include "channels/providers/answer_fields.h"
#include "channels/providers/answer_rules.h"
#include "channels/providers/mail_fields.h"
#include "channels/providers/message_reference.h"

namespace sojourn::channels::providers {
namespace {

constexpr AnswerRule rules[] = {
    {.words = "maximum credits exceeded", .meaning = Meaning::throttled},
    {.words = "verified sender identity", .meaning = Meaning::sender},
    {.status = 200, .meaning = Meaning::unknown},  // it takes mails with 202
};

void write_mailbox(JsonWriter& out, std::string_view name, std::string_view address) {
  out.begin_object();
  text_member(out, "email", address);
  if (!name.empty()) text_member(out, "name", name);
  out.end_object();
}

void write_content(JsonWriter& out, const messages::Email& email) {
  const auto part = [&](std::string_view type, std::string_view text) {
    out.begin_object();
    text_member(out, "type", type);
    text_member(out, "value", text);
    out.end_object();
  };
  out.name("content").begin_list();
  // A part must have a character.
  if (!email.text.empty() || email.html.empty()) {
    part("text/plain", email.text.empty() ? " " : std::string_view(email.text));
  }
  if (!email.html.empty()) part("text/html", email.html);
  out.end_list();
}

/// Its own tracking: ours is in the mail already.
void write_tracking(JsonWriter& out) {
  out.name("tracking_settings").begin_object();
  out.name("click_tracking").begin_object();
  out.name("enable").boolean(false).name("enable_text").boolean(false).end_object();
  for (const std::string_view kind : {"open_tracking", "subscription_tracking", "ganalytics"}) {
    out.name(kind).begin_object().name("enable").boolean(false).end_object();
  }
  out.end_object();
}

}  // namespace

net::WebRequest SendGrid::request(const OutgoingMail& mail, Timestamp) const {
  const messages::Email& email = mail.email;
  JsonWriter out;
  out.begin_object();
  out.name("personalizations").begin_list().begin_object().name("to").begin_list();
  write_mailbox(out, email.to.name, mail.written.envelope_to.text());
  out.end_list().end_object().end_list();
  out.name("from");
  write_mailbox(out, email.from.name, wire_form(email.from.address));
  if (!email.reply_to.empty()) {
    out.name("reply_to");
    write_mailbox(out, "", wire_form(email.reply_to));
  }
  text_member(out, "subject", email.subject);
  write_content(out, email);
  out.name("headers").begin_object();
  for (const auto& field : kept_fields(mail.written)) text_member(out, field.name, field.value);
  out.end_object();
  out.name("custom_args").begin_object();
  text_member(out, reference_name, mail.reference);
  out.end_object();
  write_tracking(out);
  out.end_object();
  return {.method = "POST",
          .url = account_.endpoint + "/v3/mail/send",
          .headers = {{"Authorization", fmt::format("Bearer {}", account_.key)},
                      {"Content-Type", "application/json"}},
          .body = out.take()};
}

Verdict SendGrid::verdict(const net::WebResponse& response) const {
  ReadAnswer answer{.status = response.status, .retry_after = response.retry_after};
  const Object body = json_object(response.body);
  answer.words = text_at(body, "errors.0.message");
  if (answer.words.empty()) answer.words = response.headers.find("X-Message-Id").value_or("");
  return verdict_of(answer, rules);
}

}  // namespace sojourn::channels::providers
