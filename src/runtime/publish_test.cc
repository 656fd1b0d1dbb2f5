// What a publication leaves behind in the running workspace: archived journeys, the audit,
// refusals.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "channels/inbox/inbox_channel.h"
#include "domain/reaction/contact_state.h"
#include "runtime/journey_versions.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

constexpr HashKey master{{1, 2, 3}};
using Rest = DefinitionRequest::Rest;

const DefinitionFile mail{
    "hello.yaml",
    "{kind: template, key: hello, subject: Hi, html: '<p>Hi {{ unsubscribe_url }} "
    "{{ workspace.postal_address }}</p>'}"};
const DefinitionFile journey{"welcome.yaml",
                             "kind: journey\nkey: welcome\ntrigger: {event: Start}\n"
                             "reentry: always\nsteps:\n  - {id: nudge, wait: 2 days}\n"
                             "  - {id: mail, send: {template: hello}}\n"};

template <typename T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().code + ": " + result.error().message);
  return std::move(*result);
}

class PublishTest : public ::testing::Test {
 protected:
  PublishTest() {
    std::string folder =
        (std::filesystem::temp_directory_path() / "sojourn-publish-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = folder;
    options_.sender.public_url = "https://example.com";
    options_.committer.contacts_per_change = 1;
    store_ = value_of(store::sql::open_sqlite_store(
        {.folder = folder_ + "/data", .durability = store::Durability::planted_no_fsync}));
    open();
    publish({mail, journey});
  }
  void open() {
    close();
    channel_ =
        value_of(channels::inbox::InboxChannel::create({.folder = folder_ + "/mails"}, clock_));
    runtime_ = value_of(WorkspaceRuntime::open(
        {.store = *store_, .clock = clock_, .channel = *channel_, .master_key = master}, options_));
  }
  /// Mails that are being handed over are reported to the runtime until the channel has stopped.
  void close() {
    if (channel_ != nullptr) channel_->stop(Duration::seconds(5));
    runtime_.reset();
    channel_.reset();
  }
  ~PublishTest() override {
    close();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void publish(const DefinitionRequest& request) {
    const DefinitionPlan plan = value_of(runtime_->apply(request, "ann"));
    for (const DefinitionProblem& problem : plan.problems) ADD_FAILURE() << problem.message;
  }

  void start(const std::string& user) {
    events::Event event;
    event.message_id = "m" + std::to_string(++sent_);
    event.name = "Start";
    event.user_id = user;
    event.traits = {{"email", user + "@example.com"}};
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    settle();
  }

  contacts::ContactId contact_of(std::string kind, const std::string& value) {
    const contacts::Identifier identifier{std::move(kind), value};
    const auto view = value_of(store_->view());
    return *value_of(view->identifiers(std::span(&identifier, 1))).front();
  }

  void send(const std::string& name, const std::string& user, const std::string& visitor) {
    events::Event event;
    event.message_id = "m" + std::to_string(++sent_);
    event.name = name;
    event.type = name == "Start" ? events::EventType::track : events::EventType::identify;
    event.user_id = user;
    event.anonymous_id = visitor;
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    settle();
  }

  void settle() {
    while (runtime_->step_log() | runtime_->step_backfill() | runtime_->step_committer() |
           runtime_->step_outbox()) {
      continue;
    }
  }

  std::vector<journeys::Run> runs_of(const std::string& user) {
    const contacts::Identifier identifier{"userId", user};
    const auto view = value_of(store_->view());
    const auto ids = value_of(view->identifiers(std::span(&identifier, 1)));
    const auto record = value_of(view->contact(*ids.front()));
    return value_of(reaction::decode_contact(record->state)).runs;
  }

  std::map<int, std::uint64_t> inside() {
    const auto view = value_of(store_->view());
    return value_of(inside_by_version(*view, "welcome"));
  }

  /// Of the whole journey, over its versions.
  std::int64_t counted(std::string_view outcome) {
    const auto view = value_of(store_->view());
    std::int64_t total = 0;
    for (const store::Counter& counter : value_of(view->counters("journey", "welcome"))) {
      const bool is_whole = counter.key.day == 0 && counter.key.step.empty();
      if (is_whole && counter.key.outcome == outcome) total += counter.count;
    }
    return total;
  }

  std::size_t messages() {
    const auto view = value_of(store_->view());
    return value_of(view->list_messages({})).messages.size();
  }

  /// A line of the audit by ann; any detail where it is empty.
  bool is_audited(std::string_view action, std::string_view subject, std::string_view detail) {
    const auto view = value_of(store_->view());
    const auto lines = value_of(view->audit(std::nullopt, 100));
    return std::any_of(lines.begin(), lines.end(), [&](const store::AuditRecord& line) {
      return line.actor == "ann" && line.action == action && line.subject == subject &&
             (detail.empty() || line.detail == detail);
    });
  }

  std::string folder_;
  ManualClock clock_{Timestamp{1'772'442'000'000}};
  WorkspaceRuntime::Options options_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<channels::inbox::InboxChannel> channel_;
  std::unique_ptr<WorkspaceRuntime> runtime_;
  int sent_ = 0;
};

TEST_F(PublishTest, MarketingWithoutAddressAndWayOutIsRefused) {
  const DefinitionFile bare{"hello.yaml",
                            "kind: template\nkey: hello\nsubject: Hi\nhtml: <p>Hi</p>\n"};
  const DefinitionPlan plan = value_of(runtime_->apply({{bare}}, "ann"));
  ASSERT_EQ(plan.problems.size(), 4U) << "HTML and text lack two things each";
  EXPECT_EQ(plan.problems[0].file, "hello.yaml");
  EXPECT_EQ(plan.problems[0].line, 4);
  EXPECT_EQ(plan.problems[0].code, "no_unsubscribe");
  EXPECT_EQ(plan.problems[1].code, "no_postal_address");
  EXPECT_EQ(runtime_->rules()->template_of("hello")->version, 1);
  DefinitionFile transactional = bare;
  transactional.text += "class: transactional\n";
  DefinitionFile receipt = journey;
  receipt.text.replace(receipt.text.find("{template: hello}"), 17,
                       "{template: hello, class: transactional}");
  publish({{transactional, receipt}});
}

TEST_F(PublishTest, WhatIsNotTouchedMayLackItsFooter) {
  const DefinitionFile block{"foot.yaml",
                             "{kind: block, key: foot, blocks: [{type: legal-footer}]}"};
  const DefinitionFile brand{"brand.yaml", "{kind: brand, key: default, name: Shop}"};
  const DefinitionFile segment{"segment.yaml",
                               "{kind: segment, key: all, where: {attribute: a, is: 1}}"};
  options_.sender.captures_mail = false;  // and has no postal address
  open();
  publish({{segment}});
  for (const DefinitionFile& each : {mail, journey, brand, block}) {
    DefinitionFile file = each;
    file.text.insert(0, "# changed\n");
    const DefinitionPlan plan = value_of(runtime_->apply({{file}}, "ann"));
    EXPECT_EQ(plan.problems.size(), 2U) << file.path;
  }
}

TEST_F(PublishTest, ThoseInsideAnArchivedJourneyLeaveItAndGetNothing) {
  start("ana");
  start("ben");
  publish({mail, {"welcome.yaml", journey.text + "# later\n"}});
  start("cleo");
  EXPECT_EQ(inside(), (std::map<int, std::uint64_t>{{1, 2}, {2, 1}}));
  DefinitionRequest request({mail});
  request.rest = Rest::archive;
  EXPECT_EQ(value_of(runtime_->apply(request, "ann")).problems.size(), 1u);
  request.inside["welcome"].choice = journeys::Inside::Choice::leave;
  publish(request);
  settle();
  for (const char* user : {"ana", "ben", "cleo"}) {
    const std::vector<journeys::Run> runs = runs_of(user);
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs.front().state, journeys::RunState::exited) << user;
  }
  EXPECT_TRUE(inside().empty());
  EXPECT_TRUE(is_audited("definition.archive", "journey/welcome", ""));
  EXPECT_TRUE(is_audited("journey.inside", "journey/welcome", "leave"));
  clock_.advance(Duration::days(3));
  settle();
  EXPECT_EQ(messages(), 0u);
}

TEST_F(PublishTest, ThoseInsideAnArchivedJourneyFinishWhereThatIsChosen) {
  start("ana");
  start("ben");
  publish({mail, {"welcome.yaml", journey.text + "# later\n"}});
  start("cleo");
  DefinitionRequest request({mail});
  request.rest = Rest::archive;
  request.inside["welcome"].choice = journeys::Inside::Choice::finish;
  publish(request);
  settle();
  EXPECT_TRUE(is_audited("definition.archive", "journey/welcome", ""));
  EXPECT_TRUE(is_audited("journey.inside", "journey/welcome", "finish"));
  EXPECT_EQ(inside(), (std::map<int, std::uint64_t>{{1, 2}, {2, 1}}));
  start("dora");
  EXPECT_TRUE(runs_of("dora").empty());

  // What it needs has to stay.
  DefinitionRequest bare({{"other.yaml", "kind: segment\nkey: s\nwhere: plan is pro\n"}});
  bare.rest = Rest::archive;
  const DefinitionPlan refused = value_of(runtime_->apply(bare, "ann"));
  ASSERT_FALSE(refused.problems.empty());
  EXPECT_EQ(refused.problems.front().code, "unknown_template");

  open();
  settle();
  start("eve");
  EXPECT_TRUE(runs_of("eve").empty());
  clock_.advance(Duration::days(2));
  settle();
  for (const char* user : {"ana", "ben", "cleo"}) {
    ASSERT_EQ(runs_of(user).size(), 1u);
    EXPECT_EQ(runs_of(user).front().state, journeys::RunState::completed) << user;
  }
  EXPECT_EQ(messages(), 3u);
  EXPECT_TRUE(inside().empty());
  EXPECT_EQ(counted("entered"), 3);
  EXPECT_EQ(counted("completed"), 3);
  publish(bare);
  EXPECT_EQ(runtime_->rules()->journey(std::string_view("welcome")), nullptr);
}

TEST_F(PublishTest, WhoFinishesAnArchivedJourneyCanStillBeMadeToLeave) {
  start("ana");
  DefinitionRequest request({mail});
  request.rest = Rest::archive;
  request.inside["welcome"].choice = journeys::Inside::Choice::finish;
  publish(request);
  request.inside["welcome"].choice = journeys::Inside::Choice::move;
  const DefinitionPlan refused = value_of(runtime_->apply(request, "ann"));
  ASSERT_EQ(refused.problems.size(), 1u);
  EXPECT_EQ(refused.problems.front().code, "unknown_choice");
  request.inside["welcome"].choice = journeys::Inside::Choice::leave;
  publish(request);
  settle();
  EXPECT_EQ(runs_of("ana").front().state, journeys::RunState::exited);
  EXPECT_TRUE(inside().empty());
  clock_.advance(Duration::days(3));
  settle();
  EXPECT_EQ(messages(), 0u);
}

TEST_F(PublishTest, AJourneyThatFinishesComesBackWithItsFile) {
  start("ana");
  DefinitionRequest request({mail});
  request.rest = Rest::archive;
  request.inside["welcome"].choice = journeys::Inside::Choice::finish;
  publish(request);
  publish({mail, journey});
  start("ben");
  EXPECT_EQ(inside(), (std::map<int, std::uint64_t>{{1, 1}, {3, 1}}));
  // It is archived again, and this time everybody leaves.
  request.inside["welcome"].choice = journeys::Inside::Choice::leave;
  publish(request);
  settle();
  EXPECT_TRUE(inside().empty());
  EXPECT_EQ(runtime_->rules()->journey(std::string_view("welcome")), nullptr);
}

TEST_F(PublishTest, AnArchivedJourneyLetsNobodyInUntilItComesBack) {
  DefinitionRequest request({mail});
  request.rest = Rest::archive;
  publish(request);
  start("ana");
  EXPECT_TRUE(runs_of("ana").empty());
  publish({mail, journey});
  start("ana");
  ASSERT_EQ(runs_of("ana").size(), 1u);
  EXPECT_EQ(runs_of("ana").front().version, 3);
}

TEST_F(PublishTest, WhatWasChangedMeanwhileIsNotOverwritten) {
  DefinitionRequest request({{"welcome.yaml", journey.text + "# mine\n"}});
  request.revisions = {{"journey/welcome", "1"}};
  publish({mail, {"welcome.yaml", journey.text + "# theirs\n"}});
  const Result<DefinitionPlan> refused = runtime_->apply(request, "ann");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "changed_meanwhile");
  request.revisions = {{"journey/welcome", "2"}};
  EXPECT_TRUE(runtime_->apply(request, "ann"));
}

