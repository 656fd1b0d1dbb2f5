#include "runtime/outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/events/standard_names.h"
#include "domain/forms/form.h"
#include "domain/messages/copy.h"
#include "domain/reaction/render.h"
#include "domain/templates/open_pixel.h"
#include "domain/templates/text_search.h"
#include "runtime/mail_token.h"
#include "runtime/message_event.h"
#include "runtime/message_id.h"
#include "runtime/sender.h"
#include "runtime/tracking_token.h"

namespace sojourn::runtime {
namespace {

using channels::Outcome;
using messages::DeliveryState;
using messages::Message;
using messages::MessageId;

namespace names = events::names;

/// Waits between attempts (reference 1.5): 5 min, 15, 30, 1 h, 2 h, then every 4 h.
constexpr std::array<Duration, 6> back_off = {Duration::minutes(5),  Duration::minutes(15),
                                              Duration::minutes(30), Duration::hours(1),
                                              Duration::hours(2),    Duration::hours(4)};

/// How long a message has been tried, by these waits, once the one after this attempt is over.
Duration tried_for(int attempt) {
  Duration sum;
  for (int i = 0; i <= attempt; ++i) {
    sum = sum + back_off[std::min(static_cast<std::size_t>(i), back_off.size() - 1)];
  }
  return sum;
}

/// Messages that recovery reads at once; more than a channel can have in flight.
constexpr std::size_t recovered_max = 10'000;

/// When a message whose template is set aside is looked at again: that costs one read of the store.
constexpr Duration set_aside_retry = Duration::minutes(10);

/// Messages that are read in one view; then they are rendered one after the other.
constexpr std::size_t started_at_once_max = 16;

/// When the store is looked at again where all that memory has room for waits for its providers.
constexpr Duration full_pause = Duration::seconds(5);

/// What the message says beyond its template; absent: nothing.
/// What `view_online_url` will show; empty where the mail does not lead there.
std::string copy_of(const templates::RenderedEmail& rendered,
                    const templates::LinkTargets& targets) {
  // No character of the address is written otherwise in HTML.
  const auto leads_there = [&](const std::string& part) {
    return templates::find_text(part, targets.view_online_url) != std::string::npos;
  };
  if (!leads_there(rendered.html) && !leads_there(rendered.text)) return {};
  return messages::encode(
      {.subject = rendered.subject,
       .html = templates::without_open_pixel(rendered.html, targets.open_pixel_url),
       .text = rendered.text});
}

}  // namespace

Outbox::Outbox(store::Store& store, const Clock& clock, const HashKey& master_key,
               channels::Channel& channel, SenderSettings sender, Options options, Peers peers)
    : store_(store),
      clock_(clock),
      master_key_(master_key),
      tokens_(master_key),
      channel_(channel),
      sender_(std::move(sender)),
      options_(options),
      peers_(std::move(peers)) {}

Result<void> Outbox::open() {
  const auto startable = static_cast<std::size_t>(std::max(1, channel_.capacity()));
  turns_max_ = options_.steps_max.value_or(startable);
  hand_offs_max_ = options_.steps_max ? startable + turns_max_ : startable;
  TRY(view, store_.view());
  TRY(lost, view->messages_in(DeliveryState::committing, recovered_max));
  // The final answer of these never came: nobody can say whether they arrived (RFC 1047).
  unreported_ = lost.size();
  for (const Message& message : lost) {
    report(message, names::message_uncertain, {}, [this] { --unreported_; });
  }
  return refill();
}

Result<void> Outbox::refill() {
  TRY(view, store_.view());
  TRY(found, view->queued_messages(Timestamp::never(), options_.waiting_max));
  const std::lock_guard lock(mutex_);
  overflow_from_ = found.size() == options_.waiting_max ? found.back().due : Timestamp::never();
  bool some_are_new = false;
  for (const store::StateReads::QueuedMessage& each : found) {
    // Where memory knows of it, it knows better: the view may be older.
    if (due_.contains(each.id) || in_flight_.contains(each.id)) continue;
    schedule(each.id, each.due);
    some_are_new = true;
  }
  if (!some_are_new && overflow_from_ != Timestamp::never()) {
    overflow_from_ = std::max(overflow_from_, clock_.now() + full_pause);
  }
  return {};
}

void Outbox::schedule(MessageId id, Timestamp due) {
  const auto [place, is_new] = due_.try_emplace(id, due);
  if (!is_new) {
    queue_.erase({place->second, id});
    place->second = due;
  }
  queue_.insert({due, id});
  if (queue_.size() <= options_.waiting_max) return;
  const auto last = std::prev(queue_.end());
  overflow_from_ = std::min(overflow_from_, last->first);
  due_.erase(last->second);
  queue_.erase(last);
}

void Outbox::add(const std::vector<QueuedNotice>& notices) {
  {
    const std::lock_guard lock(mutex_);
    for (const QueuedNotice& notice : notices) schedule(notice.id, notice.due);
  }
  peers_.wake();
}

void Outbox::stop_sending(bool stopped) {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = stopped;
    look_again_ = !stopped;
    sender_watch_.begin_anew();
    alarm_.reset();
  }
  peers_.wake();
}

