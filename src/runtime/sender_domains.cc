#include "runtime/sender_domains.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sojourn::runtime {
namespace {

/// The number of the newest pair of keys. Selectors are used once in a workspace, so that no
/// resolver keeps an older record of one.
constexpr std::string_view counter_setting = "sender_keys.newest";
constexpr std::string_view purpose = "sender keys";

using channels::SenderKeys;
using State = SenderKey::State;
using store::SenderKeyRecord;

struct Kind {
  SenderKeys::Kind kind;
  std::string_view name;
  char letter;  ///< the last of its selectors
};
constexpr std::array kinds{
    Kind{SenderKeys::Kind::rsa, "rsa", 'r'},
    Kind{SenderKeys::Kind::ed25519, "ed25519", 'e'},
};

constexpr std::array states{State::waiting, State::signing, State::retired};

/// What no version of ours has written counts as retired: it signs nothing.
State state_of(const SenderKeyRecord& record) {
  const auto found =
      std::ranges::find(states, record.state, [](State state) { return name_of(state); });
  return found == states.end() ? State::retired : *found;
}

bool is_listed(const SenderKeyRecord& record, Timestamp now) {
  return state_of(record) != State::retired ||
         now - record.changed_at < SenderDomains::retired_listed;
}

/// Records are in the order of their domains.
std::vector<SenderDomain> domains_of(const std::vector<SenderKeyRecord>& records, Timestamp now) {
  std::vector<SenderDomain> domains;
  for (const SenderKeyRecord& record : records) {
    if (!is_listed(record, now)) continue;
    if (domains.empty() || domains.back().domain != record.domain) {
      domains.push_back({.domain = record.domain, .keys = {}});
    }
    domains.back().keys.push_back({.selector = record.selector,
                                   .kind = record.kind,
                                   .state = state_of(record),
                                   .dns_record = record.dns_record,
                                   .created_at = record.created_at,
                                   .changed_at = record.changed_at});
  }
  return domains;
}

Result<SenderDomain> require(std::vector<SenderDomain> domains, const std::string& domain) {
  const auto found = std::ranges::find(domains, domain, &SenderDomain::domain);
  if (found != domains.end()) return std::move(*found);
  return failure({.code = "unknown_sender_domain",
                  .message = fmt::format("{} is no sender domain", domain),
                  .field = "domain",
                  .value = domain});
}

bool has_key(const SenderDomain& domain, State state) {
  return std::ranges::any_of(domain.keys, [&](const SenderKey& key) { return key.state == state; });
}

tl::unexpected<Error> too_many(std::string code, std::string message, std::string value,
                               std::size_t limit) {
  return failure({.code = std::move(code),
                  .message = std::move(message),
                  .field = "domain",
                  .value = std::move(value),
                  .limit = std::to_string(limit)});
}

}  // namespace

/// What one call changes, written in one transaction.
struct SenderDomains::Work {
  std::string action;
  std::string domain;
  std::string actor;
  Timestamp at;
  Records put = {};
  Records removed = {};
  /// Of new keys, in the order of `kinds`; their selectors are found within the transaction.
  std::vector<SenderKeys::NewKey> made = {};
};

std::string_view name_of(SenderKey::State state) {
  switch (state) {
    case State::waiting:
      return "waiting";
    case State::signing:
      return "signing";
    case State::retired:
      return "retired";
  }
  return "";
}

std::string_view name_of(SenderDomain::State state) {
  switch (state) {
    case SenderDomain::State::waiting:
      return "waiting";
    case SenderDomain::State::signing:
      return "signing";
    case SenderDomain::State::rotating:
      return "rotating";
  }
  return "";
}

SenderDomain::State SenderDomain::state() const {
  if (!has_key(*this, SenderKey::State::signing)) return State::waiting;
  return has_key(*this, SenderKey::State::waiting) ? State::rotating : State::signing;
}

SenderDomains::SenderDomains(Runtime& runtime, SenderKeys& signer)
    : runtime_(runtime), signer_(signer), box_(runtime.master_key(), purpose) {}

Result<SenderDomains::Records> SenderDomains::read() {
  TRY(view, runtime_.store().view());
  return view->sender_keys();
}

Result<void> SenderDomains::load() {
  const std::lock_guard lock(mutex_);
  TRY(records, read());
  return use(records);
}

Result<void> SenderDomains::use(const Records& records) {
  std::vector<SenderKeys::Key> keys;
  for (const SenderKeyRecord& record : records) {
    if (state_of(record) != State::signing) continue;
    Result<std::string> pem = box_.open(record.sealed, {record.domain, record.selector});
    if (!pem) {
      Error error = std::move(pem.error());
      error.message =
          fmt::format("the key {} of {}: {}", record.selector, record.domain, error.message);
      error.field = "domain";
      error.value = record.domain;
      return failure(std::move(error));
    }
    keys.push_back({.domain = record.domain, .selector = record.selector, .pem = std::move(*pem)});
  }
  return signer_.use(keys);
}

Result<std::vector<SenderDomain>> SenderDomains::list() {
  TRY(records, read());
  return domains_of(records, runtime_.clock().now());
}

Result<SenderDomain> SenderDomains::find(std::string_view domain) {
  TRY(name, signer_.domain_form(domain));
  TRY(domains, list());
  return require(std::move(domains), name);
}

