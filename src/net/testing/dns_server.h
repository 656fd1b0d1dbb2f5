#pragma once

/// A name server on loopback, over UDP and TCP, that answers from a list of records. For tests.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/dns.h"

namespace sojourn::net::testing {

struct ZoneRecord {
  std::string name;
  DnsType type = DnsType::a;
  std::string value;  ///< as DnsRecord has it
  std::uint16_t preference = 0;
  std::uint32_t lifetime_s = 300;
};

class DnsServer {
 public:
  /// Names that are neither listed nor above one that is do not exist; negative answers may be kept
  /// for a minute.
  explicit DnsServer(std::vector<ZoneRecord> records);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  /// `127.0.0.1:PORT`
  [[nodiscard]] std::string address() const;
  /// Each question as `MX example.com`, `tcp ` before those over TCP, in the order of arrival.
  [[nodiscard]] std::vector<std::string> questions() const;
  /// Answers nothing any more.
  void fall_silent() { silent_ = true; }
  /// Answers with this response code (2: failure, 5: refused) from now on; 0: properly.
  void answer_code(int code) { code_ = code; }

 private:
  void serve();
  void serve_stream(int socket);
  /// Empty where there is nothing to say.
  [[nodiscard]] std::string answer_to(std::string_view message, bool stream);

  const std::vector<ZoneRecord> records_;
  int datagrams_ = -1;
  int listener_ = -1;
  int wake_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> silent_ = false;
  std::atomic<int> code_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> questions_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace sojourn::net::testing
