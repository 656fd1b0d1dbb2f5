#include "simulation/population.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/events/standard_names.h"

namespace sojourn::simulate {
namespace {

namespace names = events::names;
using events::Event;
using events::EventType;

constexpr int devices_each = 2;
/// How late an event may come in; some are later than the horizon of 72 hours.
constexpr Duration latest = Duration::hours(90);

}  // namespace

Population::Population(int people, const Clock& clock, Dice& dice, Findings& findings)
    : people_(people), clock_(clock), dice_(dice), findings_(findings) {}

std::string Population::user(int person) const {
  return fmt::format("user-{}", person);
}

std::string Population::device(int person) {
  return fmt::format("device-{}-{}", person, dice_.between(1, devices_each));
}

std::vector<contacts::Identifier> Population::identifiers() const {
  std::vector<contacts::Identifier> found;
  for (int person = 0; person < people_; ++person) {
    found.push_back({std::string(contacts::kinds::user_id), user(person)});
    for (int number = 1; number <= devices_each; ++number) {
      found.push_back({std::string(contacts::kinds::anonymous_id),
                       fmt::format("device-{}-{}", person, number)});
    }
  }
  return found;
}

Event Population::begin(EventType type, std::string_view name) {
  Event event;
  event.message_id = fmt::format("m{}", next_id_++);
  event.type = type;
  event.name = name;
  event.at = clock_.now();
  if (dice_.chance(25)) event.at = event.at - dice_.up_to(latest);
  event.source = "shop";
  return event;
}

Event Population::identify(int person) {
  Event event = begin(EventType::identify, names::identified);
  event.user_id = user(person);
  if (dice_.chance(70)) event.anonymous_id = device(person);
  event.traits.set("email", fmt::format("Person{}@Example.com", person));
  if (dice_.chance(60)) event.traits.set("firstName", fmt::format("P{}", dice_.between(1, 9)));
  if (dice_.chance(40)) event.traits.set("plan", dice_.chance(50) ? "pro" : "free");
  if (dice_.chance(10)) event.traits.set("plan", nullptr);
  return event;
}

Event Population::alias() {
  Event event = begin(EventType::alias, names::aliased);
  event.user_id = user(anybody());
  event.previous_id = dice_.chance(50) ? user(anybody()) : device(anybody());
  return event;
}

Event Population::behave() {
  const int person = anybody();
  const int lot = dice_.between(0, 99);
  if (lot < 25) return identify(person);
  if (lot < 29) return alias();
  if (lot < 32) {
    // A shared device: somebody else signs in on it.
    Event event = identify(person);
    event.anonymous_id = device(anybody());
    return event;
  }
  Event event = lot < 44   ? begin(EventType::track, names::order_completed)
                : lot < 50 ? begin(EventType::page, names::page_viewed)
                           : begin(EventType::track, "Product Viewed");
  if (dice_.chance(60)) event.user_id = user(person);
  if (event.user_id.empty() || dice_.chance(40)) event.anonymous_id = device(person);
  if (dice_.chance(20)) event.trust = events::Trust::browser_key;
  event.properties.set("path", "/pricing");
  return event;
}

Event Population::answer_mail() {
  const messages::Message& mail = dice_.one_of(mails_);
  const int lot = dice_.between(0, 99);
  const std::string_view name = lot < 50   ? names::link_clicked
                                : lot < 70 ? names::email_opened
                                : lot < 88 ? names::unsubscribed
                                           : names::subscribed;
  Event event = begin(EventType::track, name);
  event.at = clock_.now();
  event.trust = events::Trust::system;
  event.contact = mail.contact.hash;
  event.properties.set("message", std::to_string(mail.id.value));
  event.properties.set("channel", mail.channel);
  event.properties.set("run", std::to_string(mail.run));
  event.properties.set("step", mail.step);
  event.properties.set("journey", mail.journey);
  if (lot >= 70) {
    event.properties.set("address", mail.address);
    event.properties.set("topic", dice_.chance(40) ? "" : mail.topic);
    event.properties.set("source", "page");
  }
  return event;
}

void Population::receive(const messages::Message& message) {
  mails_.push_back(message);
}

void Population::call(runtime::Runtime& runtime) {
  const bool repeats = !calls_.empty() && dice_.chance(8);
  if (repeats) {
    const std::shared_ptr<Call>& old = dice_.one_of(calls_);
    if (old->state == State::open) return;
    if (dice_.chance(50)) return submit(runtime, old);
    // The same message id with another payload: the first one is kept (invariant 2).
    auto forged = std::make_shared<Call>(*old);
    for (Event& event : forged->events) event.properties.set("forged", true);
    if (old->state == State::answered) submit(runtime, forged);
    return;
  }
  auto made = std::make_shared<Call>();
  const int count = dice_.chance(70) ? 1 : dice_.between(2, 6);
  for (int i = 0; i < count; ++i) {
    const bool answers = !mails_.empty() && dice_.chance(35);
    made->events.push_back(answers ? answer_mail() : behave());
  }
  if (dice_.chance(5)) made->events.push_back(made->events.front());
  calls_.push_back(made);
  submit(runtime, made);
}

bool Population::call_again(runtime::Runtime& runtime) {
  std::vector<std::shared_ptr<Call>> waiting;
  for (const auto& each : calls_) {
    if (each->state == State::waiting) waiting.push_back(each);
  }
  if (waiting.empty()) return false;
  submit(runtime, dice_.one_of(waiting));
  return true;
}

void Population::submit(runtime::Runtime& runtime, const std::shared_ptr<Call>& call) {
  std::vector<Event> events = call->events;
  for (Event& event : events) {
    event.received_at = clock_.now();
    event.at = std::min(event.at, event.received_at);
    sent_.try_emplace(event.message_id, event);
  }
  call->state = State::open;
  findings_.note(fmt::format("  {} events from {}", events.size(), events.front().message_id));
  const bool reply_is_lost = dice_.chance(6);
  const Result<void> taken =
      runtime.submit(std::move(events), [this, call, reply_is_lost](const Result<void>& done) {
        call->state = done && !reply_is_lost ? State::answered : State::waiting;
        if (!done || reply_is_lost) return;
        for (const Event& event : call->events) answered_.try_emplace(event.message_id, event);
      });
  if (!taken) call->state = State::waiting;
}

void Population::lose_connections() {
  for (const auto& each : calls_) {
    if (each->state == State::open) each->state = State::waiting;
  }
}

bool Population::all_answered() const {
  return std::all_of(calls_.begin(), calls_.end(),
                     [](const auto& call) { return call->state == State::answered; });
}

}  // namespace sojourn::simulate
