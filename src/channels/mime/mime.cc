#include "channels/mime/mime.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "channels/mime/encoding.h"
#include "channels/mime/header_value.h"

namespace sojourn::channels::mime {
namespace {

// A field that may not be folded must keep its line below 998 bytes (RFC 5322 §2.1.1).
constexpr std::size_t unfoldable_bytes_max = 900;

std::string date_text(Timestamp date) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", absl::FromUnixMillis(date.ms),
                          absl::UTCTimeZone());
}

// A value without spaces that stands between angle brackets or alone: an id, a URL.
Result<HeaderValue> token(std::string_view field, std::string_view text) {
  TRY(value, HeaderValue::create(field, text));
  if (text.size() > unfoldable_bytes_max) {
    return failure({.code = "header_too_long",
                    .message = fmt::format("{} is {} bytes, the limit is {}", field, text.size(),
                                           unfoldable_bytes_max),
                    .field = std::string(field),
                    .limit = std::to_string(unfoldable_bytes_max)});
  }
  const bool plain = std::ranges::none_of(
      text, [](char c) { return c == ' ' || c == '<' || c == '>' || (c & 0x80) != 0; });
  if (!plain || text.empty()) {
    return failure({.code = "header_malformed",
                    .message = fmt::format("{} must be ASCII without spaces and brackets", field),
                    .field = std::string(field)});
  }
  return value;
}

Result<std::string> mailbox_field(std::string_view field, std::string_view name,
                                  const messages::Mailbox& mailbox) {
  TRY(address, WireAddress::create(field, mailbox.address));
  TRY(display, HeaderValue::create(field, mailbox.name));
  const std::string shown = phrase(display);
  const std::string text =
      shown.empty() ? address.text() : fmt::format("{} <{}>", shown, address.text());
  TRY(value, HeaderValue::create(field, text));
  return structured_field(name, value);
}

Result<std::string> bracketed_field(std::string_view field, std::string_view name,
                                    std::string_view text) {
  TRY(inner, token(field, text));
  TRY(value, HeaderValue::create(field, fmt::format("<{}>", inner.text())));
  return structured_field(name, value);
}

bool is_web_url(std::string_view url) {
  const std::string start = to_lower_ascii(url.substr(0, 8));
  return start.starts_with("https://") || start.starts_with("http://");
}

// RFC 2369 §3.2, RFC 8058 §3.1. The RFC asks for https; plain http is what a server on loopback
// has, and the bytes of development and production should not differ in shape.
Result<std::string> unsubscribe_fields(const messages::Email& email) {
  std::string list;
  if (!email.unsubscribe_url.empty()) {
    TRY(url, token("unsubscribe_url", email.unsubscribe_url));
    if (!is_web_url(url.text())) {
      return failure({.code = "header_malformed",
                      .message = "unsubscribe_url is not an http or https address",
                      .field = "unsubscribe_url"});
    }
    list = fmt::format("<{}>", url.text());
  }
  if (!email.unsubscribe_mailto.empty()) {
    TRY(mailto, token("unsubscribe_mailto", email.unsubscribe_mailto));
    const std::string_view scheme = mailto.text().starts_with("mailto:") ? "" : "mailto:";
    if (!list.empty()) list.append(", ");
    list.append(fmt::format("<{}{}>", scheme, mailto.text()));
  }
  TRY(value, HeaderValue::create("unsubscribe_url", list));
  std::string fields = structured_field("List-Unsubscribe", value);
  if (!email.unsubscribe_url.empty()) {
    fields.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
  }
  return fields;
}

