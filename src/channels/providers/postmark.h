#pragma once

/// Postmark: takes a mail as its parts and writes it itself; marketing and transactional mails go
/// through streams of their own.
/// https://postmarkapp.com/developer/api/email-api

#include "channels/providers/provider.h"

namespace sojourn::channels::providers {

class Postmark final : public Provider {
 public:
  explicit Postmark(ProviderAccount account) : account_(std::move(account)) {}
  [[nodiscard]] std::string_view name() const override { return "postmark"; }
  [[nodiscard]] net::WebRequest request(const OutgoingMail& mail, Timestamp now) const override;
  [[nodiscard]] Verdict verdict(const net::WebResponse& response) const override;

 private:
  const ProviderAccount account_;
};

}  // namespace sojourn::channels::providers
