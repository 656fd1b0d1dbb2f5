#pragma once

/// SendGrid (Twilio), Web API v3: takes a mail as its parts and writes it itself.
/// https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send

#include "channels/providers/provider.h"

namespace sojourn::channels::providers {

class SendGrid final : public Provider {
 public:
  explicit SendGrid(ProviderAccount account) : account_(std::move(account)) {}
  [[nodiscard]] std::string_view name() const override { return "sendgrid"; }
  [[nodiscard]] net::WebRequest request(const OutgoingMail& mail, Timestamp now) const override;
  [[nodiscard]] Verdict verdict(const net::WebResponse& response) const override;

 private:
  const ProviderAccount account_;
};

}  // namespace sojourn::channels::providers
