#include "scenarios/post_channel.h"

#include <algorithm>

#include "base/ensure.h"

namespace sojourn::scenarios {
namespace {

/// One at a time, so that mails arrive in the order in which they were due.
constexpr int at_a_time = 1;

}  // namespace

void Mailboxes::take(const channels::Handoff& handoff) {
  if (!message_ids_.insert(handoff.email.message_id).second) {
    doubled_.push_back(handoff.email.message_id);
    return;
  }
  arrivals_.push_back({handoff.id, handoff.email});
}

int PostChannel::capacity() const {
  return at_a_time - static_cast<int>(handoffs_.size());
}

void PostChannel::start(channels::Handoff handoff) {
  ENSURE(capacity() > 0);
  handoffs_.push_back({std::move(handoff)});
}

void PostChannel::answer_leave(messages::MessageId id, bool granted) {
  for (Open& open : handoffs_) {
    if (open.handoff.id != id || open.stage != Stage::asked) continue;
    open.stage = granted ? Stage::granted : Stage::refused;
  }
}

bool PostChannel::step() {
  const auto ready = std::find_if(handoffs_.begin(), handoffs_.end(),
                                  [](const Open& open) { return open.stage != Stage::asked; });
  if (ready == handoffs_.end()) return false;
  const messages::MessageId id = ready->handoff.id;
  if (ready->stage == Stage::begun) {
    ready->stage = Stage::asked;
    events_->ask_leave(id);
    return true;
  }
  channels::Outcome outcome;
  outcome.kind = channels::Outcome::Kind::not_started;
  if (ready->stage == Stage::granted) {
    mailboxes_.take(ready->handoff);
    outcome.kind = channels::Outcome::Kind::accepted;
    outcome.reply = "250 2.0.0 accepted";
  }
  handoffs_.erase(ready);
  events_->finished(id, std::move(outcome));
  return true;
}

void PostChannel::cut() {
  for (const Open& open : handoffs_) {
    if (open.stage == Stage::granted) mailboxes_.take(open.handoff);
  }
  handoffs_.clear();
}

void PostChannel::stop(Duration) {
  handoffs_.clear();
}

}  // namespace sojourn::scenarios
