#include "net/dns_cache.h"

#include <algorithm>

namespace sojourn::net {
namespace {

Duration bounded(const DnsAnswer& answer, Duration lifetime) {
  switch (answer.status) {
    case DnsStatus::found:
      return std::min(lifetime, DnsCache::lifetime_max);
    case DnsStatus::no_records:
    case DnsStatus::no_such_name:
      return std::min(lifetime, DnsCache::negative_lifetime_max);
    case DnsStatus::failed:
      return DnsCache::failure_lifetime;
  }
  return {};
}

}  // namespace

const DnsAnswer* DnsCache::find(const DnsQuestion& question, Timestamp now) const {
  const auto found = kept_.find(question);
  return found == kept_.end() || found->second.until <= now ? nullptr : &found->second.answer;
}

void DnsCache::put(const DnsQuestion& question, DnsAnswer answer, Duration lifetime,
                   Timestamp now) {
  remove(question);
  const Duration kept_for = bounded(answer, lifetime);
  if (kept_for <= Duration{} || answers_max_ == 0) return;
  while (kept_.size() >= answers_max_) remove(DnsQuestion(by_end_.begin()->second));
  by_end_.insert({now + kept_for, question});
  kept_[question] = {.answer = std::move(answer), .until = now + kept_for};
}

void DnsCache::remove(const DnsQuestion& question) {
  const auto found = kept_.find(question);
  if (found == kept_.end()) return;
  by_end_.erase({found->second.until, question});
  kept_.erase(found);
}

}  // namespace sojourn::net
