#include "channels/inbound/smtp_receiver.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace sojourn::channels::inbound {
namespace {

/// RFC 5321 §4.5.3.1.4 says 512, and extensions make MAIL and RCPT longer (RFC 3461 §4: by 1,000).
constexpr std::size_t command_bytes_max = 2048;

/// The address of `<address> PARAMETERS`, and the parameters. Absent where it is no path.
struct Path {
  std::string address;
  std::string_view parameters;
};

std::optional<Path> read_path(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with('<')) return std::nullopt;
  // A quoted local part may hold `>`.
  bool quoted = false;
  std::size_t end = 1;
  for (; end < text.size(); ++end) {
    if (text[end] == '\\' && quoted) {
      ++end;
    } else if (text[end] == '"') {
      quoted = !quoted;
    } else if (text[end] == '>' && !quoted) {
      break;
    }
  }
  if (end >= text.size()) return std::nullopt;
  std::string_view address = text.substr(1, end - 1);
  // RFC 5321 §4.1.1.3: source routes are accepted and ignored.
  if (address.starts_with('@')) {
    const std::size_t route_end = address.find(':');
    if (route_end == std::string_view::npos) return std::nullopt;
    address.remove_prefix(route_end + 1);
  }
  return Path{std::string(address), text.substr(end + 1)};
}

/// The argument of `FROM:` or `TO:`, absent where the word is missing.
std::optional<std::string_view> after_word(std::string_view argument, std::string_view word) {
  argument = trimmed(argument);
  if (argument.size() < word.size()) return std::nullopt;
  if (!equal_ignoring_case(argument.substr(0, word.size()), word)) return std::nullopt;
  return argument.substr(word.size());
}

std::size_t declared_size(std::string_view parameters) {
  for (const std::string_view each : split(parameters, ' ')) {
    const auto value = after_word(each, "SIZE=");
    if (!value) continue;
    std::size_t size = 0;
    const auto read = std::from_chars(value->data(), value->data() + value->size(), size);
    if (read.ec == std::errc::result_out_of_range) return SIZE_MAX;
    return size;
  }
  return 0;
}

}  // namespace

SmtpReceiver::SmtpReceiver(Options options, Accepts accepts)
    : options_(std::move(options)), accepts_(std::move(accepts)) {
  reply(fmt::format("220 {} ESMTP", options_.host_name));
}

void SmtpReceiver::receive(std::string_view bytes) {
  if (ended_) return;
  input_ += bytes;
  go_on();
}

std::optional<ReceivedMail> SmtpReceiver::take_mail() {
  if (!std::exchange(mail_ready_, false)) return std::nullopt;
  return std::exchange(mail_, {});
}

void SmtpReceiver::answer(Receipt receipt) {
  if (ended_ || state_ != State::answering) return;
  switch (receipt) {
    case Receipt::taken:
      reply("250 2.0.0 taken");
      break;
    case Receipt::refused:
      reply("550 5.6.0 only reports about mail of ours are taken here");
      break;
    case Receipt::later:
      reply("451 4.3.0 not now");
      break;
  }
  reset();
  state_ = State::commands;
  go_on();
}

void SmtpReceiver::hang_up(std::string_view why) {
  if (ended_) return;
  reply(fmt::format("421 4.3.2 {} {}", options_.host_name, why));
  ended_ = true;
}

std::string SmtpReceiver::take_output() {
  return std::exchange(output_, {});
}

void SmtpReceiver::reply(std::string_view line) {
  output_ += line;
  output_ += "\r\n";
}

void SmtpReceiver::refuse(std::string_view line) {
  reply(line);
  if (++errors_ >= options_.errors_max) hang_up("too many errors");
}

void SmtpReceiver::go_on() {
  bool more = true;
  while (more && !ended_) {
    switch (state_) {
      case State::commands:
        more = take_command();
        break;
      case State::data:
        more = take_data();
        break;
      case State::answering:
        more = false;
        break;
    }
  }
}

bool SmtpReceiver::take_command() {
  const std::size_t end = input_.find('\n');
  if (end == std::string::npos) {
    if (input_.size() > command_bytes_max) hang_up("the line is too long");
    return false;
  }
  std::string line = input_.substr(0, end);
  input_.erase(0, end + 1);
  // RFC 5321 §2.3.8: a line ends with CRLF. A bare LF is what smuggling is made of.
  if (!line.ends_with('\r') || line.size() > command_bytes_max) {
    refuse("500 5.5.2 a line ends with CRLF, and has a limit");
    return true;
  }
  line.pop_back();
  command(line);
  return true;
}

