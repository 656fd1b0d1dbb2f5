#include "channels/sender_checks.h"

#include <algorithm>
#include <memory>

#include "api/endpoints/dns_record.h"
#include "api/endpoints/endpoints.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "runtime/sender_domains.h"

namespace sojourn::api::endpoints {
namespace {

using channels::SenderFinding;
using runtime::SenderDomain;
using runtime::SenderKey;
using Status = SenderFinding::Status;

/// The worst first: what nobody could say may be as bad as a failure.
constexpr Status by_weight[] = {Status::failed, Status::unknown, Status::warning, Status::passed};

std::string_view state_of(const SenderReport& report) {
  for (const Status status : by_weight) {
    if (std::ranges::find(report.findings, status, &SenderFinding::status) !=
        report.findings.end()) {
      return name_of(status);
    }
  }
  return name_of(Status::passed);
}

void write_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
  out.name(name).begin_list();
  for (const std::string& text : texts) out.string(text);
  out.end_list();
}

void write_finding(JsonWriter& out, const SenderFinding& finding) {
  out.begin_object();
  text_field(out, "check", finding.check);
  text_field(out, "status", name_of(finding.status));
  text_field(out, "code", finding.code);
  text_field(out, "message", finding.message);
  text_or_null_field(out, "name", finding.name);
  write_texts(out, "found", finding.found);
  text_or_null_field(out, "expected", finding.expected);
  out.name("publish").begin_list();
  for (const SenderFinding::Record& record : finding.publish) {
    out.begin_object();
    text_field(out, "name", record.name);
    text_field(out, "type", record.type);
    text_field(out, "value", record.value);
    write_dns_strings(out, record.value);
    out.end_object();
  }
  out.end_list();
  out.end_object();
}

std::string report_json(const std::string& domain, const std::optional<SenderReport>& report) {
  JsonWriter out;
  out.begin_object();
  text_field(out, "domain", domain);
  time_or_null_field(out, "checkedAt", report ? std::optional(report->checked_at) : std::nullopt);
  text_or_null_field(out, "state", report ? state_of(*report) : "");
  out.name("findings").begin_list();
  if (report) {
    for (const SenderFinding& finding : report->findings) write_finding(out, finding);
  }
  out.end_list();
  return out.end_object().take();
}

/// Of retired keys the records are of no use to mails that leave now.
channels::SenderChecks::Request request_for(const SenderDomain& domain) {
  channels::SenderChecks::Request request{.domain = domain.domain, .keys = {}};
  for (const SenderKey& key : domain.keys) {
    if (key.state == SenderKey::State::retired) continue;
    request.keys.push_back({.selector = key.selector,
                            .dns_record = key.dns_record,
                            .signs = key.state == SenderKey::State::signing});
  }
  return request;
}

}  // namespace

void check_sender_domain(Context& context, Call&& call, net::Reply&& reply) {
  const Result<SenderDomain> domain = context.sender_domains.find(call.parameter("domain"));
  if (!domain) return reply.send(problem(domain.error()));
  // Shared, because std::function must be copyable; there is one reply and it is sent once.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  const auto done = [waiting, reports = context.sender_reports, clock = &context.runtime.clock(),
                     name = domain->domain](std::vector<SenderFinding> findings) {
    SenderReport report{.checked_at = clock->now(), .findings = std::move(findings)};
    waiting->send(json(report_json(name, report)));
    reports->keep(name, std::move(report));
  };
  const Result<void> begun = context.sender_checks.check(request_for(*domain), done);
  if (!begun) waiting->send(problem(begun.error()));
}

Answer get_sender_check(Context& context, const Call& call) {
  TRY(domain, context.sender_domains.find(call.parameter("domain")));
  return json(report_json(domain.domain, context.sender_reports->find(domain.domain)));
}

}  // namespace sojourn::api::endpoints
