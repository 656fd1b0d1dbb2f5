#pragma once

/// Signs mails by DKIM (RFC 6376, RFC 8301, RFC 8463): relaxed/relaxed, SHA-256, never `l=`.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "channels/mime/signing_key.h"

namespace sojourn::channels::mime {

/// Who signs: a domain (`d=`), and the name of its key (`s=`).
class DkimIdentity {
 public:
  /// `domain` may hold letters of any script: it is signed in its ASCII form. Errors
  /// `invalid_domain` and `invalid_selector` name the field.
  [[nodiscard]] static Result<DkimIdentity> create(std::string_view domain,
                                                   std::string_view selector,
                                                   std::shared_ptr<const SigningKey> key);

  [[nodiscard]] const std::string& domain() const { return domain_; }
  [[nodiscard]] const std::string& selector() const { return selector_; }
  [[nodiscard]] const SigningKey& key() const { return *key_; }

 private:
  DkimIdentity(std::string domain, std::string selector, std::shared_ptr<const SigningKey> key)
      : domain_(std::move(domain)), selector_(std::move(selector)), key_(std::move(key)) {}

  std::string domain_;
  std::string selector_;
  // Shared: mails are signed by several threads while keys are rotated.
  std::shared_ptr<const SigningKey> key_;
};

/// A signature is void so long after it was made: who replays a mail later cannot use it (`x=`).
inline constexpr Duration signature_lasts = Duration::days(7);

/// What becomes of a mail between us and its receiver.
enum class Relay : std::uint8_t {
  as_signed,  ///< it arrives as it was written
  /// The relay writes Message-ID and Date anew, and takes no field twice (Amazon SES): neither is
  /// signed, and there is one signature, by the first identity.
  rewrites_ids,
};

/// The DKIM-Signature fields of `mail`, one for each identity in their order, each with its line
/// end; to be put before everything else. `mail` is as write_mime() gives it.
///
/// From, To, Subject, Date and Reply-To are signed once more than they stand there (RFC 6376
/// §8.15): one that somebody adds breaks the signature. Both List-Unsubscribe fields are signed
/// (RFC 8058 §4).
[[nodiscard]] std::string dkim_fields(std::string_view mail,
                                      std::span<const DkimIdentity> identities, Timestamp at,
                                      Relay relay = Relay::as_signed);

/// What is hashed (RFC 6376 §3.4.2, §3.4.4), for tests and for who looks why a signature is broken.
[[nodiscard]] std::string relaxed_header(std::string_view field);
[[nodiscard]] std::string relaxed_body(std::string_view body);

}  // namespace sojourn::channels::mime
