// Counts of what the index does not hold: a sample at once, and a scan of everybody.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "domain/reaction/audience_source.h"
#include "domain/reaction/contact_view.h"
#include "domain/segments/condition_text.h"
#include "domain/segments/evaluate.h"
#include "runtime/audience.h"
#include "runtime/fact_scan.h"
#include "runtime/ledger.h"

namespace sojourn::runtime {
namespace {

using segments::Condition;
using std::chrono::steady_clock;

/// States that a sample takes at a time: it looks at the clock in between.
constexpr std::size_t sample_page = 64;
/// Finished scans that can still be asked for.
constexpr std::size_t scans_kept = 16;

/// Answers every row of a condition for contacts, one by one.
class RowTally {
 public:
  RowTally(const Condition& condition, const reaction::Rules& rules, const Ledger& ledger,
           Timestamp now)
      : rules_(rules), ledger_(ledger), now_(now), rows_(audience::rows_of(condition)) {}

  void add(const reaction::ContactState& state) {
    static const std::vector<effects::Effect> nothing_decided;
    const reaction::ContactView view(rules_, state, ledger_, nothing_decided, now_, {});
    for (audience::RowCount& row : rows_) {
      if (segments::evaluate(*row.condition, view, now_).value) ++row.count;
    }
    ++asked_;
  }
  [[nodiscard]] const std::vector<audience::RowCount>& rows() const { return rows_; }
  [[nodiscard]] std::uint64_t asked() const { return asked_; }

 private:
  const reaction::Rules& rules_;
  const Ledger& ledger_;
  const Timestamp now_;
  std::vector<audience::RowCount> rows_;
  std::uint64_t asked_ = 0;
};

/// What `found` of `asked` contacts, taken by chance from `total`, say of all: the estimate, and
/// how far the 95 % interval reaches from it (Wilson 1927, with the correction for a finite
/// population).
Audience::Row estimate(const audience::RowCount& found, std::uint64_t asked, std::uint64_t total) {
  Audience::Row row{found.path, segments::describe(*found.condition), 0, 0};
  if (asked == 0) return row;
  constexpr double z = 1.96;
  const auto n = static_cast<double>(asked);
  const auto all = static_cast<double>(std::max(total, asked));
  const double share = static_cast<double>(found.count) / n;
  const double left = all > 1 ? (all - n) / (all - 1) : 0;
  const double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half =
      z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double reach = std::max(centre + half - share, share - (centre - half)) * std::sqrt(left);
  row.count = static_cast<std::uint64_t>(std::llround(share * all));
  row.margin = static_cast<std::uint64_t>(std::ceil(reach * all));
  return row;
}

/// The occurrences as columns of the index. The contacts that it does not know are gone.
audience::Index::Facts columns_of(const ScannedFacts& scanned, const WantedFacts& wanted,
                                  const audience::Index& index) {
  audience::Index::Facts columns;
  for (const facts::FactDefinition& fact : wanted.all()) {
    columns.try_emplace(facts::fact_id(fact), fact);
  }
  auto next = scanned.occurrences.begin();
  while (next != scanned.occurrences.end()) {
    const auto begin = next;
    const facts::FactDefinition& fact = wanted.all()[begin->fact];
    facts::FactState state;
    for (; next != scanned.occurrences.end() && next->fact == begin->fact &&
           next->contact == begin->contact;
         ++next) {
      state.add(fact, next->occurrence);
    }
    const std::optional<audience::Ordinal> ordinal = index.find(scanned.ids[begin->contact]);
    if (ordinal) columns.find(facts::fact_id(fact))->second.set(*ordinal, state);
  }
  return columns;
}

}  // namespace

Audience::Count Audience::exact_count(const std::vector<audience::RowCount>& rows,
                                      std::uint64_t total) {
  Count count{.rows = {}, .exact = true, .total = total, .scan = {}};
  for (const audience::RowCount& row : rows) {
    count.rows.push_back({row.path, segments::describe(*row.condition), row.count, 0});
  }
  return count;
}

Result<Audience::Count> Audience::sample(const Condition& condition, const reaction::Rules& rules) {
  const Deadline end = steady_clock::now() + options_.sample_time;
  const WantedFacts wanted(missing_facts(condition, rules));
  TRY(view, store_.view());
  Ledger ledger(master_key_);
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  if (reads.consent) TRY_VOID(ledger.load(*view));
  RowTally tally(condition, rules, ledger, clock_.now());
  // Ids are hashes: the first ones in their order are a sample by chance, and always the same.
  contacts::ContactId after;
  bool everybody = false;
  while (!everybody && tally.asked() < options_.sample_max) {
    TRY(ids, view->contact_ids(after, sample_page));
    TRY(records, view->contacts(ids));
    std::vector<reaction::ContactState> states;
    for (const std::optional<store::ContactRecord>& record : records) {
      if (!record) continue;
      TRY(state, reaction::decode_contact(record->state));
      states.push_back(std::move(state));
    }
    if (!wanted.empty()) TRY_VOID(count_facts(store_, *view, wanted, states));
    for (const reaction::ContactState& state : states) tally.add(state);
    everybody = ids.size() < sample_page;
    if (!everybody) after = ids.back();
    if (steady_clock::now() >= end) break;
  }
  if (everybody) return exact_count(tally.rows(), tally.asked());
  TRY(total, view->contact_count());
  Count sampled{.rows = {}, .exact = false, .total = total, .scan = {}};
  for (const audience::RowCount& row : tally.rows()) {
    sampled.rows.push_back(estimate(row, tally.asked(), total));
  }
  refine(sampled, condition, rules);
  return sampled;
}

void Audience::refine(Count& sampled, const Condition& condition, const reaction::Rules& rules) {
  const std::shared_lock together(index_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (stage_ != Stage::ready) return;
  }
  const reaction::AudienceDefinitions definitions(rules);
  const audience::Sources sources{*index_, definitions, *ledger_};
  const std::vector<audience::RowCount> rows = audience::rows_of(condition);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (index_->lack(*rows[i].condition)) continue;
    sampled.rows[i].count = audience::matches(*rows[i].condition, sources, clock_.now()).count();
    sampled.rows[i].margin = 0;
  }
}

