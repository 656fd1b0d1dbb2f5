#pragma once

/// What a mail that came back says about one recipient, in a word, and what it amounts to.

#include <cstdint>
#include <string_view>

namespace sojourn::channels::inbound {

/// What a mail amounts to for one recipient.
enum class Kind : std::uint8_t {
  hard,        ///< the address takes no mail, and will not
  soft,        ///< this mail was not taken, which says nothing lasting about the address
  complaint,   ///< the recipient called it spam, or wants no more
  auto_reply,  ///< a program answered for the recipient
  delivered,   ///< it arrived
  unknown,     ///< none of these: a person's answer, or something that is not understood
};

/// `hard`, `soft`, `complaint`, `auto_reply`, `delivered`, `unknown`.
[[nodiscard]] std::string_view to_string(Kind kind);

enum class Reason : std::uint8_t {
  // hard
  unknown_user,
  unknown_host,
  moved,
  disabled,
  not_accepting,  ///< the domain takes no mail at all
  permanent,      ///< refused for good, without a reason that is understood
  // soft
  mailbox_full,
  too_big,
  expired,      ///< given up after trying for some time
  delayed,      ///< still being tried
  unreachable,  ///< the host did not answer
  route,        ///< loops, missing routes
  system,       ///< trouble inside the receiving system
  greylisted,
  throttled,
  blocked,  ///< the sending host or domain is on a list
  policy,
  spam,            ///< the content was taken for spam
  content,         ///< virus, attachment or form that is not taken
  sender_refused,  ///< the sender's address
  sender_auth,     ///< SPF, DKIM, DMARC, reverse DNS, TLS
  our_error,       ///< protocol errors, relaying denied
  temporary,       ///< refused for now, without a reason that is understood
  // complaint
  abuse,
  fraud,
  virus,
  opt_out,
  other_complaint,
  // auto_reply
  vacation,
  left,       ///< the person is no longer there
  challenge,  ///< asks the sender to prove that they are a person
  automatic,
  // delivered
  delivered,
  relayed,
  expanded,
  read,
  // unknown
  reply,
  not_spam,      ///< the recipient took it out of the spam folder
  auth_failure,  ///< a report on SPF, DKIM or DMARC
  unrecognised,
};

/// The reason's own name, `unknown_user`; `other` for other_complaint.
[[nodiscard]] std::string_view to_string(Reason reason);

/// What the reason amounts to where nothing says that it is for now only.
[[nodiscard]] Kind kind_of(Reason reason);

}  // namespace sojourn::channels::inbound
