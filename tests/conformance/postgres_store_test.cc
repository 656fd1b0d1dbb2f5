/// What is PostgreSQL's own: who may write, connections that are lost, commits whose answer is
/// lost, appends that are open beside others, and the schema beside that of SQLite.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <map>
#include <set>
#include <thread>

#include "conformance/store_conformance.h"
#include "store/migrations/migrations.h"
#include "store/sql/open.h"
#include "support/cutting_proxy.h"
#include "support/postgres_server.h"

namespace sojourn::store {
namespace {

using events::Position;
using sojourn::testing::Cut;
using sojourn::testing::CuttingProxy;
using sojourn::testing::PostgresServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::uint64_t> positions_of(const std::vector<LogRecord>& records) {
  std::vector<std::uint64_t> positions;
  for (const LogRecord& record : records) positions.push_back(record.position.value);
  return positions;
}

class PostgresStore : public ::testing::Test {
 protected:
  ~PostgresStore() override { server.drop_database(database); }
  Result<std::unique_ptr<Store>> open() { return sql::open_postgres_store({.url = url()}); }
  [[nodiscard]] std::string url() const { return server.url(database); }
  std::string ask(const std::string& sql) { return server.ask(database, sql); }

  PostgresServer& server = PostgresServer::shared();
  std::string database = server.make_database();
};

/// Writes one setting and says what came of it.
Result<void> put(Store& store, const std::string& name, const std::string& value) {
  TRY(transaction, store.begin());
  TRY_VOID(transaction->put_setting(name, value));
  return transaction->commit();
}

std::string setting(Store& store, const std::string& name) {
  return value_of(value_of(store.view())->setting(name)).value_or("");
}

// Who may write

TEST_F(PostgresStore, IsOpenedByOneProcessAtATime) {
  auto first = value_of(open());
  const auto second = open();
  EXPECT_EQ(code_of(second), "busy");
  EXPECT_THAT(second.error().message, HasSubstr("in use by another process"));
  first.reset();
  EXPECT_EQ(code_of(open()), "");
}

TEST_F(PostgresStore, MigrationsAreAppliedOnceAndRecorded) {
  for (int round = 0; round < 3; ++round) EXPECT_EQ(code_of(open()), "");
  EXPECT_EQ(ask("SELECT count(*) FROM schema_migration"),
            std::to_string(migrations::of_postgres().size()));
  EXPECT_EQ(ask("SELECT name FROM schema_migration WHERE number = 1"), "0001_state");
}

TEST_F(PostgresStore, OfANewerVersionIsRefusedAndLeftAlone) {
  value_of(open()).reset();
  ask("INSERT INTO schema_migration (number, name) VALUES (9999, 'from the future')");
  EXPECT_EQ(code_of(open()), "newer_schema");
  EXPECT_EQ(ask("SELECT max(number) FROM schema_migration"), "9999");
}

TEST_F(PostgresStore, InAnotherEncodingIsRefused) {
  server.ask("postgres",
             "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'"
             " LOCALE_PROVIDER libc LOCALE 'C'");
  const auto opened = sql::open_postgres_store({.url = server.url("latin")});
  EXPECT_EQ(code_of(opened), "unsupported_database");
  EXPECT_THAT(opened.error().message, HasSubstr("LATIN1"));
}

TEST_F(PostgresStore, ThatIsNotThereIsSaidSo) {
  const auto opened = sql::open_postgres_store({.url = server.url("nowhere")});
  EXPECT_EQ(code_of(opened), "disk_failed");
  EXPECT_THAT(opened.error().message, HasSubstr("does not exist"));
}

// Text and order

TEST_F(PostgresStore, KeepsEveryTextApartAndInTheOrderOfItsBytes) {
  const auto store = value_of(open());
  const std::vector<std::string> names = {"Z",
                                          "a",
                                          "b\xffz",
                                          "b\xc3\xa9",
                                          "A",
                                          "_",
                                          "a\x1a",
                                          "a\x1a"
                                          "00",
                                          std::string("a\0", 2),
                                          "\xed\xa0\x80",
                                          "caf\xc3\xa9"};
  for (std::size_t index = 0; index < names.size(); ++index) {
    must(put(*store, names[index], std::to_string(index)));
  }
  for (std::size_t index = 0; index < names.size(); ++index) {
    EXPECT_EQ(setting(*store, names[index]), std::to_string(index));
  }
  const auto transaction = value_of(store->begin());
  for (const std::string& name : names) {
    must(transaction->put_attribute(
        {.name = name, .type = "text", .personal = "none", .first_seen = {1}}));
  }
  must(transaction->commit());
  std::vector<std::string> listed;
  for (const auto& attribute : value_of(value_of(store->view())->attributes())) {
    listed.push_back(attribute.name);
  }
  EXPECT_THAT(listed, ::testing::UnorderedElementsAreArray(names));
  const auto at = [&](const std::string& name) {
    return std::find(listed.begin(), listed.end(), name) - listed.begin();
  };
  EXPECT_LT(at("A"), at("Z"));
  EXPECT_LT(at("Z"), at("_"));
  EXPECT_LT(at("_"), at("a"));
}

// Connections that are lost

TEST_F(PostgresStore, GoesOnWhenTheServerCrashesAndHasAllThatWasAcknowledged) {
  PostgresServer own;
  const std::string place = own.url(own.make_database());
  const auto store = value_of(sql::open_postgres_store({.url = place}));
  std::uint64_t head = 0;
  for (int round = 0; round < 3; ++round) {
    must(store->log_writer().append(sample_events(head + 1, head + 5)));
    head += 5;
    must(put(*store, "round", std::to_string(round)));
    own.crash();
    // What was under way is told as lost; what comes then finds the server again.
    EXPECT_EQ(setting(*store, "round"), std::to_string(round));
    (void)put(*store, "other", "x");
    must(put(*store, "other", std::to_string(round)));
    EXPECT_EQ(setting(*store, "other"), std::to_string(round));
    if (!store->log_writer().append(sample_events(head + 1, head + 2))) {
      must(store->log_writer().append(sample_events(head + 1, head + 2)));
    }
    head += 2;
    EXPECT_EQ(value_of(store->log_reader().read({}, 1'000)), sample_events(1, head));
  }
}

TEST_F(PostgresStore, TransactionThatLosesItsConnectionLeavesNothing) {
  const auto store = value_of(open());
  must(put(*store, "name", "before"));
  {
    const auto transaction = value_of(store->begin());
    must(transaction->put_setting("name", "during"));
    EXPECT_EQ(value_of(transaction->setting("name")), "during");
    ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    (void)transaction->put_setting("name", "after");
    EXPECT_EQ(code_of(transaction->commit()), "disk_failed");
  }
  EXPECT_EQ(setting(*store, "name"), "before");
  must(put(*store, "name", "again"));
  EXPECT_EQ(setting(*store, "name"), "again");
}

TEST_F(PostgresStore, EveryCommitWhoseAnswerIsLostIsResolved) {
  constexpr int rounds = 100;
  CuttingProxy proxy(server.folder());
  const auto store = value_of(sql::open_postgres_store({.url = proxy.url(database)}));
  std::uint64_t head = 0;
  std::string held = "-";
  must(put(*store, "name", held));
  for (int round = 0; round < rounds; ++round) {
    const bool happens = round % 2 == 0;
    const Cut cut = happens ? Cut::after_commit : Cut::before_commit;
    proxy.cut_next("log", cut);
    const Result<void> appended = store->log_writer().append(sample_events(head + 1, head + 3));
    EXPECT_EQ(code_of(appended), happens ? "" : "disk_failed") << round;
    if (appended) head += 3;
    EXPECT_EQ(value_of(store->log_reader().read({}, 10'000)), sample_events(1, head)) << round;
    EXPECT_EQ(value_of(store->log_reader().counts(0)).total, head);

    proxy.cut_next("state", cut);
    const std::string wanted = std::to_string(round);
    const Result<void> written = put(*store, "name", wanted);
    EXPECT_EQ(code_of(written), happens ? "" : "disk_failed") << round;
    if (written) held = wanted;
    EXPECT_EQ(setting(*store, "name"), held) << round;
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_EQ(proxy.cuts(), 2 * rounds);
}

// The event log

/// An append of somebody else, under way.
class OpenAppend {
 public:
  explicit OpenAppend(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    run("BEGIN");
  }
  ~OpenAppend() { PQfinish(connection_); }
  OpenAppend(const OpenAppend&) = delete;
  OpenAppend& operator=(const OpenAppend&) = delete;

  void insert(const LogRecord& record) {
    run(
        fmt::format("INSERT INTO event (workspace, partition, position, message, subject, at,"
                    " received_at, name, payload) VALUES (1, 0, {}, '\\x{:032x}', '\\x{:032x}',"
                    " {}, {}, '{}', '{}')",
                    record.position.value, 1, 2, record.at.ms, record.received_at.ms, record.name,
                    record.payload));
  }
  void commit() { run("COMMIT"); }

 private:
  void run(const std::string& sql) {
    PGresult* const result = PQexec(connection_, sql.c_str());
    EXPECT_EQ(PQresultStatus(result), PGRES_COMMAND_OK) << PQerrorMessage(connection_);
    PQclear(result);
  }
  PGconn* connection_;
};

TEST_F(PostgresStore, EventsOfAnAppendThatEndsLaterAreNotSkipped) {
  const auto store = value_of(open());
  must(store->log_writer().append(sample_events(1, 3)));
  OpenAppend slow(url());
  slow.insert(sample_event(4));
  {
    OpenAppend quick(url());
    quick.insert(sample_event(5));
    quick.commit();
  }
  const EventLogReader& log = store->log_reader();
  EXPECT_EQ(value_of(log.head()), Position{3});
  EXPECT_THAT(value_of(log.read({3}, 10)), IsEmpty());
  slow.commit();
  EXPECT_EQ(value_of(log.head()), Position{5});
  EXPECT_THAT(positions_of(value_of(log.read({3}, 10))), ElementsAre(4, 5));
}

TEST_F(PostgresStore, AMonthOfEventsIsATable) {
  const auto store = value_of(open());
  std::vector<LogRecord> events = sample_events(1, 4);
  events[1].received_at = {Duration::days(31).ms - 1};
  events[2].received_at = {Duration::days(31).ms};
  events[3].received_at = {1'772'323'200'000};  // 2026-03-01
  must(store->log_writer().append(events));
  EXPECT_EQ(ask("SELECT string_agg(tableoid::regclass || ':' || position, ' ' ORDER BY position)"
                " FROM event"),
            "event_1970_01:1 event_1970_01:2 event_1970_02:3 event_2026_03:4");
  ask("DROP TABLE event_1970_01");
  EXPECT_THAT(positions_of(value_of(store->log_reader().read({}, 10))), ElementsAre(3, 4));
}

TEST_F(PostgresStore, AMonthBeginsWhileTheDatabaseIsDumped) {
  const auto store = value_of(open());
  must(store->log_writer().append(sample_events(1, 2)));
  // What pg_dump holds for as long as it runs.
  PGconn* const dump = PQconnectdb(url().c_str());
  PQclear(PQexec(dump, "BEGIN; LOCK TABLE event, event_1970_01 IN ACCESS SHARE MODE"));
  LogRecord later = sample_event(3);
  later.received_at = {Duration::days(40).ms};
  must(store->log_writer().append({&later, 1}));
  PQfinish(dump);
  EXPECT_THAT(positions_of(value_of(store->log_reader().read({}, 10))), ElementsAre(1, 2, 3));
}

// The schema

/// Names of the columns of each table.
using Schema = std::map<std::string, std::set<std::string>>;

Schema schema_of_sqlite() {
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(":memory:", &handle), SQLITE_OK);
  for (const migrations::Migration& step : migrations::of_state()) {
    EXPECT_EQ(sqlite3_exec(handle, std::string(step.sql).c_str(), nullptr, nullptr, nullptr),
              SQLITE_OK)
        << step.name;
  }
  Schema schema;
  const auto keep = [](void* to, int, char** values, char**) {
    (*static_cast<Schema*>(to))[values[0]].insert(values[1]);
    return 0;
  };
  sqlite3_exec(handle,
               "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c"
               " WHERE t.type = 'table'",
               keep, &schema, nullptr);
  sqlite3_close(handle);
  return schema;
}

TEST_F(PostgresStore, HasTheTablesAndColumnsOfSqlite) {
  value_of(open()).reset();
  Schema wanted = schema_of_sqlite();
  ASSERT_GT(wanted.size(), 30u);
  // Where a row lies is SQLite's own.
  EXPECT_EQ(wanted["contact"].erase("place"), 1u);
  for (const auto& [table, columns] : wanted) {
    std::string listed;
    for (const std::string& column : columns) listed += column + " ";
    EXPECT_EQ(ask(fmt::format("SELECT string_agg(column_name || ' ', '' ORDER BY column_name"
                              " COLLATE \"C\") FROM information_schema.columns"
                              " WHERE table_name = '{}'",
                              table)),
              listed)
        << table << ": a migration of state/ has none in postgres/";
  }
}

TEST_F(PostgresStore, ComparesAllTextByItsBytes) {
  value_of(open()).reset();
  EXPECT_EQ(ask("SELECT string_agg(table_name || '.' || column_name, ' ')"
                " FROM information_schema.columns WHERE table_schema = 'public'"
                " AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
                " AND table_name <> 'schema_migration'"),
            "");
}

}  // namespace
}  // namespace sojourn::store
