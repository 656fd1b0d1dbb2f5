#pragma once

/// Answers of name servers, kept until their time is up and within a limit.

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "net/dns.h"

namespace sojourn::net {

struct DnsQuestion {
  std::string name;  ///< as dns_name() gives it
  DnsType type = DnsType::a;

  friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
  friend auto operator<=>(const DnsQuestion&, const DnsQuestion&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const DnsQuestion& question) {
    return H::combine(std::move(hash), question.name, question.type);
  }
};

/// Not thread-safe. Instants are of any clock that does not go back.
class DnsCache {
 public:
  /// A zone may say years; nobody who corrects a record wants to wait for longer.
  static constexpr Duration lifetime_max = Duration::days(1);
  /// RFC 2308 §5 finds one to three hours sensible; somebody who sets up records looks sooner.
  static constexpr Duration negative_lifetime_max = Duration::minutes(5);
  /// RFC 2308 §7 allows five minutes. It keeps a broken zone from being asked for every mail.
  static constexpr Duration failure_lifetime = Duration::seconds(5);

  explicit DnsCache(std::size_t answers_max) : answers_max_(answers_max) {}

  /// Null where there is none, or none any more. Valid until the next put().
  [[nodiscard]] const DnsAnswer* find(const DnsQuestion& question, Timestamp now) const;
  /// Keeps it for `lifetime`, within the limits above; where the cache is full what would end first
  /// makes room.
  void put(const DnsQuestion& question, DnsAnswer answer, Duration lifetime, Timestamp now);
  [[nodiscard]] std::size_t size() const { return kept_.size(); }

 private:
  struct Kept {
    DnsAnswer answer;
    Timestamp until;
  };
  void remove(const DnsQuestion& question);

  const std::size_t answers_max_;
  absl::flat_hash_map<DnsQuestion, Kept> kept_;
  std::set<std::pair<Timestamp, DnsQuestion>> by_end_;
};

}  // namespace sojourn::net
