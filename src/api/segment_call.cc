#include "api/segment_call.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/events/standard_names.h"

namespace sojourn::api {
namespace {

using events::Event;
using events::EventType;
using events::Trust;
namespace names = events::names;

constexpr std::array<std::pair<std::string_view, SegmentCall>, 6> item_types = {{
    {"identify", SegmentCall::identify},
    {"track", SegmentCall::track},
    {"page", SegmentCall::page},
    {"screen", SegmentCall::screen},
    {"group", SegmentCall::group},
    {"alias", SegmentCall::alias},
}};

/// A value as an error shows it: JSON, at most so many bytes.
constexpr std::size_t shown_bytes_max = 100;

std::string shown(const Value& value) {
  const std::string* text = value.as_string();
  std::string json = text != nullptr ? *text : to_json(value);
  if (json.size() <= shown_bytes_max) return json;
  std::size_t end = shown_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(json[end]) & 0xc0) == 0x80) --end;
  return json.substr(0, end) + "…";
}

tl::unexpected<Error> wrong_type(std::string_view field, std::string_view wanted,
                                 const Value& value) {
  return failure({.code = "wrong_type",
                  .message = fmt::format("{} must be {}", field, wanted),
                  .field = std::string(field),
                  .value = shown(value)});
}

tl::unexpected<Error> missing(std::string_view field, std::string message) {
  return failure(
      {.code = "missing_field", .message = std::move(message), .field = std::string(field)});
}

