#include "channels/inbound/bounce_text.h"

#include <algorithm>

#include "base/text.h"
#include "channels/inbound/address_text.h"
#include "channels/inbound/bounce_words.h"
#include "channels/inbound/phrase.h"

namespace sojourn::channels::inbound {
namespace {

// What stands about one recipient takes a few lines, with a server's long reply a dozen.
constexpr std::size_t lines_about_one_max = 14;
// A bounce that is longer before the returned mail is a newsletter that says "bounce".
constexpr std::size_t notice_lines_max = 400;
constexpr std::size_t mark_bytes_max = 120;  // of a line that marks the copy
// Text is written for people, who count; reports for programs may name more.
constexpr std::size_t named_recipients_max = 100;
// How an address stands shows right before it, and why it failed in the first words of a line.
constexpr std::size_t context_bytes_max = 200;
constexpr std::size_t line_words_bytes_max = 1000;

// Before the address that was written to, where a server forwarded the mail from it.
constexpr std::string_view origin_words[] = {"expanded from", "generated from"};

/// How surely an address in a line is that of a recipient.
enum class Standing : std::uint8_t { none, mentioned, in_reply, named };

struct Line {
  std::string text;
  std::string folded_text;
};

struct Candidate {
  std::size_t line = 0;
  std::string address;
  Standing standing = Standing::none;
};

/// The text of the notice: the parts for people that stand outside the returned mail.
std::string notice_of(const MailParts& mail) {
  std::string plain;
  std::string html;
  for (const Part& part : mail.parts) {
    if (part.type == "message/rfc822" && !plain.empty()) break;
    if (part.message_depth > 0) continue;
    if (part.type == "text/html") {
      html.append(text_of_html(part.text)).append("\n");
    } else if (part.type == "text/plain" || part.type == "text/enriched") {
      plain.append(part.text).append("\n");
    }
  }
  return trimmed(plain).empty() ? html : plain;
}

bool begins_copy(const Line& line, bool is_first) {
  if (line.text.size() > mark_bytes_max * 2) return false;
  if (!is_first && (line.text.starts_with("Received: ") || line.text.starts_with("Return-Path: ") ||
                    line.text.starts_with("Return-path: "))) {
    return true;
  }
  if (line.folded_text.size() > mark_bytes_max) return false;
  return contains_any(line.folded_text, copy_marks());
}

struct Notice {
  std::vector<Line> lines;
  std::string returned;
};

Notice split_notice(std::string_view text) {
  Notice notice;
  bool is_first = true;
  while (!text.empty() && notice.lines.size() < notice_lines_max) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Line line{.text = std::string(text.substr(0, end)), .folded_text = folded(text.substr(0, end))};
    text.remove_prefix(std::min(end + 1, text.size()));
    if (trimmed(line.text).empty()) continue;
    if (begins_copy(line, is_first)) {
      notice.returned = line.text + "\n" + std::string(text);
      break;
    }
    is_first = false;
    notice.lines.push_back(std::move(line));
  }
  return notice;
}

std::string_view without_marks(std::string_view text) {
  constexpr std::string_view marks = " \t<>\"'([*-|\xC2\xA0";
  const std::size_t begin = std::min(text.find_first_not_of(marks), text.size());
  return text.substr(begin);
}

/// Whether what follows the address leaves it standing for itself: `ann@example.com: reason`.
bool ends_entry(std::string_view rest) {
  if (rest.empty()) return true;
  constexpr std::string_view closers = ">\"')]:;,.\t=|";
  if (closers.find(rest.front()) != std::string_view::npos) return true;
  if (rest.starts_with("  ") || rest.starts_with(" -") || rest.starts_with(" (")) return true;
  return rest.starts_with(" <") || rest.starts_with(" .") || rest.starts_with(" on ") ||
         rest.starts_with(" :") || rest.starts_with(" ;") || trimmed(rest).empty();
}

bool ends_with_lead(std::string_view before) {
  while (!before.empty()) {
    constexpr std::string_view marks = " \t<\"'([";
    if (marks.find(before.back()) == std::string_view::npos) break;
    before.remove_suffix(1);
  }
  if (before.ends_with(':') || before.ends_with("smtp=") || before.ends_with('=')) return true;
  return std::ranges::any_of(lead_words(), [&](std::string_view lead) {
    if (!before.ends_with(lead)) return false;
    const std::size_t rest = before.size() - lead.size();
    return rest == 0 || before[rest - 1] == ' ' || before[rest - 1] == '(';
  });
}

bool begins_with_code(std::string_view text) {
  text = without_marks(text);
  return text.size() > 3 && find_reply_code(text.substr(0, 4)) != 0;
}

Standing standing_of(const Line& line, const FoundAddress& found) {
  const std::string_view text = line.text;
  const std::size_t begin = found.begin - std::min(found.begin, context_bytes_max);
  const std::string_view before = text.substr(begin, found.begin - begin);
  const bool begins_line = begin == 0 && without_marks(before).empty();
  if (begins_line && ends_entry(text.substr(found.end))) return Standing::named;
  const std::string folded_before = folded(before);
  if (contains_any(folded_before, origin_words)) return Standing::named;
  if (contains_any(folded_before, other_labels())) return Standing::none;
  if (without_marks(folded_before).starts_with("to:")) return Standing::mentioned;
  if (ends_with_lead(folded_before) && !begins_with_code(text)) return Standing::named;
  if (find_reply_code(before) != 0) return Standing::in_reply;
  return Standing::mentioned;
}

/// Whom the mail came back to: the sender, who is no recipient of it.
std::vector<std::string> own_addresses(const MailParts& mail) {
  std::vector<std::string> own;
  for (const std::string_view name : {"To", "Delivered-To", "X-Original-To", "Envelope-To"}) {
    for (FoundAddress& each : find_addresses(mail.header(name)))
      own.push_back(std::move(each.address));
  }
  return own;
}

bool contains_address(const std::vector<std::string>& list, std::string_view address) {
  return std::ranges::any_of(
      list, [&](const std::string& each) { return equal_ignoring_case(each, address); });
}

std::vector<Candidate> candidates_in(const MailParts& mail, const std::vector<Line>& lines) {
  std::vector<Candidate> candidates;
  for (const FoundAddress& each : find_addresses(mail.header("X-Failed-Recipients"))) {
    candidates.push_back(
        {.line = lines.size(), .address = each.address, .standing = Standing::named});
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (FoundAddress& each : find_addresses(lines[i].text)) {
      const Standing standing = standing_of(lines[i], each);
      if (standing == Standing::none) continue;
      // Why it failed stands with the address that it was forwarded to.
      const bool is_origin = !candidates.empty() && candidates.back().line < i &&
                             contains_any(lines[i].folded_text, origin_words);
      const std::size_t line = is_origin ? candidates.back().line : i;
      candidates.push_back(
          {.line = line, .address = std::move(each.address), .standing = standing});
    }
  }
  const std::vector<std::string> own = own_addresses(mail);
  const auto is_foreign = [&](const Candidate& each) {
    return !is_of_host(each.address) && !contains_address(own, each.address);
  };
  // A mail to oneself comes back to oneself.
  const bool has_foreign = std::ranges::any_of(candidates, is_foreign);
  std::erase_if(candidates, [&](const Candidate& each) {
    return !is_foreign(each) && (has_foreign || each.standing < Standing::named);
  });
  return candidates;
}

/// Those that stand surest, each address once.
std::vector<Candidate> surest(std::vector<Candidate> candidates) {
  Standing best = Standing::none;
  for (const Candidate& each : candidates) best = std::max(best, each.standing);
  std::vector<Candidate> chosen;
  for (Candidate& each : candidates) {
    const bool is_known = std::ranges::any_of(chosen, [&](const Candidate& other) {
      return equal_ignoring_case(other.address, each.address);
    });
    if (each.standing == best && !is_known && chosen.size() < named_recipients_max) {
      chosen.push_back(std::move(each));
    } else if (is_known) {
      // X-Failed-Recipients names an address without a line; the text says why.
      for (Candidate& other : chosen) {
        if (equal_ignoring_case(other.address, each.address)) {
          other.line = std::min(other.line, each.line);
        }
      }
    }
  }
  // Of several that are only mentioned nobody can tell which is meant.
  if (best == Standing::mentioned && chosen.size() > 1) chosen.clear();
  return chosen;
}

/// A provider's own customers, named without the domain, each in a line of its own.
std::vector<Candidate> bare_names(const MailParts& mail, const std::vector<Line>& lines) {
  const std::vector<FoundAddress> from = find_addresses(mail.header("From"));
  if (from.empty()) return {};
  const std::string domain =
      to_lower_ascii(from.front().address.substr(from.front().address.find('@') + 1));
  const bool is_provider = std::ranges::any_of(bare_name_domains(), [&](std::string_view each) {
    return domain == each || domain.ends_with("." + std::string(each));
  });
  if (!is_provider) return {};
  std::vector<Candidate> candidates;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string_view name = trimmed(lines[i].text);
    const bool is_indented = lines[i].text.starts_with(' ') || lines[i].text.starts_with('\t');
    const bool is_name = std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
             c == '_' || c == '.';
    });
    if (!is_indented || !is_name || name.size() < 3) continue;
    const std::size_t last_dot = domain.rfind('.', domain.rfind('.') - 1);
    const std::string provider =
        last_dot == std::string::npos ? domain : domain.substr(last_dot + 1);
    candidates.push_back(
        {.line = i, .address = std::string(name) + "@" + provider, .standing = Standing::named});
  }
  return candidates;
}

