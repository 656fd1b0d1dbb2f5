// GET /v/TOKEN: a mail as a page, as it was when it was sent. It tells nobody that it was looked
// at.
#include "api/endpoints/view_online.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/endpoints/hosted_page.h"
#include "api/endpoints/tracked.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/messages/copy.h"
#include "store/message_copies.h"

namespace sojourn::api::endpoints {
namespace {

using messages::MailCopy;
using runtime::TokenKind;

/// What a mail program would not do either stays out: scripts, forms, frames, and whatever of this
/// origin a reader may be signed in to. Links lead on.
constexpr std::string_view content_policy =
    "default-src 'none'; img-src http: https: data:; media-src http: https:; "
    "font-src http: https: data:; style-src 'unsafe-inline' http: https:; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::string document(std::string_view subject, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"robots\" content=\"noindex\"><title>{}</title></head><body>{}</body></html>\n",
      escape_html(subject), body);
}

/// The mail's HTML byte for byte, but for what makes it a document with a title where it is none.
std::string page_of_html(const MailCopy& copy) {
  const std::string lower = lower_case(copy.html);
  if (lower.find("<html") == std::string::npos) return document(copy.subject, copy.html);
  const std::size_t head = lower.find("<head");
  const std::size_t inside = head == std::string::npos ? head : lower.find('>', head);
  if (lower.find("<title") != std::string::npos || inside == std::string::npos) return copy.html;
  std::string html = copy.html;
  html.insert(inside + 1, fmt::format("<title>{}</title>", escape_html(copy.subject)));
  return html;
}

/// The web address that `text` begins with; the full stop of a sentence is not part of it.
std::string_view address_at(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '"';
  });
  std::string_view address = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  const std::size_t last = address.find_last_not_of(".,;:!?)");
  return address.substr(0, last + 1);
}

/// Text with its web addresses as links.
std::string page_of_text(const MailCopy& copy) {
  std::string body = "<pre style=\"white-space:pre-wrap;font:inherit\">";
  std::string_view rest = copy.text;
  while (!rest.empty()) {
    const std::size_t place = std::min(rest.find("https://"), rest.find("http://"));
    if (place == std::string_view::npos) break;
    body += escape_html(rest.substr(0, place));
    rest.remove_prefix(place);
    const std::string_view address = address_at(rest);
    body += fmt::format("<a href=\"{0}\">{0}</a>", escape_html(address));
    rest.remove_prefix(address.size());
  }
  body += escape_html(rest);
  return document(copy.subject, body + "</pre>");
}

net::Response shown(const MailCopy& copy) {
  net::Response response = api::page(copy.html.empty() ? page_of_text(copy) : page_of_html(copy));
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Content-Security-Policy", content_policy);
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("X-Robots-Tag", "noindex");
  return response;
}

net::Response no_longer_kept(const Context& context, PageLanguage language) {
  const std::string days = std::to_string(messages::copy_kept.ms / Duration::days(1).ms);
  return hosted_page(
      context,
      {.language = language,
       .title = std::string(page_text(language, PageText::mail_gone_title)),
       .body = paragraph(page_text(language, PageText::mail_gone_text, {{"days", days}}))},
      {.code = "mail_expired", .message = "the copy of the mail is gone"});
}

}  // namespace

Answer view_online(Context& context, const Call& call) {
  TRY(tracked, find_tracked(context, TokenKind::view, call));
  if (!tracked) return link_not_found(context, call);
  TRY(view, context.runtime.store().view());
  TRY(kept, store::copies_in(*view).message_copy(tracked->message.id));
  if (!kept || kept->end <= context.runtime.clock().now()) {
    return no_longer_kept(context, language_of_call(context, call, tracked->message.contact));
  }
  TRY(copy, messages::decode_copy(kept->bytes));
  return shown(copy);
}

}  // namespace sojourn::api::endpoints
