#pragma once

/// What a refusal means: a table from (stage, code, enhanced status, words) to a class, and what is
/// done about each class. The table is a file, reply_rules.txt, before which an operator may put
/// rules of his own; docs/reference/sending.md describes both.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "channels/channel.h"
#include "channels/email/smtp_reply.h"

namespace sojourn::channels::email {

/// Where an SMTP connection stands: what it waits for.
enum class Stage : std::uint8_t {
  connect,      ///< the TCP connection
  greeting,     ///< 220
  hello,        ///< the answer to EHLO or HELO
  start_tls,    ///< the answer to STARTTLS, then the handshake
  login,        ///< the answers to AUTH
  idle,         ///< a mail
  mail,         ///< the answer to MAIL FROM
  recipient,    ///< the answer to RCPT TO
  data,         ///< 354
  body,         ///< that the mail has been written, without its end
  leave,        ///< leave to write the end
  end_of_data,  ///< the answer to the final dot: the peer has the mail if it is positive
  reset,        ///< the answer to RSET
  quit,         ///< the answer to QUIT
  closed,
};

[[nodiscard]] std::string_view to_string(Stage stage);

/// An outcome that no reply of the peer decided; `words` say to people what happened.
[[nodiscard]] Outcome ended(Outcome::Kind kind, std::string_view reason = {},
                            std::string words = {});

/// The peer's words as an outcome carries them: one printable line of at most 512 bytes.
[[nodiscard]] std::string shown_reply(const Reply& reply);

/// A value; copies share the rules.
class ReplyRules {
 public:
  static constexpr std::size_t text_bytes_max = 256 * 1024;
  static constexpr std::size_t rules_max = 2'000;

  /// Those of the program.
  ReplyRules();
  /// Those of `text`, then those of the program. Error: `invalid_reply_rules` with the number of
  /// the line, or the limit.
  [[nodiscard]] static Result<ReplyRules> parse(std::string_view text);

  /// The outcome of a mail after a 4xx or 5xx `reply` at `stage`: deferred or failed, never
  /// anything else. Total: the last two rules of the program match what no other does.
  [[nodiscard]] Outcome classify(Stage stage, const Reply& reply) const;

 private:
  struct Rule;
  // Shared, because every connection has a copy.
  std::shared_ptr<const std::vector<Rule>> rules_;

  [[nodiscard]] static Result<std::vector<Rule>> read(std::string_view text);
};

/// By the rules of the program alone.
[[nodiscard]] Outcome classify(Stage stage, const Reply& reply);

}  // namespace sojourn::channels::email