Refusal refusal_in(std::string_view words, Action action) {
  words = words.substr(0, judged_bytes_max);
  return {.action = action,
          .status = find_status(words),
          .reply_code = find_reply_code(words),
          .words = std::string(words)};
}

/// The lines about a recipient: from theirs on to the next one's.
std::string words_about(const std::vector<Line>& lines, const std::vector<Candidate>& all,
                        const Candidate& one) {
  std::string words;
  for (std::size_t i = one.line; i < lines.size() && i < one.line + lines_about_one_max; ++i) {
    const bool is_next =
        i > one.line && std::ranges::any_of(all, [&](const Candidate& other) {
          return other.line == i && !equal_ignoring_case(other.address, one.address);
        });
    if (is_next) break;
    words.append(lines[i].text, 0, line_words_bytes_max).append("\n");
  }
  return words;
}

/// Programs that return mail have a name of their own, or none.
bool is_from_daemon(const MailParts& mail) {
  const std::string from = folded(mail.header("From"));
  return contains_any(from, daemon_names()) || from.ends_with("<>");
}

bool is_likely(const MailParts& mail, std::string_view text, bool is_daemon) {
  if (!mail.header("X-Failed-Recipients").empty()) return true;
  if (mail.report_type == "delivery-status") return true;
  const bool has_phrase = contains_any(text, bounce_phrases());
  const bool has_subject = contains_any(folded(mail.header("Subject")), bounce_subjects());
  if (is_daemon) return has_phrase || has_subject || named_reason(text).has_value();
  const bool has_no_return = trimmed(mail.header("Return-Path")) == "<>" ||
                             contains_any(folded(mail.header("Return-Path")), daemon_names());
  if (has_no_return && (has_phrase && has_subject)) return true;
  const bool is_answer = !mail.header("In-Reply-To").empty();
  return has_subject && has_phrase && !is_answer;
}

}  // namespace

