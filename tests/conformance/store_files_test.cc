#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/text.h"
#include "conformance/store_conformance.h"
#include "store/driver/sqlite/connection.h"
#include "store/migrations/migrations.h"
#include "store/sql/migrate.h"
#include "store/sql/open.h"

namespace sojourn::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(root); }

  Result<std::unique_ptr<Store>> open(const std::string& name) {
    return sql::open_sqlite_store({.folder = root + "/" + name});
  }
  /// The first column of the first row.
  std::string ask(const std::string& file, const std::string& sql) {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open((root + "/" + file).c_str(), &handle), SQLITE_OK);
    std::string answer;
    const auto keep = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) = values[0] != nullptr ? values[0] : "";
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), keep, &answer, nullptr), SQLITE_OK) << sql;
    sqlite3_close(handle);
    return answer;
  }

  std::string root;
};

TEST_F(StoreFiles, AreForTheOwnerOnly) {
  const auto store = value_of(open("a/b"));
  struct stat status {};
  ASSERT_EQ(::stat((root + "/a/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0700u);
  for (const auto& entry : std::filesystem::directory_iterator(root + "/a/b")) {
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0600u) << entry.path();
  }
}

TEST_F(StoreFiles, AreOpenedByOneStoreAtATime) {
  auto first = value_of(open("a"));
  const auto second = open("a");
  EXPECT_EQ(code_of(second), "busy");
  EXPECT_THAT(second.error().message, HasSubstr("in use by another process"));
  first.reset();
  EXPECT_EQ(code_of(open("a")), "");
}

TEST_F(StoreFiles, MigrationsAreAppliedOnceAndRecorded) {
  for (int round = 0; round < 3; ++round) EXPECT_EQ(code_of(open("a")), "");
  EXPECT_EQ(ask("a/log.db", "SELECT count(*) FROM schema_migration"),
            std::to_string(migrations::of_log().size()));
  EXPECT_EQ(ask("a/state.db", "SELECT name FROM schema_migration WHERE number = 1"), "0001_state");
}

TEST_F(StoreFiles, OfANewerVersionAreRefusedAndLeftAlone) {
  for (const std::string file : {"a/log.db", "a/state.db"}) {
    EXPECT_EQ(code_of(open("a")), "");
    ask(file, "INSERT INTO schema_migration VALUES (1000, '1000_future')");
    const auto opened = open("a");
    EXPECT_EQ(code_of(opened), "newer_schema");
    EXPECT_THAT(opened.error().message, HasSubstr("schema 1000"));
    ask(file, "DELETE FROM schema_migration WHERE number = 1000");
  }
}

TEST_F(StoreFiles, OfAMigrationThatFailsStayAsTheyWere) {
  const migrations::Migration steps[] = {{1, "0001_one", "CREATE TABLE one (a integer);"},
                                         {2, "0002_two", "CREATE TABLE two (a); NONSENSE;"}};
  {
    const auto connection = value_of(driver::sqlite::SqliteConnection::open(
        {.file = root + "/x.db", .vfs = "", .access = driver::sqlite::Access::write}));
    EXPECT_NE(code_of(sql::migrate(*connection, steps)), "");
    EXPECT_EQ(code_of(sql::migrate(*connection, std::span(steps).first(1))), "");
  }
  EXPECT_EQ(ask("x.db", "SELECT group_concat(name) FROM sqlite_master WHERE name IN ('one','two')"),
            "one");
}

TEST_F(StoreFiles, OfAnEarlierSchemaKeepJournalsAndWakes) {
  // The journal lay by contact, and wakes too.
  constexpr std::size_t before_append = 5;
  std::filesystem::create_directories(root + "/a");
  {
    const auto connection = value_of(driver::sqlite::SqliteConnection::open(
        {.file = root + "/a/state.db", .vfs = "", .access = driver::sqlite::Access::write}));
    must(sql::migrate(*connection, migrations::of_state().first(before_append)));
  }
  const auto number = [](std::uint64_t contact) {
    return fmt::format("{}, x'{}'", sample_id(contact).partition(),
                       to_hex(sample_id(contact).hash.view()));
  };
  for (const std::uint64_t contact : {1, 2, 3}) {
    ask("a/state.db", fmt::format("INSERT INTO contact (place, workspace, partition, id, user_id,"
                                  " email, name, first_seen, last_seen, state)"
                                  " VALUES (NULL, 1, {}, '', '', '', 0, 0, x'')",
                                  number(contact)));
    ask("a/state.db",
        fmt::format("INSERT INTO wake VALUES (1, {}, {})", number(contact), 40 - contact * 10));
  }
  for (const auto& [contact, sequence] : {std::pair{2, 1}, {1, 2}, {2, 3}, {2, 4}}) {
    ask("a/state.db", fmt::format("INSERT INTO decision VALUES (1, {}, {}, 7, 3, x'70')",
                                  number(contact), sequence));
  }
  const auto store = value_of(open("a"));
  const auto view = value_of(store->view());
  const auto sequences = [&](std::uint64_t contact) {
    std::vector<std::uint64_t> found;
    for (const DecisionRecord& each : value_of(view->decisions(sample_id(contact), {}, 9))) {
      EXPECT_EQ(each.payload, "p");
      EXPECT_EQ(each.at, Timestamp{7});
      found.push_back(each.sequence);
    }
    return found;
  };
  EXPECT_THAT(sequences(1), ElementsAre(2));
  EXPECT_THAT(sequences(2), ElementsAre(4, 3, 1));
  EXPECT_THAT(sequences(3), IsEmpty());
  const auto wakes = value_of(view->due_wakes({20}, 9));
  ASSERT_THAT(wakes, SizeIs(2));
  EXPECT_EQ(wakes[0].contact, sample_id(3));
  EXPECT_EQ(wakes[1].due, Timestamp{20});
}

TEST_F(StoreFiles, ThatAreNoDatabaseAreDamaged) {
  std::filesystem::create_directories(root + "/a");
  FILE* const file = std::fopen((root + "/a/state.db").c_str(), "w");
  for (int line = 0; line < 1000; ++line) std::fputs("this is no database\n", file);
  std::fclose(file);
  EXPECT_EQ(code_of(open("a")), "damaged");
}

TEST_F(StoreFiles, OfALogThatLostAppliedEventsAreDamaged) {
  {
    const auto store = value_of(open("a"));
    must(store->log_writer().append(sample_events(1, 3)));
    const auto transaction = value_of(store->begin());
    must(transaction->set_applied({3}));
    must(transaction->commit());
  }
  EXPECT_EQ(code_of(open("a")), "");
  ask("a/log.db", "DELETE FROM block");
  EXPECT_EQ(code_of(open("a")), "damaged");
}

TEST_F(StoreFiles, AreInWalModeWithSmallPages) {
  const auto store = value_of(open("a"));
  for (const std::string file : {"a/log.db", "a/state.db"}) {
    EXPECT_EQ(ask(file, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(ask(file, "PRAGMA page_size"), "4096");
  }
}

TEST_P(StoreConformance, BackupUnderLoadOpensAndAgrees) {
  if (bed->backup_folder().empty()) {
    EXPECT_EQ(code_of(store->backup("/nowhere")), "external_store");
    return;
  }
  std::atomic<bool> is_over = false;
  std::thread log_writer([&] {
    for (std::uint64_t position = 1; !is_over && position < 200'000; position += 10) {
      must(store->log_writer().append(sample_events(position, position + 9)));
    }
  });
  std::thread committer([&] {
    while (!is_over) {
      const events::Position head = value_of(store->log_reader().head());
      const auto transaction = value_of(store->begin());
      must(transaction->put_setting("applied", std::to_string(head.value)));
      must(transaction->put_contact(sample_contact(head.value)));
      must(transaction->set_applied(head));
      must(transaction->commit());
    }
  });
  const auto both_have_begun = [&] {
    const bool has_applied = value_of(value_of(store->view())->applied()).value > 0;
    return has_applied && value_of(store->log_reader().head()).value >= 500;
  };
  while (!both_have_begun() && !HasFailure()) std::this_thread::yield();
  must(store->backup(bed->backup_folder()));
  EXPECT_EQ(code_of(store->backup(bed->backup_folder())), "not_empty");
  is_over = true;
  log_writer.join();
  committer.join();

  const auto copy_bed = bed->backup_bed();
  const auto copy = value_of(copy_bed->open());
  const auto head = value_of(copy->log_reader().head());
  EXPECT_GE(head.value, 500u);
  EXPECT_EQ(value_of(copy->log_reader().read({}, 200'000)), sample_events(1, head.value));
  {
    const auto state = value_of(copy->view());
    const auto applied = value_of(state->applied());
    EXPECT_LE(applied, head);
    EXPECT_EQ(value_of(state->setting("applied")), std::to_string(applied.value));
    EXPECT_EQ(value_of(state->contact(sample_id(applied.value))), sample_contact(applied.value));
  }
  must(copy->log_writer().append(sample_events(head.value + 1, head.value + 3)));
  const auto transaction = value_of(copy->begin());
  must(transaction->set_applied({head.value + 3}));
  must(transaction->commit());
}

TEST_F(StoreFiles, OfABackupNameWhatTheyHold) {
  const auto store = value_of(open("a"));
  must(store->log_writer().append(sample_events(1, 4)));
  must(store->backup(root + "/copy"));
  EXPECT_TRUE(std::filesystem::exists(root + "/copy/backup.json"));
  std::filesystem::create_directories(root + "/full/x");
  EXPECT_EQ(code_of(store->backup(root + "/full")), "not_empty");
}

}  // namespace
}  // namespace sojourn::store
