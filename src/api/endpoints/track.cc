#include <fmt/format.h>

#include <memory>

#include "api/client_address.h"
#include "api/endpoints/endpoints.h"
#include "api/problem.h"
#include "api/segment_call.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "net/gzip.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t message_id_bytes = 16;

/// Any site may send events, and none may read anything here: no credentials are ever looked at
/// but the write key, which is public.
net::Response with_cors(net::Response response) {
  response.headers.add("Access-Control-Allow-Origin", "*");
  response.headers.add("Access-Control-Expose-Headers", "Retry-After");
  return response;
}

Result<std::string> unpacked_body(SegmentCall call, net::Request& request) {
  const std::string_view encoding = trimmed(request.header("Content-Encoding").value_or(""));
  if (encoding.empty() || equal_ignoring_case(encoding, "identity")) {
    return std::move(request.body);
  }
  if (!equal_ignoring_case(encoding, "gzip")) {
    return failure({.code = "unsupported_encoding",
                    .message = "the body is packed in a way that is not known here",
                    .field = "Content-Encoding",
                    .value = std::string(encoding),
                    .limit = "gzip"});
  }
  const bool is_batch = call == SegmentCall::batch;
  const std::size_t limit = is_batch ? batch_bytes_max : call_bytes_max;
  Result<std::string> body = net::inflate_gzip(request.body, limit);
  if (!body && body.error().code == "too_large") {
    return failure({.code = is_batch ? "body_too_large" : "call_too_large",
                    .message = fmt::format("unpacked, the body is longer than {} bytes", limit),
                    .limit = std::to_string(limit)});
  }
  return body;
}

