#include "runtime/audience.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "channels/inbox/inbox_channel.h"
#include "domain/audience/company_scan.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/contact_view.h"
#include "domain/segments/condition_text.h"
#include "domain/segments/evaluate.h"
#include "runtime/fact_scan.h"
#include "runtime/ledger.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{1'772'366'400'000};
constexpr HashKey master{{7, 7, 7}};
constexpr auto no_wait = 0ms;
constexpr auto long_wait = 20'000ms;

/// Conditions of tests name segments by their keys.
struct Keys final : segments::Names {
  std::optional<std::string> segment(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> list(std::string_view) const override { return std::nullopt; }
};

/// A workspace on a store of its own, worked step by step.
class AudienceTest : public ::testing::Test {
 protected:
  AudienceTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-audience-XXXXXX");
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  ~AudienceTest() override {
    runtime_.reset();
    channel_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open(Audience::Options options) {
    auto store = store::sql::open_sqlite_store(
        {.folder = folder_ + "/data", .durability = store::Durability::planted_no_fsync});
    ASSERT_TRUE(store);
    store_ = std::move(*store);
    auto channel = channels::inbox::InboxChannel::create({.folder = folder_ + "/inbox"}, clock_);
    ASSERT_TRUE(channel);
    channel_ = std::move(*channel);
    auto runtime = WorkspaceRuntime::open({.store = *store_,
                                           .clock = clock_,
                                           .channel = *channel_,
                                           .captured = channel_.get(),
                                           .master_key = master},
                                          {.audience = options});
    ASSERT_TRUE(runtime);
    runtime_ = std::move(*runtime);
    publish({"kind: segment\nkey: keen\nwhere: did Viewed at least 2 times in last 7 days\n",
             "kind: segment\nkey: pro\nwhere: plan is pro\n",
             "kind: score\nkey: lead\nhalf_life: 2d\n"
             "rules: [{key: v, event: Viewed, points: 10, reason: viewed}]\n"});
  }
  void publish(const std::vector<std::string>& texts) {
    std::vector<DefinitionFile> files;
    for (const std::string& text : texts) {
      files.push_back({fmt::format("d{}.yaml", published_++), text});
    }
    const Result<DefinitionPlan> plan = runtime_->apply(files, "test");
    ASSERT_TRUE(plan) << plan.error().message;
    ASSERT_TRUE(plan->problems.empty()) << plan->problems.front().message;
    settle();
  }
  void settle() {
    while (true) {
      const bool logged = runtime_->step_log();
      const bool committed = runtime_->step_committer();
      if (!logged && !committed) return;
    }
  }
  void send(events::Event event) {
    event.message_id = fmt::format("m{}", ++sent_);
    event.received_at = clock_.now();
    event.at = std::min(event.at, event.received_at);
    ASSERT_TRUE(runtime_->submit({std::move(event)},
                                 [](const Result<void>& done) { EXPECT_TRUE(done.has_value()); }));
  }
  /// Somebody does something, or says something of themselves.
  void send_any() {
    events::Event event;
    event.user_id = fmt::format("u{}", pick(people_));
    event.at = clock_.now() - Duration::hours(pick(24 * 10));
    if (pick(3) == 0) {
      event.type = events::EventType::identify;
      event.name = "Identified";
      const char* plans[] = {"pro", "free"};
      event.traits.set("plan", plans[pick(2)]);
      event.traits.set("seats", pick(9));
      event.traits.set("email", event.user_id + "@example.com");
    } else {
      const char* names[] = {"Viewed", "Bought", "Left"};
      event.name = names[pick(3)];
      event.properties.set("price", pick(50));
    }
    send(std::move(event));
  }
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  segments::Condition condition(std::string_view text) {
    auto parsed = segments::parse_condition(text);
    EXPECT_TRUE(parsed) << text;
    segments::bind(*parsed, runtime_->rules()->zone(), Keys());
    return std::move(*parsed);
  }
  static Audience::Count nothing() {
    Audience::Count count;
    count.rows.emplace_back();
    return count;
  }
  Audience::Count count(std::string_view text, std::chrono::milliseconds wait = long_wait) {
    Result<Audience::Count> counted = runtime_->audience().count(condition(text), wait);
    EXPECT_TRUE(counted) << text;
    return counted ? std::move(*counted) : nothing();
  }
  /// What evaluate() says of every state in the store, with the facts counted from the log.
  std::uint64_t expected(std::string_view text) {
    const segments::Condition asked = condition(text);
    segments::Reads reads;
    segments::collect_reads(asked, reads);
    const WantedFacts wanted(reads.facts);
    const Ledger ledger(master);
    const std::vector<effects::Effect> none;
    std::uint64_t found = 0;
    const auto visit = [&](store::StateReads& view, reaction::ContactState state) -> Result<bool> {
      TRY_VOID(count_facts(*store_, view, wanted, std::span(&state, 1)));
      const Timestamp now = clock_.now();
      const reaction::ContactView reader(*runtime_->rules(), state, ledger, none, now, {});
      if (segments::evaluate(asked, reader, now).value) ++found;
      return true;
    };
    EXPECT_TRUE(visit_states(*store_, visit));
    return found;
  }

  std::string folder_;
  ManualClock clock_{start};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<channels::inbox::InboxChannel> channel_;
  std::unique_ptr<WorkspaceRuntime> runtime_;
  std::mt19937 random_{20261128};
  int people_ = 150;
  int published_ = 0;
  int sent_ = 0;
};

constexpr std::string_view held[] = {
    "plan is pro",
    "seats > 3 and not plan is free",
    "in segment keen",
    "in segment keen or score lead >= 15",
    "did Viewed at least 2 times in last 7 days",
    "did Viewed exactly 1 time in last 7 days",
    "email ends with \"1@example.com\"",
};
constexpr std::string_view fresh[] = {
    "did Bought at least 2 times in last 5 days",
    "did Bought where price > 25 at least 1 time",
    "did Left at least 1 time and plan is pro",
    "did Bought with sum of price at least 40 in last 5 days",
    "did Viewed at least 5 times in last 7 days",
};

TEST_F(AudienceTest, FollowsWhatIsCommitted) {
  open({});
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 120; ++i) send_any();
    settle();
    clock_.advance(Duration::hours(7));
    settle();
    for (const std::string_view text : held) {
      const Audience::Count counted = count(text);
      EXPECT_TRUE(counted.exact) << text;
      EXPECT_EQ(counted.scan, "") << text;
      EXPECT_EQ(counted.rows.front().count, expected(text)) << text << ", round " << round;
    }
  }
  EXPECT_GT(runtime_->audience().bytes(), 0U);
}

