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

Result<Value> send(const Server& server, net::ClientRequest request) {
  request.headers.emplace_back("Authorization", "Bearer " + server.api_key);
  request.timeout = Duration::minutes(10);
  TRY(response, net::send_request(request));
  Result<Value> answer = response.body.empty() ? Result<Value>(Value()) : parse_json(response.body);
  if (response.status >= 200 && response.status < 300) return answer;
  const std::string code = answer ? text_of(*answer, "code") : "";
  const std::string detail = answer ? text_of(*answer, "detail") : "";
  return failure(code.empty() ? "refused" : code,
                 fmt::format("{} answered {}: {}", server.url, response.status, detail));
}

}  // namespace

Result<Value> get(const Server& server, std::string_view path) {
  return send(server, {.method = "GET", .url = server.url + std::string(path)});
}

Result<Value> post(const Server& server, std::string_view path, const Object& body) {
  return send(server, {.method = "POST",
                       .url = server.url + std::string(path),
                       .headers = {{"Content-Type", "application/json"}},
                       .body = to_json(body)});
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace sojourn::cli
