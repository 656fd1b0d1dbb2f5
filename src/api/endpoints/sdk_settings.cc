#include "api/endpoints/endpoints.h"
#include "api/problem.h"
#include "base/json.h"

namespace sojourn::api::endpoints {

// What analytics.js reads before it sends: where to send, and that nothing else is switched on.
// `apiHost` has no scheme; `protocol` gives it.
Answer sdk_settings(Context& context, const Call& call) {
  const AccessKeys::Found source = context.keys.find_write_key(call.parameter("writeKey"));
  if (source == nullptr) {
    return failure("unknown_write_key", "the write key is not one of this workspace");
  }
  const std::string url = public_url(context.settings, {}, call.request);
  const std::size_t scheme_end = url.find("://");
  const std::string protocol = url.substr(0, scheme_end);
  const std::string api_host = url.substr(scheme_end + 3) + "/v1";

  JsonWriter out;
  out.begin_object();
  out.name("integrations").begin_object();
  out.name("Segment.io").begin_object();
  out.name("apiKey").string(call.parameter("writeKey"));
  out.name("apiHost").string(api_host);
  out.name("protocol").string(protocol);
  out.name("unbundledIntegrations").begin_list().end_list();
  out.name("addBundledMetadata").boolean(true);
  out.end_object();
  out.end_object();
  out.name("plan").begin_object();
  for (const std::string_view call_type : {"track", "identify", "group"}) {
    out.name(call_type).raw(R"({"__default":{"enabled":true}})");
  }
  out.end_object();
  out.name("edgeFunction").begin_object().end_object();
  out.name("analyticsNextEnabled").boolean(true);
  out.name("middlewareSettings").begin_object().end_object();
  out.name("enabledMiddleware").begin_object().end_object();
  // The client's own telemetry goes nowhere.
  out.name("metrics").begin_object();
  out.name("sampleRate").number(std::int64_t{0});
  out.name("host").string(api_host);
  out.end_object();
  out.name("legacyVideoPluginsEnabled").boolean(false);
  out.name("remotePlugins").begin_list().end_list();
  net::Response response = json(out.end_object().take());
  response.headers.add("Access-Control-Allow-Origin", "*");
  return response;
}

}  // namespace sojourn::api::endpoints