TEST_F(AudienceTest, ForgetsContactsThatAreErasedOrMerged) {
  open({});
  for (int i = 0; i < 3; ++i) {
    events::Event event;
    event.user_id = fmt::format("u{}", i);
    event.type = events::EventType::identify;
    event.name = "Identified";
    event.traits.set("plan", "pro");
    event.at = clock_.now();
    send(std::move(event));
  }
  settle();
  EXPECT_EQ(count("plan is pro").rows.front().count, 3U);
  events::Event alias;
  alias.type = events::EventType::alias;
  alias.name = "Aliased";
  alias.user_id = "u1";
  alias.previous_id = "u0";
  alias.at = clock_.now();
  send(std::move(alias));
  settle();
  EXPECT_EQ(count("plan is pro").rows.front().count, 2U);
  EXPECT_EQ(count("plan is pro").total, 2U);
  contacts::ContactId erased;
  ASSERT_TRUE(visit_states(*store_, [&](store::StateReads&, reaction::ContactState state) {
    erased = state.id;
    return Result<bool>(false);
  }));
  ASSERT_TRUE(runtime_->erase(erased, "test"));
  EXPECT_EQ(count("plan is pro").total, 1U);
}

TEST_F(AudienceTest, HasTheCompaniesOfContactsAsTheyAreNow) {
  open({});
  const auto group = [&](const std::string& user, const std::string& company, int hours_ago) {
    events::Event event;
    event.user_id = user;
    event.type = events::EventType::group;
    event.name = events::names::grouped;
    event.group_id = company;
    event.traits.set("name", company + " Ltd");
    event.at = clock_.now() - Duration::hours(hours_ago);
    send(std::move(event));
  };
  const auto viewed = [&](const std::string& user) {
    events::Event event;
    event.user_id = user;
    event.name = "Viewed";
    event.at = clock_.now();
    send(std::move(event));
  };
  /// `acme: 3 contacts, 20` a company, with the sum of the score.
  const auto shown = [&] {
    const reaction::ScoreRuleSet* lead = runtime_->rules()->score(std::string_view("lead"));
    const audience::Definitions::NumberedScore asked{lead->number, &lead->score};
    std::string text;
    const auto question = [&](const audience::Index& index) {
      const audience::CompanyPage page =
          audience::list_companies({.scores = std::span(&asked, 1),
                                    .order = {.by = audience::CompanyOrder::By::name},
                                    .search = {},
                                    .after = {},
                                    .limit = 10,
                                    .now = clock_.now()},
                                   index);
      for (const audience::Company& company : page.companies) {
        text += fmt::format("{}: {} contacts, {}; ", company.name, company.contacts,
                            company.scores[0].sum);
      }
    };
    EXPECT_TRUE(runtime_->audience().ask(question, long_wait));
    return text;
  };
  for (const char* user : {"u0", "u1", "u2"}) group(user, "acme", 2);
  group("u3", "beta", 2);
  for (const char* user : {"u0", "u1", "u3", "u4"}) viewed(user);
  settle();
  EXPECT_EQ(shown(), "acme Ltd: 3 contacts, 20; beta Ltd: 1 contacts, 10; ");
  viewed("u2");
  group("u1", "beta", 1);
  settle();
  EXPECT_EQ(shown(), "acme Ltd: 2 contacts, 20; beta Ltd: 2 contacts, 20; ");
  clock_.advance(Duration::days(2));
  EXPECT_EQ(shown(), "acme Ltd: 2 contacts, 10; beta Ltd: 2 contacts, 10; ") << "half has faded";
  events::Event alias;
  alias.type = events::EventType::alias;
  alias.name = "Aliased";
  alias.user_id = "u2";
  alias.previous_id = "u0";
  alias.at = clock_.now();
  send(std::move(alias));
  settle();
  EXPECT_EQ(shown(), "acme Ltd: 1 contacts, 10; beta Ltd: 2 contacts, 10; ") << "one of two";
  for (const char* user : {"u1", "u2"}) {
    const Result<std::unique_ptr<store::StateReads>> view = store_->view();
    ASSERT_TRUE(view);
    const contacts::Identifier wanted{std::string(contacts::kinds::user_id), user};
    const auto linked = (*view)->identifiers(std::span(&wanted, 1));
    ASSERT_TRUE(linked && linked->front());
    ASSERT_TRUE(runtime_->erase(*linked->front(), "test"));
  }
  EXPECT_EQ(shown(), "beta Ltd: 1 contacts, 5; ");
}

