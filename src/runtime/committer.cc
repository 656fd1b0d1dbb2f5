#include "runtime/committer.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "domain/events/event_codec.h"
#include "runtime/event_log.h"
#include "runtime/sending_policies.h"
#include "store/audit_origin.h"
#include "store/audit_trail.h"
#include "store/message_copies.h"
#include "store/warm_up_days.h"

namespace sojourn::runtime {
namespace {

/// An experiment is looked at when nothing else is to be done, so that what happens at one instant
/// is counted as a whole; under a load that never rests, after so long.
constexpr Duration look_wait = Duration::seconds(60);

}  // namespace

Committer::Committer(store::Store& store, const Clock& clock, const HashKey& master_key,
                     Options options, Listener listener)
    : store_(store),
      clock_(clock),
      options_(options),
      listener_(std::move(listener)),
      cache_(options.cached_contacts),
      ledger_(master_key),
      campaigns_(options.campaigns),
      backfill_({.store = store, .clock = clock, .ledger = ledger_}, options.pass,
                [this] { listener_.wake(); }),
      context_{.cache = cache_,
               .ledger = ledger_,
               .backfill = backfill_,
               .journey_changes = journey_changes_,
               .campaigns = campaigns_,
               .warm_up = warm_up_,
               .returns = returns_,
               .sending = sending_,
               .from = options.from,
               .contact_key = contact_key(master_key),
               .journals_all = options.journals_all} {}

Result<void> Committer::open(std::shared_ptr<const reaction::Rules> rules) {
  rules_ = std::move(rules);
  TRY(head, store_.log_reader().head());
  backlog_end_ = head;
  return recover();
}

Result<void> Committer::recover() {
  cache_.clear();
  TRY(view, store_.view());
  TRY_VOID(ledger_.load(*view));
  TRY(warm_up, store::warm_ups_in(*view).warm_up_days());
  warm_up_.load(warm_up);
  TRY(returned, store::returned_mails_in(*view).returned_mails());
  returns_.load(std::move(returned));
  TRY(applied, view->applied());
  applied_ = applied.value;
  backlog_left_ = applied < backlog_end_ ? backlog_end_.value - applied.value : 0;
  TRY(sequence, view->next_sequence());
  context_.next_sequence = sequence;
  TRY(message, view->next_message_id());
  context_.next_message = message;
  TRY(earliest, view->earliest_wake());
  next_wake_ = earliest.value_or(Timestamp::never()).ms;
  TRY(copies_end, store::copies_in(*view).earliest_copy_end());
  next_removal_ = copies_end.value_or(Timestamp::never()).ms;
  return take_up(rules());
}

void Committer::push_events(std::vector<SharedEvent> events) {
  bool wakes = false;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t before = queue_.size();
    for (SharedEvent& event : events) queue_.emplace_back(std::move(event));
    queued_events_ += events.size();
    // Who waits for more to come (see haste()) is woken when enough has.
    wakes = before == 0 ||
            (before < options_.batch_worth_it && queue_.size() >= options_.batch_worth_it);
  }
  if (wakes) listener_.wake();
}

void Committer::ask_leaves(std::vector<LeaveRequest> requests) {
  bool wakes = false;
  {
    const std::lock_guard lock(mutex_);
    wakes = leaves_ == 0;
    leaves_ += static_cast<int>(requests.size());
    for (LeaveRequest& request : requests) queue_.emplace_back(std::move(request));
  }
  if (wakes) listener_.wake();
}

void Committer::finish_errand(std::uint64_t sequence) {
  {
    const std::lock_guard lock(mutex_);
    queue_.emplace_back(FinishedErrand{sequence});
  }
  listener_.wake();
}

void Committer::run(Task task, Done done) {
  push_task({.task = std::move(task), .done = std::move(done)});
}

void Committer::change_rules(std::shared_ptr<const reaction::Rules> rules, Task task, Done done) {
  push_task({.task = std::move(task), .done = std::move(done), .rules = std::move(rules)});
}

void Committer::change_experiments(Task task, Done done) {
  push_task({.task = std::move(task), .done = std::move(done), .changes_experiments = true});
}

