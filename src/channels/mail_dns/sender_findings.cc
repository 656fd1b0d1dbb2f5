#include "channels/mail_dns/sender_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "channels/mail_dns/dmarc.h"
#include "channels/mail_dns/finding_text.h"
#include "channels/mail_dns/spf.h"
#include "channels/mail_dns/tag_list.h"
#include "net/address_range.h"

namespace sojourn::channels::mail_dns {
namespace {

using net::DnsAnswer;
using net::DnsStatus;
using net::DnsType;
using Status = SenderFinding::Status;

/// `ip4:198.51.100.7 include:_spf.relay.example`
std::string mechanisms_of(const SendingHosts& hosts) {
  std::string text;
  const auto append = [&](std::string_view kind, std::string_view value) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", kind, value);
  };
  for (const std::string& address : hosts.addresses) {
    append(address.find(':') == std::string::npos ? "ip4" : "ip6", address);
  }
  for (const std::string& include : hosts.includes) append("include", include);
  return text;
}

/// What of `hosts` the record does not allow.
Result<SendingHosts> not_allowed(net::Dns& dns, const std::string& domain,
                                 const SendingHosts& hosts, const SpfVerdict& walked) {
  SendingHosts missing;
  for (const std::string& address : hosts.addresses) {
    const SpfVerdict verdict =
        evaluate_spf(dns, {.client = net::parse_ip_address(address), .domain = domain});
    if (verdict.result == SpfResult::temporary_error) {
      return failure("dns_failed", verdict.reason);
    }
    if (verdict.result != SpfResult::pass) missing.addresses.push_back(address);
  }
  for (const std::string& include : hosts.includes) {
    if (std::ranges::find(walked.included, include) == walked.included.end()) {
      missing.includes.push_back(include);
    }
  }
  return missing;
}

SenderFinding spf_refused(const std::string& domain, const SpfVerdict& walked,
                          const SendingHosts& hosts) {
  SenderFinding found = finding("spf", domain);
  if (!walked.record.empty()) found.found = {walked.record};
  const std::string wanted = mechanisms_of(hosts);
  const std::string record = fmt::format("v=spf1 {}{}~all", wanted.empty() ? "mx" : wanted, " ");
  switch (walked.result) {
    case SpfResult::temporary_error:
      return unanswered(std::move(found), walked.reason);
    case SpfResult::none:
      found.expected = "one TXT record that names every server that sends for the domain";
      return concluded(std::move(found), Status::failed, "spf_missing",
                       "the domain has no SPF record", {{domain, "TXT", record}});
    case SpfResult::permanent_error:
    case SpfResult::neutral:
    case SpfResult::pass:
    case SpfResult::fail:
    case SpfResult::soft_fail:
      break;
  }
  const bool too_many = walked.lookups > spf_lookups_max;
  found.expected = too_many ? fmt::format("at most {} look-ups", spf_lookups_max)
                            : "one record that can be read";
  return concluded(std::move(found), Status::failed,
                   too_many ? "spf_too_many_lookups" : "spf_broken",
                   fmt::format("receivers take the SPF record for broken: {}", walked.reason));
}

std::string without_space(std::string_view text) {
  std::string compact;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') compact += c;
  }
  return compact;
}

SenderFinding find_key(net::Dns& dns, const std::string& domain, const SenderChecks::Key& key) {
  const std::string name = fmt::format("{}._domainkey.{}", key.selector, domain);
  SenderFinding found = finding("dkim", name);
  const DnsAnswer answer = net::ask_and_wait(dns, name, DnsType::txt);
  if (answer.status == DnsStatus::failed) return unanswered(std::move(found), answer.reason);
  found.found = texts_of(answer);
  found.expected = key.dns_record;
  // A key that waits signs nothing: no mail suffers from it yet.
  const Status bad = key.signs ? Status::failed : Status::warning;
  const std::vector<SenderFinding::Record> publish = {{name, "TXT", key.dns_record}};
  if (found.found.empty()) {
    return concluded(std::move(found), bad, "dkim_missing",
                     key.signs ? "mails are signed by a key that nobody can look up"
                               : "the key waits for its record",
                     publish);
  }
  const std::optional<TagList> published = TagList::parse(found.found.front());
  const std::optional<TagList> ours = TagList::parse(key.dns_record);
  const auto tag = [](const std::optional<TagList>& tags, std::string_view name_of_tag) {
    return without_space(tags ? tags->value(name_of_tag).value_or("") : "");
  };
  if (found.found.size() > 1) {
    return concluded(std::move(found), bad, "dkim_several",
                     "the selector has several records, one is allowed", publish);
  }
  if (published && published->value("p") == "") {
    return concluded(std::move(found), bad, "dkim_revoked", "the record revokes the key", publish);
  }
  const auto kind = [&](const std::optional<TagList>& tags) {
    const std::string text = tag(tags, "k");
    return text.empty() ? std::string("rsa") : text;  // RFC 6376 §3.6.1
  };
  if (!published || tag(published, "p") != tag(ours, "p") || kind(published) != kind(ours)) {
    return concluded(std::move(found), bad, "dkim_differs",
                     "the record holds another key than ours", publish);
  }
  if (tag(published, "t").find('y') != std::string::npos) {
    return concluded(std::move(found), Status::warning, "dkim_testing",
                     "t=y: receivers treat the mails as if they were not signed", publish);
  }
  found.expected.clear();
  return concluded(std::move(found), Status::passed, "dkim_ok", "the record holds our key");
}

}  // namespace

