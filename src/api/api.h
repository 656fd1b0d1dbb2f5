#pragma once

/// Everything that is answered over HTTP: the ingestion API, tracked links, the management API, the
/// probes, and the web app.

#include "api/context.h"
#include "api/routes.h"
#include "base/result.h"
#include "net/http_message.h"
#include "net/reply.h"

namespace sojourn::api {

class Api {
 public:
  /// Reads the keys of the workspace. What `dependencies` refers to must outlive the Api. Errors:
  /// those of the store.
  [[nodiscard]] static Result<std::unique_ptr<Api>> create(Dependencies dependencies);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  /// Answers a request, now or later. Thread-safe; returns quickly. The net::Handler of the server:
  ///   [&](net::Request&& request, net::Reply&& reply) { api(std::move(request), std::move(reply));
  ///   }
  void operator()(net::Request&& request, net::Reply&& reply);

  /// Ends streams and drops what waits for a worker. Call after the server has stopped and before
  /// the runtime does. Idempotent.
  void stop();

 private:
  explicit Api(Dependencies dependencies);

  void dispatch(const Route& route, Call call, net::Reply reply);
  void answer_unrouted(const net::Request& request, net::Reply reply);

  Context context_;
  const RouteTable table_;
};

}  // namespace sojourn::api
