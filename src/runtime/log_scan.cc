#include "runtime/log_scan.h"

#include "base/log.h"
#include "domain/events/event_codec.h"

namespace sojourn::runtime {
namespace {

/// Events looked at in one slice: some tens of milliseconds, so that a stop need not wait long.
constexpr std::size_t slice_records = 50'000;

}  // namespace

void LogScan::begin(std::shared_ptr<reaction::History> history) {
  const std::lock_guard lock(mutex_);
  history_ = std::move(history);
  reached_ = {};
}

void LogScan::stop() {
  const std::lock_guard lock(mutex_);
  history_.reset();
}

bool LogScan::step() {
  std::shared_ptr<reaction::History> history;
  store::EventLogReader::Scan scan;
  {
    const std::lock_guard lock(mutex_);
    if (history_ == nullptr || reached_ >= history_->until()) return false;
    history = history_;
    scan = {.after = reached_,
            .until = history->until(),
            .names = history->names(),
            .records_max = slice_records};
  }
  Result<void> decoded;
  const Result<events::Position> reached =
      log_.scan(scan, [&](const store::EventLogReader::Scanned& each) {
        if (!decoded) return;
        const Result<events::Event> event = events::decode_event(each.payload);
        if (event) {
          history->note(each.position, *event);
        } else {
          decoded = tl::unexpected(event.error());
        }
      });
  if (!reached || !decoded) {
    const Error& error = reached ? decoded.error() : reached.error();
    log::error("history not read", {{"code", error.code}, {"message", error.message}});
    // Half a slice may have been noted: from the beginning, as after a stop.
    const std::lock_guard lock(mutex_);
    if (history_ == history) {
      history_ = std::make_shared<reaction::History>(history->anew());
      reached_ = {};
    }
    return false;
  }
  const std::lock_guard lock(mutex_);
  if (history_ != history) return true;  // another was asked for meanwhile
  reached_ = *reached;
  if (reached_ >= history_->until()) done_();
  return true;
}

LogScan::Progress LogScan::progress() const {
  const std::lock_guard lock(mutex_);
  if (history_ == nullptr) return {};
  return {.reached = reached_, .until = history_->until()};
}

bool LogScan::is_reading() const {
  const std::lock_guard lock(mutex_);
  return history_ != nullptr && reached_ < history_->until();
}

std::shared_ptr<const reaction::History> LogScan::complete() const {
  const std::lock_guard lock(mutex_);
  if (history_ == nullptr || reached_ < history_->until()) return nullptr;
  return history_;
}

}  // namespace sojourn::runtime
