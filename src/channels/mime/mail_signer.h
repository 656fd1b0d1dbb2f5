#pragma once

/// Signs each mail by the keys of the domain that it is sent from. It holds the keys that sign now.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "channels/channel.h"
#include "channels/mime/dkim.h"
#include "channels/mime/mime.h"
#include "domain/messages/email.h"

namespace sojourn::channels::mime {

class MailSigner final : public SenderKeys {
 public:
  /// More keys of one domain sign no mail: a receiver may stop at the tenth signature, and each
  /// makes the mail longer (RFC 6376 §8.8).
  static constexpr std::size_t keys_per_domain_max = 4;

  // SenderKeys
  [[nodiscard]] Result<std::string> domain_form(std::string_view text) const override;
  [[nodiscard]] Result<NewKey> generate(Kind kind) const override;
  /// Error `too_many_keys` besides.
  Result<void> use(const std::vector<Key>& keys) override;

  /// False: fields() is empty, whoever sent the mail.
  [[nodiscard]] bool has_keys() const { return !identities()->empty(); }
  /// The DKIM-Signature fields that go before `mail`, which was sent by `from`: RSA first, for
  /// receivers that look at one signature only. Those of the address's domain, or where it has no
  /// key of the nearest domain above it; DMARC takes both as aligned. Empty where
  /// no key stands for the address.
  [[nodiscard]] std::string fields(std::string_view mail, std::string_view from, Timestamp at,
                                   Relay relay = Relay::as_signed) const;

 private:
  using Identities = std::map<std::string, std::vector<DkimIdentity>, std::less<>>;  // by domain

  [[nodiscard]] std::shared_ptr<const Identities> identities() const;

  mutable std::mutex mutex_;
  // Guarded by mutex_. Shared: a mail that is being signed keeps the keys that it began with while
  // others take their place.
  std::shared_ptr<const Identities> identities_ = std::make_shared<const Identities>();
};

/// A mail as write_mime() gives it, signed where `signer` is there and has a key of its From.
[[nodiscard]] Result<WrittenMail> write_signed(const messages::Email& email, Timestamp date,
                                               const MailSigner* signer,
                                               Relay relay = Relay::as_signed);

}  // namespace sojourn::channels::mime
