#pragma once

/// The command line's side of the management API.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::cli {

/// The server that SOJOURN_URL names, with the key of SOJOURN_API_KEY.
struct Server {
  std::string url;
  std::string api_key;
};

/// Reads JSON. An answer that is no success becomes an Error with the problem's code and detail.
[[nodiscard]] Result<Value> get(const Server& server, std::string_view path);
using Headers = std::vector<std::pair<std::string, std::string>>;
/// Likewise, with a body.
[[nodiscard]] Result<Value> post(const Server& server, std::string_view path, const Object& body,
                                 const Headers& headers = {});
/// The items of a list, over all of its pages.
[[nodiscard]] Result<std::vector<Value>> get_all(const Server& server, const std::string& path);
/// Sends bytes as they are.
[[nodiscard]] Result<Value> send_bytes(const Server& server, std::string_view method,
                                       std::string_view path, std::string bytes);
/// Hands the answer's body to `take` as it comes; false gives up.
[[nodiscard]] Result<void> download(const Server& server, std::string_view path,
                                    std::function<bool(std::string_view)> take);

/// Text as a part of a path or a query: everything but letters, digits, `-`, `_`, `.` and `~` in
/// percent form.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace sojourn::cli
