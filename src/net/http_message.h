#pragma once

/// A request and a response of HTTP as endpoints see them: plain values without a socket.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::net {

enum class Method { get, head, post, put, patch, delete_, options, other };

/// The name on the wire, `DELETE` for delete_; `OTHER` for other.
[[nodiscard]] std::string_view method_name(Method method);

/// Header fields in the order of the message. Names compare without regard to case.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  /// Copies both; a name may stand several times.
  void add(std::string_view name, std::string_view value);
  /// The first field of that name. The view lives as long as this object stays unchanged.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] bool empty() const { return places_.empty(); }
  /// `index` < size(). Views as in find().
  [[nodiscard]] Field at(std::size_t index) const;

 private:
  struct Place {
    std::uint32_t begin;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };
  // OPTIMIZATION: two allocations a message instead of two a field.
  std::string text_;
  std::vector<Place> places_;
};

struct Request {
  Method method = Method::get;
  /// From the slash, as received: still percent-encoded, without the query. `*` for OPTIONS *.
  std::string path = {};
  /// What follows the first `?`, still encoded; empty where there is none.
  std::string query = {};
  Headers headers = {};
  std::string body = {};
  /// The other end of the connection, an IP address without port: `192.0.2.7`, `2001:db8::1`.
  /// Behind a proxy that is the proxy: see net/address.h.
  std::string peer_address = {};

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    return headers.find(name);
  }
  /// The first parameter of that name, decoded (`+` and %20 are spaces); empty for `?name`.
  [[nodiscard]] std::optional<std::string> query_parameter(std::string_view name) const;
};

/// The server adds Content-Length and Connection; do not set them, nor Transfer-Encoding.
struct Response {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  /// Content-Type; none is sent where it is empty.
  std::string content_type = {};
  /// Sent instead of `body` where it is not empty, without copying: what it views (a file
  /// embedded in the binary) must outlive the server.
  std::string_view static_body = {};
  /// Keeps what `static_body` views until it is written; empty where that outlives the server.
  /// Shared, because responses are copied.
  std::shared_ptr<const void> body_owner = {};
};

}  // namespace sojourn::net