Result<std::string> header_fields(const messages::Email& email, Timestamp date) {
  std::string out = fmt::format("Date: {}\r\n", date_text(date));
  TRY(message_id, bracketed_field("message_id", "Message-ID", email.message_id));
  TRY(from, mailbox_field("from", "From", email.from));
  TRY(to, mailbox_field("to", "To", email.to));
  TRY(subject, HeaderValue::create("subject", email.subject));
  out.append(message_id).append(from).append(to).append(unstructured_field("Subject", subject));
  if (!email.reply_to.empty()) {
    TRY(reply_to, mailbox_field("reply_to", "Reply-To", {.name = "", .address = email.reply_to}));
    out.append(reply_to);
  }
  if (!email.list_id.empty()) {
    TRY(list_id, bracketed_field("list_id", "List-Id", email.list_id));
    out.append(list_id);
  }
  if (email.unsubscribe_url.empty() && email.unsubscribe_mailto.empty()) {
    out.append("Auto-Submitted: auto-generated\r\n");
  } else {
    TRY(unsubscribe, unsubscribe_fields(email));
    out.append(unsubscribe);
  }
  if (!email.feedback_id.empty()) {
    TRY(feedback_id, token("feedback_id", email.feedback_id));
    out.append(structured_field("Feedback-ID", feedback_id));
  }
  return out.append("MIME-Version: 1.0\r\n");
}

Result<void> append_part(std::string& out, std::string_view subtype, std::string_view text) {
  if (text.size() > mail_bytes_max) {
    return failure({.code = "mail_too_large",
                    .message = fmt::format("{} is {} bytes, the limit is {}", subtype, text.size(),
                                           mail_bytes_max),
                    .field = std::string(subtype),
                    .limit = std::to_string(mail_bytes_max)});
  }
  if (!is_valid_utf8(text)) {
    return failure({.code = "not_utf8",
                    .message = fmt::format("{} is not well-formed UTF-8", subtype),
                    .field = std::string(subtype)});
  }
  const EncodedText encoded = encode_text(text);
  out.append(
      fmt::format("Content-Type: text/{}; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: {}\r\n\r\n",
                  subtype, name_of(encoded.encoding)));
  out.append(encoded.lines);
  return {};
}

// "=_" stands in neither quoted-printable nor Base64 (RFC 2045 §6.7), so no part can hold it.
std::string boundary_of(const messages::Email& email) {
  const auto digest = sha256(email.message_id);
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), 12);
  return "=_" + to_hex(bytes);
}

}  // namespace

Result<WrittenMail> write_mime(const messages::Email& email, Timestamp date) {
  const std::string& sender =
      email.envelope_from.empty() ? email.from.address : email.envelope_from;
  TRY(envelope_from, WireAddress::create("envelope_from", sender));
  TRY(envelope_to, WireAddress::create("to", email.to.address));
  TRY(out, header_fields(email, date));
  // Bodies are encoded: what is not ASCII is an address in a field, or in the envelope.
  const bool needs_utf8 = !envelope_from.is_ascii() || !envelope_to.is_ascii() ||
                          std::ranges::any_of(out, [](char c) { return (c & 0x80) != 0; });
  if (email.html.empty()) {
    TRY_VOID(append_part(out, "plain", email.text));
    if (!out.ends_with("\r\n")) out.append("\r\n");
  } else {
    const std::string boundary = boundary_of(email);
    out.append(fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n--{}\r\n",
                           boundary, boundary));
    TRY_VOID(append_part(out, "plain", email.text));
    out.append(fmt::format("\r\n--{}\r\n", boundary));
    TRY_VOID(append_part(out, "html", email.html));
    out.append(fmt::format("\r\n--{}--\r\n", boundary));
  }
  if (out.size() > mail_bytes_max) {
    return failure({.code = "mail_too_large",
                    .message = fmt::format("the mail is {} bytes, the limit is {}", out.size(),
                                           mail_bytes_max),
                    .limit = std::to_string(mail_bytes_max)});
  }
  return WrittenMail{.envelope_from = std::move(envelope_from),
                     .envelope_to = std::move(envelope_to),
                     .bytes = std::move(out),
                     .needs_utf8 = needs_utf8};
}

}  // namespace sojourn::channels::mime
