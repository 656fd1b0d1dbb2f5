// The loops of the threads: when each works, waits and does its housekeeping.
#include <algorithm>

#include "runtime/workspace_runtime.h"

namespace sojourn::runtime {
namespace {

/// A thread that has had nothing to do for so long does its housekeeping.
constexpr std::chrono::milliseconds quiet_before_tidy{1000};
/// Transactions of the committer begin at least so far apart, unless much has come: each costs two
/// waits for the disk and half a millisecond of CPU, however few events it holds. The first event
/// after a quiet moment goes at once, and so do tasks.
constexpr std::chrono::milliseconds commit_spacing{20};
/// The same where somebody asks for leave to send: mails share the wait for the disk.
constexpr std::chrono::milliseconds leave_spacing{2};
/// The same for group commits of the log. Here a sender waits for the answer.
constexpr std::chrono::milliseconds group_commit_spacing{1};
/// The same for what Sojourn itself has to say: outcomes of mails that others follow.
constexpr std::chrono::milliseconds own_events_spacing{2};
/// How long a failed batch waits before it is tried again.
constexpr std::chrono::milliseconds retry_pause{200};
/// How long contacts that could not be erased wait: it may be the disk.
constexpr std::chrono::seconds failed_erasure_pause{60};

std::chrono::milliseconds spacing_of(EventLog::Haste haste) {
  switch (haste) {
    case EventLog::Haste::at_once:
      return {};
    case EventLog::Haste::sender_waits:
      return group_commit_spacing;
    case EventLog::Haste::none:
      return own_events_spacing;
  }
  return {};
}

std::chrono::milliseconds spacing_of(Committer::Haste haste) {
  switch (haste) {
    case Committer::Haste::at_once:
      return {};
    case Committer::Haste::leave_waits:
      return leave_spacing;
    case Committer::Haste::none:
      return commit_spacing;
  }
  return {};
}

}  // namespace

std::chrono::milliseconds WorkspaceRuntime::until(Timestamp due) const {
  // A machine's clock may be set under us: look again at least once an hour.
  constexpr std::int64_t longest_ms = 3'600'000;
  const std::int64_t left = due.ms - parts_.clock.now().ms;
  return std::chrono::milliseconds(std::clamp<std::int64_t>(left, 0, longest_ms));
}

void WorkspaceRuntime::run_log() {
  bool tidied = true;
  std::chrono::steady_clock::time_point last_begin;
  while (true) {
    if (!advancing_) std::this_thread::sleep_until(last_begin + spacing_of(log_.haste()));
    last_begin = std::chrono::steady_clock::now();
    if (log_.step()) {
      tidied = false;
      continue;
    }
    if (threads_end_) return;
    if (log_.queued() > 0) {
      log_signal_.wait(retry_pause);  // the disk has failed
      continue;
    }
    if (tidied) {
      log_signal_.wait(std::nullopt);
      continue;
    }
    log_signal_.wait(quiet_before_tidy);
    if (log_.queued() > 0) continue;
    log_.tidy();
    tidied = true;
  }
}

void WorkspaceRuntime::run_committer() {
  bool tidied = true;
  std::chrono::steady_clock::time_point last_begin;
  while (true) {
    while (!advancing_ && !threads_end_) {
      const auto begin = last_begin + spacing_of(committer_.haste());
      const auto left = begin - std::chrono::steady_clock::now();
      if (left <= left.zero()) break;
      committer_signal_.wait(std::chrono::ceil<std::chrono::microseconds>(left));
    }
    last_begin = std::chrono::steady_clock::now();
    if (committer_.step()) {
      tidied = false;
      continue;
    }
    if (threads_end_ && (committer_.idle() || log_.queued() == 0)) return;
    const bool failed = !committer_.idle();
    const Timestamp due = committer_.next_due();
    if (failed) {
      committer_signal_.wait(retry_pause);
    } else if (!tidied) {
      committer_signal_.wait(std::min(quiet_before_tidy, until(due)));
      if (committer_.idle() && parts_.clock.now() < committer_.next_due()) {
        committer_.tidy();
        tidied = true;
      }
    } else if (due == Timestamp::never()) {
      committer_signal_.wait(std::nullopt);
    } else {
      committer_signal_.wait(until(due));
    }
  }
}

void WorkspaceRuntime::run_outbox() {
  while (!threads_end_) {
    if (!stopping_ && step_outbox()) continue;
    const Timestamp due = outbox_.next_due();
    const bool full = due <= parts_.clock.now();
    if (!ready()) {
      outbox_signal_.wait(retry_pause);
    } else if (full || due == Timestamp::never()) {
      outbox_signal_.wait(std::nullopt);  // finished() or add() wakes it
    } else {
      outbox_signal_.wait(until(due));
    }
  }
}

void WorkspaceRuntime::run_backfill() {
  while (!threads_end_) {
    if (committer_.step_backfill()) continue;
    if (committer_.has_backfill_failed()) {
      backfill_signal_.wait(retry_pause);  // the disk has failed
    } else {
      backfill_signal_.wait(std::nullopt);
    }
  }
}

/// Nobody waits for the committer while the log is read, so that its core is free to help.
void WorkspaceRuntime::run_scan() {
  while (!threads_end_) {
    if (committer_.step_scan()) continue;
    if (committer_.has_backfill_failed()) {
      scan_signal_.wait(retry_pause);
    } else {
      scan_signal_.wait(std::nullopt);
    }
  }
}

void WorkspaceRuntime::run_old_signups() {
  while (!stopping_) {
    if (old_signups_.step()) continue;
    if (old_signups_.is_due()) {
      old_signups_signal_.wait(failed_erasure_pause);
    } else {
      // Rules that come into force may say another time; until() looks again within the hour.
      old_signups_signal_.wait(until(old_signups_.next_due()));
    }
  }
}

}  // namespace sojourn::runtime
