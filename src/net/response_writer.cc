#include "net/response_writer.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "base/text.h"

namespace sojourn::net {
namespace {

// The separators of a header section, and what no field may hold (RFC 9110 §5.5).
bool is_safe(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  out.append(digits, end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name);
  out.append(": ");
  out.append(value);
  out.append("\r\n");
}

// RFC 9110 §8.6: no Content-Length in 1xx and 204; §15.4.5: a 304 describes another answer.
bool may_state_length(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 207:
      return "Multi-Status";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:  // a status is a number of three digits, not a choice of ours
      return {};
  }
}

Response transport_problem(int status, std::string_view code, std::string_view detail,
                           std::string_view limit) {
  JsonWriter json;
  json.begin_object();
  json.name("type").string("about:blank");
  json.name("title").string(reason_phrase(status));
  json.name("status").number(static_cast<std::int64_t>(status));
  json.name("detail").string(detail);
  json.name("code").string(code);
  json.name("field").null();
  json.name("value").null();
  json.name("limit");
  if (limit.empty()) {
    json.null();
  } else {
    json.string(limit);
  }
  json.name("fix").null();
  json.end_object();
  return {.status = status, .body = json.take(), .content_type = "application/problem+json"};
}

bool append_head(std::string& out, const Response& response, Connection connection,
                 BodyLength length) {
  if (!is_safe(response.content_type)) return false;
  for (std::size_t index = 0; index < response.headers.size(); ++index) {
    const Headers::Field field = response.headers.at(index);
    if (!is_safe(field.name) || !is_safe(field.value)) return false;
  }

  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(std::clamp(response.status, 100, 599)));
  out.push_back(' ');
  out.append(reason_phrase(response.status));
  out.append("\r\n");
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  for (std::size_t index = 0; index < response.headers.size(); ++index) {
    const Headers::Field field = response.headers.at(index);
    append_field(out, field.name, field.value);
  }
  if (length == BodyLength::known && may_state_length(response.status)) {
    out.append("Content-Length: ");
    append_number(
        out, response.static_body.empty() ? response.body.size() : response.static_body.size());
    out.append("\r\n");
  }
  switch (connection) {
    case Connection::persists:
      break;
    case Connection::persists_http10:
      append_field(out, "Connection", "keep-alive");
      break;
    case Connection::closes:
      append_field(out, "Connection", "close");
      break;
  }
  out.append("\r\n");
  return true;
}

}  // namespace sojourn::net
