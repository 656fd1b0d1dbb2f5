#pragma once

/// The channel that hands mails to a service over its HTTP API.
///
/// The irrevocable step is the request. A mail waits for its turn first (connector.h), then asks
/// leave, then is handed over at most once: where the answer did not come after the request was
/// written, or says nothing sure (most of 5xx), the outcome is `uncertain`.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "channels/channel.h"
#include "channels/connector/connector.h"
#include "channels/connector/exchange_journal.h"
#include "channels/mime/mail_signer.h"
#include "channels/providers/provider.h"
#include "net/address_guard.h"

namespace sojourn::channels::providers {

class ProviderChannel final : public Channel {
 public:
  struct Options {
    std::string url = {};  ///< see parse_provider_url()
    /// Where the service may be beside the public internet: for an endpoint inside the network.
    net::AddressGuard guard = {};
    int mails_max = 16;  ///< in flight: at so many requests a time no service is slow
    /// From the request to its answer. Services that take a mail do so within seconds; giving up
    /// early makes mails uncertain that were taken.
    Duration answer_timeout = Duration::minutes(1);
    const mime::MailSigner* signer = nullptr;  ///< outlives the channel; null: nothing is signed
  };
  struct Clocks {
    const Clock& product;  ///< dates the mails
    const Clock& real;     ///< dates the requests
  };

  /// Connects to nothing yet; the clocks and `journal` outlive the channel. Errors: those of the
  /// URL, and `limit_invalid`.
  [[nodiscard]] static Result<std::unique_ptr<ProviderChannel>> create(
      const Options& options, const Clocks& clocks, connector::ExchangeJournal& journal);
  /// stop()s without grace, if that has not been done.
  ~ProviderChannel() override;

  [[nodiscard]] std::string_view name() const override { return "email"; }
  void connect(Events& events) override;
  [[nodiscard]] int capacity() const override;
  /// Writes the mail on the caller's thread; the rest happens on one of the channel.
  void start(Handoff handoff) override;
  void answer_leave(messages::MessageId id, bool granted) override;
  void stop(Duration grace) override;

 private:
  struct Mail;

  ProviderChannel(const Options& options, const Clocks& clocks, const ProviderAccount& account,
                  connector::ExchangeJournal& journal);
  void place(std::unique_ptr<Mail> mail);
  void take_turn(messages::MessageId id);
  void hand_over(Mail& mail);
  void take_answer(messages::MessageId id, const connector::CallResult& result);
  [[nodiscard]] Outcome outcome_of(const connector::CallResult& result);
  void give_up_waiting();
  void end_grace();
  void finish(messages::MessageId id, Outcome outcome);

  const Options options_;
  const Clocks clocks_;
  const std::unique_ptr<Provider> provider_;
  Events* events_ = nullptr;         // outlives the channel (Channel::connect)
  std::atomic<int> in_flight_ = 0;   // started and not finished
  std::atomic<int> unreported_ = 0;  // the same, until Events::finished has returned
  std::atomic<bool> stopping_ = false;
  std::mutex ended_mutex_;
  std::condition_variable ended_;

  connector::Connector connector_;
  // Of the connector's loop.
  std::unordered_map<std::uint64_t, std::unique_ptr<Mail>> mails_;
  net::Timer grace_timer_;
};

}  // namespace sojourn::channels::providers
