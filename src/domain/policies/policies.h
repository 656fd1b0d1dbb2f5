#pragma once

/// Policies: whether a message may go now. Asked when a step queues it, and again at the commit
/// point (ARCHITECTURE 6): what counts is the last answer.

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/messages/message.h"
#include "domain/policies/topic.h"

namespace sojourn::definitions {
class Reader;
}

namespace sojourn::policies {

/// What to do with a message that a cap or quiet hours hold back; `exit` ends its run as well.
enum class WhenHeld : std::uint8_t { wait, skip, exit };

/// At most `messages` marketing messages in any rolling window of `per`.
struct FrequencyCap {
  int messages = 0;
  Duration per;
  WhenHeld when_held = WhenHeld::wait;
  friend bool operator==(const FrequencyCap&, const FrequencyCap&) = default;
};

/// No marketing from `from` to `to`, minutes of the local day; may span midnight.
struct QuietHours {
  int from_minute = 0;
  int to_minute = 0;
  WhenHeld when_held = WhenHeld::wait;
  friend bool operator==(const QuietHours&, const QuietHours&) = default;
};

/// The workspace's policies and what every message shares. Defaults: no caps, no quiet hours,
/// soft opt-in (PRODUCT 5).
struct Policies {
  std::string name;               ///< of the workspace
  std::string time_zone = "UTC";  ///< IANA; of contacts who have none
  std::vector<FrequencyCap> caps;
  std::optional<QuietHours> quiet_hours;
  bool explicit_opt_in = false;
  Duration late_event_horizon = Duration::hours(72);  ///< PRODUCT 4, "Late events"
  /// `#rrggbb`, of buttons on the hosted pages; empty: a plain one.
  std::string brand_color;
  /// Those that are defined, in the order of their definitions.
  std::vector<Topic> topics;
  friend bool operator==(const Policies&, const Policies&) = default;
};

inline constexpr std::size_t caps_max = 10;

/// `{kind: workspace, key, name, timezone, frequency_caps: [{messages, per, when_held}],
/// quiet_hours: {from: "21:00", to: "08:00", when_held}, explicit_opt_in, late_event_horizon,
/// brand_color}`
[[nodiscard]] Result<Policies> read_policies(const Value& value);

/// What the ledger says of one address on one channel.
struct AddressConsent {
  bool suppressed = false;
  /// Topics; "" stands for all that are not named apart.
  std::vector<std::string> opted_out;
  std::vector<std::string> opted_in;
  /// Topics of which no mail may go to the address, whatever it says itself.
  std::vector<std::string> suppressed_topics = {};
  friend bool operator==(const AddressConsent&, const AddressConsent&) = default;
};

// What an entry of the ledger says.
namespace consent_states {
inline constexpr std::string_view opted_in = "opted_in";
inline constexpr std::string_view opted_out = "opted_out";
inline constexpr std::string_view suppressed = "suppressed";
/// The address, or the topic for it, is not suppressed any more.
inline constexpr std::string_view lifted = "lifted";
}  // namespace consent_states

/// Under which the ledger has whether what is known of a contact may be sold or shared; the address
/// is the contact's id.
inline constexpr std::string_view sharing_channel = "ads";
inline constexpr std::string_view sharing_topic = "sale_or_share";

/// Applies one entry of the ledger, newest last. Topic "": all of them.
void fold(AddressConsent& consent, std::string_view topic, std::string_view state);

enum class Said : std::uint8_t { nothing, opted_in, opted_out };

/// What the address last said of the topic: of it by name, else of all topics. An answer about all
/// of them replaces those about single ones, so one by name is the newer of the two.
[[nodiscard]] Said said_of(const AddressConsent& consent, std::string_view topic);

/// Whether no mail of the topic may go to the address: because no mail at all may, or none of it.
[[nodiscard]] bool is_suppressed(const AddressConsent& consent, std::string_view topic);

/// Whether an address that has said nothing gets no marketing of the topic: the workspace or the
/// topic asks for an opt-in.
[[nodiscard]] bool needs_opt_in(const Policies& policies, std::string_view topic);

/// Whether the address wants mails of the topic: by what it said, else by needs_opt_in(). What is
/// suppressed is another question.
[[nodiscard]] bool wants(const Policies& policies, const AddressConsent& consent,
                         std::string_view topic);

/// Reads the ledger as of the last commit. Implemented by the runtime, and by tables in tests.
class ConsentLedger {
 public:
  virtual ~ConsentLedger() = default;
  [[nodiscard]] virtual AddressConsent consent(std::string_view channel,
                                               std::string_view address) const = 0;
};

/// A place in a cap's window, taken at the commit point; a repeated attempt of the same message
/// keeps its one place.
struct Reservation {
  std::string message;  ///< key
  Timestamp at;
  friend bool operator==(const Reservation&, const Reservation&) = default;
};

inline constexpr int priority_min = 1;
inline constexpr int priority_max = 100;

/// How a journey, or one of its send steps, wants its messages treated. What is absent is as the
/// workspace's policies say.
struct Handling {
  std::optional<WhenHeld> when_quiet;
  std::optional<WhenHeld> when_capped;
  std::optional<Duration> expires_after;  ///< held longer than this, it is not sent any more
  std::optional<int> priority;            ///< the higher goes first under a cap; absent: 50

