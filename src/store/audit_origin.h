#pragma once

/// Where the changes come from that a thread asks for: the address of the client whose call it
/// works on.
///
/// It belongs to the thread, and is no argument, because every change of the product would have to
/// hand it down and none of them does anything with it but to let the audit trail have it.

#include <string>
#include <utility>

namespace sojourn::store {

/// While it lives, present() is `client` on this thread. They nest.
class AuditOrigin {
 public:
  explicit AuditOrigin(std::string client) : before_(std::exchange(slot(), std::move(client))) {}
  ~AuditOrigin() { slot() = std::move(before_); }
  AuditOrigin(const AuditOrigin&) = delete;
  AuditOrigin& operator=(const AuditOrigin&) = delete;

  /// Empty: the server itself.
  [[nodiscard]] static const std::string& present() { return slot(); }

 private:
  static std::string& slot() {
    thread_local std::string client;
    return client;
  }

  std::string before_;
};

}  // namespace sojourn::store
