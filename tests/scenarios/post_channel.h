#pragma once

/// The channel of scenarios, and the mailboxes at its other end: it takes every mail at once. The
/// mailboxes outlive the process.

#include <set>
#include <string>
#include <vector>

#include "channels/channel.h"

namespace sojourn::scenarios {

/// What has arrived, in order. A mail that comes a second time is kept once, and told of.
class Mailboxes {
 public:
  struct Arrival {
    messages::MessageId id;
    messages::Email email;
  };

  void take(const channels::Handoff& handoff);

  [[nodiscard]] const std::vector<Arrival>& arrivals() const { return arrivals_; }
  /// Message-IDs that arrived more than once; empty where all is well.
  [[nodiscard]] const std::vector<std::string>& doubled() const { return doubled_; }

 private:
  std::vector<Arrival> arrivals_;
  std::set<std::string> message_ids_;
  std::vector<std::string> doubled_;
};

class PostChannel final : public channels::Channel {
 public:
  /// `mailboxes` outlives the channel.
  explicit PostChannel(Mailboxes& mailboxes) : mailboxes_(mailboxes) {}

  /// Moves one hand-off. False where there is none to move.
  bool step();
  [[nodiscard]] bool idle() const { return handoffs_.empty(); }
  /// The process ends: mails past their commit point have arrived, and nobody hears of it.
  void cut();

  // channels::Channel
  [[nodiscard]] std::string_view name() const override { return "email"; }
  void connect(channels::Events& events) override { events_ = &events; }
  [[nodiscard]] int capacity() const override;
  void start(channels::Handoff handoff) override;
  void answer_leave(messages::MessageId id, bool granted) override;
  void stop(Duration grace) override;

 private:
  enum class Stage { begun, asked, granted, refused };
  struct Open {
    channels::Handoff handoff;
    Stage stage = Stage::begun;
  };

  Mailboxes& mailboxes_;
  channels::Events* events_ = nullptr;
  std::vector<Open> handoffs_;
};

}  // namespace sojourn::scenarios
