#include "runtime/audience_search.h"

#include <algorithm>
#include <functional>

#include "base/ensure.h"
#include "domain/reaction/audience_source.h"
#include "domain/reaction/contact_view.h"
#include "domain/segments/evaluate.h"
#include "runtime/fact_scan.h"
#include "runtime/ledger.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using segments::Condition;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using store::ContactPlace;
using store::ContactRecord;
using Page = AudienceSearch::Page;
using Query = AudienceSearch::Query;

/// How long newest() waits for the index, and walks through the list.
constexpr milliseconds load_grace{100};
constexpr milliseconds list_time{200};
/// Contacts that a walk takes at a time: it looks at the clock in between.
constexpr int walk_page = 200;
/// So many are read and sorted; more are found in the list itself, which is quick exactly because
/// every so many-th contact is one of them.
constexpr std::uint64_t sorted_max = 5'000;

Audience& audience_of(Runtime& runtime) {
  auto* keeper = dynamic_cast<AudienceKeeper*>(&runtime);
  ENSURE(keeper != nullptr);
  return keeper->audience();
}

ContactPlace place_of(const ContactRecord& record) {
  return {.first_seen = record.first_seen, .id = record.id};
}

/// The ledger as it stands, where the condition asks it.
Result<void> load(Ledger& ledger, const Condition& condition, store::StateReads& view) {
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  if (!reads.consent) return {};
  return ledger.load(view);
}

/// Takes those of the list that `holds` names, from the query's cursor on. `holds` is asked of all
/// contacts of a part of the list at once; false for whoever it answers nothing of.
using Holds = std::function<Result<std::vector<bool>>(const std::vector<ContactRecord>& listed)>;
Result<Page> take(store::StateReads& view, const Query& query, milliseconds time,
                  const Holds& holds) {
  const auto end = steady_clock::now() + time;
  Page page;
  std::string cursor = query.cursor;
  do {
    TRY(listed, view.list_contacts({.search = query.search,
                                    .segment = std::nullopt,
                                    .cursor = cursor,
                                    .limit = walk_page}));
    TRY(held, holds(listed.contacts));
    for (std::size_t i = 0; i < listed.contacts.size(); ++i) {
      if (!held[i]) continue;
      page.ids.push_back(listed.contacts[i].id);
      if (std::ssize(page.ids) < query.limit) continue;
      page.next = to_cursor(place_of(listed.contacts[i]));
      return page;
    }
    cursor = listed.next;
  } while (!cursor.empty() && steady_clock::now() < end);
  page.next = cursor;
  return page;
}

/// The first of these after `after`.
Result<Page> first_of(store::StateReads& view, const std::vector<ContactId>& ids,
                      const ContactPlace& after, int limit) {
  TRY(records, view.contacts(ids));
  std::vector<ContactPlace> places;
  for (const std::optional<ContactRecord>& record : records) {
    if (record && place_of(*record).is_after(after)) places.push_back(place_of(*record));
  }
  std::sort(places.begin(), places.end(),
            [](const ContactPlace& a, const ContactPlace& b) { return b.is_after(a); });
  Page page;
  if (std::ssize(places) > limit) {
    places.resize(static_cast<std::size_t>(limit));
    page.next = to_cursor(places.back());
  }
  for (const ContactPlace& place : places) page.ids.push_back(place.id);
  return page;
}

}  // namespace

AudienceSearch::AudienceSearch(Runtime& runtime)
    : runtime_(runtime), audience_(audience_of(runtime)) {}

Result<std::optional<AudienceSearch::Newest>> AudienceSearch::newest(const Condition& condition,
                                                                     const Query& query) {
  TRY(after, store::from_cursor(query.cursor));
  const std::shared_ptr<const reaction::Rules> rules = runtime_.rules();
  TRY(view, runtime_.store().view());
  Ledger ledger(runtime_.master_key());
  TRY_VOID(load(ledger, condition, *view));
  std::optional<std::uint64_t> total;
  std::vector<ContactId> few;
  std::optional<Result<Page>> listed;
  const auto look = [&](const audience::Index& index) {
    if (index.lack(condition)) return;
    const reaction::AudienceDefinitions definitions(*rules);
    const audience::Sources sources{index, definitions, ledger};
    const audience::Bits bits = audience::matches(condition, sources, runtime_.clock().now());
    total = bits.count();
    if (*total <= sorted_max) {
      bits.each([&](audience::Ordinal ordinal) { few.push_back(index.id_of(ordinal)); });
      return;
    }
    listed = take(*view, query, list_time,
                  [&](const std::vector<ContactRecord>& records) -> Result<std::vector<bool>> {
                    std::vector<bool> held;
                    for (const ContactRecord& record : records) {
                      const std::optional<audience::Ordinal> ordinal = index.find(record.id);
                      held.push_back(ordinal && bits.test(*ordinal));
                    }
                    return held;
                  });
  };
  audience_.ask(look, load_grace);
  if (!total) return std::optional<Newest>();
  if (listed) {
    TRY(page, std::move(*listed));
    return std::optional(Newest{std::move(page), *total});
  }
  TRY(page, first_of(*view, few, after, query.limit));
  return std::optional(Newest{std::move(page), *total});
}

Result<std::uint64_t> AudienceSearch::estimate(const Condition& condition) {
  TRY(count, audience_.count(condition, milliseconds(0)));
  return count.rows.front().count;
}

Result<Page> AudienceSearch::walk(const Condition& condition, const Query& query,
                                  milliseconds time) {
  const std::shared_ptr<const reaction::Rules> rules = runtime_.rules();
  const WantedFacts wanted(missing_facts(condition, *rules));
  TRY(view, runtime_.store().view());
  Ledger ledger(runtime_.master_key());
  TRY_VOID(load(ledger, condition, *view));
  static const std::vector<effects::Effect> nothing_decided;
  const Timestamp now = runtime_.clock().now();
  const auto holds = [&](const std::vector<ContactRecord>& listed) -> Result<std::vector<bool>> {
    std::vector<ContactId> ids;
    for (const ContactRecord& record : listed) ids.push_back(record.id);
    TRY(records, view->contacts(ids));
    std::vector<reaction::ContactState> states;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (!records[i]) continue;
      TRY(state, reaction::decode_contact(records[i]->state));
      states.push_back(std::move(state));
      places.push_back(i);
    }
    if (!wanted.empty()) TRY_VOID(count_facts(runtime_.store(), *view, wanted, states));
    std::vector<bool> held(listed.size(), false);
    for (std::size_t i = 0; i < states.size(); ++i) {
      const reaction::ContactView contact(*rules, states[i], ledger, nothing_decided, now, {});
      held[places[i]] = segments::evaluate(condition, contact, now).value;
    }
    return held;
  };
  return take(*view, query, time, holds);
}

}  // namespace sojourn::runtime
