#pragma once

/// An event that a run looks out for: its goal, what ends it, or what a wait awaits.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/events/event.h"
#include "domain/facts/fact.h"
#include "domain/journeys/run.h"

namespace sojourn::definitions {
class Reader;
}

namespace sojourn::journeys {

/// What somebody does with a message of the run.
enum class MailAnswer : std::uint8_t { none, clicked, opened, bounced };

struct AwaitedEvent {
  facts::EventMatch match;
  /// Paths of properties that must equal those of the event that started the run; a value that
  /// either lacks equals nothing.
  std::vector<std::string> same;
  /// Not `none`: only what Sojourn saw of this run's message of the send step `mail_step` counts.
  MailAnswer answer = MailAnswer::none;
  std::string mail_step;

  friend bool operator==(const AwaitedEvent&, const AwaitedEvent&) = default;
};

inline constexpr std::size_t same_max = 4;

/// `{event, where, same: order_id}` (or a list of paths), `{clicked: step}`, `{opened: step}`,
/// `{bounced: step}`. Asks `reader` for these members and no others.
[[nodiscard]] Result<AwaitedEvent> read_awaited_event(definitions::Reader& reader,
                                                      const Value& value);
/// True where the object has a member that read_awaited_event reads.
[[nodiscard]] bool names_an_event(definitions::Reader& reader);
void write_awaited_event(const AwaitedEvent& awaited, Object& object);
[[nodiscard]] std::string describe(const AwaitedEvent& awaited);

/// True where this is the event that the run looks out for.
[[nodiscard]] bool is_awaited(const AwaitedEvent& awaited, const Run& run,
                              const events::Event& event);

}  // namespace sojourn::journeys
