#include "cli/mail_intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "channels/inbound/imap_url.h"
#include "channels/inbound/inbound_mail.h"
#include "runtime/mail_feedback.h"
#include "runtime/mail_token.h"
#include "runtime/tracking_token.h"

namespace sojourn::cli {
namespace {

using channels::inbound::Finding;
using channels::inbound::InboundMail;
using channels::inbound::Receipt;
using channels::inbound::ReceivedMail;
using runtime::MailAddress;
using runtime::MailAddressKind;
using runtime::MailFeedback;
using FindingKind = channels::inbound::Kind;
using channels::inbound::Reason;

/// Where programmes of mailbox providers send complaints (RFC 6650): `fbl@` our domain.
constexpr std::string_view complaints_local_part = "fbl";
/// Fields of a returned mail in which our tokens stand.
constexpr std::string_view token_fields[] = {"List-Unsubscribe", "Return-Path"};

bool is_complaints_address(std::string_view address, std::string_view domain) {
  return equal_ignoring_case(address, fmt::format("{}@{}", complaints_local_part, domain));
}

/// The message that a field of a returned mail names, by an address or an unsubscribe link of ours.
std::optional<messages::MessageId> message_in(const HashKey& master, std::string_view field,
                                              std::string_view domain) {
  // `<https://example.com/u/TOKEN>, <mailto:u+TOKEN@b.example.com?subject=unsubscribe>`
  for (std::string_view each : split(field, ',')) {
    each = trimmed(each);
    if (each.starts_with('<')) each.remove_prefix(1);
    if (each.ends_with('>')) each.remove_suffix(1);
    if (each.starts_with("mailto:")) each.remove_prefix(7);
    const std::string_view address = each.substr(0, each.find('?'));
    if (const auto read = runtime::read_mail_address(master, address, domain)) return read->message;
    const std::string_view prefix = runtime::path_prefix(runtime::TokenKind::unsubscribe);
    const std::size_t place = each.rfind(prefix);
    if (place == std::string_view::npos) continue;
    const auto read = runtime::read_token(master, runtime::TokenKind::unsubscribe,
                                          each.substr(place + prefix.size()));
    if (read) return read->message;
  }
  return std::nullopt;
}

std::optional<messages::MessageId> returned_message(const HashKey& master, const InboundMail& mail,
                                                    std::string_view domain) {
  for (const std::string_view name : token_fields) {
    const std::string_view field = channels::inbound::find_header(mail.ties.returned_headers, name);
    if (const auto message = message_in(master, field, domain)) return message;
  }
  return std::nullopt;
}

/// How much a finding says about the address: of several the gravest counts.
int weight_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::complaint:
      return 3;
    case FindingKind::hard:
      return 2;
    case FindingKind::soft:
      return 1;
    case FindingKind::auto_reply:
    case FindingKind::delivered:
    case FindingKind::unknown:
      return 0;
  }
  return 0;
}

/// What the mail says of our message; absent where that changes nothing.
std::optional<MailFeedback::Kind> kind_of(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::hard:
      return MailFeedback::Kind::hard_bounce;
    case FindingKind::soft:
      // Another report follows when the mail is given up.
      if (finding.reason == Reason::delayed) return std::nullopt;
      return MailFeedback::Kind::soft_bounce;
    case FindingKind::complaint:
      return MailFeedback::Kind::complaint;
    case FindingKind::unknown:
      if (finding.reason == Reason::reply) return MailFeedback::Kind::reply;
      return std::nullopt;
    case FindingKind::auto_reply:
    case FindingKind::delivered:
      return std::nullopt;
  }
  return std::nullopt;
}

const Finding& gravest(const InboundMail& mail) {
  return *std::max_element(
      mail.findings.begin(), mail.findings.end(),
      [](const Finding& a, const Finding& b) { return weight_of(a.kind) < weight_of(b.kind); });
}

/// A person's mail to the address that unsubscribes; what programs send there is not.
bool is_written_by_a_person(const Finding& finding) {
  return finding.kind == FindingKind::unknown;
}

std::optional<MailFeedback> feedback_of(const MailAddress& address, const Finding& finding) {
  if (address.kind == MailAddressKind::unsubscribe) {
    if (!is_written_by_a_person(finding)) return std::nullopt;
    return MailFeedback{.message = address.message, .kind = MailFeedback::Kind::unsubscribe};
  }
  const std::optional<MailFeedback::Kind> kind = kind_of(finding);
  if (!kind) return std::nullopt;
  MailFeedback feedback{.message = address.message, .kind = *kind};
  if (*kind == MailFeedback::Kind::reply) return feedback;
  feedback.reason = to_string(finding.reason);
  feedback.status = finding.status;
  feedback.words = finding.words;
  return feedback;
}

using channels::inbound::ImapBox;
using channels::inbound::ImapPlace;

/// Under which the store has how far a mailbox was read: another mailbox has a place of its own.
std::string cursor_setting(const HashKey& master, const ImapPlace& place) {
  const Hash128 hash = keyed_hash(derive_key(master, "inbound imap"), {place.name()});
  return "inbound.imap." + to_hex(hash.view());
}

