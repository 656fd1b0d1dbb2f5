#pragma once

/// How findings are put together; for the files of this folder.

#include <string>
#include <string_view>
#include <vector>

#include "channels/sender_checks.h"
#include "net/dns.h"

namespace sojourn::channels::mail_dns {

[[nodiscard]] inline SenderFinding finding(std::string_view check, std::string_view name) {
  SenderFinding found;
  found.check = check;
  found.name = name;
  return found;
}

[[nodiscard]] inline SenderFinding concluded(SenderFinding found, SenderFinding::Status status,
                                             std::string_view code, std::string message,
                                             std::vector<SenderFinding::Record> publish = {}) {
  found.status = status;
  found.code = code;
  found.message = std::move(message);
  found.publish = std::move(publish);
  return found;
}

[[nodiscard]] inline SenderFinding unanswered(SenderFinding found, const std::string& reason) {
  return concluded(std::move(found), SenderFinding::Status::unknown, "dns_failed",
                   "name servers could not say: " + reason);
}

[[nodiscard]] inline std::vector<std::string> texts_of(const net::DnsAnswer& answer) {
  std::vector<std::string> texts;
  for (const net::DnsRecord& record : answer.records) texts.push_back(record.value);
  return texts;
}

}  // namespace sojourn::channels::mail_dns
