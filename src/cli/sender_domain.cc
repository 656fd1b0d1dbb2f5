#include "cli/sender_domain.h"

#include <fmt/format.h>

#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

constexpr std::string_view path = "/api/v1/sender-domains";

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

/// As a zone file has it: a value that is too long for one string stands in several.
std::string quoted(const Value& record) {
  std::string strings;
  for (const Value& part : list_member(record, "strings")) {
    const std::string* text = part.as_string();
    strings += fmt::format(" \"{}\"", text == nullptr ? "" : *text);
  }
  return strings;
}

void print_records(const Value& domain, std::string_view list) {
  for (const Value& record : list_member(domain, list)) {
    fmt::print("\n{}. {}{}\n  ; {}\n", shown(record, "name"), shown(record, "type"), quoted(record),
               shown(record, "note"));
  }
}

/// 1 where something failed.
int print_report(const Value& report) {
  for (const Value& finding : list_member(report, "findings")) {
    fmt::print("{:<8} {:<8} {}  ({})\n", shown(finding, "check"), shown(finding, "status"),
               shown(finding, "message"), shown(finding, "code"));
    const std::string name = shown(finding, "name");
    for (const Value& text : list_member(finding, "found")) {
      const std::string* found = text.as_string();
      fmt::print("  found at {}: {}\n", name, found == nullptr ? "" : *found);
    }
    if (const std::string* expected = text_member(finding, "expected")) {
      fmt::print("  expected: {}\n", *expected);
    }
    for (const Value& record : list_member(finding, "publish")) {
      const bool text = shown(record, "type") == "TXT";
      fmt::print("  publish: {}. {}{}\n", shown(record, "name"), shown(record, "type"),
                 text ? quoted(record) : " " + shown(record, "value"));
    }
  }
  fmt::print("{}: {}\n", shown(report, "domain"), shown(report, "state"));
  return shown(report, "state") == "failed" ? 1 : 0;
}

void print_domain(const Value& domain) {
  fmt::print("{}  {}\n", shown(domain, "domain"), shown(domain, "state"));
  for (const Value& key : list_member(domain, "keys")) {
    fmt::print("  {}  {}  {} since {}\n", shown(key, "selector"), shown(key, "kind"),
               shown(key, "state"), shown(key, "since"));
  }
  print_records(domain, "records");
  fmt::print("\nand, where the domain has none yet:\n");
  print_records(domain, "advice");
}

int list(const Server& server) {
  const Result<std::vector<Value>> domains = get_all(server, std::string(path));
  if (!domains) return fail(domains.error());
  if (domains->empty()) fmt::print("there are no sender domains: mails leave unsigned\n");
  for (const Value& domain : *domains) {
    fmt::print("{}  {}\n", shown(domain, "domain"), shown(domain, "state"));
  }
  return 0;
}

Result<Value> ask(const Server& server, const SenderDomainFlags& flags) {
  const std::string of_domain = fmt::format("{}/{}", path, percent_encoded(flags.domain));
  if (flags.action == "show") return get(server, of_domain);
  if (flags.action == "add") return post(server, path, Object{{"domain", flags.domain}});
  if (flags.action == "remove") return send_bytes(server, "DELETE", of_domain, {});
  return post(server, fmt::format("{}/{}", of_domain, flags.action), Object());
}

}  // namespace

int sender_domain(const Server& server, const SenderDomainFlags& flags) {
  if (flags.action == "list") return list(server);
  if (flags.domain.empty()) {
    return fail({.code = "missing_domain",
                 .message = fmt::format("sojourn domain {} needs a domain", flags.action)});
  }
  const Result<Value> domain = ask(server, flags);
  if (!domain) return fail(domain.error());
  if (flags.action == "remove") {
    fmt::print("{} is removed: its mails leave unsigned; keep its records for 7 days\n",
               flags.domain);
    return 0;
  }
  if (flags.action == "check") return print_report(*domain);
  print_domain(*domain);
  return 0;
}

}  // namespace sojourn::cli