/// The member, or null where it is absent or JSON null: clients write both for "none".
Value* present(Object& object, std::string_view name) {
  Value* value = object.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Text that is a key: empty where absent, else within the limits of a key.
Result<std::string> take_text(Object& object, std::string_view field) {
  const Value* value = present(object, field);
  if (value == nullptr) return std::string();
  return read_identifier(*value, field);
}

Result<std::string> identifier_text(const Value& value, std::string_view field) {
  // Ids that are numbers in the sender's database often arrive as numbers.
  if (const std::int64_t* number = value.as_integer()) return std::to_string(*number);
  if (const std::string* text = value.as_string()) return *text;
  return wrong_type(field, "a string", value);
}

Result<std::optional<Timestamp>> read_time(Object& object, std::string_view field) {
  const Value* value = present(object, field);
  if (value == nullptr) return std::optional<Timestamp>();
  const std::string* text = value->as_string();
  if (text == nullptr) return wrong_type(field, "a string with a time", *value);
  const Result<Timestamp> time = parse_timestamp(*text);
  if (!time) {
    return failure({.code = "invalid_timestamp",
                    .message = fmt::format("{} is no time of RFC 3339", field),
                    .field = std::string(field),
                    .value = shown(*value)});
  }
  return std::optional<Timestamp>(*time);
}

// Recursion is bounded by json_depth_max: deeper documents were refused by the parser.
int depth_of(const Value& value) {
  int deepest = 0;
  if (const Object* object = value.as_object()) {
    for (const auto& [name, member] : *object) deepest = std::max(deepest, depth_of(member));
    return deepest + 1;
  }
  if (const Value::List* list = value.as_list()) {
    for (const Value& item : *list) deepest = std::max(deepest, depth_of(item));
    return deepest + 1;
  }
  return 0;
}

/// `path` names the member in errors.
Result<Object> take_object(Object& object, std::string_view name, std::string_view path) {
  Value* value = present(object, name);
  if (value == nullptr) return Object();
  if (value->as_object() == nullptr) return wrong_type(path, "an object", *value);
  TRY_VOID(check_depth(*value, path));
  return std::move(*value->as_object());
}

void add_absent(Object& target, const Object& from) {
  for (const auto& [name, value] : from) {
    if (target.find(name) == nullptr) target.append(name, value);
  }
}

/// The path of an absolute URL, `/` where it has none; empty for what is no such URL.
std::string_view path_of_url(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const std::size_t start = url.find_first_of("/?#", scheme_end + 3);
  if (start == std::string_view::npos || url[start] != '/') return "/";
  return url.substr(start, url.find_first_of("?#", start) - start);
}

/// What analytics.js puts into both properties and context.page, other libraries into one of them.
void complete_page(Object& properties, const Object& context) {
  const Value* page = context.find("page");
  const Object* members = page == nullptr ? nullptr : page->as_object();
  if (members != nullptr) {
    for (const std::string_view name : {"path", "url", "title", "referrer", "search"}) {
      const Value* value = members->find(name);
      if (value != nullptr && properties.find(name) == nullptr) {
        properties.append(std::string(name), *value);
      }
    }
  }
  if (properties.find("path") != nullptr) return;
  const Value* url = properties.find("url");
  if (url == nullptr || url->as_string() == nullptr) return;
  const std::string_view path = path_of_url(*url->as_string());
  if (!path.empty()) properties.append("path", Value(path));
}

/// `name` and `category` of page and screen calls are properties to every rule.
Result<void> take_name_and_category(Object& item, Object& properties) {
  for (const std::string_view field : {"name", "category"}) {
    TRY(text, take_text(item, field));
    if (!text.empty() && properties.find(field) == nullptr) {
      properties.append(std::string(field), Value(std::move(text)));
    }
  }
  return {};
}

/// What a batch says once for all of its items.
struct Shared {
  Object context;
  std::optional<Timestamp> sent_at;
};

Result<void> take_identity(Object& item, SegmentCall call, Event& event) {
  TRY(user_id, take_text(item, "userId"));
  TRY(anonymous_id, take_text(item, "anonymousId"));
  event.user_id = std::move(user_id);
  event.anonymous_id = std::move(anonymous_id);
  if (call == SegmentCall::alias) {
    TRY(previous_id, take_text(item, "previousId"));
    if (previous_id.empty()) return missing("previousId", "an alias needs a previousId");
    if (event.user_id.empty()) return missing("userId", "an alias needs a userId");
    event.previous_id = std::move(previous_id);
    return {};
  }
  if (event.user_id.empty() && event.anonymous_id.empty()) {
    return missing("userId", "a call needs a userId or an anonymousId");
  }
  if (call == SegmentCall::group) {
    TRY(group_id, take_text(item, "groupId"));
    if (group_id.empty()) return missing("groupId", "a group call needs a groupId");
    event.group_id = std::move(group_id);
  }
  return {};
}

Result<void> take_time(Object& item, const Shared& shared, const Arrival& arrival, Event& event) {
  TRY(timestamp, read_time(item, "timestamp"));
  TRY(original, read_time(item, "originalTimestamp"));
  TRY(sent_at, read_time(item, "sentAt"));
  event.received_at = arrival.received_at;
  event.at = corrected_time(timestamp ? timestamp : original, sent_at ? sent_at : shared.sent_at,
                            arrival.received_at);
  return {};
}

/// Raises the trust of an item that proves its userId, and takes the proof away.
Result<void> check_user_hash(const Arrival& arrival, Event& event) {
  const Value* hash = event.context.find("userHash");
  if (hash == nullptr) return {};
  if (event.trust == Trust::browser_key && !arrival.identity_secret.empty() && !hash->is_null()) {
    const std::string* text = hash->as_string();
    const std::string expected = user_hash(arrival.identity_secret, event.user_id);
    const bool proven =
        text != nullptr && !event.user_id.empty() && equal_constant_time(*text, expected);
    if (!proven) {
      return failure({.code = "invalid_user_hash",
                      .message = "context.userHash is not the hash of this userId",
                      .field = "context.userHash"});
    }
    event.trust = Trust::server_key;
  }
  event.context.erase("userHash");
  return {};
}

Result<void> take_context(Object& item, const Shared& shared, const Arrival& arrival,
                          Event& event) {
  TRY(context, take_object(item, "context", "context"));
  event.context = std::move(context);
  add_absent(event.context, shared.context);
  if (!arrival.client_address.empty() && event.context.find("ip") == nullptr) {
    event.context.append("ip", Value(arrival.client_address));
  }
  if (arrival.global_privacy_control) event.context.set("gpc", Value(true));
  return check_user_hash(arrival, event);
}

/// `traits` at the top, then `context.traits`. Those of a group call are the company's: there the
/// person's own stay in the context.
Result<void> take_traits(Object& item, Event& event) {
  TRY(traits, take_object(item, "traits", "traits"));
  event.traits = std::move(traits);
  if (event.type == EventType::group) return {};
  TRY(of_context, take_object(event.context, "traits", "context.traits"));
  add_absent(event.traits, of_context);
  event.context.erase("traits");
  return {};
}

/// Journeys begin with these on the word of another service, which a public key cannot give.
bool needs_secret_key(std::string_view name) {
  return name == names::webhook_received || name == names::deal_stage_changed;
}

Result<void> take_event_name(Object& item, Event& event) {
  TRY(name, take_text(item, "event"));
  if (name.empty()) return missing("event", "a track call needs the name of its event");
  if (names::is_reserved(name)) {
    return failure({.code = "reserved_event_name",
                    .message = fmt::format("only Sojourn itself writes events named {}", name),
                    .field = "event",
                    .value = name});
  }
  if (needs_secret_key(name) && event.trust == Trust::browser_key) {
    return failure({.code = "secret_key_needed",
                    .message = fmt::format("a public write key cannot send events named {}", name),
                    .field = "event",
                    .value = name});
  }
  event.name = std::move(name);
  return {};
}

/// Type, name and properties.
Result<void> take_subject(Object& item, SegmentCall call, Event& event) {
  TRY(properties, take_object(item, "properties", "properties"));
  event.properties = std::move(properties);
  switch (call) {
    case SegmentCall::identify:
      event.type = EventType::identify;
      event.name = names::identified;
      return {};
    case SegmentCall::track:
      event.type = EventType::track;
      return take_event_name(item, event);
    case SegmentCall::page:
      event.type = EventType::page;
      event.name = names::page_viewed;
      complete_page(event.properties, event.context);
      return take_name_and_category(item, event.properties);
    case SegmentCall::screen:
      event.type = EventType::screen;
      event.name = names::screen_viewed;
      return take_name_and_category(item, event.properties);
    case SegmentCall::group:
      event.type = EventType::group;
      event.name = names::grouped;
      return {};
    case SegmentCall::alias:
      event.type = EventType::alias;
      event.name = names::aliased;
      return {};
    case SegmentCall::batch:
      break;
  }
  return failure({.code = "unknown_type", .message = "a batch holds no batches", .field = "type"});
}

Result<Event> parse_item(SegmentCall call, Object& item, const Shared& shared,
                         const Arrival& arrival) {
  Event event;
  event.trust = arrival.trust;
  event.source = arrival.source;
  TRY(message_id, take_text(item, "messageId"));
  event.message_id = message_id.empty() ? arrival.make_message_id() : std::move(message_id);
  TRY_VOID(take_identity(item, call, event));
  TRY_VOID(take_time(item, shared, arrival, event));
  TRY_VOID(take_context(item, shared, arrival, event));
  TRY_VOID(take_subject(item, call, event));
  TRY_VOID(take_traits(item, event));
  return event;
}

Result<SegmentCall> item_call(Object& item) {
  const Value* type = present(item, "type");
  if (type == nullptr) return missing("type", "an item of a batch needs a type");
  const std::string* text = type->as_string();
  if (text == nullptr) return wrong_type("type", "a string", *type);
  for (const auto& [name, call] : item_types) {
    if (name == *text) return call;
  }
  return failure({.code = "unknown_type",
                  .message = fmt::format("{} is no type of call", shown(*type)),
                  .field = "type",
                  .value = shown(*type),
                  .limit = "identify, track, page, screen, group, alias"});
}

/// At least as long as the JSON of a value.
std::size_t json_bytes_bound(const Value& value) {
  constexpr std::size_t scalar_bytes = 32;
  constexpr std::size_t escaped_bytes = 6;  // of one byte: \u001f
  if (const std::string* text = value.as_string()) return 2 + escaped_bytes * text->size();
  std::size_t bytes = 2;
  if (const Value::List* list = value.as_list()) {
    for (const Value& each : *list) bytes += 1 + json_bytes_bound(each);
    return bytes;
  }
  if (const Object* object = value.as_object()) {
    for (const auto& [name, each] : *object) {
      bytes += 4 + escaped_bytes * name.size() + json_bytes_bound(each);
    }
    return bytes;
  }
  return scalar_bytes;
}

Result<Event> parse_batch_item(Value& value, const Shared& shared, const Arrival& arrival,
                               bool measure) {
  Object* item = value.as_object();
  if (item == nullptr) {
    return failure({.code = "not_an_object",
                    .message = "an item of a batch must be an object",
                    .value = shown(value)});
  }
  // OPTIMIZATION: writing each item took a fifth of the CPU of a batch; most are far from the
  // limit.
  if (measure && json_bytes_bound(value) > call_bytes_max) {
    const std::size_t size = to_json(*item).size();
    if (size > call_bytes_max) {
      return failure({.code = "call_too_large",
                      .message = fmt::format("the call is {} bytes long, the limit is {}", size,
                                             call_bytes_max),
                      .value = std::to_string(size),
                      .limit = std::to_string(call_bytes_max)});
    }
  }
  TRY(call, item_call(*item));
  return parse_item(call, *item, shared, arrival);
}

std::string readable_message_id(const Value& value) {
  const Object* item = value.as_object();
  const Value* id = item == nullptr ? nullptr : item->find("messageId");
  return id == nullptr || id->as_string() == nullptr ? std::string() : shown(*id);
}

Result<ParsedItems> parse_batch(SegmentBody body, const Arrival& arrival) {
  Value* batch = present(body.root, "batch");
  if (batch == nullptr) return missing("batch", "a batch needs the list batch");
  Value::List* items = batch->as_list();
  if (items == nullptr) return wrong_type("batch", "a list", *batch);
  if (items->size() > batch_items_max) {
    return failure({.code = "too_many_items",
                    .message = fmt::format("the batch has {} items, the limit is {}", items->size(),
                                           batch_items_max),
                    .field = "batch",
                    .value = std::to_string(items->size()),
                    .limit = std::to_string(batch_items_max)});
  }
  Shared shared;
  TRY(sent_at, read_time(body.root, "sentAt"));
  TRY(context, take_object(body.root, "context", "context"));
  shared.sent_at = sent_at;
  shared.context = std::move(context);

  // OPTIMIZATION: an item of a body within the limit of one call cannot be over it.
  const bool measure = body.size_bytes > call_bytes_max;
  ParsedItems parsed;
  parsed.events.reserve(items->size());
  for (std::size_t index = 0; index < items->size(); ++index) {
    Value& value = (*items)[index];
    Result<Event> event = parse_batch_item(value, shared, arrival, measure);
    if (event) {
      parsed.events.push_back(std::move(*event));
    } else {
      parsed.errors.push_back({.index = index,
                               .message_id = readable_message_id(value),
                               .error = std::move(event.error())});
    }
  }
  return parsed;
}

}  // namespace

