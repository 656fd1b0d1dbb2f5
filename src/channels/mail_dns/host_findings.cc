#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>

#include "base/text.h"
#include "channels/mail_dns/finding_text.h"
#include "channels/mail_dns/sender_findings.h"
#include "channels/mail_dns/tag_list.h"

namespace sojourn::channels::mail_dns {
namespace {

using net::DnsAnswer;
using net::DnsStatus;
using net::DnsType;
using Status = SenderFinding::Status;

/// Whether `host` has an address; absent where nobody could say.
std::optional<bool> has_address(net::Dns& dns, const std::string& host) {
  const DnsAnswer v4 = net::ask_and_wait(dns, host, DnsType::a);
  if (v4.status == DnsStatus::found) return true;
  const DnsAnswer v6 = net::ask_and_wait(dns, host, DnsType::aaaa);
  if (v6.status == DnsStatus::found) return true;
  if (v4.status == DnsStatus::failed || v6.status == DnsStatus::failed) return std::nullopt;
  return false;
}

SenderFinding find_reverse_name(net::Dns& dns, const std::string& address,
                                const std::string& hello_name) {
  const net::IpAddress bytes = *net::parse_ip_address(address);  // parse_sending_hosts has looked
  const std::string reverse = net::reverse_dns_name(bytes);
  SenderFinding found = finding("ptr", reverse);
  const bool v4 = address.find(':') == std::string::npos;
  found.expected = fmt::format("a name whose address is {}, such as {}", address, hello_name);
  const std::vector<SenderFinding::Record> publish = {{reverse, "PTR", hello_name},
                                                      {hello_name, v4 ? "A" : "AAAA", address}};
  const DnsAnswer names = net::ask_and_wait(dns, reverse, DnsType::ptr);
  if (names.status == DnsStatus::failed) return unanswered(std::move(found), names.reason);
  found.found = texts_of(names);
  if (found.found.empty()) {
    return concluded(std::move(found), Status::failed, "ptr_missing",
                     fmt::format("{} has no name: the owner of the address sets it", address),
                     publish);
  }
  for (const net::DnsRecord& name : names.records) {
    const DnsAnswer back = net::ask_and_wait(dns, name.value, v4 ? DnsType::a : DnsType::aaaa);
    if (back.status == DnsStatus::failed) return unanswered(std::move(found), back.reason);
    const bool same = std::ranges::any_of(back.records, [&](const net::DnsRecord& record) {
      return net::parse_ip_address(record.value) == bytes;
    });
    if (!same) continue;
    found.expected.clear();
    return concluded(std::move(found), Status::passed, "ptr_ok",
                     fmt::format("{} is {}, and back", address, name.value));
  }
  return concluded(std::move(found), Status::failed, "ptr_mismatch",
                   fmt::format("the name of {} has another address", address), publish);
}

std::string suggested_policy(const std::vector<std::string>& hosts) {
  std::string policy = "version: STSv1, mode: testing";
  for (const std::string& host : hosts) policy += ", mx: " + host;
  return policy + ", max_age: 604800";
}

Result<std::string> fetch_and_wait(const FetchMtaSts& fetch, const std::string& domain) {
  // Shared, because the answer may be set while this returns.
  auto answer = std::make_shared<std::promise<Result<std::string>>>();
  std::future<Result<std::string>> waiting = answer->get_future();
  fetch(domain, [answer](Result<std::string> text) { answer->set_value(std::move(text)); });
  return waiting.get();
}

/// What the policy says, beside the hosts that mails go to.
SenderFinding judged_policy(SenderFinding found, const MtaStsPolicy& policy,
                            const std::vector<std::string>& hosts) {
  for (const std::string& host : hosts) {
    if (policy.mode == MtaStsPolicy::Mode::none || allows_host(policy, host)) continue;
    found.expected = fmt::format("a line \"mx: {}\" in the policy", host);
    const bool enforced = policy.mode == MtaStsPolicy::Mode::enforce;
    return concluded(std::move(found), enforced ? Status::failed : Status::warning,
                     "mta_sts_host_missing",
                     fmt::format("the policy does not name the mail host {}", host));
  }
  if (policy.mode == MtaStsPolicy::Mode::enforce) {
    return concluded(std::move(found), Status::passed, "mta_sts_ok", "the policy is enforced");
  }
  found.expected = "mode: enforce, once reports show no failures";
  return concluded(std::move(found), Status::warning, "mta_sts_not_enforced",
                   fmt::format("the policy's mode is {}", name_of(policy.mode)));
}

}  // namespace

SenderFinding find_mail_hosts(net::Dns& dns, const std::string& domain) {
  SenderFinding found = finding("mx", domain);
  const DnsAnswer hosts = net::ask_and_wait(dns, domain, DnsType::mx);
  if (hosts.status == DnsStatus::failed) return unanswered(std::move(found), hosts.reason);
  for (const net::DnsRecord& host : hosts.records) {
    found.found.push_back(fmt::format("{} {}.", host.preference, host.value));
  }
  found.expected = "a host that takes replies and bounces";
  if (hosts.records.empty()) {
    const std::optional<bool> address = has_address(dns, domain);
    if (!address) return unanswered(std::move(found), "no answer for its address");
    return *address ? concluded(std::move(found), Status::warning, "mx_implicit",
                                "the domain has no MX record; mails go to its own address")
                    : concluded(std::move(found), Status::failed, "mx_missing",
                                "replies and bounces have nowhere to go");
  }
  if (hosts.records.front().value.empty()) {
    return concluded(std::move(found), Status::failed, "mx_null",
                     "the domain says that it takes no mail; receivers refuse mails from such");
  }
  for (const net::DnsRecord& host : hosts.records) {
    const std::optional<bool> address = has_address(dns, host.value);
    if (!address) return unanswered(std::move(found), "no answer for the address of " + host.value);
    if (!*address) {
      return concluded(std::move(found), Status::failed, "mx_unresolved",
                       fmt::format("{} has no address", host.value));
    }
    // RFC 2181 §10.3: an MX must not name an alias.
    if (net::ask_and_wait(dns, host.value, DnsType::cname).status == DnsStatus::found) {
      return concluded(std::move(found), Status::warning, "mx_alias",
                       fmt::format("{} is an alias, which an MX record must not name", host.value));
    }
  }
  found.expected.clear();
  return concluded(std::move(found), Status::passed, "mx_ok", "replies and bounces can come back");
}

std::vector<SenderFinding> find_reverse_names(net::Dns& dns, const SendingHosts& hosts,
                                              const std::string& hello_name) {
  std::vector<SenderFinding> found;
  for (const std::string& address : hosts.addresses) {
    found.push_back(find_reverse_name(dns, address, hello_name));
  }
  if (!found.empty()) return found;
  // Through a relay its own addresses are seen, which its operator looks after.
  SenderFinding unknown = finding("ptr", "");
  if (hosts.includes.empty()) unknown.expected = "the addresses that send, in SOJOURN_SENDS_FROM";
  found.push_back(concluded(std::move(unknown),
                            hosts.includes.empty() ? Status::unknown : Status::passed,
                            hosts.includes.empty() ? "ptr_sender_unknown" : "ptr_of_relay",
                            hosts.includes.empty() ? "the addresses that send are not known"
                                                   : "mails leave from the addresses of a relay"));
  return found;
}

SenderFinding find_mta_sts(net::Dns& dns, const FetchMtaSts& fetch, const std::string& domain,
                           Timestamp now) {
  const std::string name = "_mta-sts." + domain;
  SenderFinding found = finding("mta_sts", name);
  const DnsAnswer hosts_answer = net::ask_and_wait(dns, domain, DnsType::mx);
  const DnsAnswer texts = net::ask_and_wait(dns, name, DnsType::txt);
  for (const DnsAnswer* answer : {&hosts_answer, &texts}) {
    if (answer->status == DnsStatus::failed) return unanswered(std::move(found), answer->reason);
  }
  std::vector<std::string> hosts;
  for (const net::DnsRecord& record : hosts_answer.records) {
    if (!record.value.empty()) hosts.push_back(record.value);
  }
  found.found = texts_of(texts);
  std::string id;
  for (const char c : format_timestamp(now).substr(0, 19)) {
    if (c >= '0' && c <= '9') id += c;
  }
  const std::vector<SenderFinding::Record> publish = {{name, "TXT", "v=STSv1; id=" + id}};
  found.expected = fmt::format("the record, and at {} the lines: {}", mta_sts_url(domain),
                               suggested_policy(hosts));
  if (!mta_sts_id(texts)) {
    const bool missing = std::ranges::none_of(
        found.found, [](const std::string& text) { return text.starts_with("v=STSv1"); });
    return missing ? concluded(std::move(found), Status::warning, "mta_sts_missing",
                               "somebody on the way can take TLS off mails to the domain", publish)
                   : concluded(std::move(found), Status::failed, "mta_sts_unreadable",
                               "the MTA-STS record cannot be read, or there are several", publish);
  }
  const Result<std::string> text = fetch_and_wait(fetch, domain);
  if (!text) {
    return concluded(std::move(found), Status::failed, "mta_sts_no_policy",
                     fmt::format("the policy cannot be fetched: {}", text.error().message));
  }
  const Result<MtaStsPolicy> policy = parse_mta_sts_policy(*text);
  if (!policy) {
    return concluded(std::move(found), Status::failed, "mta_sts_invalid_policy",
                     fmt::format("the policy cannot be read: {}", policy.error().message));
  }
  found.found.push_back(*text);
  found.expected.clear();
  return judged_policy(std::move(found), *policy, hosts);
}

SenderFinding find_tls_reports(net::Dns& dns, const std::string& domain) {
  const std::string name = "_smtp._tls." + domain;
  SenderFinding found = finding("tls_rpt", name);
  const DnsAnswer texts = net::ask_and_wait(dns, name, DnsType::txt);
  if (texts.status == DnsStatus::failed) return unanswered(std::move(found), texts.reason);
  for (const net::DnsRecord& record : texts.records) {
    if (record.value.starts_with("v=TLSRPTv1")) found.found.push_back(record.value);
  }
  const std::string record = fmt::format("v=TLSRPTv1; rua=mailto:tls-reports@{}", domain);
  const std::vector<SenderFinding::Record> publish = {{name, "TXT", record}};
  if (found.found.empty()) {
    return concluded(std::move(found), Status::warning, "tls_rpt_missing",
                     "nobody hears of it when mails to the domain cannot use TLS", publish);
  }
  const std::optional<TagList> tags = TagList::parse(found.found.front());
  const std::string reports = tags ? tags->value("rua").value_or("") : "";
  const bool valid = found.found.size() == 1 && tags && tags->value("v") == "TLSRPTv1" &&
                     (reports.starts_with("mailto:") || reports.starts_with("https:"));
  if (!valid) {
    found.expected = "one record with rua=mailto:ADDRESS";
    return concluded(std::move(found), Status::failed, "tls_rpt_unreadable",
                     "the record for TLS reports cannot be read, or there are several", publish);
  }
  return concluded(std::move(found), Status::passed, "tls_rpt_ok",
                   "reports of failed TLS go to " + reports);
}

}  // namespace sojourn::channels::mail_dns
