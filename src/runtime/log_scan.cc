#include "runtime/log_scan.h"

#include <algorithm>

#include "base/log.h"
#include "domain/events/event_codec.h"

namespace sojourn::runtime {
namespace {

/// Events looked at in one stretch: some tens of milliseconds, so that a stop need not wait long.
constexpr std::uint64_t stretch_positions = 4 * facts::OccurrenceIndex::chunk_positions;

}  // namespace

void LogScan::begin(std::shared_ptr<reaction::History> history) {
  const std::uint64_t until = history->until().value;
  const std::lock_guard lock(mutex_);
  history_ = std::move(history);
  parts_.clear();
  if (until > 0) parts_.resize(until / stretch_positions + 1);
  stretches_begun_ = 0;
  stretches_read_ = 0;
  failed_.clear();
}

void LogScan::stop() {
  const std::lock_guard lock(mutex_);
  history_.reset();
  parts_.clear();
  stretches_begun_ = 0;
  stretches_read_ = 0;
  failed_.clear();
}

std::optional<std::size_t> LogScan::take_stretch() {
  if (!failed_.empty()) {
    const std::size_t stretch = failed_.back();
    failed_.pop_back();
    return stretch;
  }
  if (stretches_begun_ == parts_.size()) return std::nullopt;
  return stretches_begun_++;
}

Result<void> LogScan::read_stretch(std::size_t stretch, reaction::History& part) const {
  const std::uint64_t first = stretch * stretch_positions;
  const std::uint64_t last = first + stretch_positions - 1;
  store::EventLogReader::Scan scan{.after = {first == 0 ? 0 : first - 1},
                                   .until = std::min(events::Position{last}, part.until()),
                                   .names = part.names(),
                                   .records_max = stretch_positions};
  Result<void> decoded;
  const auto note = [&](const store::EventLogReader::Scanned& each) {
    if (!decoded) return;
    const Result<events::Event> event = events::decode_event(each.payload);
    if (event) {
      part.note(each.position, *event);
    } else {
      decoded = tl::unexpected(event.error());
    }
  };
  while (decoded && scan.after < scan.until) {
    TRY(reached, log_.scan(scan, note));
    scan.after = reached;
  }
  return decoded;
}

bool LogScan::step() {
  std::shared_ptr<reaction::History> history;
  std::size_t stretch = 0;
  {
    const std::lock_guard lock(mutex_);
    has_failed_ = false;
    const std::optional<std::size_t> taken = take_stretch();
    if (!taken) return false;
    stretch = *taken;
    history = history_;
  }
  reaction::History part = history->anew();
  const Result<void> read = read_stretch(stretch, part);
  {
    const std::lock_guard lock(mutex_);
    if (history_ != history) return true;  // another was asked for meanwhile
    if (!read) {
      const Error& error = read.error();
      log::error("history not read", {{"code", error.code}, {"message", error.message}});
      failed_.push_back(stretch);
      has_failed_ = true;
      return false;
    }
    parts_[stretch].emplace(std::move(part));
    ++stretches_read_;
    if (!is_complete()) return true;
    for (std::optional<reaction::History>& each : parts_) {
      history->append(std::move(*each));
      each.reset();
    }
  }
  done_();
  return true;
}

LogScan::Progress LogScan::progress() const {
  const std::lock_guard lock(mutex_);
  if (history_ == nullptr) return {};
  const events::Position until = history_->until();
  const events::Position read{stretches_read_ * stretch_positions};
  return {.reached = std::min(read, until), .until = until};
}

bool LogScan::is_reading() const {
  const std::lock_guard lock(mutex_);
  return history_ != nullptr && !is_complete();
}

std::shared_ptr<const reaction::History> LogScan::complete() const {
  const std::lock_guard lock(mutex_);
  if (history_ == nullptr || !is_complete()) return nullptr;
  return history_;
}

}  // namespace sojourn::runtime
