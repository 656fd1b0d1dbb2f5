#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

namespace sojourn::net {
namespace {

struct CurlDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// Where the body of an answer goes.
struct Target {
  CURL* curl = nullptr;
  std::string* body = nullptr;
  const std::function<bool(std::string_view)>* on_body = nullptr;  ///< may be empty
};

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* to) {
  const auto& target = *static_cast<const Target*>(to);
  const std::size_t length = size * count;
  long status = 0;
  curl_easy_getinfo(target.curl, CURLINFO_RESPONSE_CODE, &status);
  const bool is_success = status >= 200 && status < 300;
  if (is_success && *target.on_body) return (*target.on_body)({bytes, length}) ? length : 0;
  if (target.body->size() + length > client_response_bytes_max) return 0;
  target.body->append(bytes, length);
  return length;
}

}  // namespace

Result<ClientResponse> send_request(const ClientRequest& request) {
  const std::unique_ptr<CURL, CurlDeleter> curl(curl_easy_init());
  if (curl == nullptr) return failure("unreachable", "the HTTP client could not be set up");
  curl_slist* list = nullptr;
  for (const auto& [name, value] : request.headers) {
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  }
  const std::unique_ptr<curl_slist, CurlDeleter> headers(list);
  ClientResponse response;
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.ms));
  Target target{.curl = curl.get(), .body = &response.body, .on_body = &request.on_body};
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &target);
  if (!request.body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    return failure({.code = "unreachable",
                    .message = fmt::format("{}: {}", request.url, curl_easy_strerror(code)),
                    .value = request.url});
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

}  // namespace sojourn::net
