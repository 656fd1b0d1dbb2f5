#include "channels/providers/provider_channel.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ensure.h"
#include "channels/mime/mime.h"
#include "channels/providers/message_reference.h"

namespace sojourn::channels::providers {
namespace {

using connector::CallResult;

Outcome ended(Outcome::Kind kind, std::string_view reason = {}, std::string words = {}) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.reason = reason;
  outcome.reply = std::move(words);
  return outcome;
}

/// Where no answer came before the request could have arrived.
Outcome not_made(const net::WebResponse& response) {
  // What cannot be sent never will; everything else may be mended meanwhile.
  const bool never = response.failure == net::WebFailure::bad_request;
  return never ? ended(Outcome::Kind::failed, "our_error", response.reason)
               : ended(Outcome::Kind::deferred, "unreachable", response.reason);
}

}  // namespace

struct ProviderChannel::Mail {
  enum class State : std::uint8_t { waits_for_turn, waits_for_leave, handed_over };

  messages::MessageId id;
  messages::Email email;
  mime::WrittenMail written;
  std::string reference;
  State state = State::waits_for_turn;
};

Result<std::unique_ptr<ProviderChannel>> ProviderChannel::create(
    const Options& options, const Clocks& clocks, connector::ExchangeJournal& journal) {
  if (options.mails_max < 1) {
    return failure({.code = "limit_invalid",
                    .message = "mails in flight must be at least 1",
                    .value = std::to_string(options.mails_max),
                    .limit = "1"});
  }
  TRY(account, parse_provider_url(options.url));
  return std::unique_ptr<ProviderChannel>(new ProviderChannel(options, clocks, account, journal));
}

ProviderChannel::ProviderChannel(const Options& options, const Clocks& clocks,
                                 const ProviderAccount& account,
                                 connector::ExchangeJournal& journal)
    : options_(options),
      clocks_(clocks),
      provider_(make_provider(account)),
      // A second's worth may go at once after a quiet while.
      connector_({.service = std::string(provider_->name()),
                  .guard = options.guard,
                  .rate = {.per_second = account.per_second, .burst = account.per_second},
                  .calls_max = static_cast<std::size_t>(options.mails_max)},
                 clocks.real, journal) {}

ProviderChannel::~ProviderChannel() {
  stop({});
  connector_.stop();
}

void ProviderChannel::connect(Events& events) {
  events_ = &events;
}

int ProviderChannel::capacity() const {
  if (stopping_) return 0;
  return std::max(0, options_.mails_max - in_flight_);
}

void ProviderChannel::start(Handoff handoff) {
  ENSURE(events_ != nullptr);
  const int in_flight = ++in_flight_;
  ENSURE(in_flight <= options_.mails_max);
  ++unreported_;
  const messages::MessageId id = handoff.id;
  auto written =
      mime::write_signed(handoff.email, clocks_.product.now(), options_.signer, provider_->relay());
  if (!written) {
    const Outcome outcome =
        ended(Outcome::Kind::failed, "our_error", std::move(written.error().message));
    connector_.loop().post([this, id, outcome] { finish(id, outcome); });
    return;
  }
  if (written->needs_utf8) {
    const Outcome outcome =
        ended(Outcome::Kind::failed, "smtputf8_unavailable",
              "5.6.7 providers take no address with letters outside ASCII before the @");
    connector_.loop().post([this, id, outcome] { finish(id, outcome); });
    return;
  }
  std::string reference = message_reference(id, handoff.email.message_id);
  // std::function wants what it holds to be copyable.
  auto mail = std::make_shared<std::unique_ptr<Mail>>(
      std::make_unique<Mail>(Mail{.id = id,
                                  .email = std::move(handoff.email),
                                  .written = std::move(*written),
                                  .reference = std::move(reference)}));
  connector_.loop().post([this, mail] { place(std::move(*mail)); });
}

void ProviderChannel::place(std::unique_ptr<Mail> mail) {
  const messages::MessageId id = mail->id;
  if (stopping_) return finish(id, ended(Outcome::Kind::not_started));
  mails_[id.value] = std::move(mail);
  connector_.await_turn([this, id] { take_turn(id); });
}