std::string Audience::start_scan(const Condition& condition,
                                 std::shared_ptr<const reaction::Rules> rules,
                                 const Count& sampled) {
  const std::string text = segments::describe(condition);
  const std::lock_guard lock(mutex_);
  for (auto& [id, scan] : scans_) {
    const bool waits = !scan->outcome && !scan->cancelled;
    if (!waits || scan->text != text || scan->rules != rules) continue;
    scan->asked_at = steady_clock::now();
    return id;
  }
  trim_scans();
  const auto scan = std::make_shared<Scan>();  // shared: the worker may outlast its place here
  scan->id = fmt::format("count-{}", ++scan_count_);
  scan->condition = condition;
  scan->text = text;
  scan->rules = std::move(rules);
  scan->sampled = sampled;
  scan->sampled.scan = scan->id;
  scan->asked_at = steady_clock::now();
  scans_.emplace(scan->id, scan);
  queue_.push_back(scan);
  start_worker();
  changed_.notify_all();
  return scan->id;
}

void Audience::trim_scans() {
  const auto oldest = [&](bool finished) {
    auto found = scans_.end();
    std::size_t count = 0;
    for (auto each = scans_.begin(); each != scans_.end(); ++each) {
      if (each->second->outcome.has_value() != finished) continue;
      ++count;
      const bool older = found == scans_.end() || each->second->asked_at < found->second->asked_at;
      if (older) found = each;
    }
    return std::pair(count, found);
  };
  if (const auto [count, scan] = oldest(true); count >= scans_kept) scans_.erase(scan);
  if (const auto [count, scan] = oldest(false); count >= options_.scans_max) {
    scan->second->cancelled = true;
    std::erase(queue_, scan->second);
    scans_.erase(scan);
  }
}

Result<std::optional<Audience::Count>> Audience::wait_for_scan(const std::string& id,
                                                               std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  const auto found = scans_.find(id);
  if (found == scans_.end()) return std::optional<Count>();
  const std::shared_ptr<Scan> scan = found->second;
  scan->asked_at = steady_clock::now();
  ++scan->waiting;
  changed_.wait_for(lock, wait,
                    [&] { return scan->outcome.has_value() || scan->cancelled || stopping_; });
  --scan->waiting;
  scan->asked_at = steady_clock::now();
  if (!scan->outcome) return std::optional(scan->sampled);
  if (!*scan->outcome) return tl::unexpected((*scan->outcome).error());
  return std::optional(**scan->outcome);
}

