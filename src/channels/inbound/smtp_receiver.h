#pragma once

/// The receiving side of SMTP (RFC 5321) for mail that comes back to us: one connection, without
/// input or output of its own. Bytes in, bytes out; when a mail is whole its answer is asked for.
///
/// It relays nothing: a recipient is one of ours, by `accepts`, or refused.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::channels::inbound {

/// A mail that came over SMTP, dots unstuffed.
struct ReceivedMail {
  std::string from;             ///< the envelope's; empty: the null sender of reports
  std::vector<std::string> to;  ///< at least one
  std::string bytes;
};

/// What becomes of a mail that came whole.
enum class Receipt : std::uint8_t {
  taken,    ///< it is on the disk: the peer may forget it
  refused,  ///< it is none that we take, and will never be
  later,    ///< we cannot take it now
};

class SmtpReceiver {
 public:
  struct Options {
    std::string host_name;  ///< how we greet
    /// RFC 1870; a report returns the headers of a mail, or all of it.
    std::size_t mail_bytes_max = std::size_t{1024} * 1024;
    /// A report goes to the one who sent the mail.
    std::size_t recipients_max = 20;
    std::size_t mails_max = 100;  ///< of one connection
    std::size_t errors_max = 10;  ///< commands refused, before we hang up
  };
  using Accepts = std::function<bool(std::string_view address)>;

  SmtpReceiver(Options options, Accepts accepts);

  /// Takes what came. While a mail waits for its answer the rest is kept, not read.
  void receive(std::string_view bytes);
  /// Present once for each mail that is whole; answer() is to follow.
  [[nodiscard]] std::optional<ReceivedMail> take_mail();
  void answer(Receipt receipt);
  /// We end the connection: a peer that was too slow, a server that stops.
  void hang_up(std::string_view why);

  /// What is to be written now.
  [[nodiscard]] std::string take_output();
  /// The connection ends when take_output() is written.
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool waits_for_answer() const { return state_ == State::answering; }

 private:
  enum class State : std::uint8_t { commands, data, answering };

  void reply(std::string_view line);
  void refuse(std::string_view line);
  /// Reads input_ as far as it goes.
  void go_on();
  bool take_command();
  bool take_data();
  void command(std::string_view line);
  void mail(std::string_view argument);
  void recipient(std::string_view argument);
  void data();
  void reset();

  const Options options_;
  const Accepts accepts_;
  State state_ = State::commands;
  std::string input_;
  std::string output_;
  bool greeted_ = false;
  bool ended_ = false;
  bool has_sender_ = false;
  bool too_big_ = false;
  bool at_line_start_ = true;  // of the data
  ReceivedMail mail_;
  bool mail_ready_ = false;
  std::size_t mails_ = 0;
  std::size_t errors_ = 0;
};

}  // namespace sojourn::channels::inbound
