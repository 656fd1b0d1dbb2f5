#pragma once

/// Mails that come back again and again from an address which nothing calls dead: a mailbox that
/// stays full, a host that is gone. Each says little; many in a row, with nothing that arrived
/// between them, say that nobody reads there any more.

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "domain/messages/message.h"

namespace sojourn::events {
struct Event;
}

namespace sojourn::policies {

/// From how many mails on, and over what time, an address is suppressed.
struct SoftBounceLimit {
  int mails = 5;
  Duration over = Duration::days(14);  ///< between the first and the last of them, at least
  friend bool operator==(const SoftBounceLimit&, const SoftBounceLimit&) = default;
};
/// Who writes the line of the ledger then.
inline constexpr std::string_view soft_bounces_source = "soft_bounces";
inline constexpr int soft_bounce_mails_min = 2;
inline constexpr int soft_bounce_mails_max = 20;
inline constexpr Duration soft_bounce_over_max = Duration::days(180);

/// A mail of which nothing has come back for so long has arrived: mail hosts give up after 4 to 5
/// days (RFC 5321 §4.5.4.1).
inline constexpr Duration arrives_within = Duration::days(6);

/// Mails of which nothing is known yet, of one address: ten a day.
inline constexpr std::size_t handed_over_max = 64;

/// Whether a `Message Failed` or `Message Bounced` speaks of the address, and of nothing that will
/// pass or lies with the mail, its sender or our own network (docs/reference/inbound-mail.md).
/// Those that say it is dead are none: they need no others.
[[nodiscard]] bool is_soft_bounce(const events::Event& event);

/// What one address has returned since a mail last arrived there. A mail counts once.
class ReturnedMails {
 public:
  struct Mail {
    messages::MessageId message;
    Timestamp at;
    friend bool operator==(const Mail&, const Mail&) = default;
  };

  /// Nothing has come back: there is nothing to keep.
  [[nodiscard]] bool empty() const { return returned_.empty(); }
  void hand_over(Mail mail);
  /// `now` is that of the other mails, which may have arrived since.
  void come_back(Mail mail, Timestamp now);
  /// A mail did not arrive, which says nothing of the address.
  void lose(messages::MessageId message);
  /// Somebody has read there: what came back until then counts no more.
  void arrive(Timestamp at);

  /// Enough mails came back over enough time.
  [[nodiscard]] bool reaches(const SoftBounceLimit& limit) const;

  friend bool operator==(const ReturnedMails&, const ReturnedMails&) = default;
  friend void encode(ByteWriter& out, const ReturnedMails& mails);
  friend ReturnedMails decode_returned_mails(ByteReader& in);

 private:
  /// Mails of which nothing came back in time have arrived.
  void judge(Timestamp now);

  /// Oldest first. Of more than soft_bounce_mails_max the first and the newest.
  std::vector<Mail> returned_;
  /// Handed over since the first of these, and not judged yet; oldest first. Of more than
  /// handed_over_max the first and the newest.
  std::vector<Mail> handed_over_;
};

void encode(ByteWriter& out, const ReturnedMails& mails);
/// Bytes that encode() does not write make `in` fail.
[[nodiscard]] ReturnedMails decode_returned_mails(ByteReader& in);

}  // namespace sojourn::policies