std::vector<QueuedNotice> Outbox::take_due() {
  const int room = channel_.capacity();
  std::vector<QueuedNotice> taken;
  const std::lock_guard lock(mutex_);
  const Timestamp now = clock_.now();
  const auto has_room = [&] {
    return taken.size() < started_at_once_max && std::cmp_less(taken.size(), room) &&
           in_flight_.size() + taken.size() < hand_offs_max_;
  };
  while (!stopped_ && has_room() && !queue_.empty() && queue_.begin()->first <= now) {
    const auto [due, id] = *queue_.begin();
    queue_.erase(queue_.begin());
    due_.erase(id);
    const auto flying = in_flight_.find(id);
    if (flying == in_flight_.end()) {
      taken.push_back({id, due});
    } else {
      flying->second.look_again = true;
    }
  }
  starting_ = taken.size();
  return taken;
}

bool Outbox::step() {
  bool started = false;
  bool look_again = false;
  {
    const std::lock_guard lock(mutex_);
    const bool short_of_work = overflow_from_ != Timestamp::never() &&
                               (queue_.empty() || queue_.begin()->first >= overflow_from_);
    look_again = !stopped_ && (look_again_ || short_of_work);
    if (look_again) look_again_ = false;
  }
  if (look_again) {
    const Result<void> refilled = refill();
    if (!refilled) log::warn("outbox not refilled", {{"error", refilled.error().message}});
  }
  while (true) {
    const std::vector<QueuedNotice> notices = take_due();
    if (notices.empty()) return started;
    for (Departure& departure : read(notices)) {
      start(std::move(departure));
      started = true;
    }
  }
}

std::vector<Outbox::Departure> Outbox::read(const std::vector<QueuedNotice>& notices) {
  std::vector<Departure> departures;
  // It must not stay open while mail is rendered and sent.
  Result<std::unique_ptr<store::StateReads>> view = store_.view();
  Result<std::optional<std::string>> told_url = std::nullopt;
  if (view) told_url = (*view)->setting(settings::public_url);
  for (const QueuedNotice& notice : notices) {
    if (!view || !told_url) {
      postpone(notice.id, view ? told_url.error() : view.error());
      continue;
    }
    Result<std::optional<Departure>> departure = read(**view, notice.id);
    if (!departure) {
      postpone(notice.id, departure.error());
    } else if (*departure) {
      (*departure)->public_url = public_url(*told_url);
      departures.push_back(std::move(**departure));
    }
  }
  return departures;
}

