#pragma once

/// The files of the web app as the build embeds them, in the forms in which they are sent.

#include <absl/container/flat_hash_map.h>

#include <span>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace sojourn::api {

/// One file. The views must outlive the server: they are sent without copying.
struct WebFile {
  std::string_view path;  ///< `/index.html`, `/app-assets/index-3fa9.js`
  std::string_view raw;
  std::string_view gzip;    ///< empty: not kept in this form
  std::string_view brotli;  ///< empty: not kept in this form
};

/// Everything that is no file is answered by `/index.html`, as the app has its own routes; where
/// there is none, by a page that says so.
class WebFiles {
 public:
  explicit WebFiles(std::span<const WebFile> files);

  /// Answers GET and HEAD of a path outside the reserved prefixes. `nonce` stands in the policy and
  /// replaces `__CSP_NONCE__` in the page, so that its styles may be inline and no others.
  /// A file under `/app-assets/` that does not exist is 404: its name holds a hash, and the app
  /// must not take a page for it.
  [[nodiscard]] net::Response answer(const net::Request& request, std::string_view nonce) const;

 private:
  absl::flat_hash_map<std::string_view, WebFile> files_;
};

/// By the ending of the name; `application/octet-stream` for an unknown one.
[[nodiscard]] std::string_view content_type_of(std::string_view path);

}  // namespace sojourn::api
