#pragma once

/// Looks at what DNS says of a domain that mails are sent from: whether receivers will believe
/// them.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sojourn::channels {

/// What one look found.
struct SenderFinding {
  enum class Status : std::uint8_t {
    passed,
    warning,  ///< mails arrive, and it could be better
    failed,   ///< mailbox providers refuse or suspect mails because of it
    unknown,  ///< name servers did not answer, or we were not told what to look for
  };
  struct Record {
    std::string name = {};
    std::string type;  ///< TXT, MX, PTR, A
    std::string value;
  };
  std::string check;  ///< spf, dkim, dmarc, mx, ptr, mta_sts, tls_rpt
  Status status = Status::unknown;
  std::string code = {};     ///< spf_missing, ...: docs/reference/sender-domains.md lists them
  std::string message = {};  ///< for a person
  std::string name = {};     ///< whose records were looked at
  std::vector<std::string> found = {};  ///< as they stand there
  std::string expected = {};            ///< in words, or the value; empty where nothing is missing
  std::vector<Record> publish = {};     ///< exactly; empty where nothing is to be changed
};

[[nodiscard]] constexpr std::string_view name_of(SenderFinding::Status status) {
  switch (status) {
    case SenderFinding::Status::passed:
      return "passed";
    case SenderFinding::Status::warning:
      return "warning";
    case SenderFinding::Status::failed:
      return "failed";
    case SenderFinding::Status::unknown:
      return "unknown";
  }
  return "";
}

/// Thread-safe.
class SenderChecks {
 public:
  virtual ~SenderChecks() = default;
  struct Key {
    std::string selector;
    std::string dns_record;  ///< what the TXT record of the selector is to say
    bool signs = false;      ///< already; else it waits for its record
  };
  struct Request {
    std::string domain;  ///< in ASCII, lower case
    std::vector<Key> keys;
  };
  /// Called once, on a thread of the implementation; not at all after it has stopped.
  using Done = std::function<void(std::vector<SenderFinding>)>;

  /// Takes some seconds. Error, without calling `done`: `checks_busy` where too many wait.
  virtual Result<void> check(Request request, Done done) = 0;
};

}  // namespace sojourn::channels
