#pragma once

/// The one table of what this server answers: method, path, permission, lane, limit, endpoint.

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/endpoint.h"
#include "net/request_reader.h"

namespace sojourn::api {

/// Who may call. `write_key` is asked by the endpoint, as the key may stand in the body; each of
/// `read`, `write`, `admin` includes the one before.
enum class Permission : std::uint8_t { open, write_key, read, write, admin };

/// Where an endpoint runs.
enum class Lane : std::uint8_t {
  server,    ///< on the server's own thread: memory only
  reader,    ///< reads the store
  waiter,    ///< waits for the committer, or hashes a password
  pictures,  ///< takes pictures apart, one at a time
};

struct Route {
  net::Method method;
  /// `{name}` stands for one part of the path.
  std::string_view pattern;
  Permission permission;
  Lane lane;
  std::size_t body_bytes_max;
  std::variant<Endpoint, LateEndpoint> endpoint;
};

[[nodiscard]] std::span<const Route> routes();

/// Finds the route of a path: by a hash of the whole path where it has no parameters, else by
/// walking the patterns.
class RouteTable {
 public:
  /// `table` outlives this.
  explicit RouteTable(std::span<const Route> table);

  struct Match {
    const Route* route = nullptr;  ///< null: another method is allowed
    decltype(Call::parameters) parameters;
    std::string allow;  ///< `GET, HEAD`; filled where `route` is null
  };
  /// HEAD is answered by the route of GET. Absent where no pattern fits the path.
  [[nodiscard]] std::optional<Match> find(net::Method method, std::string_view path) const;

 private:
  struct Pattern {
    std::vector<std::string_view> parts;
    std::vector<const Route*> routes;
  };
  absl::flat_hash_map<std::string_view, std::vector<const Route*>> literal_;
  std::vector<Pattern> patterns_;
};

/// True under `/api /v1 /c /d /f /hooks /o /p /u /assets`: what has no route there is 404 and never
/// the web app.
[[nodiscard]] bool is_reserved_path(std::string_view path);

/// The limit of each route, for the server to refuse a body before it reads it.
[[nodiscard]] net::BodyLimit body_limit();

}  // namespace sojourn::api
