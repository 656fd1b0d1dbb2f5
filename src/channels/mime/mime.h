#pragma once

/// Turns an email into the bytes that leave, and the bytes that we wrote back into its parts.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "channels/mime/address.h"
#include "domain/messages/email.h"

namespace sojourn::channels::mime {

/// RFC 8058 and the mailbox providers accept more; nobody should send more.
constexpr std::size_t mail_bytes_max = 10 * 1024 * 1024;

/// A mail ready for the wire.
struct WrittenMail {
  WireAddress envelope_from;
  WireAddress envelope_to;
  /// RFC 5322: CRLF line ends, ending with one; no line begins with a dot. ASCII only, unless
  /// `needs_utf8`.
  std::string bytes;
  /// What a delivery report calls the mail by (RFC 3461 §4.4); empty: no reports are asked for.
  std::string envelope_id = {};
  /// An address is not ASCII: its fields are UTF-8 (RFC 6532), and whoever takes the mail must
  /// offer SMTPUTF8 (RFC 6531).
  bool needs_utf8 = false;
};

/// Writes a text part and, where there is one, an html part as multipart/alternative, each in the
/// shorter of quoted-printable and Base64. Names and the subject are encoded words also where an
/// address is UTF-8: every reader knows those. Deterministic: equal arguments give equal bytes.
///
/// A mail without unsubscribe address is marked `Auto-Submitted: auto-generated` (RFC 3834 §5);
/// one with it gets List-Unsubscribe and, for an http(s) URL, List-Unsubscribe-Post (RFC 8058).
///
/// Fails where a value cannot stand in a header field, an address cannot go over the wire, a part
/// is not UTF-8, or the mail is larger than mail_bytes_max.
[[nodiscard]] Result<WrittenMail> write_mime(const messages::Email& email, Timestamp date);

/// What stands in a mail, decoded.
struct ReadMail {
  struct Header {
    std::string name;
    std::string value;  ///< unfolded, encoded words decoded
  };
  std::vector<Header> headers;  ///< in the order of the mail
  std::string text;             ///< with LF line ends; empty: no such part
  std::string html;             ///< likewise

  /// The first header field of that name, whatever its case; empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Reads mails in the form that write_mime gives: one level of parts. Anything else is read as far
/// as it goes; it never fails.
[[nodiscard]] ReadMail read_mime(std::string_view bytes);

/// Only the header fields; `bytes` may be cut off after them.
[[nodiscard]] std::vector<ReadMail::Header> read_headers(std::string_view bytes);

}  // namespace sojourn::channels::mime