Result<std::optional<Outbox::Departure>> Outbox::read(store::StateReads& view, MessageId id) {
  TRY(found, view.message(id));
  const bool waits =
      found && (found->state == DeliveryState::queued || found->state == DeliveryState::retry);
  if (!waits || is_later(*found)) return std::nullopt;
  Departure departure{.message = std::move(*found)};
  TRY(record, view.contact(departure.message.contact));
  if (!record) {
    TRY(survivor, view.alias(departure.message.contact));
    if (survivor) {
      departure.message.contact = *survivor;
      TRY(joined, view.contact(*survivor));
      record = std::move(joined);
    }
  }
  if (record) {
    TRY(contact, reaction::decode_contact(record->state));
    departure.contact = std::move(contact);
  }
  TRY(content, content_of(view, departure.message));
  departure.content = std::move(content);
  return departure;
}

void Outbox::postpone(MessageId id, const Error& error) {
  log::error("message not started", {{"message", id.value}, {"error", error.message}});
  constexpr Duration pause = Duration::seconds(1);
  const std::lock_guard lock(mutex_);
  schedule(id, clock_.now() + pause);
}

bool Outbox::is_later(const Message& message) {
  const Timestamp now = clock_.now();
  Timestamp due = message.due;
  if (due <= now) due = now + channel_.wait_for(message.address);
  if (due <= now) return false;
  const std::lock_guard lock(mutex_);
  schedule(message.id, due);
  return true;
}

void Outbox::start(Departure departure) {
  const Message& message = departure.message;
  if (!departure.contact) {
    return report_failure(message, {.code = "contact_erased", .message = "the contact was erased"});
  }
  if (peers_.rules()->set_aside("template", message.template_key) != nullptr) {
    // Nothing to ask leave for: it is looked at again until the template is corrected.
    const std::lock_guard lock(mutex_);
    schedule(message.id, clock_.now() + set_aside_retry);
    return;
  }
  InFlight in_flight;
  Result<messages::Email> email = render(departure, in_flight);
  if (!email) return report_failure(message, email.error());
  channels::Handoff handoff{
      .id = message.id, .email = std::move(*email), .attempt = message.attempt};
  in_flight.message = std::move(departure.message);
  {
    const std::lock_guard lock(mutex_);
    in_flight_[handoff.id] = std::move(in_flight);
  }
  channel_.start(std::move(handoff));
}

std::string Outbox::public_url(const std::optional<std::string>& told) const {
  if (!sender_.public_url.empty()) return sender_.public_url;
  return told && !told->empty() ? *told : sender_.listen_url;
}

Result<messages::Email> Outbox::render(const Departure& departure, InFlight& in_flight) const {
  const Message& message = departure.message;
  const reaction::ContactState& contact = *departure.contact;
  const messages::Content* content = departure.content ? &*departure.content : nullptr;
  const std::string& public_url = departure.public_url;
  const std::shared_ptr<const reaction::Rules> rules = peers_.rules();
  messages::Email email;
  email.from = sender_of(*rules, message, content, sender_.from);
  if (content != nullptr) email.reply_to = content->reply_to;
  email.to = {contact.display_name(), message.address};
  email.message_id = mail_message_id(master_key_, message.key, sender_.from.address);
  const auto own_address = [&](MailAddressKind kind) {
    return make_mail_address(master_key_, {kind, message.id}, sender_.return_domain);
  };
  const bool returns = !sender_.return_domain.empty();
  if (returns) email.envelope_from = own_address(MailAddressKind::bounce);
  if (message.template_key.empty() && content == nullptr) {
    // A notice to a user of the workspace: its text was made when it was queued.
    email.to.name.clear();
    email.subject = message.subject;
    email.text = fmt::format("{}\n\n{}/contacts/{}\n", message.subject, public_url,
                             contacts::format(contact.id));
    in_flight.subject = message.subject;
    return email;
  }
  const auto tracked = [&](TokenKind kind, std::size_t link) {
    std::string url = public_url;
    return url.append(path_prefix(kind))
        .append(tokens_.make(kind, {message.id, static_cast<std::uint32_t>(link)}));
  };
  templates::LinkTargets targets;
  targets.click = [&](std::size_t link) { return tracked(TokenKind::click, link); };
  targets.open_pixel_url = tracked(TokenKind::open, 0);
  targets.unsubscribe_url = tracked(TokenKind::unsubscribe, 0);
  targets.preference_url = tracked(TokenKind::preferences, 0);
  targets.assets_url = public_url + "/assets";
  if (message.key.starts_with(forms::confirmation_message_prefix)) {
    targets.confirm_url = tracked(TokenKind::confirmation, 0);
  }
  StoredCatalogs catalogs(store_, &catalog_cache_);
  const reaction::RenderContext context{sender_.postal_address, clock_.now(), content, &catalogs};
  targets.view_online_url = tracked(TokenKind::view, 0);
  TRY(rendered, reaction::render_message(*rules, contact, message, targets, context));
  in_flight.copy = copy_of(rendered, targets);
  email.subject = std::move(rendered.subject);
  email.text = std::move(rendered.text);
  email.html = std::move(rendered.html);
  if (message.message_class == messages::MessageClass::marketing) {
    email.unsubscribe_url = targets.unsubscribe_url;
    if (returns) {
      email.unsubscribe_mailto = own_address(MailAddressKind::unsubscribe) + "?subject=unsubscribe";
    }
  }
  in_flight.subject = email.subject;
  for (templates::RenderedLink& link : rendered.links)
    in_flight.links.push_back(std::move(link.url));
  return email;
}

