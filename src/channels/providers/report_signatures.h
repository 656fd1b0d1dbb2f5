#pragma once

/// How services prove that a report is theirs. Pure: keys and certificates are given.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::channels::providers {

/// SendGrid: ECDSA over P-256 of SHA-256 over timestamp and body. `public_key` is the base64 that
/// its settings show (SubjectPublicKeyInfo), `signature` that of the header.
struct SendGridSigned {
  std::string_view public_key;
  std::string_view signature;
  std::string_view timestamp;
  std::string_view body;
};
[[nodiscard]] bool is_of_sendgrid(const SendGridSigned& report);
/// Whether a text is a key that is_of_sendgrid() could use.
[[nodiscard]] bool is_sendgrid_key(std::string_view public_key);

/// Mailgun: HMAC-SHA256 over timestamp and token; the body is not covered.
struct MailgunSigned {
  std::string_view key;
  std::string_view timestamp;
  std::string_view token;
  std::string_view signature;  ///< in hexadecimal
};
[[nodiscard]] bool is_of_mailgun(const MailgunSigned& report);

/// What an SNS message is signed over; absent for a type that there is not.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
[[nodiscard]] std::optional<std::string> sns_text_to_sign(const Object& message);
/// RSA with SHA-1 (version 1) or SHA-256 (version 2) by the key of the certificate `pem`.
[[nodiscard]] bool is_signed_by(const Object& sns_message, std::string_view pem);
/// True for `https://sns.<region>.amazonaws.com[.cn]/...` without user and port: only these
/// addresses hold certificates, and confirm subscriptions. Whoever could name another would sign
/// for Amazon.
[[nodiscard]] bool is_sns_url(std::string_view url);

}  // namespace sojourn::channels::providers