void Committer::change_campaigns(Task task, Done done) {
  push_task({.task = std::move(task), .done = std::move(done), .changes_campaigns = true});
}

void Committer::change_pass(PassChange change, Task task, Done done) {
  push_task({.task = std::move(task), .done = std::move(done), .pass = change});
}

void Committer::push_task(TaskItem item) {
  item.client = store::AuditOrigin::present();
  {
    const std::lock_guard lock(mutex_);
    queue_.emplace_back(std::move(item));
    ++tasks_;
  }
  listener_.wake();
}

std::shared_ptr<const reaction::Rules> Committer::rules() const {
  const std::lock_guard lock(mutex_);
  return rules_;
}

bool Committer::idle() const {
  const std::lock_guard lock(mutex_);
  return queue_.empty() && backlog_left_ == 0 && !working_ && !backfill_.is_active() &&
         !journey_changes_.is_active();
}

Committer::Haste Committer::haste() const {
  const std::lock_guard lock(mutex_);
  const bool few = !queue_.empty() && queue_.size() < options_.batch_worth_it;
  if (!few || tasks_ > 0 || backlog_left_ > 0 || backfill_.has_page() || failed_) {
    return Haste::at_once;
  }
  return leaves_ > 0 ? Haste::leave_waits : Haste::none;
}

void Committer::count(const Item& item, int by) {
  if (std::holds_alternative<TaskItem>(item)) tasks_ += by;
  if (std::holds_alternative<LeaveRequest>(item)) leaves_ += by;
}

std::vector<Committer::Item> Committer::take() {
  const std::lock_guard lock(mutex_);
  std::vector<Item> items;
  while (!queue_.empty() && items.size() < options_.batch_max) {
    const bool is_task = std::holds_alternative<TaskItem>(queue_.front());
    if (is_task && !items.empty()) break;
    count(queue_.front(), -1);
    items.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (is_task) break;
  }
  working_ = true;
  return items;
}

void Committer::give_back(std::vector<Item> items) {
  const std::lock_guard lock(mutex_);
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    count(*item, 1);
    queue_.push_front(std::move(*item));
  }
}

bool Committer::step() {
  // After a failed batch memory may be ahead of the disk: start again from what is durable.
  if (failed_) {
    const Result<void> recovered = recover();
    if (!recovered) return false;
    failed_ = false;
  }
  const auto refuse = [this](const Error& error, std::size_t inputs) {
    log::error("batch not committed",
               {{"code", error.code}, {"message", error.message}, {"inputs", inputs}});
    failed_ = true;
  };
  const bool begins = backfill_.begin_pages();
  if (begins) listener_.begins();
  if (backlog_left_ > 0) {
    const Result<void> worked = work_backlog();
    if (!worked) refuse(worked.error(), backlog_left_);
    return !failed_;
  }
  std::vector<Item> items = take();
  const bool due = clock_.now() >= std::min({next_wake(), campaigns_.next_due(), next_removal()});
  const bool at_rest =
      items.empty() && !due && !backfill_.has_page() && !journey_changes_.is_active();
  const bool looks = can_look(at_rest);
  const bool nothing = at_rest && !looks;
  if (looks) {
    if (const Result<void> looked = look(); !looked) refuse(looked.error(), 0);
    if (!items.empty()) give_back(std::move(items));
  } else if (!nothing) {
    if (!items.empty() && std::holds_alternative<TaskItem>(items.front())) {
      work_task(std::move(std::get<TaskItem>(items.front())));
    } else if (const Result<std::size_t> worked = work(items); worked) {
      queued_events_ -= *worked;
    } else {
      refuse(worked.error(), items.size());
      give_back(std::move(items));
    }
  }
  const std::lock_guard lock(mutex_);
  working_ = false;
  return (begins || !nothing) && !failed_;
}

Result<void> Committer::work_backlog() {
  const std::size_t count = std::min<std::size_t>(backlog_left_, options_.batch_max);
  TRY(records, store_.log_reader().read(applied(), count));
  std::vector<Item> items;
  items.reserve(records.size());
  for (const store::LogRecord& record : records) {
    if (record.position > backlog_end_) break;
    TRY(event, events::decode_event(record.payload));
    items.emplace_back(std::make_shared<const events::LoggedEvent>(
        events::LoggedEvent{record.position, std::move(event)}));
  }
  if (!items.empty()) TRY_VOID(work(items));
  // Without any the rest was erased.
  backlog_left_ = items.empty() ? 0 : backlog_end_.value - applied().value;
  return {};
}

