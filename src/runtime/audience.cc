#include "runtime/audience.h"

#include <algorithm>

#include "base/log.h"
#include "domain/reaction/audience_source.h"
#include "domain/segments/condition_text.h"
#include "runtime/fact_scan.h"
#include "runtime/ledger.h"

namespace sojourn::runtime {
namespace {

using segments::Condition;
using std::chrono::steady_clock;

/// After so many contacts somebody looks whether the index has grown too large.
constexpr std::size_t contacts_between_looks = 4'096;

/// A place to wait in: there is one, and who finds it taken does not wait.
class WaitingPlace {
 public:
  WaitingPlace(std::atomic<int>& taken, std::chrono::milliseconds wait)
      : taken_(taken), wait_(wait) {
    if (wait.count() > 0 && taken_.fetch_add(1) > 0) wait_ = {};
    takes_ = wait.count() > 0;
  }
  ~WaitingPlace() {
    if (takes_) taken_.fetch_sub(1);
  }
  WaitingPlace(const WaitingPlace&) = delete;
  WaitingPlace& operator=(const WaitingPlace&) = delete;
  [[nodiscard]] std::chrono::milliseconds wait() const { return wait_; }

 private:
  std::atomic<int>& taken_;
  std::chrono::milliseconds wait_;
  bool takes_ = false;
};

/// What the index reads of a state; the rest is not kept waiting in memory.
reaction::ContactState audience_part(const reaction::ContactState& state) {
  reaction::ContactState part;
  part.id = state.id;
  part.first_seen = state.first_seen;
  part.last_seen = state.last_seen;
  part.attributes = state.attributes;
  part.facts = state.facts;
  part.memberships = state.memberships;
  part.lists = state.lists;
  part.scores = state.scores;
  return part;
}

}  // namespace

Audience::Audience(store::Store& store, const Clock& clock, const HashKey& master_key,
                   RulesInForce rules, Options options)
    : store_(store),
      clock_(clock),
      master_key_(master_key),
      rules_(std::move(rules)),
      options_(options) {}

Audience::Audience(store::Store& store, const Clock& clock, const HashKey& master_key,
                   RulesInForce rules)
    : Audience(store, clock, master_key, std::move(rules), Options()) {}

Audience::~Audience() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [id, scan] : scans_) scan->cancelled = true;
  }
  changed_.notify_all();
  if (worker_.joinable()) worker_.join();
}

// An index serves other rules as long as they count the same facts: everything else in them is only
// asked for when a question is.
bool Audience::is_current(const reaction::Rules& rules) const {
  if (loaded_for_ == nullptr) return false;
  return std::all_of(rules.facts().begin(), rules.facts().end(),
                     [&](const reaction::FactRule& fact) {
                       if (fact.definition.points) return true;
                       const reaction::FactRule* held = loaded_for_->fact(fact.id);
                       return held != nullptr && held->definition.keep >= fact.definition.keep;
                     });
}

bool Audience::wait_for_index(const reaction::Rules& rules, Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (stage_ == Stage::ready && !is_current(rules)) forget();
  if (stage_ == Stage::none) {
    stage_ = Stage::wanted;
    // From here on nothing that is committed is missed: what the load does not see waits.
    follows_ = true;
    start_worker();
    changed_.notify_all();
  }
  changed_.wait_until(lock, deadline,
                      [&] { return stage_ == Stage::ready || stage_ == Stage::none || stopping_; });
  return stage_ == Stage::ready;
}

Result<Audience::Count> Audience::count(const Condition& condition,
                                        std::chrono::milliseconds wait) {
  const WaitingPlace place(waiting_, wait);
  wait = place.wait();
  const std::shared_ptr<const reaction::Rules> rules = rules_();
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  {
    const std::lock_guard lock(mutex_);
    asked_at_ = steady_clock::now();
    asked_.insert(reads.attributes.begin(), reads.attributes.end());
  }
  const Deadline deadline = steady_clock::now() + std::max(wait, options_.load_grace);
  if (wait_for_index(*rules, deadline)) {
    if (std::optional<Count> exact = ask_index(condition, *rules)) return std::move(*exact);
  }
  TRY(sampled, sample(condition, *rules));
  if (sampled.exact) return sampled;
  const std::string id = start_scan(condition, rules, sampled);
  sampled.scan = id;
  if (wait.count() == 0) return sampled;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
  TRY(done, wait_for_scan(id, std::max(left, std::chrono::milliseconds(0))));
  return done ? std::move(*done) : std::move(sampled);
}

Result<std::optional<Audience::Count>> Audience::scan(const std::string& id,
                                                      std::chrono::milliseconds wait) {
  const WaitingPlace place(waiting_, wait);
  return wait_for_scan(id, place.wait());
}

std::optional<Condition> Audience::condition_of(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = scans_.find(id);
  return found == scans_.end() ? std::nullopt : std::optional(found->second->condition);
}

bool Audience::ask(const Question& question, std::chrono::milliseconds wait) {
  const WaitingPlace place(waiting_, wait);
  {
    const std::lock_guard lock(mutex_);
    asked_at_ = steady_clock::now();
  }
  const Deadline deadline = steady_clock::now() + std::max(place.wait(), options_.load_grace);
  if (!wait_for_index(*rules_(), deadline)) return false;
  if (!freshen()) return false;
  const std::shared_lock together(index_mutex_);
  if (index_ == nullptr) return false;
  question(*index_);
  return true;
}