/// RFC 7617: the write key is the user name, the password is ignored. Empty where there is no
/// such header; absent where it cannot be read.
std::optional<std::string> basic_user(const net::Request& request) {
  static constexpr std::string_view scheme = "Basic ";
  const std::string_view header = request.header("Authorization").value_or("");
  if (header.empty()) return std::string();
  if (header.size() < scheme.size() ||
      !equal_ignoring_case(header.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  const std::optional<std::string> pair = from_base64(trimmed(header.substr(scheme.size())));
  if (!pair) return std::nullopt;
  return pair->substr(0, pair->find(':'));
}

Result<AccessKeys::Found> find_source(const Context& context, const net::Request& request,
                                      const SegmentBody& body) {
  const std::optional<std::string> user = basic_user(request);
  const std::string_view key = user && user->empty() ? std::string_view(body.write_key)
                               : user                ? std::string_view(*user)
                                                     : std::string_view();
  if (user && key.empty()) return failure("missing_write_key", "the call has no write key");
  AccessKeys::Found source = context.keys.find_write_key(key);
  if (source == nullptr) {
    return failure("wrong_write_key", "the write key is not one of this workspace");
  }
  return source;
}

void write_error(JsonWriter& out, const ItemError& item) {
  const auto text = [&](std::string_view name, const std::string& value) {
    out.name(name);
    if (value.empty()) {
      out.null();
    } else {
      out.string(value);
    }
  };
  out.begin_object();
  out.name("index").number(static_cast<std::int64_t>(item.index));
  text("messageId", item.message_id);
  text("code", item.error.code);
  text("message", item.error.message);
  text("field", item.error.field);
  text("value", item.error.value);
  text("limit", item.error.limit);
  out.end_object();
}

/// `"accepted":n,"errors":[…]`
std::string members_of(std::size_t accepted, const std::vector<ItemError>& errors) {
  JsonWriter out;
  out.name("accepted").number(static_cast<std::int64_t>(accepted));
  out.name("errors").begin_list();
  for (const ItemError& error : errors) write_error(out, error);
  return out.end_list().take();
}

net::Response none_accepted(SegmentCall call, const std::vector<ItemError>& errors) {
  if (call != SegmentCall::batch) return problem(errors.front().error);
  return problem({.code = "all_items_refused",
                  .message = fmt::format("none of the {} items can be accepted", errors.size())},
                 {.members = members_of(0, errors)});
}

net::Response all_accepted(std::size_t accepted, const std::vector<ItemError>& errors) {
  if (errors.empty()) return json(R"({"success":true})");
  return partly_accepted("{" + members_of(accepted, errors) + "}");
}

/// Remembers that a source is alive; its first event ever is stored, for the set-up's checklist.
void note_event(Context& context, const AccessKeys::Found& source, Timestamp now) {
  const bool first = source->last_event_ms.exchange(now.ms) == 0;
  if (!first || source->record.first_event_at) return;
  Workers::Work work = [&context, source, now] {
    const auto change = [&](store::StateTransaction& transaction) {
      store::AccessKeyRecord record = source->record;
      record.first_event_at = now;
      return transaction.put_access_key(record);
    };
    const Result<void> written = context.runtime.write(change);
    Result<std::unique_ptr<store::StateReads>> view = context.runtime.store().view();
    const bool loaded = written && view && context.keys.load(**view);
    if (!loaded)
      log::warn("the first event of a source was not noted", {{"source", source->record.id}});
  };
  // Where the queue is full the note is made after the next start.
  static_cast<void>(context.waiters.post(work));
}

struct Parsed {
  AccessKeys::Found source;
  ParsedItems items;
};

Result<Parsed> parse(Context& context, SegmentCall segment_call, Call& call, Timestamp now) {
  TRY(text, unpacked_body(segment_call, call.request));
  TRY(body, read_segment_body(segment_call, text));
  TRY(source, find_source(context, call.request, body));
  const Arrival arrival{
      .received_at = now,
      .trust = source->trust(),
      .source = source->record.id,
      .client_address = truncated_address(call.client_address),
      .global_privacy_control = call.request.header("Sec-GPC") == "1",
      .identity_secret = context.identity_secret,
      .make_message_id = [&] { return "made-" + to_base32(context.random(message_id_bytes)); }};
  TRY(items, parse_items(segment_call, std::move(body), arrival));
  return Parsed{std::move(source), std::move(items)};
}

void take(Context& context, SegmentCall segment_call, Call&& call, net::Reply&& reply) {
  const Timestamp now = context.runtime.clock().now();
  Result<Parsed> parsed = parse(context, segment_call, call, now);
  if (!parsed) return reply.send(with_cors(problem(parsed.error())));
  ParsedItems& items = parsed->items;
  const std::size_t accepted = items.events.size();
  if (accepted == 0) {
    return reply.send(with_cors(items.errors.empty() ? all_accepted(0, {})
                                                     : none_accepted(segment_call, items.errors)));
  }
  // Shared, because std::function must be copyable; there is one reply and it is sent once.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  const auto done = [&context, waiting, accepted, source = parsed->source, now,
                     errors = std::move(items.errors)](Result<void> result) {
    if (result) note_event(context, source, now);
    waiting->send(with_cors(result ? all_accepted(accepted, errors) : problem(result.error())));
  };
  const Result<void> submitted = context.runtime.submit(std::move(items.events), done);
  if (!submitted) waiting->send(with_cors(problem(submitted.error())));
}

}  // namespace

void identify(Context& context, Call&& call, net::Reply&& reply) {
  take(context, SegmentCall::identify, std::move(call), std::move(reply));
}
void track(Context& context, Call&& call, net::Reply&& reply) {
  take(context, SegmentCall::track, std::move(call), std::move(reply));
}
void page(Context& context, Call&& call, net::Reply&& reply) {
  take(context, SegmentCall::page, std::move(call), std::move(reply));
}
void screen(Context& context, Call&& call, net::Reply&& reply) {
  take(context, SegmentCall::screen, std::move(call), std::move(reply));
}
void group(Context& context, Call&& call, net::Reply&& reply) {
  take(context, SegmentCall::group, std::move(call), std::move(reply));
}
void alias(Context& context, Call&& call, net::Reply&& reply) {
  take(context, SegmentCall::alias, std::move(call), std::move(reply));
}
void batch(Context& context, Call&& call, net::Reply&& reply) {
  take(context, SegmentCall::batch, std::move(call), std::move(reply));
}

net::Response preflight() {
  net::Response response = with_cors(no_content());
  response.headers.add("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  // AnonymousId is what RudderStack's SDKs send beside each call.
  response.headers.add("Access-Control-Allow-Headers",
                       "Authorization, Content-Type, Content-Encoding, AnonymousId, Sec-GPC");
  response.headers.add("Access-Control-Max-Age", "86400");
  return response;
}

}  // namespace sojourn::api::endpoints
