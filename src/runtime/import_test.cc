#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/ensure.h"
#include "base/json.h"
#include "channels/inbox/inbox_channel.h"
#include "domain/events/event_codec.h"
#include "domain/events/standard_names.h"
#include "runtime/export_work.h"
#include "runtime/import_preview.h"
#include "runtime/import_work.h"
#include "runtime/undo_work.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

using reaction::ContactState;
using store::JobId;
using store::JobRecord;
using store::JobState;

template <typename T>
T must(Result<T> result) {
  if (!result) ADD_FAILURE() << result.error().code << ": " << result.error().message;
  ENSURE(result.has_value());
  return std::move(*result);
}

/// A workspace in a temporary folder, stepped by hand.
class Bed {
 public:
  Bed() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sojourn-import-XXXXXX").string();
    ENSURE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    open();
  }
  ~Bed() {
    runtime_.reset();
    channel_.reset();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Bed(const Bed&) = delete;
  Bed& operator=(const Bed&) = delete;

  /// As after a crash: what is in memory is gone.
  void open() {
    runtime_.reset();
    channel_.reset();
    store_.reset();
    store_ = must(store::sql::open_sqlite_store(
        {.folder = folder_, .durability = store::Durability::planted_no_fsync}));
    channel_ = must(channels::inbox::InboxChannel::create({.folder = folder_ + "/inbox"}, clock_));
    runtime_ = must(WorkspaceRuntime::open(
        {.store = *store_, .clock = clock_, .channel = *channel_, .master_key = HashKey{{1}}}, {}));
    files_ = must(TransferFiles::open(folder_ + "/transfers"));
    Jobs& jobs = runtime_->jobs();
    jobs.add_kind("import", std::make_unique<ImportWork>(*runtime_, *files_));
    jobs.add_kind("undo", std::make_unique<UndoWork>(*runtime_));
    jobs.add_kind("export", std::make_unique<ExportWork>(*runtime_, *files_));
  }

  JobId submit_import(const std::string& text, const char* mapping, Object more = {}) {
    const std::string upload = "u" + std::to_string(++uploads_);
    EXPECT_TRUE(files_->begin_upload(upload));
    EXPECT_TRUE(files_->append_upload(upload, 0, text));
    Object parameters{{"upload", upload}, {"mapping", must(parse_json(mapping))}};
    for (const auto& [name, value] : more) parameters.set(name, value);
    const SourceForm form = must(look_at_source(*files_, upload, std::nullopt, std::nullopt));
    parameters.set("format", to_string(form.format));
    parameters.set("separator", separator_word(form.separator));
    EXPECT_TRUE(read_import_parameters(parameters));
    return submit("import", parameters);
  }
  JobId submit(std::string_view kind, const Object& parameters) {
    return must(runtime_->jobs().submit(kind, parameters, "ann"));
  }
  /// To the end; the job as it is then.
  JobRecord finish(JobId id) {
    while (step()) {
    }
    settle();
    return job(id);
  }
  /// One slice; time goes on as it does where a disk is waited for.
  bool step() {
    clock_.advance(Duration::milliseconds(1));
    return runtime_->step_jobs();
  }
  JobRecord import(const std::string& text, const char* mapping, Object more = {}) {
    return finish(submit_import(text, mapping, std::move(more)));
  }
  void settle() {
    while (static_cast<int>(runtime_->step_log()) + static_cast<int>(runtime_->step_committer())) {
    }
  }
  void send(events::Event event) {
    event.message_id = "sent-" + std::to_string(++sent_);
    event.at = event.received_at = clock_.now();
    EXPECT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    settle();
  }
  void identify(const std::string& user, Object traits) {
    clock_.advance(Duration::seconds(1));
    events::Event event;
    event.type = events::EventType::identify;
    event.name = events::names::identified;
    event.user_id = user;
    event.traits = std::move(traits);
    send(std::move(event));
  }

  JobRecord job(JobId id) {
    auto view = must(store_->view());
    return must(view->job(id)).value_or(JobRecord{});
  }
  std::optional<ContactState> contact(std::string_view kind, const std::string& value) {
    auto view = must(store_->view());
    const contacts::Identifier identifier{std::string(kind), value};
    const auto link = must(view->identifiers(std::span(&identifier, 1))).front();
    if (!link) return std::nullopt;
    const auto record = must(view->contact(*link));
    if (!record) return std::nullopt;
    return must(reaction::decode_contact(record->state));
  }
  /// The attributes of a user id as JSON; empty where there is no such contact.
  std::string attributes(const std::string& user) {
    const auto state = contact(contacts::kinds::user_id, user);
    return state ? to_json(state->attributes.values()) : std::string();
  }
  std::uint64_t contact_count() {
    auto view = must(store_->view());
    return must(view->contact_count());
  }
  std::vector<events::Event> log() {
    std::vector<events::Event> events;
    for (const store::LogRecord& record : must(store_->log_reader().read({}, 100'000))) {
      events.push_back(must(events::decode_event(record.payload)));
    }
    return events;
  }
  std::string file(std::string_view name) {
    const auto mapped = must(files_->map(name));
    return mapped ? std::string(mapped->bytes) : "absent";
  }

  ManualClock clock_{{1'800'000'000'000}};
  std::string folder_;
  int uploads_ = 0;
  int sent_ = 0;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<channels::inbox::InboxChannel> channel_;
  std::unique_ptr<TransferFiles> files_;
  std::unique_ptr<WorkspaceRuntime> runtime_;
};

using Counts = std::map<std::string, std::int64_t>;

constexpr const char* mapping = R"({"columns":[{"column":"id","as":"userId"},
  {"column":"email","as":"email"},{"column":"plan","as":"attribute","name":"plan"},
  {"column":"seats","as":"attribute","name":"seats","type":"number"}]})";
