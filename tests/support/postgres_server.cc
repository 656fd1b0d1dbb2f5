#include "support/postgres_server.h"

#include <fmt/format.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <thread>
#include <vector>

namespace sojourn::testing {
namespace {

constexpr const char* programs = "/usr/lib/postgresql/15/bin/";
/// The package makes this user; PostgreSQL refuses to run as root.
constexpr const char* unprivileged_user = "postgres";
constexpr auto start_wait = std::chrono::seconds(30);
/// Between looks whether the server answers: it is a process of its own and says nothing when it
/// does. No test measures this time.
constexpr auto start_pause = std::chrono::milliseconds(20);

[[noreturn]] void give_up(const std::string& why) {
  std::fputs(("PostgreSQL for tests: " + why + "\n").c_str(), stderr);
  std::abort();
}

/// In the child: an ordinary user where the test runs as root, and gone when the test is.
void become_unprivileged() {
  if (::getuid() == 0) {
    const passwd* const user = ::getpwnam(unprivileged_user);
    if (user == nullptr) ::_exit(126);
    const bool is_done =
        ::setgroups(0, nullptr) == 0 && ::setgid(user->pw_gid) == 0 && ::setuid(user->pw_uid) == 0;
    if (!is_done) ::_exit(126);
  }
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

pid_t run(const std::string& log, std::initializer_list<std::string> words) {
  const pid_t child = ::fork();
  if (child < 0) give_up("fork failed");
  if (child > 0) return child;
  if (std::freopen(log.c_str(), "a", stdout) == nullptr || ::dup2(1, 2) < 0) ::_exit(126);
  become_unprivileged();
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  if (!std::filesystem::exists(std::string(programs) + "initdb")) {
    give_up("postgresql-15 is not installed: run script/setup");
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-pg-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  const passwd* const user = ::getpwnam(unprivileged_user);
  if (::getuid() == 0 &&
      (user == nullptr || ::chown(folder_.c_str(), user->pw_uid, user->pw_gid))) {
    give_up("there is no user postgres");
  }
  // Text is ordered as in English, by ICU: what relies on the order of bytes must say so.
  const pid_t made =
      run(folder_ + "/initdb.log",
          {std::string(programs) + "initdb", "-D", folder_ + "/data", "-U", "sojourn", "-A",
           "trust", "-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US",
           "--no-sync", "--no-instructions"});
  int status = 0;
  ::waitpid(made, &status, 0);
  if (status != 0) give_up("initdb failed, see " + folder_ + "/initdb.log");
  start();
}

PostgresServer::~PostgresServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresServer::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGQUIT);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void PostgresServer::crash() {
  kill();
  start();
}

void PostgresServer::start() {
  // fsync stays off: the server's processes die in these tests, the machine does not.
  process_ = run(folder_ + "/server.log",
                 {std::string(programs) + "postgres", "-D", folder_ + "/data", "-k", folder_, "-c",
                  "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=50"});
  const auto deadline = std::chrono::steady_clock::now() + start_wait;
  while (PQping(url("postgres").c_str()) != PQPING_OK) {
    if (::waitpid(process_, nullptr, WNOHANG) != 0 || std::chrono::steady_clock::now() > deadline) {
      give_up("the server does not start, see " + folder_ + "/server.log");
    }
    std::this_thread::sleep_for(start_pause);
  }
}

std::string PostgresServer::url(const std::string& database) const {
  return fmt::format("postgresql:///{}?host={}&user=sojourn", database, folder_);
}

std::string PostgresServer::make_database() {
  const std::string name = fmt::format("test{}", ++databases_);
  ask("postgres", "CREATE DATABASE " + name);
  return name;
}

void PostgresServer::drop_database(const std::string& database) const {
  ask("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
}

std::string PostgresServer::ask(const std::string& database, const std::string& sql) const {
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(url(database).c_str()));
  PGresult* const result = PQexec(connection.get(), sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    give_up(sql + ": " + PQerrorMessage(connection.get()));
  }
  std::string answer = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
  PQclear(result);
  return answer;
}

std::string PostgresServer::contents(const std::string& database) const {
  const std::string tables =
      ask(database,
          "SELECT string_agg('SELECT t::text AS line FROM ' || quote_ident(tablename) || ' AS t',"
          " ' UNION ALL ') FROM pg_tables WHERE schemaname = 'public'");
  if (tables.empty()) return {};
  return ask(database, "SET bytea_output = 'escape'; SELECT string_agg(line, E'\\n') FROM (" +
                           tables + ") AS lines");
}

}  // namespace sojourn::testing
