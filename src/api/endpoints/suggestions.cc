#include "api/endpoints/suggestions.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/ensure.h"
#include "base/text.h"
#include "domain/audience/value_shares.h"
#include "domain/events/event_codec.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "runtime/audience.h"

namespace sojourn::api::endpoints {
namespace {

/// How long a caller waits at most while the audience index is being loaded: so long it takes for
/// a million contacts.
constexpr std::chrono::milliseconds load_wait{10'000};
constexpr std::size_t search_bytes_max = 200;
constexpr std::size_t values_max = 50;
/// Events are told from the newest so many.
constexpr std::size_t events_looked_at = 5'000;
constexpr std::size_t event_names_max = 500;
constexpr std::size_t properties_max = 50;
constexpr std::size_t property_values_max = 20;
/// A longer text is not chosen from a list.
constexpr std::size_t value_bytes_max = 100;

Result<void> ask(Context& context, const runtime::Audience::Question& question) {
  auto* keeper = dynamic_cast<runtime::AudienceKeeper*>(&context.runtime);
  ENSURE(keeper != nullptr);
  if (keeper->audience().ask(question, load_wait)) return {};
  return failure("audience_loading", "the contacts are still being read");
}

void write_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
  out.name(name).begin_list();
  for (const std::string& text : texts) out.string(text);
  out.end_list();
}

bool is_shown(const Value& value) {
  if (value.as_object() != nullptr || value.as_list() != nullptr || value.is_null()) return false;
  const std::string* text = value.as_string();
  return text == nullptr || text->size() <= value_bytes_max;
}

/// What the newest events say of one property.
struct Property {
  std::set<std::string> types;
  std::map<std::string, std::pair<Value, std::uint64_t>> values;  ///< by their JSON
};

struct EventName {
  std::uint64_t count = 0;
  Timestamp last = Timestamp::beginning();
  std::map<std::string, Property> properties;
};

void note(EventName& known, const events::Event& event) {
  ++known.count;
  known.last = std::max(known.last, event.at);
  for (const auto& [name, value] : event.properties) {
    if (value.is_null()) continue;
    if (!known.properties.contains(name) && known.properties.size() == properties_max) continue;
    Property& property = known.properties[name];
    property.types.emplace(audience::type_of(value));
    if (!is_shown(value)) continue;
    std::string key = to_json(value);
    const auto held = property.values.find(key);
    if (held != property.values.end()) {
      ++held->second.second;
    } else if (property.values.size() < property_values_max) {
      property.values.emplace(std::move(key), std::pair(value, std::uint64_t{1}));
    }
  }
}

void write_property(JsonWriter& out, const std::string& name, const Property& property) {
  out.begin_object();
  text_field(out, "name", name);
  write_texts(out, "types", {property.types.begin(), property.types.end()});
  std::vector<const std::pair<Value, std::uint64_t>*> values;
  for (const auto& [key, value] : property.values) values.push_back(&value);
  std::stable_sort(values.begin(), values.end(),
                   [](const auto* a, const auto* b) { return a->second > b->second; });
  out.name("values").begin_list();
  for (const auto* value : values) out.value(value->first);
  out.end_list();
  out.end_object();
}

/// Names that rules wait for are told as well, though nothing of the kind has come yet.
Result<std::map<std::string, EventName>> event_names(Context& context) {
  std::map<std::string, EventName> names;
  const auto rules = context.runtime.rules();
  for (const reaction::FactRule& fact : rules->facts()) names[fact.definition.match.event];
  TRY(page, context.runtime.store().log_reader().read_back(std::nullopt, events_looked_at, {},
                                                           events_looked_at));
  for (const store::LogRecord& record : page.records) {
    if (!names.contains(record.name) && names.size() >= event_names_max) continue;
    TRY(event, events::decode_event(record.payload));
    note(names[record.name], event);
  }
  names.erase("");
  return names;
}

/// Names of attributes that any of some contacts has.
Result<std::set<std::string>> attribute_names(Context& context) {
  // Ids are hashes: the first ones in their order are a sample by chance.
  constexpr std::size_t sampled_contacts = 2'000;
  TRY(view, context.runtime.store().view());
  TRY(ids, view->contact_ids({}, sampled_contacts));
  TRY(records, view->contacts(ids));
  std::set<std::string> names;
  for (const std::optional<store::ContactRecord>& record : records) {
    if (!record) continue;
    TRY(state, reaction::decode_contact(record->state));
    for (const contacts::Attribute& attribute : state.attributes.all()) {
      if (!attribute.value.is_null()) names.insert(attribute.name);
    }
  }
  return names;
}

}  // namespace

Answer list_attributes(Context& context, const Call&) {
  TRY(names, attribute_names(context));
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  TRY_VOID(ask(context, [&](const audience::Index& index) {
    for (const std::string& name : names) {
      const audience::ValueColumn* column = index.attribute(name);
      if (column == nullptr) continue;
      const audience::AttributeShares shares = shares_of(*column, {}, 0);
      if (shares.contacts == 0) continue;
      out.begin_object();
      text_field(out, "name", name);
      count_field(out, "contacts", shares.contacts);
      write_texts(out, "types", shares.types);
      write_texts(out, "members", shares.members);
      out.end_object();
    }
  }));
  out.end_list();
  return json(out.end_object().take());
}

Answer list_attribute_values(Context& context, const Call& call) {
  const std::string& name = call.parameter("name");
  const std::string prefix = call.request.query_parameter("q").value_or("");
  if (prefix.size() > search_bytes_max) {
    return failure({.code = "too_long",
                    .message = "q is longer than 200 bytes",
                    .field = "q",
                    .value = std::to_string(prefix.size()),
                    .limit = std::to_string(search_bytes_max)});
  }
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  TRY_VOID(ask(context, [&](const audience::Index& index) {
    const audience::ValueColumn* column = index.attribute(name);
    if (column == nullptr) return;
    for (const audience::ValueShare& share : shares_of(*column, prefix, values_max).values) {
      if (!is_shown(share.value)) continue;
      out.begin_object();
      out.name("value").value(share.value);
      count_field(out, "contacts", share.contacts);
      out.end_object();
    }
  }));
  out.end_list();
  return json(out.end_object().take());
}

Answer list_event_names(Context& context, const Call&) {
  TRY(names, event_names(context));
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const auto& [name, known] : names) {
    out.begin_object();
    text_field(out, "name", name);
    count_field(out, "count", known.count);
    time_or_null_field(out, "lastAt", known.count == 0 ? std::nullopt : std::optional(known.last));
    out.name("properties").begin_list();
    for (const auto& [property, what] : known.properties) write_property(out, property, what);
    out.end_list();
    out.end_object();
  }
  out.end_list();
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
