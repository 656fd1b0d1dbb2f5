#include "channels/inbound/inbound_mail.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "channels/inbound/address_text.h"
#include "channels/inbound/auto_reply.h"
#include "channels/inbound/bounce_text.h"
#include "channels/inbound/delivery_status.h"
#include "channels/inbound/feedback_report.h"
#include "channels/inbound/phrase.h"
#include "channels/inbound/refusal.h"

namespace sojourn::channels::inbound {
namespace {

/// One line that may stand in a page: hostile input otherwise.
std::string shown(std::string_view words) {
  std::string line;
  for (const char c : words) {
    if (line.size() >= words_bytes_max) break;
    const auto byte = static_cast<unsigned char>(c);
    const bool is_space = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (is_space) {
      if (!line.empty() && line.back() != ' ') line.push_back(' ');
    } else {
      line.push_back(byte < 0x20 || byte >= 0x7f ? '?' : c);
    }
  }
  return std::string(trimmed(line));
}

Finding finding_of(const ReportedRecipient& recipient) {
  const Verdict verdict = judge(recipient.refusal);
  return {.recipient = recipient.address,
          .status = recipient.refusal.status ? recipient.refusal.status->text() : std::string(),
          .kind = verdict.kind,
          .reason = verdict.reason,
          .words = shown(recipient.refusal.words)};
}

Finding finding_of(Reason reason, std::string recipient = {}) {
  return {.recipient = std::move(recipient),
          .status = {},
          .kind = kind_of(reason),
          .reason = reason,
          .words = {}};
}

bool is_delivery_status(const Part& part) {
  return part.type == "message/delivery-status" || part.type == "message/global-delivery-status";
}

/// The report that stands outermost: one inside a returned mail is about another mail.
DeliveryStatus outermost_status(const MailParts& mail) {
  DeliveryStatus best;
  int depth = depth_max;
  for (const Part& part : mail.parts) {
    if (!is_delivery_status(part) || part.message_depth >= depth) continue;
    DeliveryStatus status = read_delivery_status(part.text);
    if (status.recipients.empty() && status.envelope_id.empty()) continue;
    depth = part.message_depth;
    best = std::move(status);
  }
  return best;
}

/// Joins what the text for people adds to a report: whom it means, and why.
void complete(std::vector<ReportedRecipient>& reported, const BounceText& text) {
  for (ReportedRecipient& one : reported) {
    const bool is_alone = reported.size() == 1 && text.recipients.size() == 1;
    const auto same = std::ranges::find_if(text.recipients, [&](const ReportedRecipient& other) {
      return is_alone || equal_ignoring_case(other.address, one.address);
    });
    if (one.address.empty() && is_alone) one.address = text.recipients.front().address;
    const Action action = one.refusal.action;
    if (action != Action::failed && action != Action::delayed && action != Action::none) continue;
    if (judge(one.refusal).is_certain) continue;
    const Refusal& said = same != text.recipients.end() ? same->refusal : text.whole;
    if (!judge(said).is_certain) continue;
    one.refusal.words.append("\n").append(said.words);
    const bool says_more = said.status && said.status->is_specific() &&
                           (!one.refusal.status || !one.refusal.status->is_specific());
    if (says_more && action != Action::delayed) one.refusal.status = said.status;
    if (one.refusal.reply_code == 0) one.refusal.reply_code = said.reply_code;
  }
}

std::vector<Finding> findings_of(const std::vector<ReportedRecipient>& recipients) {
  std::vector<Finding> findings;
  findings.reserve(recipients.size());
  for (const ReportedRecipient& each : recipients) findings.push_back(finding_of(each));
  return findings;
}

/// RFC 8098: a person's program says what became of the mail after it arrived.
std::optional<std::vector<Finding>> read_disposition(const MailParts& mail,
                                                     const BounceText& text) {
  const auto part = std::ranges::find_if(mail.parts, [](const Part& each) {
    return each.message_depth == 0 && (each.type == "message/disposition-notification" ||
                                       each.type == "message/global-disposition-notification");
  });
  if (part == mail.parts.end()) return std::nullopt;
  const std::vector<Header> fields = read_header_lines(part->text);
  std::string recipient = typed_address(find_header(fields, "Original-Recipient")).value_or("");
  if (recipient.empty()) {
    recipient = typed_address(find_header(fields, "Final-Recipient")).value_or("");
  }
  const std::string disposition = to_lower_ascii(find_header(fields, "Disposition"));
  const bool is_refused = disposition.find("denied") != std::string::npos ||
                          disposition.find("failed") != std::string::npos ||
                          disposition.find("deleted") != std::string::npos;
  // Filters refuse a mail in this form, and say so to people only.
  if (is_refused && text.is_bounce) {
    return findings_of({{.address = std::move(recipient), .refusal = text.whole}});
  }
  const bool is_read = disposition.find("displayed") != std::string::npos ||
                       disposition.find("deleted") != std::string::npos;
  return std::vector{finding_of(is_read ? Reason::read : Reason::delivered, std::move(recipient))};
}

std::string without_brackets(std::string_view id) {
  id = trimmed(id);
  const std::size_t begin = id.find('<');
  if (begin != std::string_view::npos) id.remove_prefix(begin + 1);
  return std::string(trimmed(id.substr(0, id.find('>'))));
}

std::vector<Header> returned_headers(const MailParts& mail, std::string_view returned_text) {
  for (const Part& part : mail.parts) {
    if (part.message_depth > 0) continue;
    if (part.type == "message/rfc822" || part.type == "message/global") {
      if (!part.headers.empty()) return part.headers;
    }
    if (part.type == "text/rfc822-headers" || part.type == "message/global-headers") {
      return read_header_lines(part.text);
    }
  }
  // The copy in a text begins after its mark, and perhaps an empty line.
  const std::size_t mark_end = returned_text.find('\n');
  if (mark_end == std::string_view::npos) return {};
  const bool is_mark = returned_text.substr(0, mark_end).find(": ") == std::string_view::npos ||
                       returned_text.starts_with('-');
  if (is_mark) returned_text.remove_prefix(mark_end);
  const std::size_t begin = returned_text.find_first_not_of("\n ");
  if (begin == std::string_view::npos) return {};
  return read_header_lines(returned_text.substr(begin));
}

Ties ties_of(const MailParts& mail, const BounceText& text) {
  Ties ties;
  for (const std::string_view name : {"X-Original-To", "Delivered-To", "Envelope-To", "To"}) {
    for (FoundAddress& each : find_addresses(mail.header(name))) {
      const auto is_same = [&](const std::string& other) { return other == each.address; };
      if (std::ranges::none_of(ties.sent_to, is_same))
        ties.sent_to.push_back(std::move(each.address));
    }
  }
  ties.returned_headers = returned_headers(mail, text.returned);
  ties.message_id = without_brackets(find_header(ties.returned_headers, "Message-ID"));
  for (const Part& part : mail.parts) {
    if (!ties.message_id.empty() || part.message_depth > 0) break;
    if (part.type != "message/disposition-notification") continue;
    ties.message_id =
        without_brackets(find_header(read_header_lines(part.text), "Original-Message-ID"));
  }
  if (ties.message_id.empty()) ties.message_id = without_brackets(mail.header("In-Reply-To"));
  if (ties.message_id.empty()) {
    const std::string_view references = mail.header("References");
    const std::size_t last = references.rfind('<');
    if (last != std::string_view::npos) ties.message_id = without_brackets(references.substr(last));
  }
  return ties;
}

std::string sender_of(const MailParts& mail) {
  const std::vector<FoundAddress> from = find_addresses(mail.header("From"));
  return from.empty() ? std::string() : from.front().address;
}

bool is_answer(const MailParts& mail) {
  return !mail.header("In-Reply-To").empty() || !mail.header("References").empty() ||
         folded(mail.header("Subject")).starts_with("re:");
}

std::vector<Finding> bounce_findings(const BounceText& text) {
  if (!text.recipients.empty()) return findings_of(text.recipients);
  return findings_of({{.address = {}, .refusal = text.whole}});
}

std::vector<Finding> read_findings(const MailParts& mail, const BounceText& text,
                                   DeliveryStatus status) {
  if (const std::optional<FeedbackReport> report = read_feedback_report(mail)) {
    std::vector<Finding> findings;
    for (const std::string& each : report->recipients) {
      findings.push_back(finding_of(report->reason, each));
    }
    if (findings.empty()) findings.push_back(finding_of(report->reason));
    return findings;
  }
  if (!status.recipients.empty()) {
    complete(status.recipients, text);
    return findings_of(status.recipients);
  }
  if (auto disposition = read_disposition(mail, text)) return std::move(*disposition);
  const std::optional<AutoReply> reply = read_auto_reply(mail);
  const bool says_so = reply && reply->sign == Sign::words && !text.is_from_daemon;
  if (reply && (says_so || !text.is_bounce)) {
    return {finding_of(reply->reason, sender_of(mail))};
  }
  if (text.is_bounce) return bounce_findings(text);
  return {finding_of(is_answer(mail) ? Reason::reply : Reason::unrecognised)};
}

}  // namespace

InboundMail read_inbound_mail(std::string_view bytes) {
  const MailParts mail = read_mail(bytes);
  const BounceText text = read_bounce_text(mail);
  DeliveryStatus status = outermost_status(mail);
  InboundMail inbound;
  inbound.ties = ties_of(mail, text);
  inbound.ties.envelope_id = status.envelope_id;
  inbound.from = sender_of(mail);
  inbound.findings = read_findings(mail, text, std::move(status));
  return inbound;
}

}  // namespace sojourn::channels::inbound
