#include <fmt/format.h>

#include <algorithm>

#include "api/body_fields.h"
#include "api/endpoints/dns_record.h"
#include "api/endpoints/endpoints.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "runtime/sender_domains.h"

namespace sojourn::api::endpoints {
namespace {

using runtime::SenderDomain;
using runtime::SenderDomains;
using runtime::SenderKey;

/// RFC 1035 §2.3.4, and the same again for names in other scripts.
constexpr std::size_t domain_bytes_max = 512;

struct DnsRecord {
  std::string_view purpose;
  std::string name;
  std::string value;
  std::string note;
};

void write_record(JsonWriter& out, const DnsRecord& record) {
  out.begin_object();
  text_field(out, "purpose", record.purpose);
  text_field(out, "name", record.name);
  text_field(out, "type", "TXT");
  text_field(out, "value", record.value);
  write_dns_strings(out, record.value);
  text_field(out, "note", record.note);
  out.end_object();
}

std::string note_of(const SenderKey& key) {
  switch (key.state) {
    case SenderKey::State::waiting:
      return "publish it, then activate";
    case SenderKey::State::signing:
      return "keep it published: mails are signed by it";
    case SenderKey::State::retired:
      return fmt::format("keep it until {}: mails on their way are checked by it",
                         format_timestamp(key.changed_at + SenderDomains::retired_listed));
  }
  return {};
}

/// What is good to have besides: whose values the domain's owner decides.
std::vector<DnsRecord> advice_for(const std::string& domain) {
  return {{.purpose = "spf",
           .name = domain,
           .value = "v=spf1 mx ~all",
           .note = "one such record a domain, naming every server that sends for it; your "
                   "provider says what to include"},
          {.purpose = "dmarc",
           .name = "_dmarc." + domain,
           .value = fmt::format("v=DMARC1; p=none; rua=mailto:dmarc@{}", domain),
           .note = "where neither this domain nor the one above it has one; reports come to the "
                   "address in rua"}};
}

void write_key(JsonWriter& out, const SenderKey& key) {
  out.begin_object();
  text_field(out, "selector", key.selector);
  text_field(out, "kind", key.kind);
  text_field(out, "state", name_of(key.state));
  time_field(out, "createdAt", key.created_at);
  time_field(out, "since", key.changed_at);
  out.end_object();
}

void write_domain(JsonWriter& out, const SenderDomain& domain) {
  out.begin_object();
  text_field(out, "domain", domain.domain);
  text_field(out, "state", name_of(domain.state()));
  out.name("keys").begin_list();
  for (const SenderKey& key : domain.keys) write_key(out, key);
  out.end_list();
  out.name("records").begin_list();
  for (const SenderKey& key : domain.keys) {
    write_record(out, {.purpose = "dkim",
                       .name = fmt::format("{}._domainkey.{}", key.selector, domain.domain),
                       .value = key.dns_record,
                       .note = note_of(key)});
  }
  out.end_list();
  out.name("advice").begin_list();
  for (const DnsRecord& record : advice_for(domain.domain)) write_record(out, record);
  out.end_list();
  out.end_object();
}

std::string domain_json(const SenderDomain& domain) {
  JsonWriter out;
  write_domain(out, domain);
  return out.take();
}

}  // namespace

Answer list_sender_domains(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "sender domains"));
  TRY(domains, context.sender_domains.list());
  const Slice<SenderDomain> found =
      slice(domains, page, [](const SenderDomain& domain) { return domain.domain; });
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const SenderDomain* domain : found.items) write_domain(out, *domain);
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer add_sender_domain(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(name, required_text(body, "domain", {.min = 1, .max = domain_bytes_max}));
  TRY(domain, context.sender_domains.add(name, call.caller.name));
  return created(domain_json(domain));
}

Answer get_sender_domain(Context& context, const Call& call) {
  TRY(domain, context.sender_domains.find(call.parameter("domain")));
  return json(domain_json(domain));
}

Answer activate_sender_domain(Context& context, const Call& call) {
  TRY(domain, context.sender_domains.activate(call.parameter("domain"), call.caller.name));
  return json(domain_json(domain));
}

Answer rotate_sender_domain(Context& context, const Call& call) {
  TRY(domain, context.sender_domains.rotate(call.parameter("domain"), call.caller.name));
  return json(domain_json(domain));
}

Answer remove_sender_domain(Context& context, const Call& call) {
  TRY_VOID(context.sender_domains.remove(call.parameter("domain"), call.caller.name));
  return no_content();
}

}  // namespace sojourn::api::endpoints
