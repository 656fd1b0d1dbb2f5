#include "channels/providers/mailgun.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "base/hash.h"
#include "base/text.h"
#include "channels/providers/answer_fields.h"
#include "channels/providers/answer_rules.h"
#include "channels/providers/message_reference.h"

namespace sojourn::channels::providers {
namespace {

constexpr AnswerRule rules[] = {
    {.words = "rate limit", .meaning = Meaning::throttled},
    {.words = "limit exceeded", .meaning = Meaning::throttled},
    {.code = no_id, .meaning = Meaning::unknown},
    {.status = 402, .meaning = Meaning::sender},  // the account may not, or does not pay
    {.words = "sandbox", .meaning = Meaning::sender},
    {.words = "not allowed to send", .meaning = Meaning::sender},
};

/// Of the mail's hash: no part can hold it but by finding a collision.
std::string boundary_of(std::string_view mail) {
  const std::array<std::uint8_t, 32> digest = sha256(mail);
  return "sojourn-" + to_hex({reinterpret_cast<const char*>(digest.data()), 20});
}

}  // namespace

net::WebRequest Mailgun::request(const OutgoingMail& mail, Timestamp) const {
  const std::string boundary = boundary_of(mail.written.bytes);
  std::string body;
  const auto field = [&](std::string_view name, std::string_view value) {
    body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
                        boundary, name, value);
  };
  field("to", mail.written.envelope_to.text());
  // Its own tracking: ours is in the mail already.
  field("o:tracking", "no");
  field("o:tracking-clicks", "no");
  field("o:tracking-opens", "no");
  field(fmt::format("v:{}", reference_name), mail.reference);
  body += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"message\"; filename=\"mail.eml\"\r\n"
      "Content-Type: message/rfc822\r\n\r\n",
      boundary);
  body += mail.written.bytes;
  body += fmt::format("\r\n--{}--\r\n", boundary);
  return {.method = "POST",
          .url = fmt::format("{}/v3/{}/messages.mime", account_.endpoint, account_.domain),
          .headers = {{"Authorization", "Basic " + to_base64("api:" + account_.key)},
                      {"Content-Type", "multipart/form-data; boundary=" + boundary}},
          .body = std::move(body)};
}

Verdict Mailgun::verdict(const net::WebResponse& response) const {
  ReadAnswer answer{.status = response.status, .retry_after = response.retry_after};
  const Object body = json_object(response.body);
  answer.words = text_at(body, "message");
  const std::string id = text_at(body, "id");
  if (!id.empty()) answer.words = id;
  if (id.empty() && is_success(response.status)) answer.code = no_id;
  return verdict_of(answer, rules);
}

}  // namespace sojourn::channels::providers
