#pragma once

/// The head of a response as bytes, and the answers that the transport gives by itself.

#include <string>
#include <string_view>

#include "net/http_message.h"

namespace sojourn::net {

/// The words of RFC 9110 §15 for a status: `Not Found`; empty for a status without any.
[[nodiscard]] std::string_view reason_phrase(int status);

/// application/problem+json (RFC 9457) for what never reached a handler. `limit` is what the
/// request exceeded; null in the JSON where it is empty.
[[nodiscard]] Response transport_problem(int status, std::string_view code, std::string_view detail,
                                         std::string_view limit = {});

/// What happens to the connection after the response, as its Connection field says it.
enum class Connection {
  persists,         // HTTP/1.1: no field needed
  persists_http10,  // `keep-alive`, which an HTTP/1.0 client asked for
  closes,           // `close`
};

enum class BodyLength {
  known,  // Content-Length, where RFC 9110 §8.6 allows one
  open,   // none: the body ends with the connection
};

/// Appends status line, header fields and the empty line to `out`; the body is the caller's.
/// A response whose fields hold CR, LF or NUL is a bug that would let its author write the next
/// response: nothing is appended and false returned.
[[nodiscard]] bool append_head(std::string& out, const Response& response, Connection connection,
                               BodyLength length);

}  // namespace sojourn::net
