#include "channels/email/smtp_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/text.h"
#include "net/address.h"

namespace sojourn::channels::email {
namespace {

tl::unexpected<Error> refuse(std::string why) {
  return failure({.code = "smtp_url_invalid",
                  .message = fmt::format("the SMTP URL {}", why),
                  .field = "smtp_url"});
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
         c == ':';
}

struct HostPort {
  std::string host;
  std::string_view port;  // empty: not given
};

// `host`, `host:port`, `[address]`, `[address]:port`.
HostPort split_host_port(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return {};
    std::string_view rest = text.substr(end + 1);
    if (rest.starts_with(':')) rest.remove_prefix(1);
    return {.host = to_lower_ascii(text.substr(1, end - 1)), .port = rest};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {.host = to_lower_ascii(text), .port = {}};
  return {.host = to_lower_ascii(text.substr(0, colon)), .port = text.substr(colon + 1)};
}

constexpr int mails_max_max = 10'000;
/// More than any relay takes from one sender.
constexpr int connections_max = 200;

Result<int> parse_number(std::string_view name, std::string_view text, int max) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < 1 || number > max) {
    return refuse(
        fmt::format("has {} \"{}\", the limits are 1 and {}", name, text.substr(0, 16), max));
  }
  return number;
}

Result<TlsPolicy> parse_tls(std::string_view policy) {
  if (policy == "off") return TlsPolicy::off;
  if (policy == "opportunistic") return TlsPolicy::opportunistic;
  if (policy == "required") return TlsPolicy::required;
  return refuse(
      fmt::format("has tls \"{}\"; it is off, opportunistic or required", policy.substr(0, 64)));
}

/// `name=value` of a query, which may be without the sign.
struct QueryPart {
  std::string_view name;
  std::string_view value;
};

std::vector<QueryPart> query_parts(std::string_view query) {
  std::vector<QueryPart> parts;
  for (const std::string_view part : split(query, '&')) {
    const std::size_t mark = part.find('=');
    parts.push_back({.name = part.substr(0, mark),
                     .value = mark == std::string_view::npos ? "" : part.substr(mark + 1)});
  }
  return parts;
}

Result<void> read_query(std::string_view query, SmtpServer& server) {
  for (const auto& [name, value] : query_parts(query)) {
    if (name == "connections") {
      TRY(connections, parse_number(name, value, connections_max));
      server.connections = connections;
    } else if (name == "tls" && server.tls == TlsPolicy::implicit) {
      return refuse("has TLS from the first byte; smtps takes no ?tls=");
    } else if (name == "tls") {
      TRY(tls, parse_tls(value));
      server.tls = tls;
    } else {
      return refuse(fmt::format("has \"{}\"; it takes tls and connections", name.substr(0, 64)));
    }
  }
  return {};
}

}  // namespace

Result<SmtpServer> parse_smtp_url(std::string_view url) {
  SmtpServer server;
  const bool implicit = url.starts_with("smtps://");
  if (!implicit && !url.starts_with("smtp://")) {
    return refuse("must begin with smtp:// or smtps://, or be mx:");
  }
  url.remove_prefix(implicit ? 8 : 7);

  std::string_view query;
  if (const std::size_t mark = url.find('?'); mark != std::string_view::npos) {
    query = url.substr(mark + 1);
    url = url.substr(0, mark);
  }
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = url.substr(0, at);
    const std::size_t colon = login.find(':');
    if (colon == std::string_view::npos) return refuse("has a user without a password");
    server.credentials = Credentials{.user = decode_percent(login.substr(0, colon)),
                                     .password = decode_percent(login.substr(colon + 1))};
    url.remove_prefix(at + 1);
  }
  if (url.ends_with('/')) url.remove_suffix(1);

  const HostPort place = split_host_port(url);
  if (place.host.empty() || !std::ranges::all_of(place.host, is_host_character)) {
    return refuse("has no valid host");
  }
  server.host = place.host;
  server.port = implicit ? 465 : server.credentials ? 587 : 25;
  if (!place.port.empty()) {
    const char* const end = place.port.data() + place.port.size();
    const auto [rest, error] = std::from_chars(place.port.data(), end, server.port);
    if (error != std::errc() || rest != end || server.port == 0) {
      return refuse(
          fmt::format("has port \"{}\", the limits are 1 and 65535", place.port.substr(0, 16)));
    }
  }

  server.tls = implicit                         ? TlsPolicy::implicit
               : server.credentials.has_value() ? TlsPolicy::required
                                                : TlsPolicy::opportunistic;
  if (!query.empty()) TRY_VOID(read_query(query, server));
  const bool may_be_plain = server.tls == TlsPolicy::off || server.tls == TlsPolicy::opportunistic;
  if (server.credentials && may_be_plain) {
    if (!net::is_loopback_host(server.host)) {
      return refuse("has credentials, so tls must be required (other than on loopback)");
    }
    server.plain_login = PlainLogin::allowed;
  }
  return server;
}

Result<std::optional<DirectDelivery>> parse_mx_url(std::string_view url) {
  constexpr std::string_view scheme = "mx:";
  if (!url.starts_with(scheme)) return std::optional<DirectDelivery>();
  DirectDelivery delivery;
  url.remove_prefix(scheme.size());
  if (url.empty()) return std::optional(delivery);
  if (!url.starts_with('?')) return refuse("takes no host after mx:");
  for (const auto& [name, value] : query_parts(url.substr(1))) {
    if (name == "port") {
      TRY(port, parse_number(name, value, 65535));
      delivery.port = static_cast<std::uint16_t>(port);
    } else if (name == "mails") {
      TRY(mails, parse_number(name, value, mails_max_max));
      delivery.mails_max = mails;
    } else {
      return refuse(fmt::format("has \"{}\"; mx: takes port and mails", name.substr(0, 64)));
    }
  }
  return std::optional(delivery);
}

}  // namespace sojourn::channels::email