void Outbox::ask_leave(MessageId id) {
  std::vector<LeaveRequest> requests;
  {
    const std::lock_guard lock(mutex_);
    const auto found = in_flight_.find(id);
    if (found == in_flight_.end() || std::exchange(found->second.asked, true)) return;
    waiting_leaves_.push_back(id);
    requests = take_turns();
  }
  if (!requests.empty()) peers_.ask_leaves(std::move(requests));
}

void Outbox::ask_waiting_leaves() {
  std::vector<LeaveRequest> requests;
  {
    const std::lock_guard lock(mutex_);
    requests = take_turns();
  }
  if (!requests.empty()) peers_.ask_leaves(std::move(requests));
}

std::vector<LeaveRequest> Outbox::take_turns() {
  std::vector<LeaveRequest> requests;
  while (!waiting_leaves_.empty() && turns_taken_ < turns_max_) {
    const MessageId id = waiting_leaves_.front();
    waiting_leaves_.pop_front();
    const auto found = in_flight_.find(id);
    if (found == in_flight_.end()) continue;
    InFlight& in_flight = found->second;
    if (!in_flight.asked || in_flight.has_turn || in_flight.ended) continue;
    in_flight.has_turn = true;
    ++turns_taken_;
    requests.push_back({.id = id,
                        .subject = std::move(in_flight.subject),
                        .links = std::move(in_flight.links),
                        .copy = std::move(in_flight.copy),
                        .attempt = in_flight.message.attempt});
  }
  return requests;
}

void Outbox::answer_leaves(const std::vector<LeaveNotice>& leaves) {
  for (const LeaveNotice& leave : leaves) {
    {
      const std::lock_guard lock(mutex_);
      if (!in_flight_.contains(leave.id)) continue;
    }
    channel_.answer_leave(leave.id, leave.granted);
  }
}

