#include "channels/email/mx_router.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "channels/email/reply_rules.h"
#include "net/address_range.h"

namespace sojourn::channels::email {
namespace {

using mail_dns::MtaStsPolicy;
using net::DnsAnswer;
using net::DnsStatus;
using net::DnsType;
using Steady = std::chrono::steady_clock;

/// Where the policy could not be fetched it is tried again after this time.
constexpr auto policy_pause = std::chrono::minutes(5);

Outcome dead_domain(std::string words) {
  Outcome outcome = ended(Outcome::Kind::failed, "hard_bounce", std::move(words));
  outcome.suppress_address = true;
  return outcome;
}

Outcome no_route(std::string words) {
  return ended(Outcome::Kind::deferred, "route", std::move(words));
}

/// FNV-1a: spreads mails over hosts of one preference, the same for the same mail.
std::uint64_t mixed(std::uint64_t seed, std::string_view text) {
  std::uint64_t hash = 14695981039346656037u ^ seed;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211u;
  return hash;
}

struct KeptPolicy {
  std::string id;
  MtaStsPolicy policy;
  Steady::time_point until;
  Steady::time_point next_try;  ///< not fetched again before
};

}  // namespace

struct MxRouter::State {
  State(net::Dns& asked, mail_dns::FetchMtaSts by, Options with)
      : dns(asked), fetch(std::move(by)), options(std::move(with)) {}

  net::Dns& dns;
  const mail_dns::FetchMtaSts fetch;
  const Options options;
  std::mutex mutex;
  std::map<std::string, KeptPolicy> policies;  // guarded by mutex

  std::optional<KeptPolicy> kept(const std::string& domain) {
    const std::lock_guard lock(mutex);
    const auto found = policies.find(domain);
    return found == policies.end() ? std::nullopt : std::optional(found->second);
  }
  void keep(const std::string& domain, KeptPolicy policy) {
    const std::lock_guard lock(mutex);
    if (policies.size() >= policies_max && !policies.contains(domain)) {
      policies.erase(std::min_element(policies.begin(), policies.end(), [](auto& a, auto& b) {
        return a.second.until < b.second.until;
      }));
    }
    policies[domain] = std::move(policy);
  }
};

/// One search. Shared by the callbacks of its questions; each step asks the next.
struct MxRouter::Search : std::enable_shared_from_this<MxRouter::Search> {
  std::shared_ptr<State> state;
  std::uint64_t shuffle = 0;
  Done done;
  MxRoute route;
  std::vector<std::string> hosts;

  // Guarded by mutex: answers come one after the other, but on several threads.
  std::mutex mutex;
  std::size_t answers_missing = 0;
  std::vector<std::vector<std::string>> addresses;  ///< of each host, IPv4 first
  bool some_failed = false;
  bool some_guarded = false;

