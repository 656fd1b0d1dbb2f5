#include "channels/inbound/imap_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "net/address.h"

namespace sojourn::channels::inbound {
namespace {

using Tls = net::ImapClient::Tls;

constexpr std::uint16_t implicit_port = 993;  // RFC 8314 §3.2
constexpr std::uint16_t start_tls_port = 143;
constexpr std::size_t mailbox_bytes_max = 200;

tl::unexpected<Error> refuse(std::string why) {
  return failure({.code = "imap_url_invalid",
                  .message = fmt::format("the IMAP URL {}", why),
                  .field = "imap_url"});
}

Result<std::string> read_mailbox(std::string_view text) {
  std::string name = decode_percent(text);
  const bool is_plain = std::ranges::all_of(name, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!name.empty() && name.size() <= mailbox_bytes_max && is_plain) return name;
  return refuse(
      fmt::format("names a mailbox that is not 1 to {} bytes of ASCII", mailbox_bytes_max));
}

Result<void> read_option(ImapPlace& place, std::string_view part) {
  const std::size_t mark = part.find('=');
  const std::string_view name = part.substr(0, mark);
  const std::string_view value = mark == std::string_view::npos ? "" : part.substr(mark + 1);
  if (name == "move") {
    TRY(mailbox, read_mailbox(value));
    place.move_to = std::move(mailbox);
  } else if (name == "authorities" && !value.empty()) {
    place.server.authorities_file = decode_percent(value);
  } else if (name == "every") {
    const Result<Duration> every = parse_duration(value);
    if (!every || *every < imap_every_min || *every > imap_every_max) {
      return refuse(fmt::format("has every \"{}\", the limits are {} and {}", value.substr(0, 16),
                                format_duration(imap_every_min), format_duration(imap_every_max)));
    }
    place.every = *every;
  } else {
    return refuse(
        fmt::format("has \"{}\"; it takes every, move and authorities", name.substr(0, 64)));
  }
  return {};
}

}  // namespace

std::string ImapPlace::name() const {
  return fmt::format("{}@{}:{}/{}", server.user, server.host, server.port, server.mailbox);
}

Result<ImapPlace> parse_imap_url(std::string_view url) {
  ImapPlace place;
  const bool implicit = url.starts_with("imaps://");
  if (!implicit && !url.starts_with("imap://")) {
    return refuse("must begin with imaps:// or imap://");
  }
  url.remove_prefix(implicit ? 8 : 7);
  place.server.tls = implicit ? Tls::implicit : Tls::start_tls;

  std::string_view query;
  if (const std::size_t mark = url.find('?'); mark != std::string_view::npos) {
    query = url.substr(mark + 1);
    url = url.substr(0, mark);
  }
  const std::size_t at = url.rfind('@');
  const std::string_view login = at == std::string_view::npos ? "" : url.substr(0, at);
  const std::size_t colon = login.find(':');
  if (colon == std::string_view::npos || colon == 0) return refuse("needs a user and a password");
  place.server.user = decode_percent(login.substr(0, colon));
  place.server.password = decode_percent(login.substr(colon + 1));
  url.remove_prefix(at + 1);

  if (const std::size_t slash = url.find('/'); slash != std::string_view::npos) {
    if (slash + 1 < url.size()) {
      TRY(mailbox, read_mailbox(url.substr(slash + 1)));
      place.server.mailbox = std::move(mailbox);
    }
    url = url.substr(0, slash);
  }
  const std::uint16_t usual_port = implicit ? implicit_port : start_tls_port;
  const bool has_port = url.find(':') != std::string_view::npos;
  const Result<net::HostPort> host =
      net::parse_host_port(has_port ? std::string(url) : fmt::format("{}:{}", url, usual_port));
  if (!host || host->host.empty() || host->port == 0) return refuse("has no valid host and port");
  place.server.host = host->host;
  place.server.port = host->port;
  if (query.empty()) return place;
  for (const std::string_view part : split(query, '&')) TRY_VOID(read_option(place, part));
  return place;
}

}  // namespace sojourn::channels::inbound
