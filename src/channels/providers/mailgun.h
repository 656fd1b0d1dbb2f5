#pragma once

/// Mailgun: takes mails as RFC 5322 bytes.
/// https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages

#include "channels/providers/provider.h"

namespace sojourn::channels::providers {

class Mailgun final : public Provider {
 public:
  explicit Mailgun(ProviderAccount account) : account_(std::move(account)) {}
  [[nodiscard]] std::string_view name() const override { return "mailgun"; }
  [[nodiscard]] net::WebRequest request(const OutgoingMail& mail, Timestamp now) const override;
  [[nodiscard]] Verdict verdict(const net::WebResponse& response) const override;

 private:
  const ProviderAccount account_;
};

}  // namespace sojourn::channels::providers