bool Audience::freshen() {
  const std::unique_lock alone(index_mutex_);
  const std::lock_guard lock(mutex_);
  if (stage_ != Stage::ready) return false;
  apply_pending();
  return true;
}

std::optional<Audience::Count> Audience::ask_index(const Condition& condition,
                                                   const reaction::Rules& rules) {
  if (!freshen()) return std::nullopt;
  const std::shared_lock together(index_mutex_);
  if (index_ == nullptr || index_->lack(condition)) return std::nullopt;
  const reaction::AudienceDefinitions definitions(rules);
  const audience::Sources sources{*index_, definitions, *ledger_};
  return exact_count(audience::count_rows(condition, sources, clock_.now()),
                     index_->contact_count());
}

void Audience::note(const ContactChanges& changes) {
  // What can be applied now need not be copied; a question that is being answered goes first.
  std::unique_lock alone(index_mutex_, std::try_to_lock);
  const std::lock_guard lock(mutex_);
  if (!follows_) return;
  const bool idle = stage_ == Stage::ready && steady_clock::now() - asked_at_ > options_.idle_max;
  if (idle && alone.owns_lock()) {
    forget();
    index_.reset();
    ledger_.reset();
    bytes_ = 0;
    return;
  }
  if (stage_ == Stage::ready && alone.owns_lock()) {
    apply_pending();
    for (const reaction::ContactState* state : changes.changed) put(*index_, *ledger_, *state);
    for (const contacts::ContactId& id : changes.removed) index_->remove(id);
    for (const effects::RecordConsent& consent : changes.consents) ledger_->apply(consent);
    changes_since_look_ += changes.changed.size();
    if (changes_since_look_ < contacts_between_looks) return;
    changes_since_look_ = 0;
    index_->shed(options_.bytes_max, asked_);
    bytes_ = index_->bytes();
    return;
  }
  for (const reaction::ContactState* state : changes.changed) {
    pending_.insert_or_assign(state->id, audience_part(*state));
  }
  for (const contacts::ContactId& id : changes.removed) {
    pending_.insert_or_assign(id, std::nullopt);
  }
  pending_consents_.insert(pending_consents_.end(), changes.consents.begin(),
                           changes.consents.end());
  if (pending_.size() > options_.pending_max) {
    log::info("audience index given up", {{"waiting", pending_.size()}});
    forget();
  }
}

void Audience::forget() {
  stage_ = Stage::none;
  loaded_for_.reset();
  follows_ = false;
  pending_.clear();
  pending_consents_.clear();
  changed_.notify_all();
}

void Audience::apply_pending() {
  for (const auto& [id, state] : pending_) {
    if (state) {
      put(*index_, *ledger_, *state);
    } else {
      index_->remove(id);
    }
  }
  for (const effects::RecordConsent& consent : pending_consents_) ledger_->apply(consent);
  pending_.clear();
  pending_consents_.clear();
}

void Audience::put(audience::Index& index, const Ledger& ledger,
                   const reaction::ContactState& state) {
  const std::string address = reaction::ledger_address(state);
  index.put(reaction::audience_row(
      state,
      address.empty() ? std::nullopt : std::optional(ledger.address_hash("email", address))));
}

Result<void> Audience::load() {
  const std::shared_ptr<const reaction::Rules> rules = rules_();
  absl::flat_hash_set<std::string> asked;
  {
    const std::unique_lock alone(index_mutex_);
    index_.reset();
    ledger_.reset();
    const std::lock_guard lock(mutex_);
    asked = asked_;
  }
  auto index = std::make_unique<audience::Index>(reaction::counted_facts(*rules));
  auto ledger = std::make_unique<Ledger>(master_key_);
  {
    TRY(view, store_.view());
    TRY_VOID(ledger->load(*view));
  }
  std::size_t count = 0;
  const auto visit = [&](store::StateReads&, reaction::ContactState state) -> Result<bool> {
    put(*index, *ledger, state);
    if (++count % contacts_between_looks == 0) index->shed(options_.bytes_max, asked);
    return true;
  };
  TRY_VOID(visit_states(store_, visit));
  index->shed(options_.bytes_max, asked);

  const std::unique_lock alone(index_mutex_);
  const std::lock_guard lock(mutex_);
  // Where too much has changed meanwhile, it was given up.
  if (stage_ != Stage::loading) return {};
  index_ = std::move(index);
  ledger_ = std::move(ledger);
  loaded_for_ = rules;
  apply_pending();
  bytes_ = index_->bytes();
  stage_ = Stage::ready;
  return {};
}

void Audience::start_worker() {
  if (!worker_.joinable()) worker_ = std::thread([this] { run(); });
}

// One thread loads and scans, one after another: both read everybody, and two at once would only
// take the disk from each other.
void Audience::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || stage_ == Stage::wanted || !queue_.empty(); });
    if (stopping_) return;
    if (stage_ == Stage::wanted) {
      stage_ = Stage::loading;
      lock.unlock();
      const Result<void> loaded = load();
      lock.lock();
      if (!loaded) {
        log::warn("audience index not loaded", {{"error", loaded.error().message}});
        forget();
      }
      changed_.notify_all();
      continue;
    }
    const std::shared_ptr<Scan> scan = take_scan();
    lock.unlock();
    work(scan);
    lock.lock();
    changed_.notify_all();
  }
}

}  // namespace sojourn::runtime
