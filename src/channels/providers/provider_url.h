#pragma once

/// The account with a service that takes mails, as one line of configuration.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sojourn::channels::providers {

enum class ProviderKind : std::uint8_t { ses, sendgrid, postmark, mailgun };

[[nodiscard]] std::string_view name_of(ProviderKind kind);

struct ProviderAccount {
  ProviderKind kind = ProviderKind::ses;
  /// The access key of SES; the API key or token of the others. Secret.
  std::string key;
  std::string secret_key = {};                    ///< of SES; secret
  std::string session_token = {};                 ///< of SES, with temporary credentials; secret
  std::string region = {};                        ///< of SES `eu-west-1`; of others `eu`, or empty
  std::string domain = {};                        ///< of Mailgun
  std::string configuration_set = {};             ///< of SES; empty: none
  std::string transactional_stream = "outbound";  ///< of Postmark
  std::string marketing_stream = "broadcast";     ///< of Postmark
  /// Where its API is, without a slash at the end: `https://api.postmarkapp.com`.
  std::string endpoint;
  bool endpoint_is_named = false;  ///< by the URL, in place of the usual one
  double per_second = 10;
};

/// Mails a second; more than a million a day and hour after hour is nobody's quota.
inline constexpr double per_second_max = 1000;

/// True where `url` names one of the services, whatever follows.
[[nodiscard]] bool is_provider_url(std::string_view url);

/// Reads
///   ses://ACCESS_KEY:SECRET_KEY@REGION?configuration_set=NAME&session_token=TOKEN
///   sendgrid://API_KEY@global       or @eu
///   postmark://SERVER_TOKEN@global?transactional=STREAM&marketing=STREAM
///   mailgun://API_KEY@DOMAIN?region=eu
/// and of each `rate=MAILS_A_SECOND` and `endpoint=URL`. All parts are percent-encoded. An endpoint
/// without TLS is taken for loopback only: the key goes over it. Error `provider_url_invalid`; it
/// never holds what may be secret.
[[nodiscard]] Result<ProviderAccount> parse_provider_url(std::string_view url);

}  // namespace sojourn::channels::providers
