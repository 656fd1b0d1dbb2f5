#include "simulation/peer_channel.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ensure.h"

namespace sojourn::simulate {

using channels::Outcome;

namespace {

Outcome ended(Outcome::Kind kind, std::string reason = "", std::string reply = "") {
  Outcome outcome;
  outcome.kind = kind;
  outcome.reason = std::move(reason);
  outcome.reply = std::move(reply);
  return outcome;
}

}  // namespace

PeerChannel::PeerChannel(Habits habits, Planted planted, const Clock& clock, Dice& dice,
                         Findings& findings, Accepted accepted)
    : habits_(habits),
      planted_(planted),
      clock_(clock),
      dice_(dice),
      findings_(findings),
      accepted_(std::move(accepted)) {}

int PeerChannel::capacity() const {
  return habits_.capacity - static_cast<int>(handoffs_.size());
}

void PeerChannel::start(channels::Handoff handoff) {
  ENSURE(capacity() > 0);
  for (const Open& open : handoffs_) {
    if (open.handoff.id == handoff.id) {
      findings_.broken(8, fmt::format("message {} is handed over while it is", handoff.id.value));
    }
  }
  findings_.note(fmt::format("  hand-off of {} attempt {}", handoff.id.value, handoff.attempt));
  Open open{.handoff = std::move(handoff), .stage = Stage::begun, .ready = {}, .outcome = {}};
  wait(open);
  handoffs_.push_back(std::move(open));
}

void PeerChannel::wait(Open& open) {
  open.ready = clock_.now();
  if (dice_.chance(habits_.trouble_percent)) {
    open.ready = open.ready + dice_.up_to(habits_.slowest);
  }
}

Timestamp PeerChannel::next_due() const {
  Timestamp due = Timestamp::never();
  for (const Open& open : handoffs_) {
    if (open.stage != Stage::asked) due = std::min(due, open.ready);
  }
  return due;
}

bool PeerChannel::step() {
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < handoffs_.size(); ++i) {
    const Open& open = handoffs_[i];
    if (open.stage != Stage::asked && open.ready <= clock_.now()) ready.push_back(i);
  }
  if (ready.empty()) return false;
  const std::size_t index = dice_.one_of(ready);
  Open& open = handoffs_[index];
  switch (open.stage) {
    case Stage::begun:
      begin(open, index);
      break;
    case Stage::refused:
      finish(index, ended(Outcome::Kind::not_started));
      break;
    case Stage::granted:
      take_step(open);
      break;
    case Stage::answered:
      finish(index, open.outcome);
      break;
    case Stage::asked:
      break;
  }
  return true;
}

void PeerChannel::begin(Open& open, std::size_t index) {
  if (dice_.chance(habits_.trouble_percent / 2)) {
    Outcome refused = ended(Outcome::Kind::deferred, "greylisted", "451 later");
    // A refusal that is over at once is as hard as one that lasts.
    if (dice_.chance(30)) refused.retry_after = Duration::seconds(dice_.between(0, 2));
    return finish(index, std::move(refused));
  }
  if (dice_.chance(habits_.trouble_percent / 8)) {
    Outcome refused = ended(Outcome::Kind::failed, "hard_bounce", "550 nobody");
    refused.suppress_address = dice_.chance(50);
    return finish(index, std::move(refused));
  }
  open.stage = Stage::asked;
  const messages::MessageId id = open.handoff.id;
  events_->ask_leave(id);
  if (dice_.chance(habits_.trouble_percent / 4)) events_->ask_leave(id);
}

void PeerChannel::answer_leave(messages::MessageId id, bool granted) {
  for (Open& open : handoffs_) {
    if (open.handoff.id != id || open.stage != Stage::asked) continue;
    const bool goes_on = granted || planted_ == Planted::policy_not_asked;
    findings_.note(fmt::format("  leave for {}: {}", id.value, granted ? "yes" : "no"));
    open.stage = goes_on ? Stage::granted : Stage::refused;
    wait(open);
  }
}

void PeerChannel::take_step(Open& open) {
  open.stage = Stage::answered;
  wait(open);
  const int lot = dice_.between(0, 99);
  const int trouble = habits_.trouble_percent;
  if (lot < trouble / 6) {
    open.outcome = ended(Outcome::Kind::deferred, "mailbox_full", "452 full");
  } else if (lot < trouble / 5) {
    open.outcome = ended(Outcome::Kind::failed, "policy", "554 no");
  } else if (lot < trouble / 2) {
    if (dice_.chance(60)) accepted_(open.handoff);
    open.outcome = ended(Outcome::Kind::uncertain, "unreachable");
    if (planted_ == Planted::retry_after_unknown) open.outcome.kind = Outcome::Kind::deferred;
  } else {
    accepted_(open.handoff);
    open.outcome = ended(Outcome::Kind::accepted, "", "250 2.0.0 taken");
  }
}

void PeerChannel::finish(std::size_t index, Outcome outcome) {
  const messages::MessageId id = handoffs_[index].handoff.id;
  handoffs_.erase(handoffs_.begin() + static_cast<std::ptrdiff_t>(index));
  findings_.note(fmt::format("  hand-off of {} ends {}", id.value, static_cast<int>(outcome.kind)));
  events_->finished(id, outcome);
  if (dice_.chance(habits_.trouble_percent / 4)) events_->finished(id, outcome);
}

void PeerChannel::cut() {
  for (const Open& open : handoffs_) {
    if (open.stage == Stage::granted && dice_.chance(50)) accepted_(open.handoff);
  }
  handoffs_.clear();
}

void PeerChannel::stop(Duration) {
  while (!handoffs_.empty()) {
    finish(handoffs_.size() - 1, ended(Outcome::Kind::not_started));
  }
}

}  // namespace sojourn::simulate
