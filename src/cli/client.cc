#include "cli/client.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/answer_fields.h"
#include "net/http_client.h"

namespace sojourn::cli {
namespace {

Result<net::ClientResponse> call(const Server& server, net::ClientRequest request,
                                 std::string_view path) {
  request.url = server.url + std::string(path);
  request.headers.emplace_back("Authorization", "Bearer " + server.api_key);
  request.timeout = Duration::minutes(10);
  return net::send_request(request);
}

/// What the problem names beside its detail, where that does not say it.
std::string facts_of(const Value& problem, std::string_view detail) {
  std::string facts;
  for (const std::string_view name : {"field", "value", "limit"}) {
    const std::string fact = shown(problem, name);
    if (fact.empty() || detail.find(fact) != std::string_view::npos) continue;
    facts += fmt::format("{}{}: {}", facts.empty() ? " (" : ", ", name, fact);
  }
  return facts.empty() ? facts : facts + ")";
}

/// The body of a success as JSON; else the problem as an Error.
Result<Value> read_answer(const Server& server, const net::ClientResponse& response) {
  Result<Value> answer = response.body.empty() ? Result<Value>(Value()) : parse_json(response.body);
  if (response.status >= 200 && response.status < 300) return answer;
  const std::string code = answer ? shown(*answer, "code") : "";
  std::string detail = answer ? shown(*answer, "detail") : "";
  if (answer) detail += facts_of(*answer, detail);
  return failure({.code = code.empty() ? "refused" : code,
                  .message = fmt::format("{} answered {}: {}", server.url, response.status, detail),
                  .field = answer ? shown(*answer, "field") : "",
                  .value = answer ? shown(*answer, "value") : "",
                  .limit = answer ? shown(*answer, "limit") : ""});
}

}  // namespace

Result<Value> post(const Server& server, std::string_view path, const Object& body,
                   const Headers& headers) {
  net::ClientRequest request{
      .method = "POST", .url = {}, .headers = headers, .body = to_json(body)};
  request.headers.emplace_back("Content-Type", "application/json");
  TRY(response, call(server, std::move(request), path));
  return read_answer(server, response);
}

Result<Value> get(const Server& server, std::string_view path) {
  TRY(response, call(server, {.method = "GET", .url = {}}, path));
  return read_answer(server, response);
}

Result<std::vector<Value>> get_all(const Server& server, const std::string& path) {
  std::vector<Value> items;
  std::string cursor;
  do {
    const std::string more = cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor);
    TRY(page, get(server, path + "?limit=200" + more));
    for (const Value& item : list_member(page, "items")) items.push_back(item);
    cursor = shown(page, "next");
  } while (!cursor.empty());
  return items;
}

Result<Value> send_bytes(const Server& server, std::string_view method, std::string_view path,
                         std::string bytes) {
  TRY(response, call(server,
                     {.method = std::string(method),
                      .url = {},
                      .headers = {{"Content-Type", "application/octet-stream"}},
                      .body = std::move(bytes)},
                     path));
  return read_answer(server, response);
}

Result<void> download(const Server& server, std::string_view path,
                      std::function<bool(std::string_view)> take) {
  TRY(response, call(server, {.method = "GET", .url = {}, .on_body = std::move(take)}, path));
  TRY_VOID(read_answer(server, response));
  return {};
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