constexpr const char* by_email = R"({"columns":[{"column":"email","as":"email"},
  {"column":"plan","as":"attribute","name":"plan"}]})";

class Imports : public ::testing::Test, public Bed {};

TEST_F(Imports, CountWhatIsNewUpdatedUnchangedAndBad) {
  identify("old", {{"plan", "free"}});
  identify("same", {{"plan", "gold"}});
  const JobRecord job = import(
      "id,email,plan,seats\r\n"
      "new,new@example.com,gold,3\r\n"
      "old,,gold,\r\n"
      "same,,gold,\r\n"
      "worse,x,=gold,many\r\n",
      mapping);
  EXPECT_EQ(job.state, JobState::done) << job.error;
  EXPECT_EQ(job.counts, (Counts{{"new", 1}, {"updated", 1}, {"unchanged", 1}, {"bad", 1}}));
  EXPECT_EQ(job.total, 4u);
  EXPECT_EQ(job.done, 4u);
  EXPECT_EQ(attributes("new"), R"({"email":"new@example.com","plan":"gold","seats":3})");
  EXPECT_EQ(attributes("old"), R"({"plan":"gold"})");
  EXPECT_EQ(attributes("worse"), "");
  EXPECT_EQ(file(errors_file(job.id)),
            "row,column,code,message,value,id,email,plan,seats\r\n"
            "5,seats,not_a_number,\"\"\"many\"\" is not a number\",many,worse,x,'=gold,many\r\n"
            "5,email,invalid_email,\"\"\"x\"\" is no email address\",x,worse,x,'=gold,many\r\n");
  const Result<FilePart> upload = files_->read_upload("u1", 0, 1);
  ASSERT_FALSE(upload);
  EXPECT_EQ(upload.error().code, "unknown_upload") << "the upload should be gone";
}

TEST_F(Imports, OfADryRunCountTheSameAndChangeNothing) {
  identify("old", {{"plan", "free"}});
  const std::string text =
      "id,email,plan,seats\nnew,,gold,\nnew,,gold,\nnew,,free,\nold,,gold,\n,,x,\n";
  const JobRecord dry = import(text, mapping, {{"dryRun", true}});
  const Counts expected{{"new", 1}, {"updated", 2}, {"unchanged", 1}, {"bad", 1}};
  EXPECT_EQ(dry.counts, expected);
  EXPECT_EQ(contact_count(), 1u);
  EXPECT_EQ(attributes("old"), R"({"plan":"free"})");
  EXPECT_EQ(log().size(), 1u);
  const JobRecord wet = import(text, mapping);
  EXPECT_EQ(wet.counts, expected);
  EXPECT_EQ(attributes("new"), R"({"plan":"free"})");
}

