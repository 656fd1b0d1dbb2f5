#include "channels/mail_dns/spf.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "channels/mail_dns/spf_record.h"

namespace sojourn::channels::mail_dns {
namespace {

using net::DnsAnswer;
using net::DnsStatus;
using net::DnsType;

constexpr std::size_t mail_hosts_max = 10;  // RFC 7208 §4.6.4, of one `mx`

/// The walk of RFC 7208 §4 over one record and what it includes.
class Evaluation {
 public:
  Evaluation(net::Dns& dns, const SpfQuestion& question) : dns_(dns), question_(question) {}

  SpfVerdict run() {
    verdict_.result = check(question_.domain);
    return std::move(verdict_);
  }

 private:
  enum class Match : std::uint8_t { yes, no, ended };

  SpfResult check(const std::string& domain);
  /// Ended: result_ says how.
  Match matches(const SpfTerm& term, const std::string& domain);
  Match matches_include(const std::string& target);
  Match matches_addresses(const std::string& host, const SpfTerm& term);
  Match matches_mail_hosts(const std::string& host, const SpfTerm& term);

  std::optional<SpfResult> count_lookup();
  /// Absent where the evaluation has ended.
  std::optional<DnsAnswer> look_up(const std::string& name, DnsType type);
  SpfResult broken(SpfResult result, std::string reason) {
    if (verdict_.reason.empty()) verdict_.reason = std::move(reason);
    return result_ = result;
  }
  std::optional<std::string> target_of(const SpfTerm& term, const std::string& domain) const;

