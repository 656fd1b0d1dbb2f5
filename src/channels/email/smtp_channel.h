#pragma once

/// The channel that hands mails to an SMTP server that relays them, or to the mail hosts of their
/// recipients themselves, over connections that are kept open.

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "channels/channel.h"
#include "channels/email/providers.h"
#include "channels/email/smtp_session.h"
#include "channels/mail_dns/mta_sts.h"
#include "channels/mime/mail_signer.h"
#include "net/address_guard.h"
#include "net/dns.h"

namespace sojourn::channels::email {

class SmtpPool;

/// How long each stage may take. The defaults are the minima of RFC 5321 §4.5.3.2, where it names
/// any: giving up sooner makes duplicates of mails that a slow server did accept.
struct SmtpTimeouts {
  Duration connect = Duration::seconds(30);
  Duration greeting = Duration::minutes(5);
  Duration hello = Duration::minutes(5);
  Duration start_tls = Duration::minutes(1);
  Duration login = Duration::minutes(2);
  Duration mail = Duration::minutes(5);
  Duration recipient = Duration::minutes(5);
  Duration data = Duration::minutes(2);
  /// The whole mail, so that a peer that reads a byte a second cannot hold a connection for ever.
  Duration body = Duration::minutes(10);
  /// The answer to ask_leave; the server meanwhile waits, and gives up after some minutes itself.
  Duration leave = Duration::minutes(2);
  Duration end_of_data = Duration::minutes(10);
  Duration reset = Duration::minutes(1);
  Duration idle = Duration::seconds(30);
  Duration quit = Duration::seconds(5);

  /// The one for `stage`; at Stage::closed zero.
  [[nodiscard]] Duration of(Stage stage) const;
};

class SmtpChannel final : public Channel {
 public:
  struct Options {
    std::string url;  ///< see parse_smtp_url() and parse_mx_url()
    /// What EHLO says: a domain name or an address literal, at most 255 bytes.
    std::string hello_name = "localhost";
    /// To the relay, where the URL does not say it. Without one it is mails under way to all hosts
    /// together that the URL limits, and `providers` says how many connections each host gets.
    int connections_max = 8;
    int mails_per_connection_max = 100;
    SmtpTimeouts timeouts = {};
    /// PEM file of the authorities that may sign the server's certificate; empty: the system's.
    /// With opportunistic TLS no certificate is checked.
    std::string authorities_file = {};
    const mime::MailSigner* signer = nullptr;  ///< outlives the channel; null: nothing is signed
    ReplyRules rules = {};
    /// What follows is for delivery without a relay; `dns` outlives the channel, and what `fetch`
    /// uses.
    Providers providers = {};
    net::AddressGuard guard = {};
    net::Dns* dns = nullptr;
    mail_dns::FetchMtaSts fetch_policy = {};
  };

  /// Connects to nothing yet. Mails are dated by `clock`, which outlives the channel. Fails on a
  /// malformed URL or name, on limits below one, where the authorities cannot be read, and without
  /// name servers where there is no relay.
  [[nodiscard]] static Result<std::unique_ptr<SmtpChannel>> create(Options options,
                                                                   const Clock& clock);
  /// stop()s without grace, if that has not been done.
  ~SmtpChannel() override;

  [[nodiscard]] std::string_view name() const override { return "email"; }
  void connect(Events& events) override;
  [[nodiscard]] int capacity() const override;
  /// How many mails can be past leave at once, where others are made ready meanwhile: to a relay as
  /// many as there may be connections. Absent: all that capacity() lets start.
  [[nodiscard]] std::optional<std::size_t> steps_max() const;
  [[nodiscard]] Duration wait_for(std::string_view address) override;
  /// Writes a mail that is not signed on the caller's thread; connections are served by a thread of
  /// the channel.
  void start(Handoff handoff) override;
  void answer_leave(messages::MessageId id, bool granted) override;
  void stop(Duration grace) override;

 private:
  explicit SmtpChannel(std::unique_ptr<SmtpPool> pool);
  std::unique_ptr<SmtpPool> pool_;
};

}  // namespace sojourn::channels::email
