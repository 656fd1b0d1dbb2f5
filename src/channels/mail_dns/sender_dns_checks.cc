#include "channels/mail_dns/sender_dns_checks.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace sojourn::channels::mail_dns {
namespace {

/// Stops asking once the time of the whole is up.
class PatientDns final : public net::Dns {
 public:
  PatientDns(net::Dns& dns, Duration patience)
      : dns_(dns), deadline_(Steady::now() + std::chrono::milliseconds(patience.ms)) {}

  /// Answers within the call where time is up: its callers wait by ask_and_wait().
  void ask(std::string name, net::DnsType type, Done done) override {
    if (Steady::now() < deadline_) return dns_.ask(std::move(name), type, std::move(done));
    done({.status = net::DnsStatus::failed, .reason = "earlier questions took too long"});
  }

 private:
  using Steady = std::chrono::steady_clock;
  net::Dns& dns_;
  const Steady::time_point deadline_;
};

}  // namespace

SenderDnsChecks::SenderDnsChecks(net::Dns& dns, FetchMtaSts fetch, const Clock& clock,
                                 Options options)
    : dns_(dns),
      fetch_(std::move(fetch)),
      clock_(clock),
      options_(std::move(options)),
      thread_([this] { run(); }) {}

SenderDnsChecks::~SenderDnsChecks() {
  stop();
}

void SenderDnsChecks::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> SenderDnsChecks::check(Request request, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= waiting_max) {
      return failure({.code = "checks_busy",
                      .message = fmt::format("{} domains wait to be checked, the limit is {}",
                                             waiting_.size(), waiting_max),
                      .limit = std::to_string(waiting_max)});
    }
    waiting_.emplace_back(std::move(request), std::move(done));
  }
  changed_.notify_all();
  return {};
}

void SenderDnsChecks::run() {
  for (;;) {
    std::pair<Request, Done> next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next.second(look_at(next.first));
  }
}

std::vector<SenderFinding> SenderDnsChecks::look_at(const Request& request) {
  PatientDns dns(dns_, patience);
  std::vector<SenderFinding> found;
  const auto append = [&](std::vector<SenderFinding> more) {
    std::move(more.begin(), more.end(), std::back_inserter(found));
  };
  append(find_keys(dns, request));
  found.push_back(find_spf(dns, request.domain, options_.hosts));
  found.push_back(find_dmarc_policy(dns, request.domain));
  found.push_back(find_mail_hosts(dns, request.domain));
  append(find_reverse_names(dns, options_.hosts, options_.hello_name));
  found.push_back(find_mta_sts(dns, fetch_, request.domain, clock_.now()));
  found.push_back(find_tls_reports(dns, request.domain));
  return found;
}

}  // namespace sojourn::channels::mail_dns
