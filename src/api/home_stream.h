#pragma once

/// The live stream: events as they are applied, and Home when it changed, to everybody who listens.
///
/// While nobody listens it costs nothing: it is then not among the runtime's listeners, and its
/// thread sleeps.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/reply.h"
#include "runtime/runtime.h"

namespace sojourn::api {

struct Context;

/// Events that are kept for the next flush; what comes beyond is counted and named as a gap. Nobody
/// reads a faster tail, and a batch import must not be copied to every browser.
inline constexpr std::size_t streamed_events_max = 200;
inline constexpr std::size_t streams_max = 100;

class HomeStream {
 public:
  /// `context` outlives it.
  explicit HomeStream(Context& context);
  /// stop()
  ~HomeStream();
  HomeStream(const HomeStream&) = delete;
  HomeStream& operator=(const HomeStream&) = delete;

  /// True where another listener fits. Thread-safe.
  [[nodiscard]] bool has_room();
  /// Begins to send to a listener, first Home. Thread-safe.
  void add(net::EventStream stream);
  /// Something that Home shows has changed without an event. Thread-safe.
  void note_change();
  /// Ends every stream, because somebody who listens may not listen any more: browsers come again
  /// by themselves, and are asked again who they are. Thread-safe.
  void end_streams();
  /// Ends every stream and the thread. Idempotent.
  void stop();

 private:
  /// What the thread has to do.
  struct News {
    std::vector<runtime::TailEvent> events;
    std::vector<net::EventStream> arrived;
    std::uint64_t missed = 0;
    bool home_due = false;
    bool ended = false;
    bool stopped = false;
  };
  [[nodiscard]] News wait_for_news();
  void run();
  void welcome(std::vector<net::EventStream> arrived);
  void take(const std::vector<runtime::TailEvent>& events);
  /// Sends to everybody and forgets who has gone.
  void send(const std::string& text);
  [[nodiscard]] std::string events_text(const std::vector<runtime::TailEvent>& events,
                                        std::uint64_t missed);
  void send_home();

  Context& context_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<net::EventStream> arriving_;
  std::vector<runtime::TailEvent> pending_;
  std::uint64_t missed_ = 0;
  bool home_changed_ = false;
  bool ended_ = false;
  bool stopped_ = false;
  std::size_t stream_count_ = 0;

  // Of the thread alone.
  std::vector<net::EventStream> streams_;
  std::string last_home_;
  std::chrono::steady_clock::time_point next_home_ = {};
  // Shared by the runtime's contract: dropping the handle ends the tail.
  std::shared_ptr<void> tail_;
  std::thread thread_;
};

}  // namespace sojourn::api