std::string many_rows(int count) {
  std::string text = "id,email,plan,seats\n";
  for (int row = 0; row < count; ++row) {
    const bool is_bad = row % 50 == 7;
    text += "u" + std::to_string(row % 1'100) + ",,p" + std::to_string(row) + "," +
            (is_bad ? "x" : "1") + "\n";
  }
  return text;
}

TEST_F(Imports, GoOnAfterACrashInAnySliceAndRepeatNothing) {
  constexpr int rows = 1'300;
  const JobId id = submit_import(many_rows(rows), mapping);
  for (int steps = 0; !job(id).has_ended() && steps < 100; ++steps) {
    step();
    open();
  }
  settle();
  const JobRecord ended = job(id);
  ASSERT_EQ(ended.state, JobState::done) << ended.error;
  constexpr int bad = rows / 50;
  EXPECT_EQ(ended.done, static_cast<std::uint64_t>(rows));
  EXPECT_EQ(ended.counts.at("bad"), bad);
  EXPECT_EQ(ended.counts.at("new") + ended.counts.at("updated"), rows - bad);
  EXPECT_EQ(log().size(), static_cast<std::size_t>(rows - bad));
  std::map<std::string, int> seen;
  for (const events::Event& event : log()) ++seen[event.message_id];
  for (const auto& [message, count] : seen) EXPECT_EQ(count, 1) << message;
  const std::string errors = file(errors_file(id));
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), bad + 1);
}

TEST_F(Imports, ACancelledOneKeepsWhatItHasCounted) {
  const JobId id = submit_import(many_rows(1'300), mapping);
  for (int steps = 0; steps < 4; ++steps) step();
  ASSERT_TRUE(runtime_->jobs().cancel(id, "ann"));
  const JobRecord ended = finish(id);
  EXPECT_EQ(ended.state, JobState::cancelled);
  EXPECT_GT(ended.done, 0u);
  EXPECT_LT(ended.done, 1'300u);
  EXPECT_EQ(log().size(), ended.done - static_cast<std::size_t>(ended.counts.at("bad")));
}

TEST_F(Imports, LeaveWhatIsThereWhereOnlyEmptyAttributesAreToBeFilled) {
  identify("old", {{"plan", "free"}});
  const JobRecord job =
      import("id,email,plan,seats\nold,,gold,5\n", mapping, {{"overwrite", "empty"}});
  EXPECT_EQ(job.counts, (Counts{{"updated", 1}}));
  EXPECT_EQ(attributes("old"), R"({"plan":"free","seats":5})");
}

TEST_F(Imports, MatchByEmailWhereExactlyOneContactHasIt) {
  identify("one", {{"email", "one@example.com"}});
  identify("a", {{"email", "two@example.com"}});
  identify("b", {{"email", "two@example.com"}});
  const JobRecord job = import(
      "email,plan\none@EXAMPLE.com,gold\ntwo@example.com,gold\nnew@example.com,gold\n"
      "new@example.com,free\n",
      by_email);
  EXPECT_EQ(job.counts, (Counts{{"new", 1}, {"updated", 2}, {"bad", 1}}));
  EXPECT_EQ(contact(contacts::kinds::user_id, "one")->attributes.text("plan"), "gold");
  EXPECT_EQ(contact_count(), 4u);
  const std::string anonymous = anonymous_id_of_email(HashKey{{1}}, "new@example.com");
  EXPECT_EQ(contact(contacts::kinds::anonymous_id, anonymous)->attributes.text("plan"), "free");
  EXPECT_THAT(file(errors_file(job.id)), ::testing::HasSubstr("ambiguous_email"));
  // The same file with user ids makes the same contact known, although no attribute changes.
  const JobRecord named = import("id,email,plan,seats\nu9,new@example.com,free,\n", mapping);
  EXPECT_EQ(named.counts, (Counts{{"updated", 1}}));
  EXPECT_EQ(contact_count(), 4u);
  EXPECT_EQ(contact(contacts::kinds::user_id, "u9")->id,
            contact(contacts::kinds::anonymous_id, anonymous)->id);
}

TEST_F(Imports, OfEventsKeepTheirTimes) {
  const JobRecord job = import(
      R"([{"userId":"u","event":"Paid","timestamp":"2020-01-02T03:04:05Z","properties":{"n":1}},
          {"userId":"u","timestamp":"2020-01-02T03:04:05Z"}])",
      R"({"subject":"events","columns":[{"column":"userId","as":"userId"},
        {"column":"event","as":"event"},{"column":"timestamp","as":"time"},
        {"column":"properties","as":"properties"}]})");
  EXPECT_EQ(job.counts, (Counts{{"imported", 1}, {"bad", 1}}));
  const std::vector<events::Event> events = log();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "Paid");
  EXPECT_EQ(format_timestamp(events[0].at), "2020-01-02T03:04:05.000Z");
  EXPECT_LE(events[0].received_at, clock_.now());
  EXPECT_EQ(to_json(events[0].properties), R"({"n":1})");
}

