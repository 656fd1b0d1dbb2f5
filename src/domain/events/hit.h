#pragma once

/// Whether a person or a program fetched a mail's pixel or followed one of its links.
///
/// Mail gateways follow links to look for harm, and mail programs load images before anybody looks.
/// Such hits are kept, and marked; what asks for opens and clicks asks for those of people
/// (events/hit_mark.h).

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace sojourn::events {

enum class HitKind : std::uint8_t { open, click };

/// What shows that it was a program.
enum class HitReason : std::uint8_t {
  no_agent,         ///< it does not say what it is
  scanner_agent,    ///< it says that it is a robot
  library_agent,    ///< it is neither a browser nor a mail program
  privacy_proxy,    ///< a mail program's own servers, which load every image of every mail
  scanner_network,  ///< from a network where no reader sits
  head,             ///< it asked whether there is something, and not for it
  too_soon,         ///< before anybody could have read the mail
  hidden_link,      ///< it followed a link that people do not see
  many_links,       ///< several links of one mail within seconds
  many_recipients,  ///< the links of many people's mails from one address within a minute
};

/// `scanner_agent`: the value of the event's property `reason`.
[[nodiscard]] std::string_view to_string(HitReason reason);

enum class HitMethod : std::uint8_t { get, head };
enum class LinkSight : std::uint8_t { seen, hidden };

/// What is known of a hit when it comes in.
struct Hit {
  HitKind kind = HitKind::click;
  HitMethod method = HitMethod::get;
  std::string_view user_agent = {};
  std::string_view address = {};  ///< of the client, as text; empty: not known
  /// Since the receiving server took the mail over; absent: not known.
  std::optional<Duration> since_sent = {};
  LinkSight link = LinkSight::seen;
  /// Different links of this mail that were followed within burst_window, this one included.
  int links_in_burst = 1;
  /// Different mails whose links were followed from this address within crowd_window.
  int mails_from_address = 1;
};

/// Nobody reads faster: the receiving server's filter looks at a mail as it arrives.
constexpr Duration read_time_min = Duration::seconds(2);
/// People open a link and stay; at the third within five seconds nobody has stayed.
constexpr Duration burst_window = Duration::seconds(5);
constexpr int burst_links_min = 3;
/// An office behind one address clicks too, though not so many in a minute.
constexpr Duration crowd_window = Duration::minutes(1);
constexpr int crowd_mails_min = 20;

/// What shows that a program did it; absent: a person, as far as one can tell.
///
/// Of a client on this very machine (127.0.0.0/8, ::1) only is believed what it says or does
/// itself: no receiving server's filter runs there, but whoever tries out a link with a command
/// does; and behind a proxy that is not configured everybody seems to come from there.
[[nodiscard]] std::optional<HitReason> machine_reason(const Hit& hit);

/// What a User-Agent alone shows.
[[nodiscard]] std::optional<HitReason> machine_agent(std::string_view user_agent, HitKind kind);

}  // namespace sojourn::events