/// `validity uid`
Result<ImapBox::Cursor> load_cursor(runtime::Runtime& runtime, const std::string& setting) {
  TRY(view, runtime.store().view());
  TRY(text, view->setting(setting));
  ImapBox::Cursor cursor;
  if (!text) return cursor;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, cursor.uid_validity);
  if (error != std::errc() || rest == end) return ImapBox::Cursor{};
  std::from_chars(rest + 1, end, cursor.uid);
  return cursor;
}

Result<std::unique_ptr<ImapBox>> open_imap(runtime::Runtime& runtime, const std::string& url,
                                           ImapBox::Take take) {
  TRY(place, channels::inbound::parse_imap_url(url));
  const std::string setting = cursor_setting(runtime.master_key(), place);
  TRY(client, net::ImapClient::create(place.server));
  return std::make_unique<ImapBox>(
      std::move(client),
      ImapBox::Options{.name = place.name(), .move_to = place.move_to, .every = place.every},
      std::move(take), [&runtime, setting] { return load_cursor(runtime, setting); },
      [&runtime, setting](const ImapBox::Cursor& cursor) {
        return runtime.write([&](store::StateTransaction& transaction) {
          return transaction.put_setting(setting,
                                         fmt::format("{} {}", cursor.uid_validity, cursor.uid));
        });
      });
}

}  // namespace

Result<std::unique_ptr<MailIntake>> MailIntake::create(runtime::Runtime& runtime, Options options) {
  std::unique_ptr<MailIntake> intake(new MailIntake(runtime, std::move(options)));
  const auto take = [door = intake.get()](const ReceivedMail& mail, const Answer& answer) {
    door->take(mail, answer);
  };
  const Options& told = intake->options_;
  if (!told.smtp.empty()) {
    TRY(listener,
        channels::inbound::SmtpListener::create(
            {.address = told.smtp, .session = {.host_name = told.domain}},
            [door = intake.get()](std::string_view address) { return door->accepts(address); },
            take));
    intake->listener_ = std::move(listener);
  }
  if (!told.maildir.empty()) {
    TRY(maildir, channels::inbound::Maildir::open({.folder = told.maildir}, take));
    intake->maildir_ = std::move(maildir);
  }
  if (!told.imap.empty()) {
    TRY(imap, open_imap(runtime, told.imap, take));
    intake->imap_ = std::move(imap);
  }
  return intake;
}

MailIntake::MailIntake(runtime::Runtime& runtime, Options options)
    : runtime_(runtime), options_(std::move(options)) {}

void MailIntake::start() {
  if (listener_ != nullptr) listener_->start();
  if (maildir_ != nullptr) maildir_->start();
  if (imap_ != nullptr) imap_->start();
}

void MailIntake::stop() {
  if (listener_ != nullptr) listener_->stop();
  if (maildir_ != nullptr) maildir_->stop();
  if (imap_ != nullptr) imap_->stop();
}

std::uint16_t MailIntake::smtp_port() const {
  return listener_ == nullptr ? std::uint16_t{0} : listener_->port();
}

bool MailIntake::accepts(std::string_view address) const {
  return is_complaints_address(address, options_.domain) ||
         runtime::read_mail_address(runtime_.master_key(), address, options_.domain).has_value();
}

void MailIntake::take(const ReceivedMail& mail, const Answer& answer) {
  const InboundMail read = channels::inbound::read_inbound_mail(mail.bytes);
  const Finding& finding = gravest(read);
  // A Maildir and a mailbox have no envelope: the fields that its server wrote stand for it.
  const std::vector<std::string>& to = mail.to.empty() ? read.ties.sent_to : mail.to;
  const HashKey& master = runtime_.master_key();
  std::vector<MailFeedback> feedback;
  bool is_ours = false;
  for (const std::string& each : to) {
    std::optional<MailAddress> address = runtime::read_mail_address(master, each, options_.domain);
    // Complaints that reach a mailbox of another name are as good: what ties them is our token.
    if (!address && finding.kind == FindingKind::complaint) {
      const auto message = returned_message(master, read, options_.domain);
      if (message) address = MailAddress{MailAddressKind::bounce, *message};
    }
    if (!address) continue;
    is_ours = true;
    std::optional<MailFeedback> said = feedback_of(*address, finding);
    if (!said) continue;
    said->id = to_hex(keyed_hash(derive_key(master, "inbound mail"), {mail.bytes}).view());
    feedback.push_back(std::move(*said));
  }
  if (!is_ours) return answer(Receipt::refused);
  if (feedback.empty()) {
    log::info("mail came back and changes nothing",
              {{"class", to_string(finding.kind)}, {"reason", to_string(finding.reason)}});
    return answer(Receipt::taken);
  }
  const auto done = [answer](const Result<void>& result) {
    answer(result ? Receipt::taken : Receipt::later);
  };
  const Result<void> submitted = runtime::submit_feedback(runtime_, feedback, done);
  if (!submitted) answer(Receipt::later);
}

}  // namespace sojourn::cli