TEST_F(PublishTest, ARollBackIsAudited) {
  publish({mail, {"welcome.yaml", journey.text + "# later\n"}});
  DefinitionRequest request({journey});
  request.rolls_back_to = 1;
  publish(request);
  EXPECT_TRUE(is_audited("definition.publish", "journey/welcome", "version 2"));
  EXPECT_TRUE(
      is_audited("definition.rollback", "journey/welcome", "version 3 is the text of version 1"));
}

TEST_F(PublishTest, WhoBecomesOneWithSomebodyWhoWasPassedTakesPartAsWell) {
  // The change comes to Ann, who is not inside, then to somebody else, then to the visitor.
  send("Hello", "ann", "");
  const auto after = [this](const contacts::ContactId& id, bool is_known) {
    for (int i = 0;; ++i) {
      const std::string name = fmt::format("{}-{}", is_known ? "user" : "visitor", i);
      send("Start", is_known ? name : "", is_known ? "" : name);
      if (id < contact_of(is_known ? "userId" : "anonymousId", name)) return name;
    }
  };
  const std::string other = after(contact_of("userId", "ann"), true);
  const std::string visitor = after(contact_of("userId", other), false);
  DefinitionFile edited = journey;
  edited.text.replace(edited.text.find("2 days"), 6, "3 days");
  DefinitionRequest request{edited};
  request.inside["welcome"] = {.choice = journeys::Inside::Choice::move};
  publish(request);
  while (runs_of(other).front().version == 1) ASSERT_TRUE(runtime_->step_committer());
  ASSERT_GT(inside()[1], 0u);

  send("Hello", "ann", visitor);
  ASSERT_EQ(runs_of("ann").size(), 1u);
  EXPECT_EQ(runs_of("ann").front().version, 2);
  EXPECT_EQ(inside().count(1), 0u);
}

TEST_F(PublishTest, EveryPauseOfAJourneyIsRemembered) {
  const Timestamp began = clock_.now();
  for (int pause = 0; pause < 3; ++pause) {
    ASSERT_TRUE(runtime_->pause_journey("welcome", "ann"));
    clock_.set(clock_.now() + Duration::hours(1));
    ASSERT_TRUE(runtime_->resume_journey("welcome", {}, "ann"));
    clock_.set(clock_.now() + Duration::hours(1));
    settle();
  }
  ASSERT_TRUE(runtime_->pause_journey("welcome", "ann"));
  const auto view = value_of(store_->view());
  const auto record = value_of(view->definition("journey", "welcome", 1));
  const JourneyPause pause = value_of(read_pause(*view, record->number));
  EXPECT_EQ(pause.paused_since, began + Duration::hours(6));
  const std::vector<JourneyPause::Span> ended = ended_pauses(pause);
  ASSERT_EQ(ended.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    const JourneyPause::Span& span = ended[static_cast<std::size_t>(i)];
    EXPECT_EQ(span.from, began + Duration::hours(2 * i));
    EXPECT_EQ(span.to, began + Duration::hours(2 * i + 1));
  }
}

}  // namespace
}  // namespace sojourn::runtime
