#pragma once

/// The stage of the real thing: runtime and store as the server has them, on one thread, with a
/// clock that stands still. SQLite's disk is in memory, PostgreSQL is a server of the test's own.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/simulation/scenario.h"
#include "domain/simulation/stage.h"
#include "runtime/workspace_runtime.h"
#include "scenarios/mortal_store.h"
#include "scenarios/post_channel.h"
#include "support/fault_vfs.h"

namespace sojourn::scenarios {

/// Where the process ends and is started again.
enum class Crashes {
  none,
  after_each_transaction,  ///< of the log and of the state; what was not synced is gone
};

enum class Database { sqlite, postgres };

class RuntimeStage final : public simulation::Stage {
 public:
  /// `pictures`: the files that the workspace's assets name.
  [[nodiscard]] static Result<std::unique_ptr<simulation::Stage>> create(
      const simulation::Workspace& workspace, const std::vector<std::string>& pictures,
      Timestamp start, Crashes crashes, Database database);
  ~RuntimeStage() override;
  RuntimeStage(const RuntimeStage&) = delete;
  RuntimeStage& operator=(const RuntimeStage&) = delete;

  /// Durable transactions so far; with crashes, so many times the process ended.
  [[nodiscard]] std::uint64_t transactions() const { return life_.transactions; }
  /// Message-IDs of mails that arrived twice.
  [[nodiscard]] const std::vector<std::string>& doubled() const { return mailboxes_.doubled(); }

  // Stage
  [[nodiscard]] Timestamp now() const override { return clock_.now(); }
  Result<void> take(events::Event event) override;
  Result<void> advance(Timestamp until) override;
  Result<bool> erase(const contacts::ContactId& id) override;
  Result<void> publish(const std::vector<simulation::DefinitionText>& files,
                       const Inside& inside) override;
  Result<void> archive(const std::string& journey, journeys::Inside::Choice choice) override;
  Result<void> pause(const std::string& journey) override;
  Result<void> resume(const std::string& journey, const journeys::Overdue& overdue) override;
  Result<void> declare(const reaction::Declaration& declaration) override;
  [[nodiscard]] const std::vector<simulation::Outcome>& outcomes() const override {
    return outcomes_;
  }
  [[nodiscard]] const std::vector<simulation::Mail>& mails() const override { return mails_; }
  [[nodiscard]] const reaction::ContactState* find(
      const contacts::Identifier& identifier) const override;
  [[nodiscard]] const reaction::ContactState* find(const contacts::ContactId& id) const override;
  [[nodiscard]] const reaction::Rules& rules() const override { return *rules_; }
  [[nodiscard]] std::uint64_t member_count(std::uint32_t segment) const override;
  [[nodiscard]] std::vector<Count> counts(std::string_view kind,
                                          std::string_view key) const override;
  [[nodiscard]] std::vector<messages::Message> messages_of(std::string_view journey) const override;
  Result<void> command(const simulation::CampaignCommand& command) override;
  [[nodiscard]] simulation::CampaignView campaign(std::string_view key) const override;
  [[nodiscard]] std::vector<messages::Message> messages_of_campaign(
      std::string_view key) const override;
  [[nodiscard]] std::vector<const reaction::ContactState*> everybody() const override;
  [[nodiscard]] events::Position head() const override;
  [[nodiscard]] const std::vector<effects::CallWebhook>& calls() const override { return calls_; }
  void answer_calls(std::string step, simulation::WebhookAnswer answer) override {
    answers_.insert_or_assign(std::move(step), std::move(answer));
  }

 private:
  RuntimeStage(Timestamp start, Crashes crashes, Database database);
  Result<std::unique_ptr<store::Store>> open_store();

  /// Starts a process on what the disk holds. One that dies while it starts is started once more,
  /// and that one lives until it has.
  Result<void> open();
  Result<void> open_once();
  /// The process ends here, and another begins.
  Result<void> crash();
  /// Steps every part until nothing is left to do at this instant.
  Result<void> settle();
  /// A picture that assets may name from then on.
  Result<void> upload(const std::string& picture);
  /// The items that stand beside a catalog.
  Result<void> put(const catalogs::FolderCatalog& catalog);
  /// Has the runtime change something once; where the process dies on it, it is asked again by the
  /// next one, which may know of it already: `done` is the code of its refusal then.
  Result<void> change(const std::function<Result<void>()>& ask, std::string_view done);
  bool step();
  /// Every message of the query, in the order of queueing.
  [[nodiscard]] std::vector<messages::Message> messages_of(
      store::StateReads::MessageQuery query) const;
  /// What the journal and the mailboxes have beyond what was read before.
  Result<void> read_on();
  Result<void> read_mails(store::StateReads& view);
  Result<void> read_journal(store::StateReads& view);

  /// The web address at the other end of webhook steps. It outlives the process, and knows a call
  /// that comes again by its key.
  effects::WebAnswer answer(const effects::CallWebhook& call);
  [[nodiscard]] std::unique_ptr<store::StateReads> view() const;

  const Crashes crashes_;
  ManualClock clock_;
  testing::FaultVfs disk_;
  std::string postgres_;  ///< name of the database; empty: SQLite
  Life life_;
  Mailboxes mailboxes_;
  std::vector<effects::CallWebhook> calls_;
  std::map<std::string, simulation::WebhookAnswer> answers_;  ///< by step
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<PostChannel> channel_;
  std::unique_ptr<runtime::WorkspaceRuntime> runtime_;

  std::shared_ptr<const reaction::Rules> rules_;
  std::uint64_t journal_read_ = 0;  ///< sequence of the last decision that was read
  std::vector<simulation::Outcome> outcomes_;
  std::vector<simulation::Mail> mails_;
  std::map<std::string, std::size_t, std::less<>> mail_of_key_;  ///< place in mails_
  /// Contacts that were asked for since the stage moved.
  mutable std::map<contacts::ContactId, std::unique_ptr<reaction::ContactState>> contacts_;
};

}  // namespace sojourn::scenarios
