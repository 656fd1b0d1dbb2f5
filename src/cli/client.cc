#include "cli/client.h"

#include <fmt/format.h>

#include "base/json.h"
#include "net/http_client.h"

namespace sojourn::cli {
namespace {

std::string text_of(const Value& value, std::string_view name) {
  const Object* object = value.as_object();
  const Value* member = object == nullptr ? nullptr : object->find(name);
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr ? std::string() : *text;
}

}  // namespace

Result<Value> post(const Server& server, std::string_view path, const Object& body) {
  TRY(response, net::send_request({.method = "POST",
                                   .url = server.url + std::string(path),
                                   .headers = {{"Authorization", "Bearer " + server.api_key},
                                               {"Content-Type", "application/json"}},
                                   .body = to_json(body),
                                   .timeout = Duration::minutes(10)}));
  Result<Value> answer = response.body.empty() ? Result<Value>(Value()) : parse_json(response.body);
  if (response.status >= 200 && response.status < 300) return answer;
  const std::string code = answer ? text_of(*answer, "code") : "";
  const std::string detail = answer ? text_of(*answer, "detail") : "";
  return failure({.code = code.empty() ? "refused" : code,
                  .message = fmt::format("{} answered {}: {}", server.url, response.status, detail),
                  .value = answer ? text_of(*answer, "value") : ""});
}

}  // namespace sojourn::cli