bool SmtpReceiver::take_data() {
  // Lines end with CRLF; a bare CR or LF is content.
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = input_.find("\r\n", begin);
    if (end == std::string::npos) break;
    std::string_view line(input_.data() + begin, end - begin);
    if (at_line_start_ && line == ".") {
      input_.erase(0, end + 2);
      ++mails_;
      if (too_big_) {
        refuse(fmt::format("552 5.3.4 a mail has at most {} bytes", options_.mail_bytes_max));
        reset();
        state_ = State::commands;
      } else {
        mail_ready_ = true;
        state_ = State::answering;
      }
      return true;
    }
    if (at_line_start_ && line.starts_with('.')) line.remove_prefix(1);
    at_line_start_ = true;
    if (mail_.bytes.size() + line.size() + 2 > options_.mail_bytes_max) too_big_ = true;
    if (!too_big_) mail_.bytes.append(line).append("\r\n");
    begin = end + 2;
  }
  input_.erase(0, begin);
  // A line without end must not fill the memory; its last byte may be the CR of its end.
  if (input_.size() > options_.mail_bytes_max) {
    too_big_ = true;
    at_line_start_ = false;
    input_.erase(0, input_.size() - 1);
  }
  return false;
}

void SmtpReceiver::command(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::string verb = to_lower_ascii(line.substr(0, space));
  const std::string_view argument =
      space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  if (verb == "ehlo") {
    greeted_ = true;
    reset();
    reply(fmt::format("250-{}", options_.host_name));
    reply(fmt::format("250-SIZE {}", options_.mail_bytes_max));
    return reply("250-8BITMIME\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES");
  }
  if (verb == "helo") {
    greeted_ = true;
    reset();
    return reply(fmt::format("250 {}", options_.host_name));
  }
  if (verb == "mail") return mail(argument);
  if (verb == "rcpt") return recipient(argument);
  if (verb == "data") return data();
  if (verb == "rset") {
    reset();
    return reply("250 2.0.0 ok");
  }
  if (verb == "noop") return reply("250 2.0.0 ok");
  if (verb == "quit") {
    reply(fmt::format("221 2.0.0 {}", options_.host_name));
    ended_ = true;
    return;
  }
  // RFC 5321 §3.5.3: nobody learns from VRFY which addresses there are.
  if (verb == "vrfy") return reply("252 2.5.0 send it and see");
  refuse("502 5.5.1 there is no such command here");
}

void SmtpReceiver::mail(std::string_view argument) {
  if (!greeted_) return refuse("503 5.5.1 EHLO comes first");
  if (has_sender_) return refuse("503 5.5.1 a mail has one sender");
  if (mails_ >= options_.mails_max) return hang_up("that is enough for one connection");
  const auto text = after_word(argument, "FROM:");
  std::optional<Path> path = text ? read_path(*text) : std::nullopt;
  if (!path) return refuse("501 5.5.4 MAIL FROM:<address>");
  if (declared_size(path->parameters) > options_.mail_bytes_max) {
    return refuse(fmt::format("552 5.3.4 a mail has at most {} bytes", options_.mail_bytes_max));
  }
  has_sender_ = true;
  mail_.from = std::move(path->address);
  reply("250 2.1.0 ok");
}

void SmtpReceiver::recipient(std::string_view argument) {
  if (!has_sender_) return refuse("503 5.5.1 MAIL comes first");
  const auto text = after_word(argument, "TO:");
  std::optional<Path> path = text ? read_path(*text) : std::nullopt;
  if (!path || path->address.empty()) return refuse("501 5.5.4 RCPT TO:<address>");
  if (mail_.to.size() >= options_.recipients_max) {
    return refuse(
        fmt::format("452 4.5.3 a mail has at most {} recipients", options_.recipients_max));
  }
  if (!accepts_(path->address)) return refuse("550 5.1.1 there is no such address here");
  mail_.to.push_back(std::move(path->address));
  reply("250 2.1.5 ok");
}

void SmtpReceiver::data() {
  if (mail_.to.empty()) return refuse("503 5.5.1 RCPT comes first");
  reply("354 go on");
  state_ = State::data;
  at_line_start_ = true;
  too_big_ = false;
}

void SmtpReceiver::reset() {
  has_sender_ = false;
  mail_ = {};
  mail_ready_ = false;
}

}  // namespace sojourn::channels::inbound