SenderDomains::Work SenderDomains::begin(std::string_view action, const std::string& domain,
                                         const std::string& actor) const {
  return {.action = fmt::format("sender_domain.{}", action),
          .domain = domain,
          .actor = actor,
          .at = runtime_.clock().now()};
}

Result<void> SenderDomains::make_pair(const std::string& domain, Work& work) {
  for (const Kind& kind : kinds) {
    TRY(key, signer_.generate(kind.kind));
    work.made.push_back(std::move(key));
    work.put.push_back({.domain = domain,
                        .selector = {},
                        .kind = std::string(kind.name),
                        .state = std::string(name_of(State::waiting)),
                        .sealed = {},
                        .dns_record = work.made.back().dns_record,
                        .created_at = work.at,
                        .changed_at = work.at});
  }
  return {};
}

/// Writes what has changed, and lets mails be signed accordingly once it is durable. Retired keys
/// of every domain that have had their time go with it.
Result<void> SenderDomains::carry_out(Work work) {
  const auto change = [&](store::StateTransaction& transaction) -> Result<void> {
    std::string selectors;
    if (!work.made.empty()) {
      TRY(newest, transaction.setting(counter_setting));
      std::uint64_t number = 0;
      if (newest) std::from_chars(newest->data(), newest->data() + newest->size(), number);
      ++number;
      for (std::size_t i = 0; i < work.made.size(); ++i) {
        SenderKeyRecord& record = work.put[i];
        record.selector = fmt::format("s{}{}", number, kinds[i].letter);
        record.sealed = box_.seal(work.made[i].pem, {record.domain, record.selector});
      }
      TRY_VOID(transaction.put_setting(counter_setting, std::to_string(number)));
    }
    for (const SenderKeyRecord& record : work.removed) {
      TRY_VOID(transaction.remove_sender_key(record.domain, record.selector));
    }
    for (const SenderKeyRecord& record : work.put) {
      TRY_VOID(transaction.put_sender_key(record));
      selectors +=
          fmt::format("{}{} {}", selectors.empty() ? "" : ", ", record.selector, record.state);
    }
    return transaction.append_audit(work.actor, work.action, work.domain, selectors, work.at);
  };
  TRY(before, read());
  for (const SenderKeyRecord& record : before) {
    if (!is_listed(record, work.at)) work.removed.push_back(record);
  }
  TRY_VOID(runtime_.write(change));
  TRY(after, read());
  return use(after);
}

Result<SenderDomain> SenderDomains::add(std::string_view domain, const std::string& actor) {
  TRY(name, signer_.domain_form(domain));
  {
    const std::lock_guard lock(mutex_);
    TRY(known, list());
    if (std::ranges::find(known, name, &SenderDomain::domain) != known.end()) {
      return failure({.code = "sender_domain_exists",
                      .message = fmt::format("{} is a sender domain already", name),
                      .field = "domain",
                      .value = name});
    }
    if (known.size() >= domains_max) {
      return too_many(
          "too_many_sender_domains",
          fmt::format("there are {} sender domains, the limit is {}", known.size(), domains_max),
          name, domains_max);
    }
    Work work = begin("add", name, actor);
    TRY_VOID(make_pair(name, work));
    TRY_VOID(carry_out(std::move(work)));
  }
  return find(name);
}

Result<SenderDomain> SenderDomains::activate(std::string_view domain, const std::string& actor) {
  TRY(name, signer_.domain_form(domain));
  {
    const std::lock_guard lock(mutex_);
    TRY(found, find(name));
    if (!has_key(found, State::waiting)) return found;
    Work work = begin("activate", name, actor);
    TRY(records, read());
    for (SenderKeyRecord& record : records) {
      const State state = state_of(record);
      if (record.domain != name || state == State::retired) continue;
      record.state = name_of(state == State::waiting ? State::signing : State::retired);
      // Nothing is signed by it any more: the private key need not be kept.
      if (state == State::signing) record.sealed.clear();
      record.changed_at = work.at;
      work.put.push_back(std::move(record));
    }
    TRY_VOID(carry_out(std::move(work)));
  }
  return find(name);
}

Result<SenderDomain> SenderDomains::rotate(std::string_view domain, const std::string& actor) {
  TRY(name, signer_.domain_form(domain));
  {
    const std::lock_guard lock(mutex_);
    TRY(found, find(name));
    if (has_key(found, State::waiting)) return found;
    if (found.keys.size() + kinds.size() > keys_max) {
      return too_many("too_many_sender_keys",
                      fmt::format("{} has {} keys, the limit is {}; retired ones are kept for 7 "
                                  "days",
                                  name, found.keys.size(), keys_max),
                      name, keys_max);
    }
    Work work = begin("rotate", name, actor);
    TRY_VOID(make_pair(name, work));
    TRY_VOID(carry_out(std::move(work)));
  }
  return find(name);
}

Result<void> SenderDomains::remove(std::string_view domain, const std::string& actor) {
  TRY(name, signer_.domain_form(domain));
  const std::lock_guard lock(mutex_);
  TRY_VOID(find(name));
  Work work = begin("remove", name, actor);
  TRY(records, read());
  for (SenderKeyRecord& record : records) {
    if (record.domain == name) work.removed.push_back(std::move(record));
  }
  return carry_out(std::move(work));
}

}  // namespace sojourn::runtime