TEST_F(Imports, GiveConsentWithEvidenceAndLeaveOptOutsAsTheyAre) {
  identify("no", {{"email", "no@example.com"}});
  events::Event opt_out;
  opt_out.name = events::names::unsubscribed;
  opt_out.user_id = "no";
  opt_out.trust = events::Trust::system;
  opt_out.properties = {{"channel", "email"}, {"address", "no@example.com"}, {"topic", "news"}};
  send(std::move(opt_out));
  const Object consent{{"topic", "news"}, {"evidence", "fair in Lyon"}};
  const std::string text = "id,email,plan,seats\nno,,gold,\nyes,yes@example.com,gold,\n";
  const JobRecord job = import(text, mapping, {{"consent", consent}});
  EXPECT_EQ(job.counts, (Counts{{"new", 1}, {"updated", 1}, {"consents", 1}, {"optedOut", 1}}));
  auto view = must(store_->view());
  std::map<std::string, int> states;
  for (const store::ConsentRecord& record : must(view->consents())) ++states[record.state];
  EXPECT_EQ(states, (std::map<std::string, int>{{"opted_in", 1}, {"opted_out", 1}}));
  view.reset();
  const JobRecord again = import(text, mapping, {{"consent", consent}});
  EXPECT_EQ(again.counts, (Counts{{"unchanged", 2}, {"optedOut", 1}}));
}

TEST_F(Imports, AreUndoneWhereNothingElseHasTouchedWhatTheyDid) {
  identify("old", {{"plan", "free"}, {"seats", 1}});
  identify("later", {{"plan", "free"}});
  const JobRecord job = import(
      "id,email,plan,seats\nold,,silver,2\nold,,gold,\nlater,,gold,\nmade,,gold,1\nmade,,free,\n"
      "met,,gold,1\n",
      mapping);
  EXPECT_EQ(job.counts, (Counts{{"new", 2}, {"updated", 4}}));
  identify("later", {{"plan", "own choice"}});
  identify("met", {{"name", "Ann"}});

  const Object parameters{{"import", std::to_string(job.id.value)}};
  const JobRecord undo = finish(submit("undo", parameters));
  EXPECT_EQ(undo.state, JobState::done) << undo.error;
  EXPECT_EQ(attributes("old"), R"({"plan":"free","seats":1})");
  EXPECT_EQ(attributes("later"), R"({"plan":"own choice"})");
  EXPECT_EQ(attributes("made"), "");
  EXPECT_EQ(attributes("met"), R"({"name":"Ann"})");
  EXPECT_EQ(undo.counts.at("removed"), 1);
  EXPECT_EQ(undo.counts.at("keptContacts"), 1);
  EXPECT_EQ(undo.counts.at("changedSince"), 1);
  for (const events::Event& event : log()) EXPECT_NE(event.user_id, "made");
  auto view = must(store_->view());
  EXPECT_EQ(undoable_import(*view, job.id, clock_.now()).error().code, "not_undoable");
  EXPECT_EQ(undoable_import(*view, undo.id, clock_.now()).error().code, "not_undoable");
  EXPECT_EQ(undoable_import(*view, {99}, clock_.now()).error().code, "unknown_job");
}

TEST_F(Imports, AreUndoneAcrossSlicesAndCrashes) {
  identify("u3", {{"plan", "before"}});
  const JobRecord job = import(many_rows(1'300), mapping);
  EXPECT_EQ(contact_count(), 1'078u);  // of 1,100 without the 22 of which every row is bad
  const JobId undo = submit("undo", Object{{"import", std::to_string(job.id.value)}});
  for (int steps = 0; !this->job(undo).has_ended() && steps < 100; ++steps) {
    step();
    open();
  }
  settle();
  EXPECT_EQ(this->job(undo).state, JobState::done) << this->job(undo).error;
  EXPECT_EQ(contact_count(), 1u);
  EXPECT_EQ(attributes("u3"), R"({"plan":"before"})");
}

TEST_F(Imports, CanBeUndoneForThirtyDaysOnly) {
  const JobRecord job = import("id,email,plan,seats\nu,,gold,1\n", mapping);
  clock_.advance(import_kept + Duration::seconds(1));
  const JobRecord undo = finish(submit("undo", Object{{"import", std::to_string(job.id.value)}}));
  EXPECT_EQ(undo.state, JobState::failed);
  EXPECT_EQ(undo.error_code, "not_undoable");
  ASSERT_TRUE(forget_old_imports(*runtime_));
  auto view = must(store_->view());
  EXPECT_TRUE(must(view->import_changes(job.id, INT64_MAX, 1)).empty());
}

TEST_F(Imports, OfWhatWasExportedGiveTheSameContacts) {
  identify("a", {{"email", "a@example.com"}, {"phone", "+49 30"}, {"seats", 3}, {"ok", true}});
  identify("b", {{"note", "two\nlines, \"quoted\""}, {"tags", Value::List{"x", 1}}, {"x", 1.5}});
  identify("c", {{"x", "text"}, {"deep", Object{{"y", Value()}}}});
  for (const char* format : {"csv", "jsonl"}) {
    const JobRecord exported =
        finish(submit("export", Object{{"subject", "contacts"}, {"format", format}}));
    ASSERT_EQ(exported.state, JobState::done) << exported.error;
    EXPECT_EQ(exported.counts, (Counts{{"contacts", 3}}));
    const Value result = must(parse_json(exported.result));
    const Value* named = result.as_object()->find("mapping");
    const std::string by =
        named != nullptr ? to_json(*named) : R"({"columns":[{"column":"userId","as":"userId"},
                               {"column":"traits","as":"attributes"}]})";
    Bed other;
    const JobRecord imported = other.import(
        file("contacts-" + std::to_string(exported.id.value) + "." + format), by.c_str());
    EXPECT_EQ(imported.counts, (Counts{{"new", 3}})) << imported.error;
    for (const char* user : {"a", "b", "c"}) {
      EXPECT_EQ(other.attributes(user), attributes(user)) << format;
    }
  }
}

