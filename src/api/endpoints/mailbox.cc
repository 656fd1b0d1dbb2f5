#include <fmt/format.h>

#include "api/endpoints/endpoints.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/text.h"

namespace sojourn::api::endpoints {
namespace {

using channels::CapturedMail;

/// Pages of the mailbox that one page looks into for an address.
constexpr int mailbox_pages_max = 50;
constexpr std::size_t links_max = 200;
/// Hits of a search among which the mail's own contact is looked for.
constexpr int contact_hits_max = 10;

struct Link {
  std::string text;
  std::string url;
};

/// Undoes escape_html().
std::string unescape_html(std::string_view text) {
  static constexpr std::pair<std::string_view, char> entities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
  std::string plain;
  while (!text.empty()) {
    bool replaced = false;
    for (const auto& [entity, character] : entities) {
      if (!text.starts_with(entity)) continue;
      plain.push_back(character);
      text.remove_prefix(entity.size());
      replaced = true;
      break;
    }
    if (replaced) continue;
    plain.push_back(text.front());
    text.remove_prefix(1);
  }
  return plain;
}

/// The text between tags, with runs of white space as one blank.
std::string text_of_html(std::string_view html) {
  std::string text;
  bool in_tag = false;
  for (const char c : html) {
    if (c == '<') in_tag = true;
    if (!in_tag) {
      const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
      if (!blank) text.push_back(c);
      if (blank && !text.empty() && text.back() != ' ') text.push_back(' ');
    }
    if (c == '>') in_tag = false;
  }
  return unescape_html(trimmed(text));
}

/// The links of a mail that we rendered ourselves: `<a … href="…">text</a>`.
std::vector<Link> links_of(std::string_view html) {
  std::vector<Link> links;
  while (links.size() < links_max) {
    const std::size_t start = html.find("<a ");
    if (start == std::string_view::npos) break;
    html.remove_prefix(start);
    const std::size_t tag_end = html.find('>');
    if (tag_end == std::string_view::npos) break;
    const std::string_view tag = html.substr(0, tag_end);
    const std::string_view rest = html.substr(tag_end + 1);
    const std::string_view inside = rest.substr(0, rest.find("</a"));
    html = rest;
    const std::size_t href = tag.find("href=\"");
    if (href == std::string_view::npos) continue;
    const std::string_view value = tag.substr(href + 6);
    links.push_back(
        {.text = text_of_html(inside), .url = unescape_html(value.substr(0, value.find('"')))});
  }
  return links;
}

/// Whose address this is; null members where nobody's.
Result<void> write_contact(JsonWriter& out, Context& context, const std::string& address) {
  TRY(view, context.runtime.store().view());
  TRY(found,
      view->list_contacts(
          {.search = address, .segment = std::nullopt, .cursor = {}, .limit = contact_hits_max}));
  out.name("contact");
  for (const store::ContactRecord& record : found.contacts) {
    if (!equal_ignoring_case(record.email, address)) continue;
    out.begin_object();
    text_field(out, "id", contacts::format(record.id));
    text_or_null_field(out, "userId", record.user_id);
    text_or_null_field(out, "name", record.name.empty() ? record.email : record.name);
    out.end_object();
    return {};
  }
  out.null();
  return {};
}

void write_summary(JsonWriter& out, const CapturedMail& mail) {
  text_field(out, "id", mail.id);
  text_field(out, "to", mail.to);
  text_field(out, "from", mail.from);
  text_field(out, "subject", mail.subject);
  time_field(out, "at", mail.at);
}

bool is_to(const CapturedMail& mail, const std::string& wanted_lower) {
  return wanted_lower.empty() || to_lower_ascii(mail.to).find(wanted_lower) != std::string::npos;
}

Result<channels::CapturedMails::Page> read_mails(const channels::CapturedMails& mails,
                                                 const PageRequest& page, const std::string& to) {
  channels::CapturedMails::Page result;
  result.next = page.place;
  const auto wanted = static_cast<std::size_t>(page.limit);
  for (int i = 0; i < mailbox_pages_max; ++i) {
    TRY(found, mails.list(result.next, static_cast<int>(wanted - result.mails.size())));
    for (CapturedMail& mail : found.mails) {
      if (is_to(mail, to)) result.mails.push_back(std::move(mail));
    }
    result.next = found.next;
    if (result.next.empty() || result.mails.size() == wanted) break;
  }
  return result;
}

/// `ann@example.com` of `Ann Lee <ann@example.com>`.
std::string address_of(std::string_view mailbox) {
  const std::size_t open = mailbox.rfind('<');
  if (open == std::string_view::npos) return std::string(trimmed(mailbox));
  const std::string_view rest = mailbox.substr(open + 1);
  return std::string(rest.substr(0, rest.find('>')));
}

}  // namespace

Answer list_mailbox(Context& context, const Call& call) {
  const std::string to = to_lower_ascii(call.request.query_parameter("to").value_or(""));
  TRY(page, read_page(call.request, "mailbox\n" + to));
  channels::CapturedMails::Page found;
  if (context.captured_mails != nullptr) {
    TRY(read, read_mails(*context.captured_mails, page, to));
    found = std::move(read);
  }
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const CapturedMail& mail : found.mails) {
    out.begin_object();
    write_summary(out, mail);
    // To name it here would be a search a line; the mail itself names it.
    null_field(out, "contact");
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.next);
  boolean_field(out, "enabled", context.settings.captures_mail);
  return json(out.end_object().take());
}

Answer get_mail(Context& context, const Call& call) {
  std::optional<CapturedMail> mail;
  if (context.captured_mails != nullptr) {
    TRY(found, context.captured_mails->find(call.parameter("id")));
    mail = std::move(found);
  }
  if (!mail) {
    return failure({.code = "unknown_mail",
                    .message = "there is no such mail, or it is no longer kept",
                    .field = "id",
                    .value = call.parameter("id").substr(0, 200)});
  }
  JsonWriter out;
  out.begin_object();
  write_summary(out, *mail);
  TRY_VOID(write_contact(out, context, address_of(mail->to)));
  text_or_null_field(out, "html", mail->html);
  text_or_null_field(out, "text", mail->text);
  out.name("headers").begin_list();
  for (const CapturedMail::Header& header : mail->headers) {
    out.begin_object();
    text_field(out, "name", header.name);
    text_field(out, "value", header.value);
    out.end_object();
  }
  out.end_list();
  out.name("links").begin_list();
  for (const Link& link : links_of(mail->html)) {
    out.begin_object();
    text_field(out, "text", link.text);
    text_field(out, "url", link.url);
    out.end_object();
  }
  out.end_list();
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
