#pragma once

/// An event: one thing that somebody did, or that happened to a message, as it came in.
///
/// Everything that happens outside is an event of one subject (ARCHITECTURE 1). Events are facts:
/// they are appended to the log once and never change. What was decided because of them stands in
/// the decision journal (domain/journeys/decision.h).

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::events {

/// Place of an event in the log: ordered, opaque, with gaps. Zero stands before the first event.
struct Position {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Position, Position) = default;
};

/// The calls of the Segment specification, and ours for what has no call there.
enum class EventType : std::uint8_t { identify, track, page, screen, group, alias };

/// Who vouches for an event (ARCHITECTURE 8, "Public write keys are public").
enum class Trust : std::uint8_t {
  browser_key,  ///< anybody could have sent it
  server_key,   ///< a secret key, or the HMAC of the user id
  system,       ///< Sojourn saw it itself: deliveries, clicks, unsubscribes
};

struct Event {
  std::string message_id;  ///< the sender's id for this event; repeats are recognised by it
  EventType type = EventType::track;
  std::string name;          ///< `Page Viewed`, `Order Completed`; see standard_names.h
  std::string user_id;       ///< empty where the sender gave none
  std::string anonymous_id;  ///< empty where the sender gave none
  std::string previous_id;   ///< of alias calls
  std::string group_id;      ///< of group calls
  /// Set where the event is about a contact that Sojourn knows already by its own id (clicks,
  /// deliveries); all zero otherwise.
  Hash128 contact;
  Timestamp at;           ///< when it happened: corrected by sentAt, at most received + 5 min
  Timestamp received_at;  ///< when we took it
  Trust trust = Trust::server_key;
  std::string source;  ///< id of the source (write key) that sent it
  Object properties;   ///< properties of track, page, screen
  Object traits;       ///< traits of identify and group, and context.traits
  Object context;

  friend bool operator==(const Event&, const Event&) = default;
};

/// The source of events that a journey's steps log.
inline constexpr std::string_view journey_source = "journey";

/// An event and where it stands in the log.
struct LoggedEvent {
  Position position;
  Event event;
};

}  // namespace sojourn::events
