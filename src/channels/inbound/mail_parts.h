#pragma once

/// A mail taken apart: its header fields and its parts, decoded and within limits.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::channels::inbound {

/// More than this of a mail is not read: reports stand before the mail that they return.
constexpr std::size_t mail_bytes_max = 1024 * 1024;
/// Reports have three parts; a digest that somebody forwards has dozens.
constexpr std::size_t parts_max = 64;
/// Reports are nested two or three deep; deeper ones are made to hurt.
constexpr int depth_max = 12;
constexpr std::size_t part_text_bytes_max = 128 * 1024;
constexpr std::size_t headers_max = 256;
constexpr std::size_t header_bytes_max = 4 * 1024;

struct Header {
  std::string name;
  std::string value;  ///< unfolded, encoded words decoded, UTF-8
};

/// The first field of that name, whatever its case; empty where there is none.
[[nodiscard]] std::string_view find_header(std::span<const Header> headers, std::string_view name);

/// Header fields at the begin of `text`, up to the first empty line. Lines that are no field, such
/// as the mark of an mbox file, are passed over.
[[nodiscard]] std::vector<Header> read_header_lines(std::string_view text);

struct Part {
  std::string type;  ///< `text/plain`, in lower case
  /// Of message/rfc822: the fields of the mail inside. Of others: the part's own.
  std::vector<Header> headers;
  /// Decoded UTF-8 with LF line ends, of text and of reports; others have none.
  std::string text;
  /// In how many mails, one inside the other, the part stands: 0 in the mail itself.
  int message_depth = 0;
};

struct MailParts {
  std::vector<Header> headers;
  /// Those with content, and message/rfc822, in the order of the mail.
  std::vector<Part> parts;
  std::string type;         ///< of the whole mail, `multipart/report`
  std::string report_type;  ///< `delivery-status`, in lower case; empty: not said

  [[nodiscard]] std::string_view header(std::string_view name) const {
    return find_header(headers, name);
  }
};

/// Reads any bytes; what is no mail gives a mail without fields. Line ends may be CRLF, LF or CR.
[[nodiscard]] MailParts read_mail(std::string_view bytes);

/// The words of an HTML text, with line ends where blocks end.
[[nodiscard]] std::string text_of_html(std::string_view html);

}  // namespace sojourn::channels::inbound