Result<std::size_t> Committer::work(const std::vector<Item>& items) {
  TRY(transaction, store_.begin());
  const Timestamp now = clock_.now();
  const std::shared_ptr<const reaction::Rules> rules = this->rules();
  Batch batch(*transaction, *rules, context_, now);

  std::vector<SharedEvent> logged;
  for (const Item& item : items) {
    if (const auto* event = std::get_if<SharedEvent>(&item)) logged.push_back(*event);
  }
  TRY_VOID(batch.prefetch(logged));
  for (const Item& item : items) {
    if (const auto* event = std::get_if<SharedEvent>(&item)) {
      TRY_VOID(batch.apply(*event));
    } else if (const auto* request = std::get_if<LeaveRequest>(&item)) {
      TRY_VOID(batch.apply(*request, sending_stopped_));
    } else if (const auto* finished = std::get_if<FinishedErrand>(&item)) {
      TRY_VOID(transaction->remove_partition_mail(finished->sequence));
    }
  }
  TRY_VOID(wake_due(batch, *transaction, now));
  const bool changes_journeys = journey_changes_.is_active();
  if (changes_journeys) {
    TRY_VOID(journey_changes_.work(batch, *transaction, options_.contacts_per_change));
  }
  TRY(campaigns_did, campaigns_.work(batch, *transaction, *rules, now));
  const bool only_looked = items.empty() && !campaigns_did && !changes_journeys &&
                           now < std::min(next_wake(), next_removal()) && !backfill_.has_page();
  if (only_looked) {
    // A look that found nothing to do is no transaction: what it read is given back.
    campaigns_.committed();
    return 0U;
  }
  TRY(removal, remove_ended(*transaction, now));
  std::optional<PassPage> page = backfill_.take_page();
  const bool passes = page.has_value();
  std::optional<contacts::ContactId> visited;
  if (page) {
    visited = page->last;
    TRY_VOID(batch.pass(std::move(*page)));
    TRY_VOID(backfill_.move(*transaction, visited));
  }
  TRY_VOID(batch.write());
  if (!logged.empty()) TRY_VOID(transaction->set_applied(logged.back()->position));
  TRY(earliest, transaction->earliest_wake());
  TRY_VOID(transaction->commit());

  if (changes_journeys) journey_changes_.committed();
  campaigns_.committed();
  if (campaigns_.take_job_wish()) listener_.job_submitted();
  if (passes) {
    backfill_.moved(visited);
    listener_.begins();  // there is room for a page, or another pass
  }
  next_wake_ = earliest.value_or(Timestamp::never()).ms;
  next_removal_ = std::min(removal.value_or(next_removal()), batch.copies_end).ms;
  if (!logged.empty()) applied_ = logged.back()->position.value;
  tell(batch);
  return logged.size();
}

Result<void> Committer::wake_due(Batch& batch, store::StateTransaction& transaction,
                                 Timestamp now) {
  if (now < next_wake()) return {};
  TRY(wakes, transaction.due_wakes(now, options_.wakes_per_batch));
  TRY_VOID(batch.prefetch(wakes));
  for (const store::StateReads::Wake& wake : wakes) TRY_VOID(batch.wake(wake));
  return {};
}

Result<std::optional<Timestamp>> Committer::remove_ended(store::StateTransaction& transaction,
                                                         Timestamp now) const {
  if (now < next_removal()) return std::nullopt;
  store::MessageCopies& copies = store::copies_in(transaction);
  TRY_VOID(copies.remove_message_copies(now, options_.removals_per_batch));
  TRY(next, copies.earliest_copy_end());
  return next.value_or(Timestamp::never());
}

