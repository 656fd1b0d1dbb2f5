#pragma once

/// What an SMTP server answers: read strictly, within limits, from bytes as they come.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sojourn::channels::email {

/// RFC 3463: `5.1.1`.
struct EnhancedStatus {
  int status_class = 0;
  int subject = 0;
  int detail = 0;
  friend auto operator<=>(const EnhancedStatus&, const EnhancedStatus&) = default;
};

/// The status at the beginning of `text`; absent where there is none.
[[nodiscard]] std::optional<EnhancedStatus> parse_enhanced_status(std::string_view text);

struct Reply {
  int code = 0;                                 ///< 200 to 599
  std::optional<EnhancedStatus> enhanced = {};  ///< of the first line
  std::string text;                             ///< lines without their codes, joined by LF
};

/// Reads replies from a stream. After an error it must not be used until clear().
class ReplyReader {
 public:
  /// RFC 5321 §4.5.3.1.5 says 512; servers in the field exceed it.
  static constexpr std::size_t line_bytes_max = 4096;
  static constexpr std::size_t reply_bytes_max = 64 * 1024;

  void append(std::string_view bytes) { buffer_.append(bytes); }

  /// The next whole reply; absent while more bytes are needed. Fails on a line that does not end
  /// with CRLF (a bare CR or LF may hide a second reply), on anything but `NNN text` and `NNN-text`
  /// with one code throughout, and above the limits. Linear in the bytes appended, however small
  /// the portions.
  [[nodiscard]] Result<std::optional<Reply>> next();

  /// True where no byte waits.
  [[nodiscard]] bool is_empty() const { return buffer_.size() == begin_ && !begun_; }
  void clear();

 private:
  [[nodiscard]] Result<std::optional<std::string_view>> next_line();

  std::string buffer_;
  std::size_t begin_ = 0;       // of the line at hand in buffer_
  std::size_t scanned_ = 0;     // up to where it holds neither CR nor LF
  std::optional<Reply> begun_;  // the lines so far of a reply that goes on
};

}  // namespace sojourn::channels::email
