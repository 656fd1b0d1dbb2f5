/// The floor of I2: what SQLite itself takes when each event is one appended row and one upsert of
/// a 400-byte state, in durable transactions (WAL, `synchronous=FULL`).
///
///   sqlite_floor FOLDER EVENTS EVENTS_PER_TRANSACTION CONTACTS
///
/// Prints one line of JSON. Run it again on the same folder to find the contacts there.

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

namespace {

constexpr std::size_t event_bytes = 380;
constexpr std::size_t state_bytes = 400;

void require(int result, sqlite3* database) {
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
  fmt::print(stderr, "sqlite: {}\n", sqlite3_errmsg(database));
  std::exit(1);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Floor {
 public:
  explicit Floor(const std::string& folder) {
    std::filesystem::create_directories(folder);
    require(sqlite3_open((folder + "/floor.db").c_str(), &database_), database_);
    run("pragma journal_mode=WAL; pragma synchronous=FULL;"
        "create table if not exists log(position integer primary key, payload blob);"
        "create table if not exists state(contact integer primary key, body blob)");
    append_ = prepare("insert into log(payload) values(?)");
    upsert_ = prepare(
        "insert into state(contact, body) values(?, ?) "
        "on conflict(contact) do update set body = excluded.body");
  }
  ~Floor() {
    sqlite3_finalize(append_);
    sqlite3_finalize(upsert_);
    sqlite3_close(database_);
  }

  void transaction(int events, int contacts) {
    run("begin immediate");
    for (int i = 0; i < events; ++i) {
      sqlite3_bind_blob(append_, 1, payload_.data(), static_cast<int>(payload_.size()),
                        SQLITE_STATIC);
      step(append_);
      sqlite3_bind_int64(upsert_, 1, static_cast<int>(random_() % static_cast<unsigned>(contacts)));
      sqlite3_bind_blob(upsert_, 2, state_.data(), static_cast<int>(state_.size()), SQLITE_STATIC);
      step(upsert_);
    }
    run("commit");
  }

 private:
  void run(const char* sql) {
    require(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), database_);
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    require(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr), database_);
    return statement;
  }
  void step(sqlite3_stmt* statement) {
    require(sqlite3_step(statement), database_);
    sqlite3_reset(statement);
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* append_ = nullptr;
  sqlite3_stmt* upsert_ = nullptr;
  std::mt19937 random_{1};  // the same load on every run
  const std::string payload_ = std::string(event_bytes, 'e');
  const std::string state_ = std::string(state_bytes, 's');
};

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 5) {
    fmt::print(stderr, "usage: sqlite_floor FOLDER EVENTS EVENTS_PER_TRANSACTION CONTACTS\n");
    return 2;
  }
  const int events = std::atoi(arguments[2]);
  const int each = std::atoi(arguments[3]);
  const int contacts = std::atoi(arguments[4]);
  Floor floor(arguments[1]);
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  int done = 0;
  for (; done < events; done += each) floor.transaction(each, contacts);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print(R"({{"events":{},"seconds":{:.6f},"cpuSeconds":{:.6f}}})"
             "\n",
             done, took.count(), cpu_seconds() - cpu);
}
