#pragma once

/// The steps of a campaign that is under way: it begins, the messages of the next contacts are
/// made, its test is looked at, it pauses where too much goes wrong, and it ends.
///
/// Pure: what it reads and does goes through Surroundings. The committer's batches drive it over
/// the store (runtime/campaigns.h), scenarios over memory (domain/simulation/world.h). A step is
/// whole or not at all, and what it did is in the Standing: a step that is lost is taken again.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/time/time.h>

#include "base/result.h"
#include "base/time.h"
#include "domain/campaigns/counts.h"
#include "domain/campaigns/standing.h"
#include "domain/contacts/contact_id.h"
#include "domain/messages/message.h"

namespace sojourn::campaigns {

/// How much one step does, and how far ahead of the sender.
struct Pace {
  /// Contacts whose turn comes in one step: what hand-offs that ask for leave wait for is some
  /// hundredths of a second.
  std::size_t turns = 500;
  /// Contacts of whom one step sees that it is not their turn in this pass of a test.
  std::size_t passed = 10'000;
  /// Messages that wait for the sender at most before the next are made; the outbox keeps more.
  std::int64_t ahead = 5'000;
  /// With a throttle: messages are made so long before they are due.
  Duration throttle_ahead = Duration::minutes(5);
  /// Messages of a stopped campaign that one step cancels.
  std::size_t cancelled = 500;
  /// Contacts that are read together.
  std::size_t prefetched = 100;
};

/// What a contact's turn in a campaign came to.
enum class Turn : std::uint8_t {
  made,  ///< the ledger has its message, also one that is held back
  gone,  ///< there is no such contact any more, or it is one with another that has its message
};

/// What a step reads and does, of one campaign. What fails is answered as the step's error.
class Surroundings {
 public:
  virtual ~Surroundings() = default;

  virtual Result<CountsByArm> counts() = 0;
  virtual Result<OutcomesByArm> outcomes() = 0;
  /// One page of whom it was started for, each contact once over all pages. Valid until the next
  /// call.
  virtual Result<std::span<const contacts::ContactId>> page(const Standing& standing) = 0;
  /// These contacts are about to have their turn.
  virtual Result<void> prefetch(std::span<const contacts::ContactId> contacts) = 0;
  /// By whose clock the contact lives.
  virtual Result<absl::TimeZone> zone_of(const contacts::ContactId& contact) = 0;
  /// Gives the contact its message, due at `due`, or a line of the ledger that says why not.
  virtual Result<Turn> give_turn(const contacts::ContactId& contact, std::string_view arm,
                                 Timestamp due) = 0;

  enum class Waiting : std::uint8_t { all, held };
  /// Messages of it that wait, at most `limit`; `held`: those that a pause left without a due time.
  virtual Result<std::vector<messages::MessageId>> waiting(Waiting which, std::size_t limit) = 0;
  /// Gives a held message its due time: now.
  virtual Result<void> release(messages::MessageId message) = 0;
  virtual Result<void> cancel(messages::MessageId message, std::string_view reason) = 0;

  /// Has whom it is for read: the standing's audience is filled in later.
  virtual Result<void> read_audience() = 0;
  /// Keeps for people that the campaign has done something by itself.
  virtual Result<void> note(std::string_view action, const std::string& detail) = 0;
};

/// A campaign that is under way.
struct UnderWay {
  Standing standing;
  Timestamp due = {};    ///< to be looked at again; never: when something of it has moved
  bool may_hold = true;  ///< messages of it may wait without a due time
  friend bool operator==(const UnderWay&, const UnderWay&) = default;
};

/// One step, at `now`; `present.due` says when the next is to be taken. `campaign` is null while
/// its definition is set aside: then nothing but a stop goes on. Where it finds nothing to do,
/// nothing but `due` and `may_hold` changes, and nothing is done to the surroundings.
Result<void> advance(UnderWay& present, const Campaign* campaign, Surroundings& surroundings,
                     const Pace& pace, Timestamp now);

}  // namespace sojourn::campaigns
