#pragma once

/// Bounces that are written for people: what qmail, old Sendmail, Exim, Exchange, Domino,
/// GroupWise, Yahoo, AOL and many others send instead of a report that programs can read, or beside
/// one.
///
/// One way of reading serves them all: the text up to the returned mail is taken line by line; an
/// address counts by how it stands in its line, and the reason is looked for near it.

#include <string>
#include <string_view>
#include <vector>

#include "channels/inbound/delivery_status.h"
#include "channels/inbound/mail_parts.h"

namespace sojourn::channels::inbound {

struct BounceText {
  /// Whether the mail is a bounce, or a warning about a delay, as far as its words tell.
  bool is_bounce = false;
  /// From a daemon, not from somebody's own address.
  bool is_from_daemon = false;
  std::vector<ReportedRecipient> recipients;
  Refusal whole;         ///< what the text says as a whole, for a bounce that names nobody
  std::string returned;  ///< what follows on the text, from the mark of the copy on; may be empty
};

[[nodiscard]] BounceText read_bounce_text(const MailParts& mail);

}  // namespace sojourn::channels::inbound