BounceText read_bounce_text(const MailParts& mail) {
  Notice notice = split_notice(notice_of(mail));
  std::string text(mail.header("Subject"));
  text.push_back('\n');
  for (const Line& line : notice.lines) text.append(line.text).append("\n");
  const std::string folded_text = folded(text);

  BounceText bounce;
  bounce.is_from_daemon = is_from_daemon(mail);
  bounce.is_bounce = is_likely(mail, folded_text, bounce.is_from_daemon);
  bounce.returned = std::move(notice.returned);
  if (!bounce.is_bounce) return bounce;
  const Action action =
      contains_any(folded_text, delay_phrases()) ? Action::delayed : Action::failed;
  bounce.whole = refusal_in(text, action);
  std::vector<Candidate> chosen = surest(candidates_in(mail, notice.lines));
  if (chosen.empty()) chosen = bare_names(mail, notice.lines);
  for (const Candidate& each : chosen) {
    Refusal refusal = refusal_in(words_about(notice.lines, chosen, each), action);
    if (!judge(refusal).is_certain) {
      const std::optional<EnhancedStatus> own = refusal.status;
      refusal = bounce.whole;
      if (own) refusal.status = own;
    }
    bounce.recipients.push_back({.address = each.address, .refusal = std::move(refusal)});
  }
  return bounce;
}

}  // namespace sojourn::channels::inbound