TEST_F(AudienceTest, CountsWhatNoDefinitionCountsFromTheLog) {
  // Nothing is sampled whole: a scan has to answer.
  open({.sample_time = 0ms, .sample_max = 1});
  for (int i = 0; i < 700; ++i) send_any();
  settle();
  for (const std::string_view text : fresh) {
    const Audience::Count counted = count(text);
    EXPECT_TRUE(counted.exact) << text;
    EXPECT_EQ(counted.rows.front().count, expected(text)) << text;
    EXPECT_EQ(counted.rows.front().margin, 0U);
  }
}

TEST_F(AudienceTest, SamplesWhileAScanRuns) {
  open({.sample_time = 0ms, .sample_max = 1});
  for (int i = 0; i < 700; ++i) send_any();
  settle();
  const std::string_view text = "did Bought where price > 25 at least 1 time and plan is pro";
  EXPECT_TRUE(count("plan is pro").exact);  // loads the index
  const Audience::Count sampled = count(text, no_wait);
  EXPECT_FALSE(sampled.exact);
  EXPECT_FALSE(sampled.scan.empty());
  EXPECT_EQ(sampled.total, 150U);
  const std::uint64_t truth = expected(text);
  const Audience::Row& whole = sampled.rows[0];
  EXPECT_LE(truth, whole.count + whole.margin);
  EXPECT_GE(truth + whole.margin, whole.count);
  EXPECT_GT(whole.margin, 0U);
  EXPECT_EQ(sampled.rows[2].text, "plan is pro");
  EXPECT_EQ(sampled.rows[2].margin, 0U) << "the index knows this row";
  EXPECT_EQ(sampled.rows[2].count, expected("plan is pro"));

  const auto done = runtime_->audience().scan(sampled.scan, long_wait);
  ASSERT_TRUE(done);
  ASSERT_TRUE(done->has_value());
  EXPECT_TRUE((*done)->exact);
  EXPECT_EQ((*done)->rows.front().count, truth);
  const auto none = runtime_->audience().scan("count-999", no_wait);
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->has_value());
}

