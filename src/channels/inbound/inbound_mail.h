#pragma once

/// What a mail that came to us says: a bounce, a complaint, an automatic answer, or somebody's own.
///
/// Pure: the bytes of one mail in, its meaning out. Whom the mail is about is only what it claims;
/// a bounce is believed where what ties it to a mail of ours holds (reference 1.4).

#include <string>
#include <string_view>
#include <vector>

#include "channels/inbound/mail_parts.h"
#include "channels/inbound/reason.h"

namespace sojourn::channels::inbound {

constexpr std::size_t words_bytes_max = 512;  // of what a server said, for people to read

/// What it says about one recipient.
struct Finding {
  /// To whom our mail went. Empty where the mail names nobody; of an automatic answer, who gave it.
  std::string recipient;
  std::string status;  ///< RFC 3463, `5.1.1`; empty: none was said
  Kind kind = Kind::unknown;
  Reason reason = Reason::unrecognised;
  std::string words;  ///< one printable line of at most words_bytes_max bytes
};

/// What ties it to a mail of ours, surest first. Any may be empty.
struct Ties {
  std::vector<std::string> sent_to;  ///< the addresses it was sent to: a VERP address among them
  std::string envelope_id;           ///< RFC 3461 ENVID
  /// Message-ID of our mail, without brackets: from the returned mail, the report, or In-Reply-To.
  std::string message_id;
  std::vector<Header> returned_headers;  ///< of the mail that it returns
};

struct InboundMail {
  std::vector<Finding> findings;  ///< at least one
  Ties ties;
  std::string from;  ///< who sent it, as the From field has it
};

/// Never fails: what is not understood is `unknown`. Reads at most mail_bytes_max bytes.
[[nodiscard]] InboundMail read_inbound_mail(std::string_view bytes);

}  // namespace sojourn::channels::inbound
