#pragma once

/// The channel of the simulation, and the mail server at its other end.
///
/// The peer outlives crashes and journals what it took over. The channel dies with the process;
/// what it did with a hand-off is the dice's choice: refuse it before or after the commit point,
/// take it over, lose its answer, be slow.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "channels/channel.h"
#include "simulation/dice.h"
#include "simulation/findings.h"
#include "simulation/planted.h"

namespace sojourn::simulate {

class PeerChannel final : public channels::Channel {
 public:
  using Accepted = std::function<void(const channels::Handoff&)>;

  struct Habits {
    int capacity = 4;
    int trouble_percent = 20;  ///< hand-offs that end otherwise than at once and well
    Duration slowest = Duration::minutes(3);
  };

  /// Everything outlives it. `accepted` is called when the peer has taken a mail over.
  PeerChannel(Habits habits, Planted planted, const Clock& clock, Dice& dice, Findings& findings,
              Accepted accepted);

  /// Moves one hand-off. False where none can move now.
  bool step();
  [[nodiscard]] Timestamp next_due() const;
  [[nodiscard]] bool idle() const { return handoffs_.empty(); }
  /// The process ends: the bytes of hand-offs past their commit point may have reached the peer.
  void cut();

  // channels::Channel
  [[nodiscard]] std::string_view name() const override { return "email"; }
  void connect(channels::Events& events) override { events_ = &events; }
  [[nodiscard]] int capacity() const override;
  void start(channels::Handoff handoff) override;
  void answer_leave(messages::MessageId id, bool granted) override;
  void stop(Duration grace) override;

 private:
  enum class Stage { begun, asked, refused, granted, answered };
  struct Open {
    channels::Handoff handoff;
    Stage stage = Stage::begun;
    Timestamp ready;
    channels::Outcome outcome;
  };

  void finish(std::size_t index, channels::Outcome outcome);
  void begin(Open& open, std::size_t index);
  void take_step(Open& open);
  void wait(Open& open);

  const Habits habits_;
  const Planted planted_;
  const Clock& clock_;
  Dice& dice_;
  Findings& findings_;
  const Accepted accepted_;
  channels::Events* events_ = nullptr;
  std::vector<Open> handoffs_;
};

}  // namespace sojourn::simulate