TEST_F(AudienceTest, AScanThatGaveWayIsCarriedOutAllTheSame) {
  open({.sample_time = 0ms, .sample_max = 1, .scan_gives_way_after = 0s});
  for (int i = 0; i < 700; ++i) send_any();
  settle();
  std::vector<std::string> scans;
  for (int least = 1; least <= 4; ++least) {
    scans.push_back(count(fmt::format("did Bought at least {} times", least), no_wait).scan);
  }
  // The last question first, and then those that it went before.
  for (int least = 4; least >= 1; --least) {
    const auto done =
        runtime_->audience().scan(scans[static_cast<std::size_t>(least - 1)], long_wait);
    ASSERT_TRUE(done);
    ASSERT_TRUE(done->has_value()) << least;
    EXPECT_TRUE((*done)->exact) << least;
    EXPECT_EQ((*done)->rows.front().count,
              expected(fmt::format("did Bought at least {} times", least)));
  }
}

TEST_F(AudienceTest, CountsExactlyWhatItHasNoRoomFor) {
  open({.bytes_max = 1, .sample_time = 0ms, .sample_max = 1});
  for (int i = 0; i < 300; ++i) send_any();
  settle();
  const Audience::Count counted = count("seats > 3");
  EXPECT_TRUE(counted.exact);
  EXPECT_EQ(counted.rows.front().count, expected("seats > 3"));
}

TEST_F(AudienceTest, ServesDefinitionsThatCountOtherFacts) {
  open({});
  for (int i = 0; i < 200; ++i) send_any();
  settle();
  EXPECT_TRUE(count("plan is pro").exact);
  publish({"kind: segment\nkey: buyers\nwhere: did Bought at least 1 time\n"});
  for (int i = 0; i < 200; ++i) send_any();
  settle();
  const Audience::Count counted = count("in segment buyers");
  EXPECT_TRUE(counted.exact);
  std::uint64_t members = 0;
  const auto visit = [&](store::StateReads&, reaction::ContactState state) -> Result<bool> {
    for (const segments::Membership& membership : state.memberships) {
      const auto* rule = runtime_->rules()->segment(std::string_view("buyers"));
      if (membership.segment == rule->number && membership.member) ++members;
    }
    return true;
  };
  ASSERT_TRUE(visit_states(*store_, visit));
  EXPECT_EQ(counted.rows.front().count, members);
  EXPECT_GT(members, 0U);
}

TEST_F(AudienceTest, IsNotFollowedWhereNobodyAsks) {
  open({});
  for (int i = 0; i < 50; ++i) send_any();
  settle();
  EXPECT_FALSE(runtime_->audience().follows());
  EXPECT_EQ(runtime_->audience().bytes(), 0U);
}

}  // namespace
}  // namespace sojourn::runtime
