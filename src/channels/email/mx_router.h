#pragma once

/// Where mails for a domain go: its mail hosts in their order, their addresses, and what the domain
/// says about TLS (RFC 5321 §5.1, RFC 7505, RFC 8461).

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "channels/channel.h"
#include "channels/email/providers.h"
#include "channels/mail_dns/mta_sts.h"
#include "net/address_guard.h"
#include "net/dns.h"

namespace sojourn::channels::email {

/// One address of one host.
struct MxTarget {
  std::string host;
  std::string address;

  friend bool operator==(const MxTarget&, const MxTarget&) = default;
};

struct MxRoute {
  /// Present: there is nowhere to go, and what becomes of a mail.
  std::optional<Outcome> refusal = {};
  std::string domain = {};
  Provider provider = {};
  std::vector<MxTarget> targets = {};  ///< to be tried in this order
  /// The domain enforces MTA-STS: TLS with a certificate of the host's name, or no mail.
  bool tls_required = false;
};

/// Thread-safe. `dns` and what `fetch` uses outlive it, and answer what was asked before it ends.
class MxRouter {
 public:
  /// Hosts of one domain that are looked at, and addresses that are tried.
  static constexpr std::size_t hosts_max = 10;
  static constexpr std::size_t targets_max = 20;
  /// Policies of MTA-STS that are kept.
  static constexpr std::size_t policies_max = 10'000;

  struct Options {
    Providers providers = {};
    /// Which addresses mails may be delivered to.
    net::AddressGuard guard = {};
  };
  using Done = std::function<void(MxRoute)>;

  MxRouter(net::Dns& dns, mail_dns::FetchMtaSts fetch, Options options);
  ~MxRouter();

  /// `domain` in ASCII, lower case. `done` is called once, on a thread of the name servers' client
  /// or of `fetch`. Equal preferences are tried in an order that `shuffle` decides.
  void route(const std::string& domain, std::uint64_t shuffle, Done done);

 private:
  struct Search;
  struct State;
  // Shared with searches under way, which may end after this.
  std::shared_ptr<State> state_;
};

}  // namespace sojourn::channels::email