std::shared_ptr<Audience::Scan> Audience::take_scan() {
  const auto is_older = [](const auto& a, const auto& b) {
    const bool a_is_waited_for = a->waiting > 0;
    const bool b_is_waited_for = b->waiting > 0;
    if (a_is_waited_for != b_is_waited_for) return b_is_waited_for;
    return a->asked_at < b->asked_at;
  };
  const auto newest = std::max_element(queue_.begin(), queue_.end(), is_older);
  std::shared_ptr<Scan> scan = std::move(*newest);
  queue_.erase(newest);
  return scan;
}

bool Audience::is_abandoned(const Scan& scan) {
  if (scan.cancelled) return true;
  const std::lock_guard lock(mutex_);
  if (stopping_) return true;
  if (scan.waiting > 0) return false;
  const auto unasked = steady_clock::now() - scan.asked_at;
  const bool is_another_wanted = std::any_of(queue_.begin(), queue_.end(), [&](const auto& other) {
    return other->asked_at > scan.asked_at;
  });
  return unasked > options_.scan_abandoned_after ||
         (is_another_wanted && unasked > options_.scan_gives_way_after);
}

void Audience::work(const std::shared_ptr<Scan>& scan) {
  constexpr int loads_max = 2;
  {
    const std::lock_guard lock(mutex_);
    if (stage_ == Stage::none && scan->loads < loads_max && !scan->cancelled) {
      // The index first: it answers all but the facts.
      ++scan->loads;
      stage_ = Stage::wanted;
      follows_ = true;
      queue_.push_front(scan);
      return;
    }
  }
  Result<Count> outcome = count_everybody(*scan);
  const std::lock_guard lock(mutex_);
  if (!outcome && outcome.error().code == "cancelled") {
    const bool gives_way = !scan->cancelled && !stopping_ &&
                           steady_clock::now() - scan->asked_at <= options_.scan_abandoned_after;
    if (gives_way) {
      queue_.push_back(scan);
      return;
    }
    scans_.erase(scan->id);
    scan->cancelled = true;
    return;
  }
  scan->outcome = std::move(outcome);
}

std::optional<Audience::Count> Audience::ask_index(const Scan& scan, const ScannedFacts& scanned,
                                                   const WantedFacts& wanted) {
  const std::shared_lock together(index_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (stage_ != Stage::ready) return std::nullopt;
  }
  const audience::Index::Facts counted = columns_of(scanned, wanted, *index_);
  if (index_->lack(scan.condition, &counted)) return std::nullopt;
  const reaction::AudienceDefinitions definitions(*scan.rules);
  const audience::Sources sources{*index_, definitions, *ledger_, &counted};
  return exact_count(audience::count_rows(scan.condition, sources, clock_.now()),
                     index_->contact_count());
}

Result<Audience::Count> Audience::count_everybody(Scan& scan) {
  const WantedFacts wanted(missing_facts(scan.condition, *scan.rules));
  ScannedFacts scanned;
  if (!wanted.empty()) {
    TRY(found, scan_facts(store_, wanted, [&] { return is_abandoned(scan); }));
    scanned = std::move(found);
  }
  {
    const std::unique_lock alone(index_mutex_);
    const std::lock_guard lock(mutex_);
    if (stage_ == Stage::ready) apply_pending();
  }
  if (std::optional<Count> exact = ask_index(scan, scanned, wanted)) return std::move(*exact);
  return count_states(scan);
}

Result<Audience::Count> Audience::count_states(Scan& scan) {
  const WantedFacts wanted(missing_facts(scan.condition, *scan.rules));
  Ledger ledger(master_key_);
  {
    TRY(view, store_.view());
    TRY_VOID(ledger.load(*view));
  }
  RowTally tally(scan.condition, *scan.rules, ledger, clock_.now());
  std::vector<reaction::ContactState> states;
  const auto add_all = [&](store::StateReads& view) -> Result<void> {
    if (!wanted.empty()) TRY_VOID(count_facts(store_, view, wanted, states));
    for (const reaction::ContactState& state : states) tally.add(state);
    states.clear();
    return {};
  };
  const auto visit = [&](store::StateReads& view, reaction::ContactState state) -> Result<bool> {
    states.push_back(std::move(state));
    constexpr std::size_t counted_at_once = 1'000;
    if (states.size() < counted_at_once) return true;
    if (is_abandoned(scan)) {
      return failure("cancelled", "nobody waits for the count any more");
    }
    TRY_VOID(add_all(view));
    return true;
  };
  TRY_VOID(visit_states(store_, visit));
  TRY(view, store_.view());
  TRY_VOID(add_all(*view));
  return exact_count(tally.rows(), tally.asked());
}

}  // namespace sojourn::runtime
