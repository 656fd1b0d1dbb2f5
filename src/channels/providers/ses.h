#pragma once

/// Amazon SES, API v2: takes mails as RFC 5322 bytes. It replaces Message-ID and Date; a signature
/// of ours that leaves them out stays valid.
/// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html

#include "channels/providers/provider.h"

namespace sojourn::channels::providers {

class Ses final : public Provider {
 public:
  explicit Ses(ProviderAccount account);
  [[nodiscard]] std::string_view name() const override { return "ses"; }
  [[nodiscard]] mime::Relay relay() const override { return mime::Relay::rewrites_ids; }
  [[nodiscard]] net::WebRequest request(const OutgoingMail& mail, Timestamp now) const override;
  [[nodiscard]] Verdict verdict(const net::WebResponse& response) const override;

 private:
  const ProviderAccount account_;
  std::string host_;
  std::string path_;
};

}  // namespace sojourn::channels::providers
