#include "channels/providers/provider_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "net/address.h"

namespace sojourn::channels::providers {
namespace {

struct Scheme {
  std::string_view start;
  ProviderKind kind;
  double per_second;  ///< where the URL names none
};

constexpr std::array schemes{
    // What an account has that Amazon let out of its sandbox.
    Scheme{"ses://", ProviderKind::ses, 14},
    Scheme{"sendgrid://", ProviderKind::sendgrid, 50},
    Scheme{"postmark://", ProviderKind::postmark, 20},
    Scheme{"mailgun://", ProviderKind::mailgun, 20},
};

tl::unexpected<Error> refuse(std::string why) {
  return failure({.code = "provider_url_invalid",
                  .message = fmt::format("the provider URL {}", why),
                  .field = "provider_url"});
}

const Scheme* scheme_of(std::string_view url) {
  const auto* found = std::ranges::find_if(
      schemes, [&](const Scheme& scheme) { return url.starts_with(scheme.start); });
  return found == schemes.end() ? nullptr : found;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

/// Safe in paths, host names and header fields.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, is_name_character);
}

/// Visible ASCII: can stand in a header field.
bool is_secret(std::string_view text) {
  return !text.empty() && text.size() <= 4096 &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

Result<double> read_rate(const std::string& text) {
  double rate = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, rate);
  const bool valid = error == std::errc() && rest == end && rate > 0 && rate <= per_second_max;
  if (!valid) {
    return refuse(fmt::format("has rate \"{}\"; the limits are above 0 and {} a second",
                              text.substr(0, 16), per_second_max));
  }
  return rate;
}

Result<std::string> read_endpoint(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  const bool secure = text.starts_with("https://");
  if (!secure && !text.starts_with("http://")) {
    return refuse("has an endpoint that does not begin with https://");
  }
  std::string_view host = std::string_view(text).substr(secure ? 8 : 7);
  host = host.substr(0, host.find('/'));
  if (host.empty() || host.find_first_of("@?# ") != std::string_view::npos) {
    return refuse("has an endpoint without a valid host");
  }
  if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    host = host.substr(0, colon);
  }
  if (!secure && !net::is_loopback_host(std::string(host))) {
    return refuse("has an endpoint without TLS, other than on loopback");
  }
  return text;
}

std::string usual_endpoint(const ProviderAccount& account) {
  switch (account.kind) {
    case ProviderKind::ses:
      return fmt::format("https://email.{}.amazonaws.com", account.region);
    case ProviderKind::sendgrid:
      return account.region == "eu" ? "https://api.eu.sendgrid.com" : "https://api.sendgrid.com";
    case ProviderKind::postmark:
      return "https://api.postmarkapp.com";
    case ProviderKind::mailgun:
      return account.region == "eu" ? "https://api.eu.mailgun.net" : "https://api.mailgun.net";
  }
  return {};
}

Result<void> read_name(std::string& place, std::string_view option, std::string value) {
  if (!is_name(value)) {
    return refuse(fmt::format("has no valid {}: letters, digits, dots and hyphens", option));
  }
  place = std::move(value);
  return {};
}

Result<void> read_option(ProviderAccount& account, std::string_view name, std::string value) {
  const auto of = [&](ProviderKind kind) { return account.kind == kind; };
  if (name == "rate") {
    TRY(rate, read_rate(value));
    account.per_second = rate;
    return {};
  }
  if (name == "endpoint") {
    TRY(endpoint, read_endpoint(std::move(value)));
    account.endpoint = std::move(endpoint);
    account.endpoint_is_named = true;
    return {};
  }
  if (name == "configuration_set" && of(ProviderKind::ses)) {
    return read_name(account.configuration_set, name, std::move(value));
  }
  if (name == "session_token" && of(ProviderKind::ses)) {
    if (!is_secret(value)) return refuse("has no valid session_token");
    account.session_token = std::move(value);
    return {};
  }
  if (name == "transactional" && of(ProviderKind::postmark)) {
    return read_name(account.transactional_stream, name, std::move(value));
  }
  if (name == "marketing" && of(ProviderKind::postmark)) {
    return read_name(account.marketing_stream, name, std::move(value));
  }
  if (name == "region" && of(ProviderKind::mailgun)) {
    if (value != "eu" && value != "us") return refuse("has a region other than us or eu");
    account.region = std::move(value);
    return {};
  }
  return refuse(fmt::format("has the option \"{}\", which {} does not take", name.substr(0, 32),
                            name_of(account.kind)));
}

Result<void> read_place(ProviderAccount& account, const std::string& place) {
  switch (account.kind) {
    case ProviderKind::ses:
      return read_name(account.region, "region after the @", place);
    case ProviderKind::mailgun:
      return read_name(account.domain, "domain after the @", place);
    case ProviderKind::sendgrid:
      if (place == "eu") account.region = place;
      if (place.empty() || place == "eu" || place == "global") return {};
      return refuse("has a place other than global or eu after the @");
    case ProviderKind::postmark:
      if (place.empty() || place == "global") return {};
      return refuse("has a place other than global after the @");
  }
  return {};
}

Result<void> read_credentials(ProviderAccount& account, std::string_view login) {
  const std::size_t colon = login.find(':');
  account.key = decode_percent(login.substr(0, colon));
  if (account.kind == ProviderKind::ses) {
    if (colon == std::string_view::npos) return refuse("has no secret key behind the access key");
    account.secret_key = decode_percent(login.substr(colon + 1));
    if (!is_secret(account.secret_key)) return refuse("has no valid secret key");
  } else if (colon != std::string_view::npos) {
    return refuse("has a colon in its key; write %3A");
  }
  if (!is_secret(account.key)) return refuse("has no valid key before the @");
  return {};
}

}  // namespace

std::string_view name_of(ProviderKind kind) {
  switch (kind) {
    case ProviderKind::ses:
      return "ses";
    case ProviderKind::sendgrid:
      return "sendgrid";
    case ProviderKind::postmark:
      return "postmark";
    case ProviderKind::mailgun:
      return "mailgun";
  }
  return "";
}

bool is_provider_url(std::string_view url) {
  return scheme_of(url) != nullptr;
}

Result<ProviderAccount> parse_provider_url(std::string_view url) {
  const Scheme* scheme = scheme_of(url);
  if (scheme == nullptr) {
    return refuse("must begin with ses://, sendgrid://, postmark:// or mailgun://");
  }
  ProviderAccount account{
      .kind = scheme->kind, .key = {}, .endpoint = {}, .per_second = scheme->per_second};
  url.remove_prefix(scheme->start.size());
  std::string_view query;
  if (const std::size_t mark = url.find('?'); mark != std::string_view::npos) {
    query = url.substr(mark + 1);
    url = url.substr(0, mark);
  }
  if (url.ends_with('/')) url.remove_suffix(1);
  const std::size_t at = url.rfind('@');
  if (at == std::string_view::npos) return refuse("has no key before an @");
  TRY_VOID(read_credentials(account, url.substr(0, at)));
  TRY_VOID(read_place(account, decode_percent(url.substr(at + 1))));
  if (!query.empty()) {
    for (const std::string_view option : split(query, '&')) {
      const std::size_t equal = std::min(option.find('='), option.size());
      const std::string_view value = option.substr(std::min(equal + 1, option.size()));
      TRY_VOID(read_option(account, option.substr(0, equal), decode_percent(value)));
    }
  }
  if (account.endpoint.empty()) account.endpoint = usual_endpoint(account);
  return account;
}

}  // namespace sojourn::channels::providers