void Outbox::finished(MessageId id, Outcome outcome) {
  Message message;
  {
    const std::lock_guard lock(mutex_);
    const auto found = in_flight_.find(id);
    if (found == in_flight_.end() || std::exchange(found->second.ended, true)) return;
    // A refused leave has moved the message already: the store says what is next.
    if (outcome.kind == Outcome::Kind::not_started) {
      found->second.look_again = true;
      found->second.look_again_after = outcome.retry_after.value_or(Duration{});
    }
    message = found->second.message;
    watch_sender(outcome);
  }
  // The hand-off ends with its outcome in the log: whoever asks for leave afterwards stands behind
  // it in the committer's queue, so no second one can begin before the first is known.
  const auto written = [this, id] { release(id); };
  Object properties;
  properties.set("reply", outcome.reply);
  switch (outcome.kind) {
    case Outcome::Kind::accepted:
      return report(message, names::email_sent, std::move(properties), written);
    case Outcome::Kind::failed:
      properties.set("reason", outcome.reason);
      if (outcome.suppress_address) properties.set("suppress", true);
      return report(message, names::message_failed, std::move(properties), written);
    case Outcome::Kind::deferred: {
      const Timestamp due = retry_at(message, outcome);
      const bool marketing = message.message_class == messages::MessageClass::marketing;
      const Duration lifetime =
          marketing ? options_.marketing_lifetime : options_.transactional_lifetime;
      // Its age alone does not tell: a policy may have held it back for days before the first try.
      const bool expired =
          due > message.queued_at + lifetime && tried_for(message.attempt) > lifetime;
      properties.set("reason", expired ? "expired" : outcome.reason);
      if (expired) properties.set("cause", outcome.reason);
      if (!expired) properties.set("dueAt", format_timestamp(due));
      return report(message, expired ? names::message_failed : names::message_deferred,
                    std::move(properties), written);
    }
    case Outcome::Kind::uncertain:
      return report(message, names::message_uncertain, std::move(properties), written);
    case Outcome::Kind::not_started:
      release(id);
      return ask_waiting_leaves();
  }
}

void Outbox::release(MessageId id) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = in_flight_.find(id);
    if (found == in_flight_.end()) return;
    const bool look_again = found->second.look_again;
    const Duration after = found->second.look_again_after;
    if (found->second.has_turn) --turns_taken_;
    in_flight_.erase(found);
    // A notice that came meanwhile says more exactly when.
    if (look_again && !due_.contains(id)) schedule(id, clock_.now() + after);
  }
  peers_.wake();
}

void Outbox::watch_sender(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::accepted) sender_watch_.accepted();
  if (!outcome.pause_sender) return;
  sender_watch_.refused();
  if (!sender_watch_.alarms() || stopped_) return;
  const std::string& from = sender_.from.address;
  alarm_ =
      fmt::format("mails from {} are refused: {}", from.substr(from.rfind('@') + 1), outcome.reply);
}

std::optional<std::string> Outbox::take_alarm() {
  const std::lock_guard lock(mutex_);
  return std::exchange(alarm_, std::nullopt);
}

Timestamp Outbox::retry_at(const Message& message, const Outcome& outcome) const {
  const auto attempt = std::min(static_cast<std::size_t>(message.attempt), back_off.size() - 1);
  const Duration base = outcome.retry_after.value_or(back_off[attempt]);
  // Up to a fifth sooner or later, the same for the same message, so that retries do not come in
  // one wave.
  const auto spread = static_cast<std::int64_t>(message.id.value * 2654435761u % 1001) - 500;
  return clock_.now() + base + Duration{base.ms / 5 * spread / 500};
}

void Outbox::report_failure(const Message& message, const Error& error) {
  Object properties;
  properties.set("reason", error.code);
  properties.set("reply", error.message);
  report(message, names::message_failed, std::move(properties), [] {});
}

void Outbox::report(const Message& message, std::string_view name, Object properties,
                    std::function<void()> written) {
  // The same outcome of the same attempt is one event, however often it is reported.
  events::Event event =
      message_event(message, name, clock_.now(), "outbox",
                    fmt::format("delivery/{}/{}/{}", message.key, message.attempt, name));
  event.properties.append("address", Value(message.address));
  for (const auto& [property, value] : properties) event.properties.append(property, value);
  peers_.report(std::move(event), std::move(written));
}

Timestamp Outbox::next_due() const {
  const std::lock_guard lock(mutex_);
  if (stopped_) return Timestamp::never();
  return queue_.empty() ? overflow_from_ : std::min(queue_.begin()->first, overflow_from_);
}

std::size_t Outbox::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_.size();
}

std::size_t Outbox::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

bool Outbox::idle() const {
  const std::lock_guard lock(mutex_);
  if (!in_flight_.empty() || starting_ > 0) return false;
  if (stopped_) return true;
  const Timestamp now = clock_.now();
  return !look_again_ && overflow_from_ > now && (queue_.empty() || queue_.begin()->first > now);
}

}  // namespace sojourn::runtime