  void begin() {
    state->dns.ask(route.domain, DnsType::mx,
                   [self = shared_from_this()](DnsAnswer answer) { self->take_hosts(answer); });
  }
  void finish(std::optional<Outcome> refusal = {}) {
    route.refusal = std::move(refusal);
    done(std::move(route));
  }
  void take_hosts(const DnsAnswer& answer);
  void ask_policy();
  void take_policy_record(const DnsAnswer& answer);
  void take_policy(const std::string& id, const Result<std::string>& text);
  void apply(const MtaStsPolicy& policy);
  void ask_addresses();
  void take_addresses(std::size_t host, const DnsAnswer& answer);
  void end();
};

void MxRouter::Search::take_hosts(const DnsAnswer& answer) {
  switch (answer.status) {
    case DnsStatus::failed:
      return finish(no_route(fmt::format("mail hosts of {}: {}", route.domain, answer.reason)));
    case DnsStatus::no_such_name:
      return finish(dead_domain(fmt::format("5.1.2 there is no domain {}", route.domain)));
    case DnsStatus::no_records:
      hosts = {route.domain};  // RFC 5321 §5.1: the domain's own address
      break;
    case DnsStatus::found: {
      std::vector<net::DnsRecord> records = answer.records;
      // RFC 7505 §3: a null MX stands alone; beside others it is a mistake and is passed over.
      if (records.size() == 1 && records.front().value.empty()) {
        return finish(dead_domain(fmt::format("5.1.10 {} takes no mail", route.domain)));
      }
      std::erase_if(records, [](const net::DnsRecord& each) { return each.value.empty(); });
      std::ranges::sort(records, {}, [this](const net::DnsRecord& each) {
        return std::pair(each.preference, mixed(shuffle, each.value));
      });
      for (const net::DnsRecord& record : records) hosts.push_back(record.value);
      if (hosts.size() > hosts_max) hosts.resize(hosts_max);
    }
  }
  // Of the best host, not of the one that the shuffle put first: the same for every mail.
  const std::string& first =
      answer.status == DnsStatus::found ? answer.records.front().value : hosts.front();
  route.provider = state->options.providers.of_host(first);
  ask_policy();
}

void MxRouter::Search::ask_policy() {
  state->dns.ask(
      "_mta-sts." + route.domain, DnsType::txt,
      [self = shared_from_this()](DnsAnswer answer) { self->take_policy_record(answer); });
}

void MxRouter::Search::take_policy_record(const DnsAnswer& answer) {
  const std::optional<std::string> id = mail_dns::mta_sts_id(answer);
  const std::optional<KeptPolicy> kept = state->kept(route.domain);
  const Steady::time_point now = Steady::now();
  const bool valid = kept && now < kept->until;
  // RFC 8461 §3.1, §5.1: a policy holds until its end also where record or server are gone.
  if (!id || (valid && kept->id == *id) || (kept && now < kept->next_try)) {
    if (valid) apply(kept->policy);
    return ask_addresses();
  }
  state->fetch(route.domain, [self = shared_from_this(), id = *id](
                                 const Result<std::string>& text) { self->take_policy(id, text); });
}

void MxRouter::Search::take_policy(const std::string& id, const Result<std::string>& text) {
  const Steady::time_point now = Steady::now();
  std::optional<KeptPolicy> kept = state->kept(route.domain);
  const Result<MtaStsPolicy> policy =
      text ? mail_dns::parse_mta_sts_policy(*text) : tl::unexpected(text.error());
  if (policy) {
    kept = KeptPolicy{.id = id,
                      .policy = *policy,
                      .until = now + std::chrono::milliseconds(policy->kept_for.ms),
                      .next_try = {}};
  } else {
    if (!kept) kept.emplace();
    kept->next_try = now + policy_pause;
  }
  state->keep(route.domain, *kept);
  if (now < kept->until) apply(kept->policy);
  ask_addresses();
}

void MxRouter::Search::apply(const MtaStsPolicy& policy) {
  if (policy.mode != MtaStsPolicy::Mode::enforce) return;
  route.tls_required = true;
  std::erase_if(hosts, [&](const std::string& host) { return !allows_host(policy, host); });
}

void MxRouter::Search::ask_addresses() {
  if (hosts.empty()) {
    return finish(
        ended(Outcome::Kind::deferred, "tls_unavailable",
              fmt::format("the policy of {} names none of its mail hosts", route.domain)));
  }
  addresses.resize(hosts.size());
  answers_missing = hosts.size() * 2;
  // A copy: the last answer may end the search while this loop still runs.
  const std::vector<std::string> names = hosts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const DnsType type : {DnsType::a, DnsType::aaaa}) {
      state->dns.ask(names[i], type, [self = shared_from_this(), i](DnsAnswer answer) {
        self->take_addresses(i, answer);
      });
    }
  }
}

void MxRouter::Search::take_addresses(std::size_t host, const DnsAnswer& answer) {
  {
    const std::lock_guard lock(mutex);
    some_failed = some_failed || answer.status == DnsStatus::failed;
    for (const net::DnsRecord& record : answer.records) {
      const std::optional<net::IpAddress> address = net::parse_ip_address(record.value);
      if (!address) continue;
      if (!state->options.guard.allows(*address)) {
        some_guarded = true;
        continue;
      }
      // IPv4 first: fewer receivers want a name for it, and more networks have it.
      std::vector<std::string>& list = addresses[host];
      list.insert(net::is_mapped_v4(*address) ? list.begin() : list.end(), record.value);
    }
    if (--answers_missing > 0) return;
  }
  end();
}

void MxRouter::Search::end() {
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    for (const std::string& address : addresses[i]) {
      if (route.targets.size() < targets_max) {
        route.targets.push_back({.host = hosts[i], .address = address});
      }
    }
  }
  if (!route.targets.empty()) return finish();
  if (some_failed) {
    return finish(no_route(fmt::format("addresses of {}: no name server answered", hosts.front())));
  }
  if (some_guarded) {
    // Nobody outside can mean it, and nothing inside must be reached by it.
    return finish(ended(
        Outcome::Kind::failed, "route",
        fmt::format("mail hosts of {} have addresses off the public internet", route.domain)));
  }
  const bool own = hosts.size() == 1 && hosts.front() == route.domain;
  if (own) return finish(dead_domain(fmt::format("5.1.2 {} has no mail host", route.domain)));
  // A mistake of the domain's owner, which is usually mended.
  finish(no_route(fmt::format("no mail host of {} has an address", route.domain)));
}

MxRouter::MxRouter(net::Dns& dns, mail_dns::FetchMtaSts fetch, Options options)
    : state_(std::make_shared<State>(dns, std::move(fetch), std::move(options))) {}

MxRouter::~MxRouter() = default;

void MxRouter::route(const std::string& domain, std::uint64_t shuffle, Done done) {
  auto search = std::make_shared<Search>();
  search->state = state_;
  search->shuffle = shuffle;
  search->done = std::move(done);
  search->route.domain = domain;
  search->begin();
}

}  // namespace sojourn::channels::email
