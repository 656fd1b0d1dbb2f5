#include "channels/mail_dns/dmarc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/mail_dns/tag_list.h"

namespace sojourn::channels::mail_dns {
namespace {

using net::DnsStatus;

constexpr std::array<std::string_view, 3> policies = {"none", "quarantine", "reject"};
constexpr std::array<std::string_view, 3> obsolete = {"pct", "rf", "ri"};
constexpr std::size_t labels_walked_max = 7;  // RFC 9989 §4.10, after the first question

bool is_policy(std::string_view text) {
  return std::ranges::find(policies, text) != policies.end();
}

/// RFC 9989 §4.7: a list of URIs.
std::vector<std::string> uris(std::string_view text) {
  std::vector<std::string> found;
  for (const std::string_view padded : split(text, ',')) {
    const std::string_view uri = trimmed(padded);
    const std::size_t colon = uri.find(':');
    if (colon != std::string_view::npos && colon > 0 && colon + 1 < uri.size()) {
      found.emplace_back(uri);
    }
  }
  return found;
}

std::string_view parent_of(std::string_view domain) {
  const std::size_t dot = domain.find('.');
  return dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
}

/// The next name of the walk; empty at its end.
std::string next_name(const std::string& domain) {
  std::string_view next = parent_of(domain);
  while (std::cmp_greater(std::ranges::count(next, '.') + 1, labels_walked_max)) {
    next = parent_of(next);
  }
  return std::string(next);
}

/// The record at one name, and whether the walk goes on.
std::optional<DmarcRecord> record_at(const std::string& domain, const net::DnsAnswer& answer,
                                     DmarcFinding& finding) {
  std::vector<DmarcRecord> valid;
  for (const net::DnsRecord& text : answer.records) {
    if (!equal_ignoring_case(text.value.substr(0, 2), "v=")) continue;
    const std::optional<DmarcRecord> record = parse_dmarc(domain, text.value);
    if (record) {
      valid.push_back(*record);
    } else if (to_lower_ascii(text.value).starts_with("v=dmarc")) {
      finding.discarded.push_back(text.value);
    }
  }
  if (valid.size() == 1) return valid.front();
  for (const DmarcRecord& record : valid) finding.discarded.push_back(record.text);
  return std::nullopt;
}

/// RFC 9989 §4.10.2.
std::string organisation_of(const std::string& domain, const std::vector<DmarcRecord>& walked) {
  if (walked.empty()) return domain;
  for (const DmarcRecord& record : walked) {
    if (record.public_suffix == 'n') return record.domain;
    if (record.public_suffix == 'y' && record.domain != domain) {
      std::string_view below = domain;  // the one label below the public suffix
      while (parent_of(below) != record.domain && !parent_of(below).empty())
        below = parent_of(below);
      return std::string(below);
    }
  }
  return walked.back().domain;  // the fewest labels
}

}  // namespace

std::optional<DmarcRecord> parse_dmarc(std::string_view domain, std::string_view text) {
  const std::optional<TagList> tags = TagList::parse(text);
  // The version stands first, in this very spelling.
  if (!tags || tags->first() != "v" || tags->value("v") != "DMARC1") return std::nullopt;
  DmarcRecord record{.domain = std::string(domain), .text = std::string(text)};
  record.reports_to = uris(tags->value("rua").value_or(""));
  for (const std::string_view name : obsolete) {
    if (tags->value(name)) record.obsolete_tags.emplace_back(name);
  }
  record.testing = tags->value("t") == "y";
  const std::string psd = tags->value("psd").value_or("u");
  if (psd == "y" || psd == "n") record.public_suffix = psd.front();
  record.policy = to_lower_ascii(tags->value("p").value_or(""));
  record.subdomain_policy = to_lower_ascii(tags->value("sp").value_or(""));
  const std::string absent_policy = to_lower_ascii(tags->value("np").value_or(""));
  const bool odd = !is_policy(record.policy) ||
                   (!record.subdomain_policy.empty() && !is_policy(record.subdomain_policy)) ||
                   (!absent_policy.empty() && !is_policy(absent_policy));
  if (!odd) return record;
  if (record.reports_to.empty() && record.public_suffix == 'u') return std::nullopt;
  record.policy = "none";
  record.subdomain_policy.clear();
  return record;
}

DmarcFinding find_dmarc(net::Dns& dns, const std::string& domain) {
  DmarcFinding finding;
  std::vector<DmarcRecord> walked;
  std::string at = domain;
  while (!at.empty() && finding.questions < dmarc_questions_max) {
    ++finding.questions;
    const net::DnsAnswer answer = net::ask_and_wait(dns, "_dmarc." + at, net::DnsType::txt);
    if (answer.status == DnsStatus::failed) {
      finding.status = DnsStatus::failed;
      finding.reason = answer.reason;
      return finding;
    }
    if (const auto record = record_at(at, answer, finding)) {
      walked.push_back(*record);
      if (record->public_suffix == 'n') break;
      if (record->public_suffix == 'y' && at != domain) break;
    }
    at = next_name(at);
  }
  finding.organisation = organisation_of(domain, walked);
  // The domain's own, then its organisation's, then that of the suffix above (RFC 9989 §4.10.1).
  const auto stands_at = [&](std::string_view name) {
    return std::ranges::find(walked, name, &DmarcRecord::domain);
  };
  auto found = stands_at(domain);
  if (found == walked.end()) found = stands_at(finding.organisation);
  if (found == walked.end()) found = std::ranges::find(walked, 'y', &DmarcRecord::public_suffix);
  if (found == walked.end()) return finding;
  finding.status = DnsStatus::found;
  finding.record = *found;
  const bool below = found->domain != domain && !found->subdomain_policy.empty();
  finding.policy = below ? found->subdomain_policy : found->policy;
  return finding;
}

}  // namespace sojourn::channels::mail_dns