void ProviderChannel::take_turn(messages::MessageId id) {
  const auto found = mails_.find(id.value);
  const bool waits = found != mails_.end() && found->second->state == Mail::State::waits_for_turn;
  if (!waits) return connector_.give_back();
  found->second->state = Mail::State::waits_for_leave;
  events_->ask_leave(id);
}

void ProviderChannel::answer_leave(messages::MessageId id, bool granted) {
  connector_.loop().post([this, id, granted] {
    const auto found = mails_.find(id.value);
    if (found == mails_.end() || found->second->state != Mail::State::waits_for_leave) return;
    if (granted) return hand_over(*found->second);
    mails_.erase(found);
    connector_.give_back();
    finish(id, ended(Outcome::Kind::not_started));
  });
}

void ProviderChannel::hand_over(Mail& mail) {
  mail.state = Mail::State::handed_over;
  net::WebRequest request = provider_->request(
      {.email = mail.email, .written = mail.written, .reference = mail.reference},
      clocks_.real.now());
  request.timeout = options_.answer_timeout;
  request.repeat = net::WebRepeat::never;
  const messages::MessageId id = mail.id;
  connector_.call({.operation = "send", .key = mail.reference, .request = std::move(request)},
                  [this, id](const CallResult& result) { take_answer(id, result); });
}

void ProviderChannel::take_answer(messages::MessageId id, const CallResult& result) {
  // What it says of us counts also where the mail's outcome was given up at a stop.
  Outcome outcome = outcome_of(result);
  if (mails_.erase(id.value) == 0) return;
  finish(id, std::move(outcome));
}

Outcome ProviderChannel::outcome_of(const CallResult& result) {
  switch (result.kind) {
    case CallResult::Kind::not_made:
      return not_made(result.response);
    case CallResult::Kind::outcome_unknown:
      return ended(Outcome::Kind::uncertain, "unreachable", result.response.reason);
    case CallResult::Kind::answered:
      break;
  }
  Verdict verdict = provider_->verdict(result.response);
  const int status = result.response.status;
  switch (verdict.standing) {
    case Standing::fine:
      if (status < 500) connector_.trust();
      break;
    case Standing::slow_down:
      // To these the connector has paused already.
      if (status != 429 && status != 503) connector_.pause(result.response.retry_after);
      break;
    case Standing::refused:
      connector_.distrust();
      break;
  }
  return std::move(verdict.outcome);
}

void ProviderChannel::stop(Duration grace) {
  stopping_ = true;
  connector_.loop().post([this, grace] {
    give_up_waiting();
    grace_timer_ = connector_.loop().after(grace, [this] { end_grace(); });
  });
  std::unique_lock lock(ended_mutex_);
  ended_.wait(lock, [this] { return unreported_ == 0; });
}

void ProviderChannel::give_up_waiting() {
  std::vector<messages::MessageId> waiting;
  for (const auto& [value, mail] : mails_) {
    if (mail->state == Mail::State::handed_over) continue;
    if (mail->state == Mail::State::waits_for_leave) connector_.give_back();
    waiting.push_back(mail->id);
  }
  for (const messages::MessageId id : waiting) {
    mails_.erase(id.value);
    finish(id, ended(Outcome::Kind::not_started));
  }
}

void ProviderChannel::end_grace() {
  std::vector<messages::MessageId> open;
  for (const auto& [value, mail] : mails_) open.push_back(mail->id);
  mails_.clear();
  for (const messages::MessageId id : open) {
    finish(id, ended(Outcome::Kind::uncertain, "unreachable", "the server stopped"));
  }
}

void ProviderChannel::finish(messages::MessageId id, Outcome outcome) {
  --in_flight_;  // before the call: the outbox reads capacity() in it
  events_->finished(id, std::move(outcome));
  if (--unreported_ == 0 && stopping_) {
    const std::lock_guard lock(ended_mutex_);
    ended_.notify_all();
  }
}

}  // namespace sojourn::channels::providers
