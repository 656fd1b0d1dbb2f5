#pragma once

/// What an answer of a service means for the mail and for us: one table for each service, and one
/// for what they have in common (HTTP).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "channels/providers/provider.h"
#include "net/web_client.h"

namespace sojourn::channels::providers {

enum class Meaning : std::uint8_t {
  taken,
  dead_address,  ///< failed, `hard_bounce`: the address goes on the suppression list
  our_error,     ///< failed: the service cannot read the mail
  policy,        ///< failed: the service does not want this mail
  throttled,     ///< deferred
  unavailable,   ///< deferred
  credentials,   ///< deferred, `login_refused`; the connection waits
  sender,        ///< deferred, `sender_auth`: sender, domain or account; the connection waits
  unreadable,    ///< deferred, `invalid_reply`: not an answer of this service
  unknown,       ///< uncertain: the service may have taken the mail
};

/// Every part that is present must match; the first rule that does decides.
struct AnswerRule {
  int status = 0;               ///< 0: any
  std::string_view code = {};   ///< the service's own code of the error, whole
  std::string_view words = {};  ///< in lower case, anywhere in its words
  Meaning meaning = Meaning::unknown;
};

/// An answer taken apart.
struct ReadAnswer {
  int status = 0;
  std::string code = {};   ///< empty: none
  std::string words = {};  ///< the service's, for people; of a taken mail its id there
  Duration retry_after = {};
};

[[nodiscard]] constexpr bool is_success(int status) {
  return status >= 200 && status < 300;
}

/// In place of a code: an answer of 2xx that does not say what the service calls the mail.
/// Something else may have answered in its place.
inline constexpr std::string_view no_id = "no_id";

/// By `rules`, else by the status alone: 2xx taken; 401, 403 and 407 credentials; 408, 425 and 503
/// unavailable; 404, 405 and 410 sender (the address or the account is wrong); 429 throttled; other
/// 4xx our_error; 3xx unreadable. Other 5xx are unknown: services have been seen to deliver mails
/// that they answered so.
[[nodiscard]] Verdict verdict_of(const ReadAnswer& answer, std::span<const AnswerRule> rules);

/// One line of at most 512 bytes, as Outcome::reply holds it.
[[nodiscard]] std::string shown(const ReadAnswer& answer);

}  // namespace sojourn::channels::providers
