// Who must not be written to.
#include <fmt/format.h>

#include <charconv>

#include "api/body_fields.h"
#include "api/endpoints/consent.h"
#include "api/endpoints/consent_lines.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/policies/soft_bounces.h"

namespace sojourn::api::endpoints {
namespace {

using runtime::SuppressionChange;

/// Of one call: what fits into its body, and into one transaction beside live traffic.
constexpr std::size_t addresses_max = 1'000;
constexpr std::size_t address_bytes_max = 254;
constexpr std::size_t key_bytes_max = 64;
constexpr std::size_t note_bytes_max = 500;
constexpr std::string_view channel = "email";

/// Why, for people, by who wrote the line.
std::string_view reason_of(const store::SuppressionRecord& record) {
  if (record.scope == store::suppression_of_marketing) return "unsubscribed";
  if (record.source == "bounce") return "hard_bounce";
  if (record.source == policies::soft_bounces_source) return "soft_bounces";
  if (record.source == "complaint") return "complaint";
  if (record.source == "import") return "import";
  return "manual";
}

void write_suppression(JsonWriter& out, const store::SuppressionRecord& record) {
  out.begin_object();
  text_field(out, "id", std::to_string(record.number));
  text_field(out, "channel", record.channel);
  text_field(out, "addressHash", to_hex(record.address.view()));
  text_field(out, "scope", record.scope);
  text_or_null_field(out, "topic", record.topic);
  text_field(out, "reason", reason_of(record));
  text_or_null_field(out, "source", record.source);
  time_field(out, "at", record.at);
  text_or_null_field(out, "actor", record.actor);
  out.end_object();
}

/// Normalised; the ledger tells addresses apart without their capitals.
Result<std::string> parse_address(std::string_view text, std::string_view field) {
  std::string address = text.size() > address_bytes_max ? "" : contacts::normalise_email(text);
  if (address.empty()) {
    return failure({.code = "invalid_email",
                    .message = fmt::format("{} is no email address", field),
                    .field = std::string(field),
                    .value = std::string(text.substr(0, address_bytes_max))});
  }
  return address;
}

/// `address`, or all of `addresses`.
Result<std::vector<std::string>> read_addresses(const Object& body) {
  std::vector<std::string> addresses;
  TRY(one, optional_text(body, "address", {.min = 0, .max = address_bytes_max}));
  if (!one.empty()) {
    TRY(address, parse_address(one, "address"));
    addresses.push_back(std::move(address));
  }
  const Value* list = body.find("addresses");
  const Value::List* items = list == nullptr ? nullptr : list->as_list();
  if (list != nullptr && items == nullptr) {
    return failure(
        {.code = "wrong_type", .message = "addresses must be a list", .field = "addresses"});
  }
  if (items != nullptr && items->size() > addresses_max) {
    return failure({.code = "too_many_items",
                    .message = fmt::format("addresses has {} items, the limit is {}", items->size(),
                                           addresses_max),
                    .field = "addresses",
                    .value = std::to_string(items->size()),
                    .limit = std::to_string(addresses_max)});
  }
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    const std::string* text = (*items)[i].as_string();
    TRY(address, parse_address(text == nullptr ? "" : *text, fmt::format("addresses[{}]", i)));
    addresses.push_back(std::move(address));
  }
  if (addresses.empty()) {
    return failure({.code = "missing_field",
                    .message = "address, or addresses, must name somebody",
                    .field = "address"});
  }
  return addresses;
}

Result<std::vector<SuppressionChange>> read_changes(const Object& body,
                                                    SuppressionChange::Kind kind) {
  TRY(addresses, read_addresses(body));
  TRY(topic, optional_text(body, "topic", {.min = 0, .max = key_bytes_max}));
  TRY(note, optional_text(body, "note", {.min = 0, .max = note_bytes_max}));
  TRY(source, optional_text(body, "source", {.min = 0, .max = key_bytes_max}));
  if (source.empty()) source = "manual";
  if (source != "manual" && source != "import" && source != "bounce" && source != "complaint" &&
      source != policies::soft_bounces_source) {
    return failure({.code = "unknown_value",
                    .message = "source must be manual, import, bounce, soft_bounces or complaint",
                    .field = "source",
                    .value = source});
  }
  std::vector<SuppressionChange> changes;
  for (std::string& address : addresses) {
    changes.push_back({.kind = kind,
                       .channel = std::string(channel),
                       .address = std::move(address),
                       .topic = topic,
                       .source = source,
                       .note = note});
  }
  return changes;
}

Answer change(Context& context, const Call& call, SuppressionChange::Kind kind) {
  TRY(body, read_body_object(call.request));
  TRY(changes, read_changes(body, kind));
  TRY_VOID(context.runtime.change_suppressions(changes, call.caller.name));
  JsonWriter out;
  out.begin_object();
  count_field(out, "addresses", changes.size());
  return json(out.end_object().take());
}

}  // namespace

Answer list_suppressions(Context& context, const Call& call) {
  const std::string address = call.request.query_parameter("address").value_or("");
  TRY(page, read_page(call.request, "suppressions/" + address));
  store::StateReads::SuppressionQuery query{.limit = static_cast<std::size_t>(page.limit)};
  if (!address.empty()) {
    TRY(normalised, parse_address(address, "address"));
    query.address = ledger_hash(context, channel, normalised);
  }
  if (!page.place.empty()) {
    std::uint64_t before = 0;
    std::from_chars(page.place.data(), page.place.data() + page.place.size(), before);
    query.before = before;
  }
  TRY(view, context.runtime.store().view());
  TRY(records, view->suppressions(query));
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const store::SuppressionRecord& record : records) write_suppression(out, record);
  out.end_list();
  const bool is_full = records.size() == query.limit;
  write_next(out, page, is_full ? std::to_string(records.back().number) : "");
  return json(out.end_object().take());
}

Answer add_suppressions(Context& context, const Call& call) {
  return change(context, call, SuppressionChange::Kind::suppress);
}

Answer lift_suppression(Context& context, const Call& call) {
  return change(context, call, SuppressionChange::Kind::lift);
}

}  // namespace sojourn::api::endpoints
