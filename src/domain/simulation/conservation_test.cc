#include "domain/simulation/conservation.h"

#include <gtest/gtest.h>

namespace sojourn::simulation {
namespace {

constexpr std::string_view journey =
    "{kind: journey, key: j, trigger: {event: Start}, steps: ["
    "{id: w, wait: 3d}]}";

/// A stage that shows the counters it is told.
class CountedStage final : public Stage {
 public:
  CountedStage() {
    rules_ =
        reaction::Rules::compile({{.path = "j", .text = std::string(journey), .number = 1}}).rules;
  }

  std::vector<Count> counted;
  reaction::ContactState contact;  ///< the only one
  std::vector<messages::Message> sent;
  CampaignView view;

  void inside(int version, std::string step) {
    journeys::Run run;
    run.journey = 1;
    run.version = version;
    run.step = std::move(step);
    contact.runs.push_back(std::move(run));
  }

  [[nodiscard]] Timestamp now() const override { return {}; }
  Result<void> take(events::Event) override { return {}; }
  Result<void> advance(Timestamp) override { return {}; }
  Result<bool> erase(const contacts::ContactId&) override { return false; }
  Result<void> publish(const std::vector<DefinitionText>&, const Inside&) override { return {}; }
  Result<void> archive(const std::string&, journeys::Inside::Choice) override { return {}; }
  Result<void> pause(const std::string&) override { return {}; }
  Result<void> resume(const std::string&, const journeys::Overdue&) override { return {}; }
  Result<void> declare(const reaction::Declaration&) override { return {}; }
  [[nodiscard]] const std::vector<Outcome>& outcomes() const override { return outcomes_; }
  [[nodiscard]] const std::vector<Mail>& mails() const override { return mails_; }
  [[nodiscard]] const reaction::ContactState* find(const contacts::Identifier&) const override {
    return nullptr;
  }
  [[nodiscard]] const reaction::ContactState* find(const contacts::ContactId&) const override {
    return nullptr;
  }
  [[nodiscard]] const reaction::Rules& rules() const override { return *rules_; }
  [[nodiscard]] std::uint64_t member_count(std::uint32_t) const override { return 0; }
  [[nodiscard]] std::vector<Count> counts(std::string_view, std::string_view) const override {
    return counted;
  }
  [[nodiscard]] std::vector<messages::Message> messages_of(std::string_view) const override {
    return sent;
  }
  Result<void> command(const CampaignCommand&) override { return {}; }
  [[nodiscard]] CampaignView campaign(std::string_view) const override { return view; }
  [[nodiscard]] std::vector<messages::Message> messages_of_campaign(
      std::string_view) const override {
    return {};
  }
  [[nodiscard]] std::vector<const reaction::ContactState*> everybody() const override {
    return {&contact};
  }
  [[nodiscard]] events::Position head() const override { return {}; }
  [[nodiscard]] const std::vector<effects::CallWebhook>& calls() const override { return calls_; }
  void answer_calls(std::string, WebhookAnswer) override {}

 private:
  std::shared_ptr<const reaction::Rules> rules_;
  std::vector<Outcome> outcomes_;
  std::vector<Mail> mails_;
  std::vector<effects::CallWebhook> calls_;
};

using Gaps = std::vector<std::string>;

TEST(Conservation, HoldsWhereEverybodyIsSomewhere) {
  CountedStage stage;
  stage.counted = {{1, "", "entered", 7},   {1, "", "completed", 1}, {1, "", "exited", 1},
                   {1, "", "goal", 1},      {1, "", "merged", 1},    {1, "", "erased", 1},
                   {1, "", "moved_out", 1}, {2, "", "moved_in", 1},  {1, "w", "reached", 7},
                   {1, "w", "passed", 1},   {1, "w", "left", 4},     {1, "w", "moved_out", 1},
                   {2, "w", "moved_in", 1}};
  stage.inside(1, "w");
  stage.inside(2, "w");
  EXPECT_EQ(uncounted(stage, "j"), Gaps{});
}

TEST(Conservation, NamesTheVersionInWhichSomebodyIsMissing) {
  CountedStage stage;
  stage.counted = {{1, "", "entered", 2},
                   {1, "", "completed", 1},
                   {2, "", "entered", 1},
                   {2, "w", "reached", 1}};
  stage.inside(2, "w");
  EXPECT_EQ(uncounted(stage, "j"), Gaps{"j (version 1): 2 entered, 1 inside, ended or moved"});
}

TEST(Conservation, SeesWhoIsCountedInTheWrongVersion) {
  CountedStage stage;
  stage.counted = {{1, "", "entered", 1}, {1, "w", "reached", 1}};
  stage.inside(2, "w");
  EXPECT_EQ(uncounted(stage, "j"),
            (Gaps{"j (version 1): 1 entered, 0 inside, ended or moved",
                  "j (version 1) w: 1 reached, 0 passed, left, moved or waiting",
                  "j (version 2): 0 entered, 1 inside, ended or moved",
                  "j (version 2) w: 0 reached, 1 passed, left, moved or waiting"}));
}

TEST(Conservation, SeesWhoIsLostAtAStep) {
  CountedStage stage;
  stage.counted = {{1, "w", "reached", 3}, {1, "w", "passed", 1}, {1, "w", "moved_out", 1}};
  EXPECT_EQ(uncounted(stage, "j"),
            Gaps{"j (version 1) w: 3 reached, 2 passed, left, moved or waiting"});
}

TEST(Conservation, SeesWhoIsCountedInAnArmWithoutHavingComeToIt) {
  const auto gaps = [](std::int64_t took, std::int64_t came, std::int64_t succeeded) {
    CountedStage stage;
    stage.counted = {{1, "s", "passed", 9},
                     {1, "s", "way:a", took},
                     {1, "s", "came", came, "a"},
                     {1, "s", "succeeded", succeeded, "a"}};
    return uncounted(stage, "j");
  };
  EXPECT_EQ(gaps(5, 5, 5), Gaps{});
  EXPECT_EQ(gaps(5, 4, 0), Gaps{}) << "once a winner is known nobody comes by chance";
  EXPECT_EQ(gaps(5, 4, 5), Gaps{"j (version 1) s, arm a: 5 took it, 4 came, 5 succeeded"});
  EXPECT_EQ(gaps(3, 4, 1), Gaps{"j (version 1) s, arm a: 3 took it, 4 came, 1 succeeded"});
}

TEST(Conservation, SeesAMessageThatIsLostOrDoubled) {
  CountedStage stage;
  stage.counted = {{1, "m", "queued", 3}, {1, "m", "sent", 1}, {2, "m", "skipped:paused", 1}};
  EXPECT_EQ(uncounted(stage, "j"),
            Gaps{"j m: 3 queued, 2 sent, held back, failed or on their way"});
  messages::Message waiting;
  waiting.step = "m";
  waiting.template_key = "t";
  stage.sent = {waiting};
  EXPECT_EQ(uncounted(stage, "j"), Gaps{});
  stage.sent = {waiting, waiting};
  EXPECT_EQ(uncounted(stage, "j"),
            Gaps{"j m: 3 queued, 4 sent, held back, failed or on their way"});
}

}  // namespace
}  // namespace sojourn::simulation