  net::Dns& dns_;
  const SpfQuestion& question_;
  SpfVerdict verdict_;
  int void_lookups_ = 0;
  bool top_ = true;
  SpfResult result_ = SpfResult::none;
};

SpfResult Evaluation::check(const std::string& domain) {
  const bool top = std::exchange(top_, false);
  const DnsAnswer answer = net::ask_and_wait(dns_, domain, DnsType::txt);
  if (answer.status == DnsStatus::failed) {
    return broken(SpfResult::temporary_error, fmt::format("{}: {}", domain, answer.reason));
  }
  std::vector<std::string> records;
  for (const net::DnsRecord& record : answer.records) {
    if (is_spf_record(record.value)) records.push_back(record.value);
  }
  if (records.empty()) return SpfResult::none;
  if (top) verdict_.record = records.front();
  if (records.size() > 1) {
    return broken(SpfResult::permanent_error,
                  fmt::format("{} has {} SPF records, one is allowed", domain, records.size()));
  }
  const Result<SpfRecord> record = parse_spf_record(records.front());
  if (!record) {
    return broken(SpfResult::permanent_error,
                  fmt::format("{}: {}", domain, record.error().message));
  }
  for (const SpfTerm& term : record->terms) {
    const Match match = matches(term, domain);
    if (match == Match::ended) return result_;
    if (match == Match::yes) return term.result;
  }
  if (record->redirect.empty()) return SpfResult::neutral;
  if (const auto ended = count_lookup()) return *ended;
  const std::optional<std::string> target = target_of({.domain = record->redirect}, domain);
  if (!target) return SpfResult::neutral;
  verdict_.included.push_back(*target);
  const SpfResult redirected = check(*target);
  if (redirected != SpfResult::none) return redirected;
  return broken(SpfResult::permanent_error,
                fmt::format("{} redirects to {}, which has no SPF record", domain, *target));
}

Evaluation::Match Evaluation::matches(const SpfTerm& term, const std::string& domain) {
  using Kind = SpfTerm::Kind;
  if (term.kind == Kind::all) return Match::yes;
  if (term.kind == Kind::ip) {
    return question_.client && term.range.contains(*question_.client) ? Match::yes : Match::no;
  }
  if (count_lookup()) return Match::ended;
  const std::optional<std::string> target = target_of(term, domain);
  if (!target || term.kind == Kind::ptr) return Match::no;
  if (term.kind == Kind::include) return matches_include(*target);
  if (term.kind == Kind::mx) return matches_mail_hosts(*target, term);
  if (term.kind == Kind::a) return matches_addresses(*target, term);
  const std::optional<DnsAnswer> answer = look_up(*target, DnsType::a);  // exists
  if (!answer) return Match::ended;
  return question_.client && answer->status == DnsStatus::found ? Match::yes : Match::no;
}

Evaluation::Match Evaluation::matches_include(const std::string& target) {
  verdict_.included.push_back(target);
  switch (check(target)) {
    case SpfResult::pass:
      return question_.client ? Match::yes : Match::no;
    case SpfResult::fail:
    case SpfResult::soft_fail:
    case SpfResult::neutral:
      return Match::no;
    case SpfResult::none:
      broken(SpfResult::permanent_error,
             fmt::format("it includes {}, which has no SPF record", target));
      return Match::ended;
    case SpfResult::temporary_error:
    case SpfResult::permanent_error:
      return Match::ended;
  }
  return Match::no;
}

Evaluation::Match Evaluation::matches_addresses(const std::string& host, const SpfTerm& term) {
  if (!question_.client) return Match::no;
  const bool v4 = net::is_mapped_v4(*question_.client);
  const std::optional<DnsAnswer> answer = look_up(host, v4 ? DnsType::a : DnsType::aaaa);
  if (!answer) return Match::ended;
  for (const net::DnsRecord& record : answer->records) {
    const std::optional<net::IpAddress> address = net::parse_ip_address(record.value);
    if (!address) continue;
    const net::AddressRange range{.network = *address,
                                  .prefix_bits = v4 ? 96 + term.v4_bits : term.v6_bits};
    if (range.contains(*question_.client)) return Match::yes;
  }
  return Match::no;
}

Evaluation::Match Evaluation::matches_mail_hosts(const std::string& host, const SpfTerm& term) {
  const std::optional<DnsAnswer> answer = look_up(host, DnsType::mx);
  if (!answer) return Match::ended;
  if (answer->records.size() > mail_hosts_max) {
    broken(SpfResult::permanent_error, fmt::format("{} has {} MX records, the limit is {}", host,
                                                   answer->records.size(), mail_hosts_max));
    return Match::ended;
  }
  for (const net::DnsRecord& record : answer->records) {
    const Match match = matches_addresses(record.value, term);
    if (match != Match::no) return match;
  }
  return Match::no;
}

std::optional<SpfResult> Evaluation::count_lookup() {
  if (++verdict_.lookups <= spf_lookups_max) return std::nullopt;
  return broken(SpfResult::permanent_error,
                fmt::format("it needs more than {} look-ups", spf_lookups_max));
}

std::optional<DnsAnswer> Evaluation::look_up(const std::string& name, DnsType type) {
  const DnsAnswer answer = net::ask_and_wait(dns_, name, type);
  if (answer.status == DnsStatus::failed) {
    broken(SpfResult::temporary_error, fmt::format("{}: {}", name, answer.reason));
    return std::nullopt;
  }
  if (answer.status != DnsStatus::found && ++void_lookups_ > spf_void_lookups_max) {
    broken(SpfResult::permanent_error,
           fmt::format("more than {} of its look-ups find nothing", spf_void_lookups_max));
    return std::nullopt;
  }
  return answer;
}

std::optional<std::string> Evaluation::target_of(const SpfTerm& term,
                                                 const std::string& domain) const {
  if (term.domain.empty()) return domain;
  return expand_spf_macros(term.domain, {.client = question_.client,
                                         .sender_local = question_.local,
                                         .sender_domain = question_.domain,
                                         .domain = domain});
}

}  // namespace

std::string_view name_of(SpfResult result) {
  switch (result) {
    case SpfResult::none:
      return "none";
    case SpfResult::neutral:
      return "neutral";
    case SpfResult::pass:
      return "pass";
    case SpfResult::fail:
      return "fail";
    case SpfResult::soft_fail:
      return "softfail";
    case SpfResult::temporary_error:
      return "temperror";
    case SpfResult::permanent_error:
      return "permerror";
  }
  return "";
}

bool is_spf_record(std::string_view text) {
  constexpr std::string_view version = "v=spf1";
  if (!equal_ignoring_case(text.substr(0, version.size()), version)) return false;
  return text.size() == version.size() || text[version.size()] == ' ';
}

SpfVerdict evaluate_spf(net::Dns& dns, const SpfQuestion& question) {
  return Evaluation(dns, question).run();
}

}  // namespace sojourn::channels::mail_dns
