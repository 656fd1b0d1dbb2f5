#pragma once

/// How `sojourn serve` was started: flags and environment, checked.

#include <functional>
#include <optional>
#include <string>

#include "api/accounts.h"
#include "base/result.h"
#include "channels/email/providers.h"
#include "channels/email/reply_rules.h"
#include "channels/mail_dns/sender_findings.h"
#include "domain/messages/email.h"
#include "net/address.h"
#include "net/address_guard.h"
#include "runtime/event_log.h"

namespace sojourn::cli {

struct ServeFlags {
  std::string data = "data";
  std::string listen = "127.0.0.1:8080";
  std::string store;  ///< empty: SQLite in the data folder
  bool virtual_clock = false;
  std::string demo;  ///< name of the example workspace to begin with; empty: none
};

struct ServerSettings {
  ServeFlags flags;
  std::string postgres_url;  ///< of --store; empty: SQLite in the data folder
  std::string public_url;    ///< SOJOURN_PUBLIC_URL; empty: as the server listens
  std::string smtp_url;      ///< empty: mails are captured
  messages::Mailbox from;
  std::string postal_address;
  std::string return_domain;   ///< SOJOURN_RETURN_DOMAIN; empty: mails come back to `from`
  std::string return_smtp;     ///< SOJOURN_RETURN_SMTP: where we listen for them; empty: nowhere
  std::string return_maildir;  ///< SOJOURN_RETURN_MAILDIR; empty: none
  std::string return_imap;     ///< SOJOURN_RETURN_IMAP; empty: none
  std::string secret;
  net::TrustedProxies trusted_proxies;
  net::AddressGuard webhook_guard;  ///< SOJOURN_WEBHOOK_ALLOW: where webhook steps may call
  net::AddressGuard mail_guard;     ///< SOJOURN_MAIL_ALLOW: where mail hosts of recipients may be
  std::string dns_servers;          ///< SOJOURN_DNS; empty: those of the system
  channels::mail_dns::SendingHosts sends_from;  ///< SOJOURN_SENDS_FROM
  channels::email::ReplyRules reply_rules;      ///< SOJOURN_REPLY_RULES: a file, before ours
  channels::email::Providers providers;         ///< SOJOURN_PROVIDERS: likewise
  /// SOJOURN_PROVIDER_WEBHOOK_KEY: by which reports of the provider are checked; empty: none
  std::string provider_webhook_key;
  /// SOJOURN_QUEUE_MAX: events that may wait, for the disk and to be applied each.
  std::size_t queue_max = runtime::EventLog::Options().queue_max;
  api::BootstrapOptions bootstrap;
};

/// Value of an environment variable; empty where it is not set.
using Environment = std::function<std::string(const char* name)>;

/// Errors name the flag or variable in `field`.
[[nodiscard]] Result<ServerSettings> read_settings(const ServeFlags& flags,
                                                   const Environment& environment);

/// `Ann Lee <ann@example.com>` or an address alone.
[[nodiscard]] Result<messages::Mailbox> parse_mailbox(std::string_view text);

}  // namespace sojourn::cli
