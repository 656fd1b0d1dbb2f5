#include "api/web_files.h"

#include <fmt/format.h>

#include <array>

#include "api/problem.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::string_view index_path = "/index.html";
constexpr std::string_view hashed_prefix = "/app-assets/";
constexpr std::string_view nonce_placeholder = "__CSP_NONCE__";

constexpr std::string_view no_app_page =
    "<!doctype html><html lang=\"en\"><title>Sojourn</title>"
    "<p>This build holds no web app. The API is at /api/v1.</p></html>\n";

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> types = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".map", "application/json"},
}};

/// No other host and no script of a page's own; inline styles by nonce for the component library,
/// style attributes for what it measures. Mails are shown in frames without scripts that inherit
/// this, so that a mail loads nothing from elsewhere.
std::string security_policy(std::string_view nonce) {
  return fmt::format(
      "default-src 'none'; script-src 'self'; style-src-elem 'self' 'nonce-{}'; "
      "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
      "connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; "
      "form-action 'self'; frame-ancestors 'none'; object-src 'none'",
      nonce);
}

/// RFC 9110 §12.5.3 as far as it decides here: named, and not with weight 0.
bool accepts(const net::Request& request, std::string_view coding) {
  const std::optional<std::string_view> header = request.header("Accept-Encoding");
  if (!header) return false;
  for (const std::string_view part : split(*header, ',')) {
    const std::size_t end = part.find(';');
    if (!equal_ignoring_case(trimmed(part.substr(0, end)), coding)) continue;
    const std::string_view weight =
        end == std::string_view::npos ? std::string_view() : trimmed(part.substr(end + 1));
    return !(weight == "q=0" || weight.starts_with("q=0.000") || weight == "q=0.0");
  }
  return false;
}

net::Response file_answer(const WebFile& file, const net::Request& request) {
  net::Response response = bytes(content_type_of(file.path), file.raw);
  response.headers.add("Vary", "Accept-Encoding");
  if (!file.brotli.empty() && accepts(request, "br")) {
    response.static_body = file.brotli;
    response.headers.add("Content-Encoding", "br");
  } else if (!file.gzip.empty() && accepts(request, "gzip")) {
    response.static_body = file.gzip;
    response.headers.add("Content-Encoding", "gzip");
  }
  return response;
}

std::string with_nonce(std::string_view page, std::string_view nonce) {
  std::string filled;
  filled.reserve(page.size() + nonce.size());
  while (true) {
    const std::size_t place = page.find(nonce_placeholder);
    filled.append(page.substr(0, place));
    if (place == std::string_view::npos) return filled;
    filled.append(nonce);
    page.remove_prefix(place + nonce_placeholder.size());
  }
}

}  // namespace

WebFiles::WebFiles(std::span<const WebFile> files) {
  for (const WebFile& file : files) files_.emplace(file.path, file);
}

net::Response WebFiles::answer(const net::Request& request, std::string_view nonce) const {
  net::Response response;
  const auto found = files_.find(std::string_view(request.path));
  if (found != files_.end() && request.path != index_path) {
    response = file_answer(found->second, request);
    response.headers.add("Cache-Control", request.path.starts_with(hashed_prefix)
                                              ? "public, max-age=31536000, immutable"
                                              : "no-cache");
  } else if (request.path.starts_with(hashed_prefix)) {
    response = problem({.code = "unknown_path", .message = "there is no such file"});
  } else {
    const auto index = files_.find(index_path);
    response = page(with_nonce(index == files_.end() ? no_app_page : index->second.raw, nonce));
    response.headers.add("Cache-Control", "no-cache");
    response.headers.add("Content-Security-Policy", security_policy(nonce));
    response.headers.add("X-Frame-Options", "DENY");
  }
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Referrer-Policy", "same-origin");
  return response;
}

std::string_view content_type_of(std::string_view path) {
  for (const auto& [ending, type] : types) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace sojourn::api
