#pragma once

/// Questions to the domain name system (RFC 1035): an interface, and a client that asks name
/// servers without blocking and keeps their answers for as long as the zones allow.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/address.h"

namespace sojourn::net {

/// The numbers are those of the protocol.
enum class DnsType : std::uint16_t { a = 1, cname = 5, ptr = 12, mx = 15, txt = 16, aaaa = 28 };

struct DnsRecord {
  /// A, AAAA: the address in its usual text form. TXT: its strings, joined. CNAME, PTR, MX: a name
  /// in lower case without the dot at the end; empty is the root, which as MX says that the domain
  /// takes no mail (RFC 7505).
  std::string value;
  std::uint16_t preference = 0;  ///< of MX; the lowest comes first

  friend bool operator==(const DnsRecord&, const DnsRecord&) = default;
};

enum class DnsStatus : std::uint8_t {
  found,
  no_records,    ///< the name exists and has none of this type
  no_such_name,  ///< NXDOMAIN
  failed,        ///< nobody could say: another time it may be otherwise
};

struct DnsAnswer {
  DnsStatus status = DnsStatus::failed;
  /// Of the type that was asked for, also where aliases (CNAME) led elsewhere; not empty where
  /// `found`. In the order of the answer; MX by preference.
  std::vector<DnsRecord> records = {};
  std::string reason = {};  ///< where it failed, for a person: `no name server answered in time`

  friend bool operator==(const DnsAnswer&, const DnsAnswer&) = default;
};

/// Thread-safe.
class Dns {
 public:
  virtual ~Dns() = default;
  /// Called once for each question, never within ask().
  using Done = std::function<void(DnsAnswer)>;
  /// `name` is ASCII, with or without the dot at the end. `done` is called on a thread of the
  /// implementation, which it must not hold up.
  virtual void ask(std::string name, DnsType type, Done done) = 0;
};

/// Asks and waits for the answer. Not from within a Done.
[[nodiscard]] DnsAnswer ask_and_wait(Dns& dns, std::string name, DnsType type);

/// One thread, started by create(). Equal questions that are under way are asked once.
class DnsClient final : public Dns {
 public:
  struct Options {
    /// Addresses with or without port, separated by commas, at most dns_servers_max:
    /// `192.0.2.53, [2001:db8::53]:5353`. Empty: those of the system (/etc/resolv.conf).
    std::string servers = {};
    /// Of the first try; each further one waits twice as long.
    Duration timeout = Duration::seconds(2);
    int tries = 3;
    /// Of a question as a whole: with several silent servers the tries alone would take minutes.
    Duration patience = Duration::seconds(15);
    std::size_t cache_answers_max = 20'000;  ///< about 200 bytes each
    std::size_t waiting_max = 10'000;        ///< questions under way; what is beyond fails at once
  };

  /// Errors: `invalid_dns_servers` with the part that cannot be read as its value, `dns_failed`
  /// where the library cannot be set up.
  [[nodiscard]] static Result<std::unique_ptr<DnsClient>> create(const Options& options);
  /// Questions under way end as failed.
  ~DnsClient() override;
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  void ask(std::string name, DnsType type, Done done) override;

 private:
  class Core;
  explicit DnsClient(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

inline constexpr std::size_t dns_servers_max = 8;

/// A name as questions are compared: lower case, without the dot at the end. Absent where it is no
/// name: an empty label, one of more than 63 bytes, more than 253 in all, or a character that is
/// neither a letter, a digit, `-`, nor `_`.
[[nodiscard]] std::optional<std::string> dns_name(std::string_view text);

/// The name that is asked for the PTR of an address: `7.2.0.192.in-addr.arpa`.
[[nodiscard]] std::string reverse_dns_name(const IpAddress& address);

}  // namespace sojourn::net
