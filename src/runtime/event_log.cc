#include "runtime/event_log.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "domain/contacts/contact_id.h"
#include "domain/events/event_codec.h"

namespace sojourn::runtime {

HashKey contact_key(const HashKey& master) {
  return contacts::contact_key(master);
}
HashKey message_key(const HashKey& master) {
  return derive_key(master, "message ids");
}
HashKey address_key(const HashKey& master) {
  return derive_key(master, "addresses");
}

EventLog::EventLog(store::Store& store, const Clock& clock, const HashKey& master_key,
                   Options options, Listener listener)
    : store_(store),
      clock_(clock),
      contact_key_(contact_key(master_key)),
      message_key_(message_key(master_key)),
      options_(options),
      listener_(std::move(listener)),
      repeats_(store.log_writer()) {}

Result<void> EventLog::open() {
  TRY(head, store_.log_reader().head());
  head_ = head.value;
  return repeats_.load(store_.log_reader(), clock_.now());
}

Result<void> EventLog::submit(std::vector<events::Event> events, Done done) {
  const std::lock_guard lock(mutex_);
  if (closed_) return failure("stopping", "the server is stopping");
  if (queued_ + events.size() > options_.queue_max) {
    refused_ += events.size();
    return failure({.code = "queue_full",
                    .message = fmt::format("{} events wait for the disk, the limit is {}",
                                           queued_.load(), options_.queue_max),
                    .value = std::to_string(queued_.load()),
                    .limit = std::to_string(options_.queue_max)});
  }
  push({.events = std::move(events), .done = std::move(done)});
  return {};
}

void EventLog::submit_own(events::Event event, std::function<void()> written) {
  Submission submission;
  submission.events.push_back(std::move(event));
  submission.done = [written = std::move(written)](const Result<void>&) { written(); };
  submission.is_own = true;
  const std::lock_guard lock(mutex_);
  push(std::move(submission));
}

void EventLog::push(Submission submission) {
  if (submission.is_own) queued_own_ += submission.events.size();
  queued_ += submission.events.size();
  queue_.push_back(std::move(submission));
  listener_.wake();
}

void EventLog::erase(std::vector<events::Position> positions, Done done) {
  const std::lock_guard lock(mutex_);
  erasures_.push_back({std::move(positions), std::move(done)});
  listener_.wake();
}

void EventLog::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

std::vector<EventLog::Submission> EventLog::take() {
  const std::lock_guard lock(mutex_);
  std::vector<Submission> batch;
  std::size_t count = 0;
  while (!queue_.empty() && (batch.empty() || count < options_.commit_max)) {
    count += queue_.front().events.size();
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

bool EventLog::step() {
  std::vector<Submission> batch = take();
  if (batch.empty()) return step_erasure();
  std::size_t taken = 0;
  std::size_t taken_own = 0;
  for (const Submission& submission : batch) {
    taken += submission.events.size();
    if (submission.is_own) taken_own += submission.events.size();
  }
  Result<std::vector<SharedEvent>> logged = commit(batch);
  if (!logged) {
    log::error("events not written", {{"code", logged.error().code}, {"events", taken}});
    return fail(std::move(batch), logged.error());
  }
  accepted_ += logged->size();
  repeated_ += taken - logged->size();
  if (!logged->empty()) listener_.appended(std::move(*logged));
  // Only now: who sees an empty queue must find the events in the committer's.
  queued_ -= taken;
  queued_own_ -= taken_own;
  for (Submission& submission : batch) submission.done({});
  listener_.answered();
  flush_repeats(false);
  return true;
}

bool EventLog::fail(std::vector<Submission> batch, const Error& error) {
  bool keeps = false;
  for (auto submission = batch.rbegin(); submission != batch.rend(); ++submission) {
    if (!submission->is_own) continue;
    keeps = true;
    const std::lock_guard lock(mutex_);
    queue_.push_front(std::move(*submission));
  }
  for (Submission& submission : batch) {
    if (submission.is_own) continue;
    queued_ -= submission.events.size();
    submission.done(tl::unexpected(error));
  }
  return !keeps;
}

void EventLog::tidy() {
  flush_repeats(true);
  const Result<void> checkpointed = store_.log_writer().checkpoint();
  if (!checkpointed) log::warn("log not checkpointed", {{"error", checkpointed.error().message}});
}

void EventLog::flush_repeats(bool idle) {
  const Result<bool> flushed = repeats_.flush(idle, clock_.now());
  if (!flushed) log::warn("message ids not flushed", {{"error", flushed.error().message}});
}

Result<std::vector<SharedEvent>> EventLog::commit(std::vector<Submission>& batch) {
  std::vector<Hash128> hashes;
  for (const Submission& submission : batch) {
    for (const events::Event& event : submission.events) {
      hashes.push_back(keyed_hash(message_key_, {event.message_id}));
    }
  }
  TRY(repeated, repeats_.contain(hashes));

  std::vector<std::shared_ptr<events::LoggedEvent>> fresh;
  std::vector<events::Event*> origins;  // of `fresh`
  std::vector<store::LogRecord> records;
  absl::flat_hash_set<Hash128> in_batch;
  std::uint64_t position = head_;
  std::size_t index = 0;
  for (Submission& submission : batch) {
    for (events::Event& event : submission.events) {
      const Hash128& hash = hashes[index];
      const bool is_repeat = repeated[index++] || !in_batch.insert(hash).second;
      if (is_repeat) continue;
      fresh.push_back(std::make_shared<events::LoggedEvent>(
          events::LoggedEvent{events::Position{++position}, std::move(event)}));
      origins.push_back(&event);
      records.push_back(record_of(*fresh.back(), hash));
    }
  }
  if (fresh.empty()) return std::vector<SharedEvent>();
  const Result<void> appended = store_.log_writer().append(records);
  if (!appended) {
    // What they sent stays unknown, so that it may be sent again.
    for (std::size_t i = 0; i < fresh.size(); ++i) *origins[i] = std::move(fresh[i]->event);
    return tl::unexpected(appended.error());
  }
  for (const store::LogRecord& record : records) {
    repeats_.add(record.message, record.position, record.received_at);
  }
  head_ = position;
  return std::vector<SharedEvent>(std::make_move_iterator(fresh.begin()),
                                  std::make_move_iterator(fresh.end()));
}

store::LogRecord EventLog::record_of(const events::LoggedEvent& logged,
                                     const Hash128& message) const {
  const events::Event& event = logged.event;
  const bool known = !event.user_id.empty();
  const contacts::Identifier first{
      std::string(known ? contacts::kinds::user_id : contacts::kinds::anonymous_id),
      known ? event.user_id : event.anonymous_id};
  const Hash128 subject = event.contact != Hash128{}
                              ? event.contact
                              : contacts::derive_contact_id(contact_key_, first).hash;
  return {.position = logged.position,
          .message = message,
          .subject = subject,
          .at = event.at,
          .received_at = event.received_at,
          .name = event.name,
          .payload = events::encode(event)};
}

bool EventLog::step_erasure() {
  Erasure erasure;
  {
    const std::lock_guard lock(mutex_);
    if (erasures_.empty()) return false;
    erasure = std::move(erasures_.front());
    erasures_.pop_front();
  }
  erasure.done(store_.log_writer().erase(erasure.positions));
  return true;
}

}  // namespace sojourn::runtime
