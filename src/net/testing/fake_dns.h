#pragma once

/// Name servers that know what a test tells them, without a socket.

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/dns.h"

namespace sojourn::net::testing {

/// Each answer comes on a thread of its own.
class FakeDns final : public Dns {
 public:
  FakeDns() = default;
  ~FakeDns() override {
    for (std::thread& thread : threads_) thread.join();
  }

  /// One record more of `name`; the others stay.
  void add(const std::string& name, DnsType type, const std::string& value,
           std::uint16_t preference = 0) {
    const std::lock_guard lock(mutex_);
    DnsAnswer& answer = answers_[{name, type}];
    answer.status = DnsStatus::found;
    answer.records.push_back({.value = value, .preference = preference});
  }
  void fail(const std::string& name, DnsType type) {
    const std::lock_guard lock(mutex_);
    answers_[{name, type}] = {.status = DnsStatus::failed, .reason = "the name server failed"};
  }
  void remove(const std::string& name, DnsType type) {
    const std::lock_guard lock(mutex_);
    answers_.erase({name, type});
  }
  [[nodiscard]] int asked(const std::string& name, DnsType type) const {
    const std::lock_guard lock(mutex_);
    const auto found = asked_.find({name, type});
    return found == asked_.end() ? 0 : found->second;
  }

  void ask(std::string name, DnsType type, Done done) override {
    const std::lock_guard lock(mutex_);
    ++asked_[{name, type}];
    DnsAnswer answer{.status = DnsStatus::no_such_name};
    const auto found = answers_.find({name, type});
    if (found != answers_.end()) answer = found->second;
    for (const auto& [question, other] : answers_) {
      const bool exists = question.first == name && other.status == DnsStatus::found;
      if (found == answers_.end() && exists) answer.status = DnsStatus::no_records;
    }
    threads_.emplace_back([call = std::move(done), got = std::move(answer)] { call(got); });
  }

 private:
  using Question = std::pair<std::string, DnsType>;
  mutable std::mutex mutex_;
  std::map<Question, DnsAnswer> answers_;
  std::map<Question, int> asked_;
  std::vector<std::thread> threads_;
};

}  // namespace sojourn::net::testing
