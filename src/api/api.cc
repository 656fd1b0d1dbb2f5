#include "api/api.h"

#include "api/authorize.h"
#include "api/endpoints/endpoints.h"
#include "api/home_stream.h"
#include "api/problem.h"
#include "base/text.h"
#include "store/audit_origin.h"

namespace sojourn::api {
namespace {

using net::Method;

constexpr std::size_t nonce_bytes = 16;

/// Not of Lane::server, which has none.
Workers& workers_of(Context& context, Lane lane) {
  switch (lane) {
    case Lane::pictures:
      return context.pictures;
    case Lane::waiter:
      return context.waiters;
    case Lane::reader:
    case Lane::server:
      break;
  }
  return context.readers;
}

/// Authorizes and carries out a call, on the lane of its route.
void carry_out(Context& context, const Route& route, Call call, net::Reply reply) {
  Result<Caller> caller = authorize(context, call.request, route.permission);
  if (!caller) return reply.send(problem(caller.error()));
  call.caller = std::move(*caller);
  const store::AuditOrigin origin(call.client_address);
  if (const LateEndpoint* late = std::get_if<LateEndpoint>(&route.endpoint)) {
    return (*late)(context, std::move(call), std::move(reply));
  }
  Answer answer = std::get<Endpoint>(route.endpoint)(context, call);
  reply.send(answer ? std::move(*answer) : problem(answer.error()));
}

/// RFC 9110 §9.3.7; only the ingestion API is called from other origins.
bool is_preflight(const net::Request& request) {
  return request.method == Method::options && request.path.starts_with("/v1/");
}

net::Response not_allowed(std::string allow, const net::Request& request) {
  return problem(
      {.code = "method_not_allowed",
       .message = "this path does not answer " + std::string(net::method_name(request.method)),
       .value = std::string(net::method_name(request.method)),
       .limit = allow},
      {.allow = allow});
}

}  // namespace

Result<std::unique_ptr<Api>> Api::create(Dependencies dependencies) {
  std::unique_ptr<Api> api(new Api(std::move(dependencies)));
  TRY(view, api->context_.runtime.store().view());
  TRY_VOID(api->context_.keys.load(*view));
  return api;
}

Api::Api(Dependencies dependencies) : context_(std::move(dependencies)), table_(routes()) {}

void Api::operator()(net::Request&& request, net::Reply&& reply) {
  std::optional<RouteTable::Match> match = table_.find(request.method, request.path);
  if (!match) return answer_unrouted(request, std::move(reply));
  if (is_preflight(request)) return reply.send(endpoints::preflight());
  if (match->route == nullptr) {
    return reply.send(not_allowed(std::move(match->allow), request));
  }
  Call call;
  call.parameters = std::move(match->parameters);
  call.client_address = net::client_address(request, context_.settings.trusted_proxies);
  call.request = std::move(request);
  dispatch(*match->route, std::move(call), std::move(reply));
}

void Api::dispatch(const Route& route, Call call, net::Reply reply) {
  if (route.lane == Lane::server) {
    return carry_out(context_, route, std::move(call), std::move(reply));
  }
  Workers& workers = workers_of(context_, route.lane);
  // The reply stands outside of the work until it is known to be taken.
  auto held = std::make_unique<net::Reply>(std::move(reply));
  net::Reply* const borrowed = held.get();
  Workers::Work work = [this, &route, waiting = std::move(call), own = std::move(held)]() mutable {
    carry_out(context_, route, std::move(waiting), std::move(*own));
  };
  if (!workers.post(work)) {
    borrowed->send(problem(
        {.code = "too_many_requests", .message = "too many requests wait for an answer already"}));
  }
}

void Api::answer_unrouted(const net::Request& request, net::Reply reply) {
  if (is_reserved_path(request.path)) {
    return reply.send(problem({.code = "unknown_path",
                               .message = "nothing is at this path",
                               .value = request.path.substr(0, 200)}));
  }
  if (request.method != Method::get && request.method != Method::head) {
    return reply.send(not_allowed("GET, HEAD", request));
  }
  reply.send(context_.web_files.answer(request, to_base64(context_.random(nonce_bytes))));
}

void Api::stop() {
  context_.home_stream->stop();
  context_.readers.stop();
  context_.waiters.stop();
  context_.pictures.stop();
}

}  // namespace sojourn::api
