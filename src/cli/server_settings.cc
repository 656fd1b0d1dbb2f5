#include "cli/server_settings.h"

#include <fmt/format.h>

#include <charconv>

#include "api/segment_call.h"
#include "base/text.h"
#include "channels/inbound/imap_url.h"
#include "cli/text_file.h"
#include "domain/contacts/attributes.h"

namespace sojourn::cli {
namespace {

tl::unexpected<Error> refuse(std::string_view field, const std::string& value,
                             std::string message) {
  return failure({.code = "invalid_setting",
                  .message = fmt::format("{} {}", field, message),
                  .field = std::string(field),
                  .value = value});
}

Result<std::string> read_public_url(std::string url) {
  if (url.empty()) return url;
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return refuse("SOJOURN_PUBLIC_URL", url, "must begin with http:// or https://");
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Result<net::AddressGuard> read_guard(const char* name, const Environment& environment) {
  const std::string allowed = environment(name);
  Result<net::AddressGuard> guard = net::AddressGuard::parse(allowed);
  if (!guard) return refuse(name, allowed, "cannot be read: " + guard.error().message);
  return guard;
}

/// A file of the operator that goes before a table of ours.
template <typename Table>
Result<void> read_table(const char* name, const Environment& environment, Table& table) {
  const std::string path = environment(name);
  if (path.empty()) return {};
  const Result<std::string> text = read_text(path);
  if (!text) return refuse(name, path, "cannot be read: " + text.error().message);
  Result<Table> parsed = Table::parse(*text);
  if (!parsed) return refuse(name, path, fmt::format("({}): {}", path, parsed.error().message));
  table = std::move(*parsed);
  return {};
}
/// A reply path has at most 256 characters (RFC 5321 §4.5.3.1.3), 65 of them before the domain.
constexpr std::size_t return_domain_max = 189;

/// Fewer than a batch may hold could never be taken; more would keep senders waiting for minutes.
constexpr std::size_t queue_max_min = api::batch_items_max;
constexpr std::size_t queue_max_max = 10'000'000;

Result<std::size_t> read_queue_max(const std::string& text, std::size_t without) {
  if (text.empty()) return without;
  std::size_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, count);
  const bool in_range = count >= queue_max_min && count <= queue_max_max;
  if (error != std::errc() || read_to != end || !in_range) {
    return refuse("SOJOURN_QUEUE_MAX", text,
                  fmt::format("must be a number from {} to {}", queue_max_min, queue_max_max));
  }
  return count;
}

/// A host name of at least two labels, in lower case; local parts with a token stand before it.
Result<std::string> read_return_domain(const std::string& text) {
  if (text.empty()) return text;
  const std::string address = contacts::normalise_email("b@" + text);
  if (address.size() < 2 || text.size() > return_domain_max) {
    return refuse("SOJOURN_RETURN_DOMAIN", text,
                  fmt::format("must be a domain such as b.example.com of at most {} characters",
                              return_domain_max));
  }
  return address.substr(2);
}

Result<void> read_returns(const Environment& environment, ServerSettings& settings) {
  TRY(domain, read_return_domain(environment("SOJOURN_RETURN_DOMAIN")));
  settings.return_domain = std::move(domain);
  settings.return_smtp = environment("SOJOURN_RETURN_SMTP");
  settings.return_maildir = environment("SOJOURN_RETURN_MAILDIR");
  settings.return_imap = environment("SOJOURN_RETURN_IMAP");
  const bool takes = !settings.return_smtp.empty() || !settings.return_maildir.empty() ||
                     !settings.return_imap.empty();
  if (takes && settings.return_domain.empty()) {
    return refuse("SOJOURN_RETURN_DOMAIN", "",
                  "must be set with SOJOURN_RETURN_SMTP, SOJOURN_RETURN_MAILDIR or "
                  "SOJOURN_RETURN_IMAP");
  }
  // Reports that nobody takes would be lost to `from`, which has had them until now.
  if (!takes && !settings.return_domain.empty()) {
    return refuse(
        "SOJOURN_RETURN_DOMAIN", settings.return_domain,
        "needs SOJOURN_RETURN_SMTP, SOJOURN_RETURN_MAILDIR or SOJOURN_RETURN_IMAP, which take "
        "its mail");
  }
  if (!settings.return_imap.empty()) {
    const auto place = channels::inbound::parse_imap_url(settings.return_imap);
    // Its value holds a password, and is not repeated.
    if (!place) return failure(place.error().code, "SOJOURN_RETURN_IMAP: " + place.error().message);
  }
  if (!settings.return_smtp.empty()) {
    const Result<net::HostPort> listen = net::parse_host_port(settings.return_smtp);
    if (!listen) {
      return refuse("SOJOURN_RETURN_SMTP", settings.return_smtp,
                    "must be an address such as 0.0.0.0:25");
    }
  }
  return {};
}

}  // namespace

Result<messages::Mailbox> parse_mailbox(std::string_view text) {
  messages::Mailbox mailbox;
  std::string_view address = trimmed(text);
  const std::size_t open = address.rfind('<');
  if (open != std::string_view::npos && address.ends_with('>')) {
    std::string_view name = trimmed(address.substr(0, open));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
      name = name.substr(1, name.size() - 2);
    }
    mailbox.name = name;
    address = address.substr(open + 1, address.size() - open - 2);
  }
  mailbox.address = contacts::normalise_email(address);
  if (mailbox.address.empty()) {
    return failure(
        {.code = "invalid_setting",
         .message = fmt::format("\"{}\" is no address such as Name <name@example.com>", text),
         .value = std::string(text)});
  }
  return mailbox;
}

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

