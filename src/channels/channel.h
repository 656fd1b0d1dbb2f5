#pragma once

/// A channel: the way by which messages leave (SMTP, the captured inbox; later SMS, push, …).
///
/// A channel takes hand-offs, carries each up to just before its irrevocable step, asks for leave,
/// and reports how it ended. It knows nothing of contacts, journeys or the store. The runtime's
/// outbox is its only caller.
///
/// Protocol of one hand-off (ARCHITECTURE 6, reference 5.1):
///   start() -> [connect, envelope, body without its end] -> Events::ask_leave
///     granted -> irrevocable step -> Events::finished(accepted | deferred | failed | uncertain)
///     refused -> the hand-off is abandoned without a trace at the peer -> finished(not_started)
///   and at any point before leave was granted: finished(deferred | failed).
/// `finished` is called exactly once for each start().

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/messages/email.h"
#include "domain/messages/message.h"

namespace sojourn::channels {

struct Handoff {
  messages::MessageId id;
  messages::Email email;
  int attempt = 0;  ///< 0 for the first
};

/// How a hand-off ended.
struct Outcome {
  enum class Kind : std::uint8_t {
    accepted,     ///< the peer has taken it over
    deferred,     ///< not taken; try again later
    failed,       ///< refused for good
    not_started,  ///< leave was refused, the channel stopped before asking, or has no room now
    uncertain,    ///< leave was given, the step was taken, its answer never came
  };
  Kind kind = Kind::failed;
  /// The class of the reply (reference 1.5): `hard_bounce`, `mailbox_full`, `greylisted`, `policy`,
  /// `unreachable`, `sender_auth`, `our_error`, `unknown_permanent`...; empty when accepted.
  std::string reason;
  std::string reply;  ///< the peer's own words, at most 512 bytes, for people to read
  /// When to try again; absent: by the outbox's back-off for the attempt. Of what was not started:
  /// when there may be room.
  std::optional<Duration> retry_after;
  /// True where the address itself is dead and goes on the suppression list.
  bool suppress_address = false;
  /// True where the domain that the mail is from was refused, not the mail: others from it fare no
  /// better until somebody has mended its records.
  bool pause_sender = false;
};

/// What a channel calls; implemented by the outbox. Thread-safe; must return quickly.
class Events {
 public:
  virtual ~Events() = default;
  /// Asks whether the irrevocable step may be taken. The answer comes by Channel::answer_leave.
  virtual void ask_leave(messages::MessageId id) = 0;
  virtual void finished(messages::MessageId id, Outcome outcome) = 0;
};

class Channel {
 public:
  virtual ~Channel() = default;
  /// `email`
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Tells the channel whom to call. Called once, before anything else; `events` outlives it.
  virtual void connect(Events& events) = 0;
  /// How many more hand-offs may be started now. The outbox asks again after each `finished`.
  [[nodiscard]] virtual int capacity() const = 0;
  /// Zero: a mail to `address` may be started now, as far as is known. Else how long to wait before
  /// asking again, since whoever takes its mails has no room; those who ask one after the other are
  /// told instants one after the other. Thread-safe.
  [[nodiscard]] virtual Duration wait_for(std::string_view address) {
    static_cast<void>(address);
    return {};
  }
  /// Takes a hand-off. Only while capacity() > 0.
  virtual void start(Handoff handoff) = 0;
  virtual void answer_leave(messages::MessageId id, bool granted) = 0;
  /// Starts nothing more; hand-offs that wait for leave end `not_started`, those past it are given
  /// until `grace` to end and are `uncertain` after it. Returns when all have ended.
  virtual void stop(Duration grace) = 0;
};

/// A mail that the captured inbox keeps.
struct CapturedMail {
  std::string id;
  Timestamp at;
  std::string from;
  std::string to;
  std::string subject;
  std::string html;
  std::string text;
  struct Header {
    std::string name;
    std::string value;
  };
  std::vector<Header> headers;
  std::string raw;  ///< the whole mail as RFC 5322 bytes
};

/// Reads what the captured inbox keeps. Thread-safe.
class CapturedMails {
 public:
  virtual ~CapturedMails() = default;
  struct Page {
    std::vector<CapturedMail> mails;  ///< newest first; html, text, headers and raw left empty
    std::string next;                 ///< cursor; empty at the end
  };
  [[nodiscard]] virtual Result<Page> list(std::string_view cursor, int limit) const = 0;
  /// Absent where there is no such mail (any more).
  [[nodiscard]] virtual Result<std::optional<CapturedMail>> find(std::string_view id) const = 0;
  /// Removes every mail to this address from the disk: the erasure of a contact.
  virtual Result<void> forget(std::string_view address) = 0;
};

/// The keys by which mails are signed for the domains that they are sent from (DKIM). Thread-safe.
class SenderKeys {
 public:
  virtual ~SenderKeys() = default;
  enum class Kind : std::uint8_t { rsa, ed25519 };
  struct NewKey {
    std::string pem;         ///< secret
    std::string dns_record;  ///< what the TXT record of its selector says
  };
  struct Key {
    std::string domain;
    std::string selector;
    std::string pem;
  };

  /// The form in which a domain is kept and compared: ASCII, lower case. Error `invalid_domain` for
  /// what is no domain name of two labels at least.
  [[nodiscard]] virtual Result<std::string> domain_form(std::string_view text) const = 0;
  [[nodiscard]] virtual Result<NewKey> generate(Kind kind) const = 0;
  /// From now on mails are signed by these keys and no others, all of them or, on an error, as
  /// before: `invalid_key`, `invalid_domain`, `invalid_selector`.
  virtual Result<void> use(const std::vector<Key>& keys) = 0;
};

}  // namespace sojourn::channels