Result<void> Committer::take_up(std::shared_ptr<const reaction::Rules> rules) {
  Result<std::unique_ptr<store::StateReads>> opened = store_.view();
  Result<std::shared_ptr<const reaction::Rules>> standing = rules;
  if (opened) standing = experiments_.load(**opened, rules);
  {
    const std::lock_guard lock(mutex_);
    rules_ = standing ? *standing : rules;
  }
  TRY(view, std::move(opened));
  TRY_VOID(std::move(standing));
  TRY(sending, sending_policies(*view));
  sending_ = std::move(sending);
  TRY_VOID(journey_changes_.load(*view));
  TRY_VOID(campaigns_.load(*view, *this->rules()));
  TRY_VOID(backfill_.load(*view, this->rules()));
  if (backfill_.is_reading()) listener_.begins();
  return {};
}

Result<void> Committer::take_up_campaigns() {
  TRY(view, store_.view());
  return campaigns_.load(*view, *rules());
}

void Committer::work_task(TaskItem item) {
  const auto carry_out = [&]() -> Result<void> {
    TRY(transaction, store_.begin());
    if (!item.client.empty()) store::audit_trail_of(*transaction).come_from(item.client);
    const std::shared_ptr<const reaction::Rules> present = rules();
    Batch batch(*transaction, *present, context_, clock_.now());
    TRY_VOID(item.task(batch, *transaction));
    TRY_VOID(batch.write());
    if (item.rules) {
      TRY_VOID(Backfill::publish(*transaction, *item.rules, applied(), clock_.now()));
      TRY_VOID(Experiments::publish(*transaction, *item.rules, clock_.now()));
    }
    if (item.pass == PassChange::cancel) TRY_VOID(Backfill::cancel(*transaction));
    if (item.pass == PassChange::start) TRY_VOID(Backfill::start(*transaction));
    TRY_VOID(transaction->commit());
    transaction.reset();
    tell(batch);
    // The rules hold from here on, even where the store cannot be read just now: recover() tries
    // again.
    const bool changes = item.rules != nullptr || item.pass || item.changes_experiments;
    if (changes && !take_up(item.rules != nullptr ? item.rules : present)) failed_ = true;
    // A campaign may have waited for a message of somebody who is erased.
    const bool looks_again = !batch.removed.empty() && campaigns_.is_active();
    if ((item.changes_campaigns || looks_again) && !take_up_campaigns()) failed_ = true;
    return {};
  };
  Result<void> done = carry_out();
  if (!done) failed_ = true;
  item.done(std::move(done));
  // A task that refuses leaves nothing, but what it touched in memory is not to be trusted.
  if (failed_ && recover()) failed_ = false;
}

bool Committer::can_look(bool at_rest) {
  const Timestamp now = clock_.now();
  const bool due = now >= experiments_.next_due();
  look_waits_since_ = due ? std::min(look_waits_since_, now) : Timestamp::never();
  return due && (at_rest || now - look_waits_since_ >= look_wait);
}

Result<void> Committer::look() {
  {
    TRY(transaction, store_.begin());
    TRY_VOID(Experiments::look(*transaction, experiments_.board(), clock_.now()));
    TRY_VOID(transaction->commit());
  }
  return take_up(rules());
}

void Committer::tell(Batch& batch) {
  for (const contacts::ContactId& id : batch.touched()) backfill_.note_touched(id);
  for (const contacts::ContactId& id : batch.removed) backfill_.note_touched(id);
  // The states stand in the cache.
  if (listener_.follows && listener_.follows()) listener_.changed(batch.changes());
  cache_.trim();
  ++batches_;
  sent_ += batch.sent;
  if (batch.armed < next_wake()) next_wake_ = batch.armed.ms;
  experiments_.count(batch);
  if (!batch.queued.empty()) listener_.queued(batch.queued);
  if (!batch.leaves.empty()) listener_.leaves(batch.leaves);
  if (!batch.tail.empty()) listener_.applied(batch.tail);
  if (!batch.errands.empty()) listener_.errands(batch.errands);
  listener_.committed();
}

void Committer::tidy() {
  const Result<void> checkpointed = store_.checkpoint_state();
  if (!checkpointed) log::warn("state not checkpointed", {{"error", checkpointed.error().message}});
}

}  // namespace sojourn::runtime
