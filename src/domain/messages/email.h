#pragma once

/// An email as it was rendered for one contact: what the MIME writer turns into bytes.

#include <string>
#include <vector>

namespace sojourn::messages {

/// `Ann Lee <ann@example.com>`; the name may be empty.
struct Mailbox {
  std::string name;
  std::string address;
  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

struct Email {
  Mailbox from;
  Mailbox to;
  std::string reply_to;  ///< address; empty: none
  std::string subject;   ///< UTF-8, one line
  std::string text;      ///< UTF-8
  std::string html;      ///< UTF-8; empty: the mail is text only
  /// Without angle brackets; the same for every attempt, so that a repeat is recognisable.
  std::string message_id;
  /// RFC 8058 and RFC 2369; empty on transactional mail.
  std::string unsubscribe_url;
  std::string unsubscribe_mailto;
  std::string list_id;      ///< RFC 2919, without angle brackets; empty: none
  std::string feedback_id;  ///< `campaign:workspace:type:sender`; empty: none
  /// The envelope's sender; empty: from.address.
  std::string envelope_from;

  friend bool operator==(const Email&, const Email&) = default;
};

}  // namespace sojourn::messages
