#pragma once

/// A proxy before a PostgreSQL server that cuts a connection around a COMMIT: before the server has
/// it, or after the server has carried it out but before the client knows.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace sojourn::testing {

enum class Cut { none, before_commit, after_commit };

class CuttingProxy {
 public:
  /// Listens on a socket in a folder of its own, for the server whose socket is in `server_folder`.
  explicit CuttingProxy(const std::string& server_folder);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  [[nodiscard]] std::string url(const std::string& database) const;
  /// The next commit of the writer is cut, once. Commits are known by the key that precedes them,
  /// in which the writer's name stands as a value of its own.
  void cut_next(const std::string& writer, Cut cut);
  [[nodiscard]] int cuts() const { return cuts_; }

 private:
  void accept_clients();
  void relay(int client);
  /// False: the connection ends here.
  bool pass_on(std::string_view sent, int server);
  [[nodiscard]] Cut take_cut(std::string_view sent);

  std::string server_folder_;
  std::string folder_;
  std::string pattern_;  ///< set before the cut is
  std::atomic<Cut> cut_ = Cut::none;
  std::atomic<int> cuts_ = 0;
  std::atomic<bool> is_over_ = false;
  int listener_ = -1;
  std::vector<std::thread> relays_;  ///< of the accepting thread
  std::thread acceptor_;
};

}  // namespace sojourn::testing