  friend bool operator==(const Handling&, const Handling&) = default;
};
inline constexpr int default_priority = 50;

/// `when_quiet: wait|skip|exit`, `when_capped`, `expires_after: 3d`, `priority: 1..100`: asks for
/// these members and no others.
[[nodiscard]] Result<Handling> read_handling(definitions::Reader& reader);
void write_handling(const Handling& handling, Object& object);
/// `own` where it says something, else `general`.
[[nodiscard]] Handling merged(const Handling& own, const Handling& general);

/// A marketing message of the contact that is in the outbox and has not passed its commit point:
/// under a cap, the one of the highest priority goes first.
struct Pending {
  std::string message;  ///< key
  std::uint64_t run = 0;
  int priority = default_priority;
  Timestamp due;
  friend bool operator==(const Pending&, const Pending&) = default;
};
inline constexpr std::size_t pending_max = 200;

/// A message as the policies see it.
struct Proposal {
  messages::MessageClass message_class = messages::MessageClass::marketing;
  std::string_view topic;
  std::string_view key;
  Handling handling = {};
  Timestamp queued_at = Timestamp::never();  ///< never: it is being queued now
};

/// What the policies read of the contact.
struct Standing {
  AddressConsent consent;
  const std::vector<Reservation>& reserved;
  std::string_view zone;                ///< empty: the workspace's
  const std::vector<Pending>& pending;  ///< the message itself may be among them
};

struct Answer {
  enum class Kind : std::uint8_t { allow, defer, skip };
  Kind kind = Kind::allow;
  /// `suppressed`, `unsubscribed`, `no_consent`, `frequency_cap`, `outranked` (a message of higher
  /// priority takes the place under the cap), `quiet_hours`, `expired`
  std::string reason = {};
  Timestamp until = {};   ///< of defer
  bool ends_run = false;  ///< of skip: the message's run ends with it

  friend bool operator==(const Answer&, const Answer&) = default;
};

/// Whether the message may go at `now`. Suppression of an address holds for every class; the rest,
/// and suppression of a topic, for marketing only (reference, invariant 7).
[[nodiscard]] Answer decide(const Policies& policies, const Standing& standing,
                            const Proposal& proposal, Timestamp now);

/// The end of the quiet hours that `now` falls into; absent outside them. A `to` in a DST gap is
/// the first valid instant after it (PRODUCT 4, "Dates").
[[nodiscard]] std::optional<Timestamp> quiet_until(const QuietHours& hours, std::string_view zone,
                                                   Timestamp now);

/// Takes the message's place; forgets those older than every window.
void reserve(const Policies& policies, std::vector<Reservation>& reserved, std::string_view message,
             Timestamp now);

}  // namespace sojourn::policies
