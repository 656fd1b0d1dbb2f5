#include "channels/email/traffic.h"

namespace sojourn::channels::email {

Shaper* Traffic::find(const std::string& provider) {
  const auto found = shapers_.find(provider);
  return found == shapers_.end() ? nullptr : &found->second;
}

Duration Traffic::wait(std::string_view domain, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto known = provider_of_.find(std::string(domain));
  if (known == provider_of_.end()) return {};
  Shaper* const shaper = find(known->second);
  return shaper == nullptr ? Duration{} : shaper->wait(now);
}

std::optional<Duration> Traffic::enter(const std::string& domain, const Provider& provider,
                                       Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (provider_of_.size() >= domains_max) provider_of_.clear();
  provider_of_[domain] = provider.name;
  if (shapers_.size() >= providers_max) forget_idle(now);
  Shaper& shaper = shapers_.try_emplace(provider.name, provider.limits).first->second;
  const Duration wait = shaper.wait(now);
  if (wait > Duration{}) return wait;
  shaper.began(now);
  return std::nullopt;
}

void Traffic::forget_idle(Timestamp now) {
  absl::erase_if(shapers_, [now](const auto& each) {
    return each.second.mails_under_way() == 0 && !each.second.is_throttled(now);
  });
}

void Traffic::leave(const std::string& provider, Timestamp entered, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (Shaper* const shaper = find(provider)) shaper->ended(entered, now);
}

int Traffic::connections_max(const std::string& provider, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const Shaper* const shaper = find(provider);
  return shaper == nullptr ? 0 : shaper->connections_max(now);
}

bool Traffic::connect(const std::string& provider, Timestamp now) {
  const std::lock_guard lock(mutex_);
  Shaper* const shaper = find(provider);
  if (shaper == nullptr || !shaper->may_connect(now)) return false;
  shaper->connected(now);
  return true;
}

bool Traffic::throttled(const std::string& provider, Timestamp now) {
  const std::lock_guard lock(mutex_);
  Shaper* const shaper = find(provider);
  if (shaper == nullptr) return false;
  const bool is_new = !shaper->is_throttled(now);
  shaper->throttled(now);
  return is_new;
}

void Traffic::unreachable(const std::string& provider, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (Shaper* const shaper = find(provider)) shaper->unreachable(now);
}

void Traffic::reached(const std::string& provider) {
  const std::lock_guard lock(mutex_);
  if (Shaper* const shaper = find(provider)) shaper->reached();
}

}  // namespace sojourn::channels::email
