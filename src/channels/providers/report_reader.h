#pragma once

/// Reads the reports of the service that mails are handed to: checks that they are its, by
/// signatures where it signs, and says what they tell.

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "base/value.h"
#include "channels/provider_hooks.h"
#include "channels/providers/provider_url.h"
#include "net/address_guard.h"
#include "net/web_client.h"

namespace sojourn::channels::providers {

class ReportReader final : public ProviderHooks {
 public:
  struct Options {
    std::string url;  ///< see parse_provider_url()
    /// Of SendGrid the verification key, of Mailgun the HTTP webhook signing key; empty: none.
    std::string key = {};
    /// Where certificates of Amazon may be fetched beside the public internet. Where the URL names
    /// an endpoint they come from there, by their path.
    net::AddressGuard guard = {};
  };

  /// A Mailgun report so much older is refused; Mailgun tries for 8 hours.
  static constexpr Duration mailgun_age_max = Duration::hours(9);
  static constexpr Duration clocks_differ_max = Duration::minutes(5);
  /// Tokens of Mailgun reports that are remembered, 100 bytes each. What is above takes the place
  /// of the oldest.
  static constexpr std::size_t tokens_max = 100'000;
  /// Amazon has one certificate a region and changes it once a year.
  static constexpr std::size_t certificates_max = 8;

  /// `clock` tells real time and outlives the reader. Errors: those of the URL; `invalid_key`.
  [[nodiscard]] static Result<std::unique_ptr<ReportReader>> create(Options options,
                                                                    const Clock& clock);
  ~ReportReader() override;

  [[nodiscard]] std::string_view provider() const override;
  [[nodiscard]] bool lacks_key() const override;
  void read(const net::Request& request, Done done) override;

  /// Drops what waits for a certificate. Idempotent.
  void stop();

 private:
  ReportReader(Options options, ProviderAccount account, const Clock& clock);

  [[nodiscard]] Result<std::vector<ProviderReport>> read_sendgrid(const net::Request& request);
  [[nodiscard]] Result<std::vector<ProviderReport>> read_postmark(const net::Request& request);
  [[nodiscard]] Result<std::vector<ProviderReport>> read_mailgun(const net::Request& request);
  void read_sns(const net::Request& request, Done done);
  void read_signed_sns(const Object& message, const std::string& pem, const Done& done);
  void confirm_subscription(const Object& message, const Done& done);
  /// Null where there is none yet.
  [[nodiscard]] std::optional<std::string> known_certificate(const std::string& url);
  void remember_certificate(const std::string& url, const std::string& pem);
  /// False where the token came with another body before: a token signs no body.
  [[nodiscard]] bool is_first_body_of(const std::string& token, std::string_view body);
  [[nodiscard]] std::string at_endpoint(std::string_view url) const;

  const Options options_;
  const ProviderAccount account_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> certificates_;  // guarded by mutex_; by URL
  std::unordered_map<std::string, std::string> bodies_;        // guarded by mutex_; hashes by token
  std::deque<std::string> tokens_;  // guarded by mutex_; the oldest first
  net::WebClient client_;
};

}  // namespace sojourn::channels::providers