TEST_F(Imports, ExportsOfEventsAreOfTheirTimesAndNames) {
  for (const char* name : {"Paid", "Opened", "Paid"}) {
    clock_.advance(Duration::hours(1));
    events::Event event;
    event.name = name;
    event.user_id = "u";
    event.properties = {{"formula", "=1"}};
    send(std::move(event));
  }
  const std::string last = format_timestamp(clock_.now());
  const Object parameters{{"subject", "events"}, {"names", Value::List{"Paid"}}, {"since", last}};
  const JobRecord job = finish(submit("export", parameters));
  EXPECT_EQ(job.counts, (Counts{{"events", 1}})) << job.error;
  EXPECT_EQ(file("events-1.csv"),
            "messageId,type,event,timestamp,userId,anonymousId,properties,traits\r\n"
            "sent-3,track,Paid," +
                last + ",u,,\"{\"\"formula\"\":\"\"=1\"\"}\",\r\n");
}

TEST_F(Imports, ArePreviewedWithAGuessAndItsProblems) {
  ASSERT_TRUE(files_->begin_upload("p"));
  ASSERT_TRUE(files_->append_upload("p", 0,
                                    "\xef\xbb\xbf"
                                    "Id;E-Mail;Seats\n1;a@b.c;1\n2;x;2\n"));
  const ImportPreview preview =
      must(preview_import(*files_, "p", std::nullopt, std::nullopt, std::nullopt, "UTC"));
  EXPECT_EQ(preview.form.separator, ';');
  EXPECT_THAT(preview.headers, ::testing::ElementsAre("Id", "E-Mail", "Seats"));
  ASSERT_EQ(preview.rows.size(), 2u);
  EXPECT_EQ(preview.rows[1].number, 3u);
  ASSERT_EQ(preview.problems.size(), 1u);
  EXPECT_EQ(preview.problems[0].error.code, "invalid_email");
  EXPECT_TRUE(transfer::check(preview.mapping));
  EXPECT_TRUE(check_columns(preview.mapping, preview.form));
  const auto utf16 = std::string(
      "\xff\xfe"
      "a\0",
      4);
  ASSERT_TRUE(files_->begin_upload("q"));
  ASSERT_TRUE(files_->append_upload("q", 0, utf16));
  EXPECT_EQ(look_at_source(*files_, "q", std::nullopt, std::nullopt).error().code, "not_utf8");
  EXPECT_EQ(look_at_source(*files_, "none", std::nullopt, std::nullopt).error().code,
            "unknown_upload");
  EXPECT_EQ(look_at_source(*files_, "../p", std::nullopt, std::nullopt).error().code,
            "unknown_upload");
}

TEST_F(Imports, UploadsGrowInOrderOnly) {
  ASSERT_TRUE(files_->begin_upload("p"));
  EXPECT_EQ(files_->append_upload("p", 0, "ab"), 2u);
  EXPECT_EQ(files_->append_upload("p", 0, "ab").error().code, "wrong_offset");
  EXPECT_EQ(files_->append_upload("p", 2, "c"), 3u);
  EXPECT_EQ(files_->append_upload("q", 0, "c").error().code, "unknown_upload");
  EXPECT_EQ(must(files_->read_upload("p", 1, 9)).bytes, "bc");
}

}  // namespace
}  // namespace sojourn::runtime
