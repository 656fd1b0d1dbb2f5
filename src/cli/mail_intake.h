#pragma once

/// The doors for mail that comes back: an SMTP listener, a Maildir, a mailbox by IMAP, whose
/// reports become events of the messages that they are about.

#include <memory>
#include <string>

#include "base/result.h"
#include "channels/inbound/imap_box.h"
#include "channels/inbound/maildir.h"
#include "channels/inbound/smtp_listener.h"
#include "runtime/runtime.h"

namespace sojourn::cli {

class MailIntake {
 public:
  struct Options {
    std::string domain;   ///< of the addresses that are ours
    std::string smtp;     ///< `HOST:PORT`; empty: no listener
    std::string maildir;  ///< empty: none
    std::string imap;     ///< parse_imap_url(); empty: none
  };

  /// Listens and watches, and takes nothing before start(). `runtime` outlives it. Errors:
  /// `invalid_address`, `address_unavailable`, `not_a_maildir`, `watch_failed`,
  /// `imap_url_invalid`.
  [[nodiscard]] static Result<std::unique_ptr<MailIntake>> create(runtime::Runtime& runtime,
                                                                  Options options);
  void start();
  /// What was not answered comes again.
  void stop();
  /// Of the listener; 0 where there is none.
  [[nodiscard]] std::uint16_t smtp_port() const;

 private:
  using Answer = std::function<void(channels::inbound::Receipt)>;

  MailIntake(runtime::Runtime& runtime, Options options);
  [[nodiscard]] bool accepts(std::string_view address) const;
  void take(const channels::inbound::ReceivedMail& mail, const Answer& answer);

  runtime::Runtime& runtime_;
  const Options options_;
  std::unique_ptr<channels::inbound::SmtpListener> listener_;
  std::unique_ptr<channels::inbound::Maildir> maildir_;
  std::unique_ptr<channels::inbound::ImapBox> imap_;
};

}  // namespace sojourn::cli
