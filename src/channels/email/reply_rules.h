#pragma once

/// What a refusal means: one table from (stage, code, enhanced status, words) to an outcome.

#include <cstdint>
#include <string>
#include <string_view>

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

/// The outcome of a mail after a 4xx or 5xx `reply` at `stage`: deferred or failed, never anything
/// else. Total: what no rule names is deferred (`transient`) or failed (`unknown_permanent`).
[[nodiscard]] Outcome classify(Stage stage, const Reply& reply);

/// The peer's words as an outcome carries them: one printable line of at most 512 bytes.
[[nodiscard]] std::string shown_reply(const Reply& reply);

}  // namespace sojourn::channels::email
