#pragma once

/// A PostgreSQL server of a test's own, from the packages of Debian: in a private folder, on a
/// socket in that folder, as an unprivileged user, gone with the test program.

#include <sys/types.h>

#include <memory>
#include <string>

namespace sojourn::testing {

class PostgresServer {
 public:
  /// Makes the folder and starts the server. Prints why and ends the program where that fails:
  /// nothing is skipped.
  PostgresServer();
  /// Stops the server and removes the folder.
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Of this program, started when first asked for.
  static PostgresServer& shared();

  /// An empty database in an encoding of UTF-8 whose own order of text is not that of its bytes.
  [[nodiscard]] std::string make_database();
  /// Also where somebody is still connected.
  void drop_database(const std::string& database) const;
  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// `postgresql://…` of a database.
  [[nodiscard]] std::string url(const std::string& database) const;
  /// The first column of the first row; empty where there is none. Errors end the program.
  std::string ask(const std::string& database, const std::string& sql) const;
  /// All rows of all tables as text, bytes as they are where they can be printed.
  [[nodiscard]] std::string contents(const std::string& database) const;

  /// Ends the server at once, as a power cut does, and starts it again.
  void crash();
  /// The server is gone until start() is called.
  void kill();
  void start();

 private:
  std::string folder_;
  pid_t process_ = -1;
  int databases_ = 0;
};

}  // namespace sojourn::testing
