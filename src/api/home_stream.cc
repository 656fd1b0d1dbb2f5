#include "api/home_stream.h"

#include <chrono>

#include "api/context.h"
#include "api/endpoints/event_json.h"
#include "api/endpoints/home_json.h"
#include "base/log.h"

namespace sojourn::api {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto home_interval = std::chrono::seconds(1);
/// Events of a busy moment travel together.
constexpr auto flush_interval = std::chrono::milliseconds(50);
/// How long it may take to notice that the last listener has gone.
constexpr auto sweep_interval = std::chrono::seconds(5);
constexpr std::string_view retry_line = "retry: 2000\n\n";

/// Home without its first member, the time at which it was asked.
std::string_view without_time(std::string_view home) {
  const std::size_t comma = home.find(',');
  return comma == std::string_view::npos ? home : home.substr(comma);
}

}  // namespace

HomeStream::HomeStream(Context& context) : context_(context), thread_([this] { run(); }) {}

HomeStream::~HomeStream() {
  stop();
}

bool HomeStream::has_room() {
  const std::lock_guard lock(mutex_);
  return !stopped_ && stream_count_ + arriving_.size() < streams_max;
}

void HomeStream::add(net::EventStream stream) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    arriving_.push_back(std::move(stream));
  }
  changed_.notify_one();
}

void HomeStream::note_change() {
  {
    const std::lock_guard lock(mutex_);
    home_changed_ = true;
  }
  changed_.notify_one();
}

void HomeStream::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void HomeStream::end_streams() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
}

void HomeStream::take(const std::vector<runtime::TailEvent>& events) {
  {
    const std::lock_guard lock(mutex_);
    const std::size_t room = streamed_events_max - pending_.size();
    const std::size_t taken = std::min(room, events.size());
    // The newest are what a live tail is for.
    pending_.insert(pending_.end(), events.end() - static_cast<std::ptrdiff_t>(taken),
                    events.end());
    missed_ += events.size() - taken;
    home_changed_ = true;
  }
  changed_.notify_one();
}

HomeStream::News HomeStream::wait_for_news() {
  std::unique_lock lock(mutex_);
  const auto has_news = [&] {
    return stopped_ || ended_ || !arriving_.empty() || !pending_.empty() || missed_ > 0;
  };
  if (streams_.empty()) {
    changed_.wait(lock, has_news);
  } else if (home_changed_) {
    changed_.wait_until(lock, next_home_, has_news);
  } else {
    changed_.wait_for(lock, sweep_interval, [&] { return has_news() || home_changed_; });
  }
  News news{.events = std::exchange(pending_, {}),
            .arrived = std::exchange(arriving_, {}),
            .missed = std::exchange(missed_, 0),
            .home_due = false,
            .ended = std::exchange(ended_, false),
            .stopped = stopped_};
  news.home_due = !news.arrived.empty() || (home_changed_ && SteadyClock::now() >= next_home_);
  if (news.home_due) home_changed_ = false;
  return news;
}

void HomeStream::welcome(std::vector<net::EventStream> arrived) {
  for (net::EventStream& stream : arrived) {
    if (stream.send(retry_line)) streams_.push_back(std::move(stream));
  }
  // So that who has come gets it also where it did not change.
  last_home_.clear();
  if (tail_ != nullptr) return;
  tail_ = context_.runtime.tail(
      [this](const std::vector<runtime::TailEvent>& applied) { take(applied); });
}

void HomeStream::run() {
  while (true) {
    News news = wait_for_news();
    if (news.stopped) break;
    if (!news.events.empty() || news.missed > 0) send(events_text(news.events, news.missed));
    if (!news.arrived.empty()) welcome(std::move(news.arrived));
    if (news.ended) streams_.clear();
    if (news.home_due) {
      send_home();
      next_home_ = SteadyClock::now() + home_interval;
    }
    std::erase_if(streams_, [](const net::EventStream& stream) { return stream.closed(); });
    if (streams_.empty()) tail_.reset();
    std::unique_lock lock(mutex_);
    stream_count_ = streams_.size();
    if (!news.events.empty()) {
      changed_.wait_for(lock, flush_interval,
                        [&] { return stopped_ || ended_ || !arriving_.empty(); });
    }
  }
  tail_.reset();
  streams_.clear();
}

void HomeStream::send(const std::string& text) {
  std::erase_if(streams_, [&](net::EventStream& stream) { return !stream.send(text); });
}

std::string HomeStream::events_text(const std::vector<runtime::TailEvent>& events,
                                    std::uint64_t missed) {
  std::string text;
  if (missed > 0) {
    text += net::event_text("gap", JsonWriter()
                                       .begin_object()
                                       .name("missed")
                                       .number(static_cast<std::int64_t>(missed))
                                       .end_object()
                                       .take());
  }
  std::vector<contacts::ContactId> ids;
  for (const runtime::TailEvent& event : events) ids.push_back(event.contact);
  Result<std::unique_ptr<store::StateReads>> view = context_.runtime.store().view();
  Result<ContactRefs> refs = view ? ContactRefs::load(**view, ids)
                                  : Result<ContactRefs>(tl::unexpected<Error>(view.error()));
  if (!refs) {
    log::warn("the stream cannot name contacts", {{"message", refs.error().message}});
    refs = ContactRefs();
  }
  for (const runtime::TailEvent& event : events) {
    JsonWriter out;
    write_event(out, context_, *event.logged, event.contact, *refs);
    text += "id: " + std::to_string(event.logged->position.value) + "\n";
    text += net::event_text("event", out.text());
  }
  return text;
}

void HomeStream::send_home() {
  if (streams_.empty()) return;
  Result<std::string> home = home_json(context_);
  if (!home) {
    log::warn("the stream cannot read the counters", {{"message", home.error().message}});
    return;
  }
  if (without_time(*home) == without_time(last_home_)) return;
  last_home_ = std::move(*home);
  send(net::event_text("home", last_home_));
}

}  // namespace sojourn::api
