#include "api/endpoints/endpoints.h"
#include "api/home_stream.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {

void open_stream(Context& context, Call&&, net::Reply&& reply) {
  if (!context.home_stream->has_room()) {
    return reply.send(problem({.code = "too_many_requests",
                               .message = "too many streams are open",
                               .limit = std::to_string(streams_max)}));
  }
  net::Headers headers;
  headers.add("Cache-Control", "no-store");
  // Proxies of the nginx kind would keep the events back.
  headers.add("X-Accel-Buffering", "no");
  context.home_stream->add(reply.stream(std::move(headers)));
}

}  // namespace sojourn::api::endpoints
