// Who the contacts are of whom a condition is true, a page at a time.
#include <algorithm>

#include "domain/reaction/audience_source.h"
#include "domain/reaction/contact_view.h"
#include "domain/segments/evaluate.h"
#include "runtime/audience.h"
#include "runtime/fact_scan.h"
#include "runtime/ledger.h"

namespace sojourn::runtime {
namespace {

using segments::Condition;
using std::chrono::steady_clock;
using store::ContactPlace;

/// Contacts that a walk takes at a time: it looks at the clock in between.
constexpr int walk_page = 200;

/// The first places after `after`, sorted, and one more than `limit` where there are so many.
std::vector<ContactPlace> first_places(const audience::Index& index, const audience::Bits& bits,
                                       const ContactPlace& after, std::size_t limit) {
  std::vector<ContactPlace> places;
  bits.each([&](audience::Ordinal ordinal) {
    const ContactPlace place{.first_seen = index.first_seen(ordinal), .id = index.id_of(ordinal)};
    if (place.is_after(after)) places.push_back(place);
  });
  const std::size_t kept = std::min(places.size(), limit + 1);
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(kept),
                    places.end(),
                    [](const ContactPlace& a, const ContactPlace& b) { return b.is_after(a); });
  places.resize(kept);
  return places;
}

/// Answers a condition for states, one by one.
class Asker {
 public:
  Asker(const Condition& condition, const reaction::Rules& rules, const Ledger& ledger,
        Timestamp now)
      : condition_(condition), rules_(rules), ledger_(ledger), now_(now) {}

  [[nodiscard]] bool holds(const reaction::ContactState& state) const {
    static const std::vector<effects::Effect> nothing_decided;
    const reaction::ContactView view(rules_, state, ledger_, nothing_decided, now_, {});
    return segments::evaluate(condition_, view, now_).value;
  }

 private:
  const Condition& condition_;
  const reaction::Rules& rules_;
  const Ledger& ledger_;
  const Timestamp now_;
};

Result<std::vector<reaction::ContactState>> states_of(
    store::StateReads& view, const std::vector<store::ContactRecord>& listed) {
  std::vector<contacts::ContactId> ids;
  for (const store::ContactRecord& record : listed) ids.push_back(record.id);
  TRY(records, view.contacts(ids));
  std::vector<reaction::ContactState> states;
  for (const std::optional<store::ContactRecord>& record : records) {
    if (!record) continue;
    TRY(state, reaction::decode_contact(record->state));
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace

Result<std::optional<Audience::Newest>> Audience::newest(const Condition& condition,
                                                         const PageQuery& query) {
  TRY(after, store::from_cursor(query.cursor));
  const std::shared_ptr<const reaction::Rules> rules = rules_();
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  {
    const std::lock_guard lock(mutex_);
    asked_.insert(reads.attributes.begin(), reads.attributes.end());
  }
  std::optional<Newest> found;
  const auto look = [&](const audience::Index& index) {
    if (index.lack(condition)) return;
    const reaction::AudienceDefinitions definitions(*rules);
    const audience::Sources sources{index, definitions, *ledger_};
    const audience::Bits bits = audience::matches(condition, sources, clock_.now());
    std::vector<ContactPlace> places = first_places(index, bits, after, query.limit);
    found.emplace();
    found->total = bits.count();
    if (places.size() > query.limit) {
      places.resize(query.limit);
      found->page.next = to_cursor(places.back());
    }
    for (const ContactPlace& place : places) found->page.ids.push_back(place.id);
  };
  ask(look, options_.load_grace);
  return found;
}

Result<Audience::Page> Audience::walk(const Condition& condition, const PageQuery& query,
                                      std::chrono::milliseconds time) {
  const Deadline end = steady_clock::now() + time;
  const std::shared_ptr<const reaction::Rules> rules = rules_();
  const WantedFacts wanted(missing_facts(condition, *rules));
  TRY(view, store_.view());
  Ledger ledger(master_key_);
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  if (reads.consent) TRY_VOID(ledger.load(*view));
  const Asker asker(condition, *rules, ledger, clock_.now());
  Page page;
  std::string cursor = query.cursor;
  do {
    TRY(listed, view->list_contacts({.search = query.search,
                                     .segment = std::nullopt,
                                     .cursor = cursor,
                                     .limit = walk_page}));
    TRY(states, states_of(*view, listed.contacts));
    if (!wanted.empty()) TRY_VOID(count_facts(store_, *view, wanted, states));
    for (const reaction::ContactState& state : states) {
      if (!asker.holds(state)) continue;
      page.ids.push_back(state.id);
      if (page.ids.size() < query.limit) continue;
      const auto last = std::find_if(listed.contacts.begin(), listed.contacts.end(),
                                     [&](const auto& record) { return record.id == state.id; });
      page.next = to_cursor(ContactPlace{.first_seen = last->first_seen, .id = last->id});
      return page;
    }
    cursor = listed.next;
  } while (!cursor.empty() && steady_clock::now() < end);
  page.next = cursor;
  return page;
}

}  // namespace sojourn::runtime
