#include "domain/policies/soft_bounces.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "domain/events/event.h"
#include "domain/events/standard_names.h"

namespace sojourn::policies {
namespace {

using Mail = ReturnedMails::Mail;

// Of reports that came back (channels/inbound/reason.h). Not among them: what is about the mail
// (`too_big`, `content`), the sender (`spam`, `policy`, `blocked`, `sender_auth`...) or a moment
// (`greylisted`, `throttled`).
constexpr std::array<std::string_view, 6> returned_reasons = {
    "mailbox_full", "expired", "unreachable", "route", "system", "temporary"};
// Of answers to a hand-off (docs/reference/sending.md). A host that we could not reach may lie
// behind a relay, a resolver or a network of ours that is down: that would suppress everybody.
constexpr std::array<std::string_view, 1> refused_reasons = {"unknown_permanent"};
constexpr std::array<std::string_view, 2> expired_causes = {"mailbox_full", "transient"};

template <std::size_t count>
bool is_in(const std::array<std::string_view, count>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string_view text_of(const events::Event& event, std::string_view property) {
  const Value* value = event.properties.find(property);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string_view() : *text;
}

bool earlier(const Mail& a, const Mail& b) {
  return std::tie(a.at, a.message) < std::tie(b.at, b.message);
}

bool holds(const std::vector<Mail>& mails, messages::MessageId message) {
  return std::any_of(mails.begin(), mails.end(),
                     [&](const Mail& each) { return each.message == message; });
}

void remove(std::vector<Mail>& mails, messages::MessageId message) {
  std::erase_if(mails, [&](const Mail& each) { return each.message == message; });
}

/// In order; of too many the second goes, so that the first still tells since when.
void insert(std::vector<Mail>& mails, Mail mail, std::size_t most) {
  mails.insert(std::upper_bound(mails.begin(), mails.end(), mail, earlier), mail);
  if (mails.size() > most) mails.erase(mails.begin() + 1);
}

void encode_mails(ByteWriter& out, const std::vector<Mail>& mails) {
  out.unsigned_number(mails.size());
  for (const Mail& mail : mails) {
    out.unsigned_number(mail.message.value);
    out.signed_number(mail.at.ms);
  }
}

std::vector<Mail> decode_mails(ByteReader& in) {
  std::vector<Mail> mails;
  const std::size_t count = in.count();
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    Mail mail;
    mail.message.value = in.unsigned_number();
    mail.at = {in.signed_number()};
    mails.push_back(mail);
  }
  return mails;
}

}  // namespace

bool is_soft_bounce(const events::Event& event) {
  const std::string_view reason = text_of(event, "reason");
  if (event.name == events::names::message_bounced) return is_in(returned_reasons, reason);
  if (event.name != events::names::message_failed) return false;
  if (reason == "expired") return is_in(expired_causes, text_of(event, "cause"));
  return is_in(refused_reasons, reason);
}

void ReturnedMails::hand_over(Mail mail) {
  // Where nothing has come back, that one arrives changes nothing.
  if (empty() || holds(returned_, mail.message)) return;
  remove(handed_over_, mail.message);
  insert(handed_over_, mail, handed_over_max);
  judge(mail.at);
}

void ReturnedMails::come_back(Mail mail, Timestamp now) {
  remove(handed_over_, mail.message);
  judge(now);
  if (holds(returned_, mail.message)) return;
  insert(returned_, mail, soft_bounce_mails_max);
}

void ReturnedMails::lose(messages::MessageId message) {
  remove(handed_over_, message);
}

void ReturnedMails::arrive(Timestamp at) {
  const auto is_before = [&](const Mail& mail) { return mail.at <= at; };
  std::erase_if(returned_, is_before);
  std::erase_if(handed_over_, is_before);
  if (returned_.empty()) handed_over_.clear();
}

void ReturnedMails::judge(Timestamp now) {
  std::optional<Timestamp> last;
  for (const Mail& mail : handed_over_) {
    if (mail.at + arrives_within <= now) last = mail.at;
  }
  if (last) arrive(*last);
}

bool ReturnedMails::reaches(const SoftBounceLimit& limit) const {
  return returned_.size() >= static_cast<std::size_t>(limit.mails) &&
         returned_.back().at - returned_.front().at >= limit.over;
}

void encode(ByteWriter& out, const ReturnedMails& mails) {
  encode_mails(out, mails.returned_);
  encode_mails(out, mails.handed_over_);
}

ReturnedMails decode_returned_mails(ByteReader& in) {
  ReturnedMails mails;
  mails.returned_ = decode_mails(in);
  mails.handed_over_ = decode_mails(in);
  return mails;
}

}  // namespace sojourn::policies