Result<SendingHosts> parse_sending_hosts(std::string_view text) {
  SendingHosts hosts;
  if (trimmed(text).empty()) return hosts;
  constexpr std::string_view include = "include:";
  for (const std::string_view padded : split(text, ',')) {
    const std::string part(trimmed(padded));
    const std::optional<std::string> name =
        part.starts_with(include) ? net::dns_name(std::string_view(part).substr(include.size()))
                                  : std::nullopt;
    const bool full = hosts.addresses.size() + hosts.includes.size() >= sending_hosts_max;
    if (full || (!name && !net::parse_ip_address(part))) {
      return failure({.code = "invalid_sending_hosts",
                      .message = fmt::format("\"{}\" must be one of at most {} IP addresses and "
                                             "include:NAME",
                                             part, sending_hosts_max),
                      .value = part,
                      .limit = std::to_string(sending_hosts_max)});
    }
    if (name) {
      hosts.includes.push_back(*name);
    } else {
      hosts.addresses.push_back(part);
    }
  }
  return hosts;
}

SenderFinding find_spf(net::Dns& dns, const std::string& domain, const SendingHosts& hosts) {
  const SpfVerdict walked = evaluate_spf(dns, {.domain = domain});
  const bool broken = walked.result == SpfResult::none ||
                      walked.result == SpfResult::permanent_error ||
                      walked.result == SpfResult::temporary_error;
  if (broken) return spf_refused(domain, walked, hosts);
  SenderFinding found = finding("spf", domain);
  found.found = {walked.record};
  if (walked.result == SpfResult::pass) {
    found.expected = "~all or -all at its end";
    return concluded(std::move(found), Status::failed, "spf_allows_everybody",
                     "the SPF record allows every server in the world");
  }
  if (hosts.empty()) {
    found.expected = "the servers that send, in SOJOURN_SENDS_FROM";
    return concluded(std::move(found), Status::unknown, "spf_sender_unknown",
                     "the SPF record can be read; whether it allows your mails cannot be said");
  }
  const Result<SendingHosts> missing = not_allowed(dns, domain, hosts, walked);
  if (!missing) return unanswered(std::move(found), missing.error().message);
  if (!missing->empty()) {
    const std::string wanted = mechanisms_of(*missing);
    found.expected = wanted;
    // In front, so that no earlier mechanism refuses them.
    const std::string record = fmt::format("v=spf1 {}{}", wanted, walked.record.substr(6));
    return concluded(std::move(found), Status::failed, "spf_not_allowed",
                     fmt::format("the SPF record does not allow {}", wanted),
                     {{domain, "TXT", record}});
  }
  return concluded(std::move(found), Status::passed, "spf_ok",
                   fmt::format("the SPF record allows your mails, with {} of {} look-ups",
                               walked.lookups, spf_lookups_max));
}

std::vector<SenderFinding> find_keys(net::Dns& dns, const SenderChecks::Request& request) {
  std::vector<SenderFinding> found;
  for (const SenderChecks::Key& key : request.keys) {
    found.push_back(find_key(dns, request.domain, key));
  }
  const bool signs = std::ranges::any_of(request.keys, &SenderChecks::Key::signs);
  if (signs) return found;
  SenderFinding unsigned_mails = finding("dkim", request.domain);
  unsigned_mails.expected = "a key that signs: publish its record, then activate it";
  found.push_back(concluded(std::move(unsigned_mails), Status::failed, "dkim_no_key",
                            "mails of the domain leave unsigned"));
  return found;
}

SenderFinding find_dmarc_policy(net::Dns& dns, const std::string& domain) {
  const DmarcFinding walked = find_dmarc(dns, domain);
  const std::string own_name = "_dmarc." + domain;
  SenderFinding found =
      finding("dmarc", walked.record ? "_dmarc." + walked.record->domain : own_name);
  if (walked.status == DnsStatus::failed) return unanswered(std::move(found), walked.reason);
  const std::vector<SenderFinding::Record> publish = {
      {own_name, "TXT", fmt::format("v=DMARC1; p=none; rua=mailto:dmarc@{}", domain)}};
  if (!walked.record) {
    found.found = walked.discarded;
    found.expected = "one record that begins with v=DMARC1; and has a policy";
    return walked.discarded.empty()
               ? concluded(std::move(found), Status::failed, "dmarc_missing",
                           "neither the domain nor one above it has a DMARC record", publish)
               : concluded(std::move(found), Status::failed, "dmarc_unreadable",
                           "receivers cannot read the DMARC record, or there are several", publish);
  }
  const DmarcRecord& record = *walked.record;
  found.found = {record.text};
  if (record.testing) {
    found.expected = "no t=y";
    return concluded(std::move(found), Status::warning, "dmarc_testing",
                     "t=y: receivers apply a weaker policy than the record names");
  }
  if (walked.policy == "none") {
    found.expected = "p=quarantine or p=reject, once the reports show that all your mails pass";
    return concluded(std::move(found), Status::warning, "dmarc_only_reports",
                     "the policy is none: it satisfies mailbox providers, and forged mails arrive");
  }
  if (record.reports_to.empty()) {
    found.expected = fmt::format("rua=mailto:dmarc@{}", domain);
    return concluded(std::move(found), Status::warning, "dmarc_no_reports",
                     "nobody gets reports, so that nobody sees which mails fail");
  }
  if (!record.obsolete_tags.empty()) {
    found.expected = fmt::format("the record without {}", fmt::join(record.obsolete_tags, ", "));
    return concluded(std::move(found), Status::warning, "dmarc_obsolete_tags",
                     fmt::format("{}: no part of DMARC any more (RFC 9989); every mail is treated "
                                 "alike",
                                 fmt::join(record.obsolete_tags, ", ")));
  }
  return concluded(std::move(found), Status::passed, "dmarc_ok",
                   fmt::format("the policy is {}", walked.policy));
}

}  // namespace sojourn::channels::mail_dns
