#pragma once

/// Carries out the looks at senders' domains, one domain after the other.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "channels/mail_dns/sender_findings.h"
#include "channels/sender_checks.h"

namespace sojourn::channels::mail_dns {

/// One thread, started by the constructor.
class SenderDnsChecks final : public SenderChecks {
 public:
  struct Options {
    SendingHosts hosts = {};
    std::string hello_name = "localhost";
  };
  static constexpr std::size_t waiting_max = 20;
  /// Of one domain; what is not answered by then is `unknown`.
  static constexpr Duration patience = Duration::seconds(30);

  /// `dns` and `clock` outlive it, and what `fetch` uses.
  SenderDnsChecks(net::Dns& dns, FetchMtaSts fetch, const Clock& clock, Options options);
  ~SenderDnsChecks() override;
  SenderDnsChecks(const SenderDnsChecks&) = delete;
  SenderDnsChecks& operator=(const SenderDnsChecks&) = delete;

  Result<void> check(Request request, Done done) override;
  /// Ends after the look at hand. Idempotent.
  void stop();

 private:
  void run();
  [[nodiscard]] std::vector<SenderFinding> look_at(const Request& request);

  net::Dns& dns_;
  const FetchMtaSts fetch_;
  const Clock& clock_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Request, Done>> waiting_;  // guarded by mutex_
  bool stopping_ = false;                         // guarded by mutex_
  std::thread thread_;
};

}  // namespace sojourn::channels::mail_dns
