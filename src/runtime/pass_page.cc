#include "runtime/pass_page.h"

#include <algorithm>
#include <map>
#include <utility>

#include "domain/reaction/react.h"
#include "runtime/contact_record.h"
#include "runtime/contact_timeline.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using reaction::ContactState;
using reaction::Generation;

/// What changed rules can make of a contact without deciding anything. All else that a state holds
/// comes of events, of merges and of the steps of journeys.
struct RuledParts {
  explicit RuledParts(const ContactState& state)
      : facts(state.facts),
        memberships(state.memberships),
        scores(state.scores),
        runs(state.runs),
        reservations(state.reservations),
        pending(state.pending),
        armed(state.armed) {}

  [[nodiscard]] bool are_those_of(const ContactState& state) const {
    return facts == state.facts && memberships == state.memberships && scores == state.scores &&
           runs == state.runs && reservations == state.reservations && pending == state.pending &&
           armed == state.armed;
  }

  std::vector<facts::FactState> facts;
  std::vector<segments::Membership> memberships;
  std::vector<scoring::ScoreState> scores;
  std::vector<journeys::Run> runs;
  std::vector<policies::Reservation> reservations;
  std::vector<policies::Pending> pending;
  std::vector<reaction::ArmedTrigger> armed;
};

/// Fills one page.
class PageWork {
 public:
  PageWork(const PassPlan& plan, store::Store& store, const policies::ConsentLedger& ledger,
           Timestamp now)
      : plan_(plan), store_(store), ledger_(ledger), now_(now) {}

  Result<void> add(const store::ContactRecord& record) {
    // What changed rules make of a contact adds nothing to its timeline.
    TRY(read, reaction::decode_beside_timeline(record.state));
    ContactState& state = read.state;
    const Generation held = std::max(state.generation, plan_.complete);
    if (held >= plan_.target) return {};
    reaction::RulesInput input{.generation = plan_.target, .lacking = lacking(plan_.target)};
    ByteReader timeline(read.timeline);
    plan_.history->count(reaction::TimelineReader(timeline), held, input.history);
    TRY_VOID(visit_timeline_chunks(
        state, [this] { return reads(); },
        [&](const auto& entries) { plan_.history->count(entries, held, input.history); }));
    const RuledParts before(state);
    const Timestamp wake = state.wake;
    reaction::View view{.contact = std::move(state), .ledger = &ledger_};
    view.contact.generation = held;
    view.lacking = lacking(held);
    reaction::Reaction reaction = reaction::react(*plan_.rules, std::move(view), input, now_);
    const bool says_nothing =
        reaction.decisions.empty() && reaction.effects.empty() && reaction.due >= wake;
    // The pass remembers how far it has come: the generation alone need not be written.
    if (says_nothing && before.are_those_of(reaction.contact)) return {};
    keep(std::move(reaction), record, read.timeline);
    return {};
  }

  PassPage take() { return std::move(page_); }

 private:
  void keep(reaction::Reaction reaction, const store::ContactRecord& before,
            std::string_view timeline) {
    ContactState& contact = reaction.contact;
    // What is to be done elsewhere, or makes events, is rare: the committer works it out where it
    // carries it out.
    if (!reaction.effects.empty() || !contact.timeline.empty()) {
      page_.others.push_back(contact.id);
      return;
    }
    PassedContact passed;
    if (const auto wake = next_wake(contact, reaction.due, now_)) {
      passed.wake = {.from = contact.wake, .to = *wake};
      contact.wake = *wake;
    }
    passed.record = record_of(reaction::StateBesideTimeline{std::move(contact), timeline});
    passed.record.last_decision = before.last_decision;
    passed.decisions = std::move(reaction.decisions);
    page_.ready.push_back(std::move(passed));
  }

  /// What a contact of this generation lacks; null: nothing.
  const reaction::Lacking* lacking(Generation held) {
    if (held >= plan_.newest) return nullptr;
    const auto [place, fresh] = lacking_.try_emplace(held, *plan_.rules, held);
    return place->second.nothing() ? nullptr : &place->second;
  }

  Result<store::StateReads*> reads() {
    if (view_ == nullptr) {
      TRY(view, store_.view());
      view_ = std::move(view);
    }
    return view_.get();
  }

  const PassPlan& plan_;
  store::Store& store_;
  const policies::ConsentLedger& ledger_;
  const Timestamp now_;
  std::map<Generation, reaction::Lacking> lacking_;
  std::unique_ptr<store::StateReads> view_;
  PassPage page_;
};

}  // namespace

Result<PassPage> work_out_page(const PassPlan& plan, const ContactId& after,
                               std::size_t contacts_max, store::Store& store,
                               const policies::ConsentLedger& ledger, Timestamp now) {
  std::vector<ContactId> ids;
  std::vector<std::optional<store::ContactRecord>> records;
  {
    // Not open while contacts are evaluated: a view holds back checkpoints. That the timelines of
    // some are read later does no harm, see ContactPass.
    TRY(view, store.view());
    TRY(found, view->contact_ids(after, contacts_max));
    ids = std::move(found);
    TRY(read, view->contacts(ids));
    records = std::move(read);
  }
  PageWork work(plan, store, ledger, now);
  for (const std::optional<store::ContactRecord>& record : records) {
    if (record) TRY_VOID(work.add(*record));
  }
  PassPage page = work.take();
  if (ids.size() == contacts_max) page.last = ids.back();
  return page;
}

}  // namespace sojourn::runtime
