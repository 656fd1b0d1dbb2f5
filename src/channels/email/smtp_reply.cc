#include "channels/email/smtp_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace sojourn::channels::email {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes up to three digits; absent where there is none.
std::optional<int> take_number(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && size < 3 && is_digit(text[size])) ++size;
  if (size == 0) return std::nullopt;
  int number = 0;
  std::from_chars(text.data(), text.data() + size, number);
  text.remove_prefix(size);
  return number;
}

bool take_dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

// RFC 5321 §4.2: the first digit is 2 to 5.
std::optional<int> reply_code(std::string_view line) {
  if (line.size() < 3 || line[0] < '2' || line[0] > '5') return std::nullopt;
  if (!is_digit(line[1]) || !is_digit(line[2])) return std::nullopt;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

tl::unexpected<Error> invalid(std::string message) {
  return failure("invalid_reply", std::move(message));
}

}  // namespace

std::optional<EnhancedStatus> parse_enhanced_status(std::string_view text) {
  const std::optional<int> status_class = take_number(text);
  if (!status_class || (*status_class != 2 && *status_class != 4 && *status_class != 5)) {
    return std::nullopt;
  }
  if (!take_dot(text)) return std::nullopt;
  const std::optional<int> subject = take_number(text);
  if (!subject || !take_dot(text)) return std::nullopt;
  const std::optional<int> detail = take_number(text);
  if (!detail) return std::nullopt;
  if (!text.empty() && text.front() != ' ' && text.front() != '\n') return std::nullopt;
  return EnhancedStatus{.status_class = *status_class, .subject = *subject, .detail = *detail};
}

void ReplyReader::clear() {
  buffer_.clear();
  begin_ = 0;
  scanned_ = 0;
  begun_.reset();
}

// Without its CRLF; the view lives until bytes are appended.
Result<std::optional<std::string_view>> ReplyReader::next_line() {
  const std::size_t end = buffer_.find_first_of("\r\n", scanned_);
  scanned_ = std::min(end, buffer_.size());
  if (scanned_ - begin_ > line_bytes_max) {
    return invalid(fmt::format("a reply line is over {} bytes", line_bytes_max));
  }
  const bool is_whole = end != std::string::npos && end + 1 < buffer_.size();
  if (!is_whole && (end == std::string::npos || buffer_[end] == '\r')) {
    buffer_.erase(0, begin_);
    scanned_ -= std::exchange(begin_, 0);
    return std::optional<std::string_view>();
  }
  if (buffer_[end] == '\n') return invalid("a reply line ends without CR");
  if (buffer_[end + 1] != '\n') return invalid("a reply holds a bare CR");
  const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
  begin_ = end + 2;
  scanned_ = begin_;
  return std::optional<std::string_view>(line);
}

Result<std::optional<Reply>> ReplyReader::next() {
  while (true) {
    TRY(line, next_line());
    if (!line) return std::optional<Reply>();
    const std::optional<int> code = reply_code(*line);
    const char separator = line->size() > 3 ? (*line)[3] : ' ';
    if (!code || (separator != ' ' && separator != '-')) {
      return invalid("a reply line has no code");
    }
    if (!begun_) {
      begun_.emplace().code = *code;
    } else {
      if (*code != begun_->code) return invalid("a reply changes its code");
      begun_->text.push_back('\n');
    }
    begun_->text.append(line->substr(std::min<std::size_t>(4, line->size())));
    if (begun_->text.size() > reply_bytes_max) {
      return invalid(fmt::format("a reply is over {} bytes", reply_bytes_max));
    }
    if (separator == '-') continue;
    std::optional<Reply> reply = std::exchange(begun_, std::nullopt);
    reply->enhanced = parse_enhanced_status(reply->text);
    return reply;
  }
}

}  // namespace sojourn::channels::email
