#pragma once

/// The people of a simulation and the programs that report what they do.
///
/// They keep a journal of their own: which calls were answered. A call that was not (a crash, an
/// error, a lost reply) is made again with the same message ids; some are made again anyway.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/events/event.h"
#include "domain/messages/message.h"
#include "runtime/runtime.h"
#include "simulation/dice.h"
#include "simulation/findings.h"

namespace sojourn::simulate {

class Population {
 public:
  Population(int people, const Clock& clock, Dice& dice, Findings& findings);

  /// Makes a call that is new, or one that was made before. False where there was none to make.
  void call(runtime::Runtime& runtime);
  /// Makes a call that was not answered again. False where all were.
  bool call_again(runtime::Runtime& runtime);
  /// The process that was to answer has died.
  void lose_connections();
  /// Somebody has got this mail and may click, unsubscribe, subscribe again.
  void receive(const messages::Message& message);

  [[nodiscard]] bool all_answered() const;
  /// Message ids of every event whose call was answered well, and of every event ever sent.
  [[nodiscard]] const std::map<std::string, events::Event>& answered() const { return answered_; }
  [[nodiscard]] const std::map<std::string, events::Event>& sent() const { return sent_; }
  /// All identifiers that people go by.
  [[nodiscard]] std::vector<contacts::Identifier> identifiers() const;

 private:
  enum class State { waiting, open, answered };
  struct Call {
    std::vector<events::Event> events;
    State state = State::waiting;
  };

  void submit(runtime::Runtime& runtime, const std::shared_ptr<Call>& call);
  events::Event begin(events::EventType type, std::string_view name);
  events::Event behave();
  events::Event identify(int person);
  events::Event alias();
  events::Event answer_mail();
  [[nodiscard]] std::string user(int person) const;
  [[nodiscard]] std::string device(int person);
  int anybody() { return dice_.between(0, people_ - 1); }

  const int people_;
  const Clock& clock_;
  Dice& dice_;
  Findings& findings_;
  std::uint64_t next_id_ = 1;
  std::vector<std::shared_ptr<Call>> calls_;  ///< shared: an answer may come for a call made twice
  std::vector<messages::Message> mails_;
  std::map<std::string, events::Event> answered_;
  std::map<std::string, events::Event> sent_;
};

}  // namespace sojourn::simulate
