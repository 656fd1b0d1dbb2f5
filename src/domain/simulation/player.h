#pragma once

/// Plays the actions of a scenario on a stage: turns what people and time do into events.

#include <map>
#include <set>
#include <string>

#include "base/result.h"
#include "domain/simulation/cast.h"
#include "domain/simulation/scenario_text.h"
#include "domain/simulation/stage.h"

namespace sojourn::simulation {

class Player {
 public:
  /// Files of the workspace that actions may publish, by path.
  using Files = std::map<std::string, std::string>;

  /// All outlive this.
  Player(Stage& stage, WallClock& clock, const Files& files)
      : stage_(stage), clock_(clock), files_(files) {}

  /// Does what the line says. An error is one of the action: the scenario cannot go on.
  Result<void> play(const Action& action, int line);

 private:
  Result<void> act(const MoveTo& move);
  Result<void> act(const WaitStep& wait);
  Result<void> act(const Happen& happen);
  Result<void> act(const AliasStep& alias);
  Result<void> act(const EraseStep& erase);
  Result<void> act(const Answer& answer);
  Result<void> act(const ListStep& list);
  Result<void> act(const EnterStep& enter);
  Result<void> act(const AnswerCalls& answer);
  Result<void> act(const PublishStep& publish);
  Result<void> act(const ArchiveStep& archive);
  Result<void> act(const PauseStep& pause);
  Result<void> act(const ResumeStep& resume);
  Result<void> act(const DeclareStep& declare);
  Result<void> act(const CampaignStep& step);

  [[nodiscard]] events::Event event_of(const Who& who) const;
  /// An event that Sojourn writes itself, about a contact that it knows.
  Result<events::Event> own_event_of(const Who& who) const;
  Result<Timestamp> time_of(const Happen& happen);
  /// The first event of a user brings an address, so that scenarios need not speak of it.
  void give_address(events::Event& event);
  /// The last mail to the contact itself, of this step or template (empty: of any).
  [[nodiscard]] const Mail* last_mail(const reaction::ContactState& contact,
                                      std::string_view of) const;

  Stage& stage_;
  WallClock& clock_;
  const Files& files_;
  int line_ = 0;
  std::set<std::string> introduced_;  ///< users of whom an event was sent
};

}  // namespace sojourn::simulation