/// A URL may hold a password: what is refused is not repeated.
Result<void> read_store(ServerSettings& settings) {
  const std::string& store = settings.flags.store;
  if (store.starts_with(sqlite_scheme)) {
    settings.flags.data = store.substr(sqlite_scheme.size());
  } else if (store.starts_with("postgresql://") || store.starts_with("postgres://")) {
    settings.postgres_url = store;
  } else if (!store.empty()) {
    return refuse("--store", "", "must be empty, sqlite:FOLDER or postgresql://…");
  }
  return {};
}

}  // namespace

Result<ServerSettings> read_settings(const ServeFlags& flags, const Environment& environment) {
  ServerSettings settings;
  settings.flags = flags;
  TRY_VOID(read_store(settings));
  TRY(listen, net::parse_host_port(flags.listen));
  if (flags.virtual_clock && !net::is_loopback_host(listen.host)) {
    return refuse("--virtual-clock", flags.listen, "is allowed on a loopback address only");
  }
  TRY(public_url, read_public_url(environment("SOJOURN_PUBLIC_URL")));
  settings.public_url = std::move(public_url);
  settings.smtp_url = environment("SOJOURN_SMTP_URL");
  const std::string from = environment("SOJOURN_FROM");
  if (from.empty() && !settings.smtp_url.empty()) {
    return refuse("SOJOURN_FROM", "", "must be set with SOJOURN_SMTP_URL");
  }
  TRY(mailbox, parse_mailbox(from.empty() ? "Sojourn <hello@sojourn.example>" : from));
  settings.from = std::move(mailbox);
  settings.postal_address = environment("SOJOURN_POSTAL_ADDRESS");
  TRY_VOID(read_returns(environment, settings));
  settings.secret = environment("SOJOURN_SECRET");
  TRY(proxies, net::TrustedProxies::parse(environment("SOJOURN_TRUSTED_PROXIES")));
  settings.trusted_proxies = std::move(proxies);
  TRY(webhook_guard, read_guard("SOJOURN_WEBHOOK_ALLOW", environment));
  settings.webhook_guard = std::move(webhook_guard);
  TRY(mail_guard, read_guard("SOJOURN_MAIL_ALLOW", environment));
  settings.mail_guard = std::move(mail_guard);
  settings.dns_servers = environment("SOJOURN_DNS");
  const std::string hosts = environment("SOJOURN_SENDS_FROM");
  auto sends_from = channels::mail_dns::parse_sending_hosts(hosts);
  if (!sends_from) {
    return refuse("SOJOURN_SENDS_FROM", hosts, "cannot be read: " + sends_from.error().message);
  }
  settings.sends_from = std::move(*sends_from);
  TRY_VOID(read_table("SOJOURN_REPLY_RULES", environment, settings.reply_rules));
  TRY_VOID(read_table("SOJOURN_PROVIDERS", environment, settings.providers));
  settings.provider_webhook_key = environment("SOJOURN_PROVIDER_WEBHOOK_KEY");
  TRY(queue_max, read_queue_max(environment("SOJOURN_QUEUE_MAX"), settings.queue_max));
  settings.queue_max = queue_max;
  settings.bootstrap.write_key = environment("SOJOURN_WRITE_KEY");
  settings.bootstrap.browser_key = environment("SOJOURN_BROWSER_KEY");
  settings.bootstrap.api_key = environment("SOJOURN_API_KEY");
  settings.bootstrap.admin_email = environment("SOJOURN_ADMIN_EMAIL");
  settings.bootstrap.admin_password = environment("SOJOURN_ADMIN_PASSWORD");
  return settings;
}

}  // namespace sojourn::cli