Result<std::string> read_identifier(const Value& value, std::string_view field) {
  TRY(text, identifier_text(value, field));
  if (text.size() > identifier_bytes_max) {
    return failure({.code = "too_long",
                    .message = fmt::format("{} is {} bytes long, the limit is {}", field,
                                           text.size(), identifier_bytes_max),
                    .field = std::string(field),
                    .value = shown(value),
                    .limit = std::to_string(identifier_bytes_max)});
  }
  if (has_control_character(text)) {
    return failure({.code = "control_character",
                    .message = fmt::format("{} has a control character", field),
                    .field = std::string(field),
                    .value = shown(value)});
  }
  return text;
}

Result<void> check_depth(const Value& value, std::string_view field) {
  const int depth = depth_of(value);
  if (depth > value_depth_max) {
    return failure({.code = "too_deep",
                    .message = fmt::format("{} is nested {} levels deep, the limit is {}", field,
                                           depth, value_depth_max),
                    .field = std::string(field),
                    .value = std::to_string(depth),
                    .limit = std::to_string(value_depth_max)});
  }
  return {};
}

Result<SegmentBody> read_segment_body(SegmentCall call, std::string_view text) {
  const bool is_batch = call == SegmentCall::batch;
  const std::size_t limit = is_batch ? batch_bytes_max : call_bytes_max;
  if (text.size() > limit) {
    return failure(
        {.code = is_batch ? "body_too_large" : "call_too_large",
         .message = fmt::format("the body is {} bytes long, the limit is {}", text.size(), limit),
         .value = std::to_string(text.size()),
         .limit = std::to_string(limit)});
  }
  TRY(value, parse_json(text));
  Object* root = value.as_object();
  if (root == nullptr) {
    return failure({.code = "not_an_object", .message = "the body must be a JSON object"});
  }
  SegmentBody body{.root = std::move(*root), .write_key = {}, .size_bytes = text.size()};
  if (const Value* key = present(body.root, "writeKey")) {
    if (key->as_string() == nullptr) return wrong_type("writeKey", "a string", *key);
    body.write_key = *key->as_string();
  }
  return body;
}

Result<ParsedItems> parse_items(SegmentCall call, SegmentBody body, const Arrival& arrival) {
  if (call == SegmentCall::batch) return parse_batch(std::move(body), arrival);
  ParsedItems parsed;
  Result<Event> event = parse_item(call, body.root, {}, arrival);
  if (event) {
    parsed.events.push_back(std::move(*event));
  } else {
    parsed.errors.push_back({.index = 0,
                             .message_id = readable_message_id(Value(std::move(body.root))),
                             .error = std::move(event.error())});
  }
  return parsed;
}

std::string user_hash(std::string_view secret, std::string_view user_id) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()),
                              secret.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(user_id.data()),
                                user_id.size());
  std::array<char, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return to_hex({digest.data(), digest.size()});
}

Timestamp corrected_time(std::optional<Timestamp> claimed, std::optional<Timestamp> sent_at,
                         Timestamp received_at) {
  if (!claimed) return received_at;
  const Timestamp at = sent_at ? *claimed + (received_at - *sent_at) : *claimed;
  return std::min(at, received_at + ahead_max);
}

}  // namespace sojourn::api
