#include "runtime/backfill.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "domain/events/event_codec.h"
#include "runtime/contact_timeline.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using reaction::ContactState;
using reaction::Generation;

constexpr std::string_view standing_setting = "backfill";

}  // namespace

Result<reaction::FactGenerations> read_generations(store::StateReads& reads) {
  reaction::FactGenerations generations;
  TRY(facts, reads.facts());
  for (const store::FactRecord& fact : facts) generations.known[fact.id] = fact.generation;
  TRY(present, Backfill::newest(reads));
  generations.present = present;
  return generations;
}

Result<Generation> Backfill::newest(store::StateReads& reads) {
  TRY(standing, read_standing(reads));
  return standing.newest;
}

Result<Backfill::Standing> Backfill::read_standing(store::StateReads& reads) {
  Standing standing;
  TRY(text, reads.setting(standing_setting));
  if (!text || text->empty()) return standing;
  TRY(value, parse_json(*text));
  const auto number = [&](std::string_view member) {
    const Value* found = find_path(value, member);
    const std::int64_t* integer = found == nullptr ? nullptr : found->as_integer();
    return integer == nullptr ? Generation{0} : static_cast<Generation>(*integer);
  };
  standing.complete = number("complete");
  standing.newest = number("newest");
  standing.target = number("target");
  standing.since = {static_cast<std::int64_t>(number("since"))};
  standing.next_since = {static_cast<std::int64_t>(number("next_since"))};
  standing.waived = number("waived");
  standing.published = {static_cast<std::int64_t>(number("published"))};
  const Value* after = find_path(value, "after");
  const std::string* hex = after == nullptr ? nullptr : after->as_string();
  if (hex != nullptr) {
    standing.after.hash = Hash128::from_bytes(from_hex(*hex).value_or("")).value_or(Hash128{});
  }
  return standing;
}

Result<void> Backfill::write_standing(store::StateTransaction& transaction,
                                      const Standing& standing) {
  const auto number = [](Generation generation) { return static_cast<std::int64_t>(generation); };
  const Object object{
      {"complete", number(standing.complete)}, {"newest", number(standing.newest)},
      {"target", number(standing.target)},     {"since", standing.since.ms},
      {"next_since", standing.next_since.ms},  {"after", to_hex(standing.after.hash.view())},
      {"waived", number(standing.waived)},     {"published", standing.published.ms}};
  return transaction.put_setting(standing_setting, to_json(object));
}

Result<void> Backfill::load(store::StateReads& reads,
                            std::shared_ptr<const reaction::Rules> rules) {
  pass_.end();
  TRY(standing, read_standing(reads));
  TRY(facts, reads.facts());
  facts_ = std::move(facts);
  rules_ = std::move(rules);
  lacking_.clear();
  standing_ = standing;
  TRY(contacts, reads.contact_count());
  contacts_total_ = contacts;
  begin_scan();
  return {};
}

void Backfill::begin_scan() {
  const Generation target = standing_.target;
  if (target == 0) {
    scan_.stop();
  } else if (scanned_for_ != target) {
    begun_ = std::chrono::steady_clock::now();
    scan_.begin(
        std::make_shared<reaction::History>(rules_, young_facts(standing_.complete, target)));
  }
  scanned_for_ = target;
  since_ms_ = standing_.since.ms;
  note_progress();
  is_active_ = target != 0;
  is_cancelled_ = standing_.waived != 0;
  complete_ = standing_.complete;
}

void Backfill::note_progress() {
  // Ids are hashes: they lie evenly.
  std::uint32_t upper = 0;
  for (int byte = 0; byte < 4; ++byte) upper = upper << 8 | standing_.after.hash.bytes[byte];
  visited_ = static_cast<double>(upper) / 0x1p32;
}

BackfillState Backfill::state() const {
  BackfillState state;
  state.active = is_active_;
  state.cancelled = is_cancelled_;
  state.complete = complete_;
  state.since = {since_ms_.load()};
  if (!state.active) return state;
  const LogScan::Progress scanned = scan_.progress();
  state.events_read = scanned.reached.value;
  state.events_total = scanned.until.value;
  state.contacts_total = contacts_total_;
  state.contacts_visited =
      static_cast<std::uint64_t>(visited_ * static_cast<double>(state.contacts_total));
  const auto elapsed = std::chrono::steady_clock::now() - begun_.load();
  state.elapsed = {std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count()};
  return state;
}

double BackfillState::done() const {
  const auto share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  const double visited = share(contacts_visited, contacts_total);
  if (events_total == 0) return visited;
  return (share(events_read, events_total) + visited) / 2;
}

std::optional<Duration> BackfillState::left() const {
  // Less says nothing of the rest.
  constexpr double done_min = 0.02;
  const double share = done();
  if (share < done_min) return std::nullopt;
  return Duration{static_cast<std::int64_t>(static_cast<double>(elapsed.ms) * (1 - share) / share)};
}

double BackfillState::events_per_second() const {
  const bool is_reading = events_read < events_total && elapsed.ms > 0;
  return is_reading ? static_cast<double>(events_read) * 1000 / static_cast<double>(elapsed.ms) : 0;
}

std::vector<reaction::YoungFact> Backfill::young_facts(Generation after, Generation to) const {
  std::vector<reaction::YoungFact> young;
  for (const store::FactRecord& fact : facts_) {
    const bool is_young = fact.generation > after && fact.generation <= to;
    if (is_young && fact.cut.value > 0) young.push_back({fact.id, fact.cut});
  }
  return young;
}

Result<void> Backfill::publish(store::StateTransaction& transaction, const reaction::Rules& rules,
                               events::Position applied, Timestamp now) {
  TRY(stored, transaction.facts());
  absl::flat_hash_map<facts::FactId, Generation> known;
  for (const store::FactRecord& fact : stored) {
    known[fact.id] = fact.generation;
    if (rules.fact(fact.id) == nullptr) TRY_VOID(transaction.remove_fact(fact.id));
  }
  const bool has_log = applied.value > 0;
  for (const reaction::FactRule& rule : rules.facts()) {
    if (known.contains(rule.id)) continue;
    TRY_VOID(transaction.put_fact({.id = rule.id,
                                   .generation = rule.generation,
                                   .cut = applied,
                                   .complete_from = has_log ? now : Timestamp::beginning()}));
  }
  // The time that the definitions which this is about have themselves.
  TRY(definitions, transaction.definitions());
  Timestamp published;
  for (const store::DefinitionRecord& each : definitions) {
    published = std::max(published, each.changed_at);
  }
  TRY(standing, read_standing(transaction));
  standing.newest = rules.generation();
  // A journey was paused, or goes on: no reason to begin what was cancelled.
  const bool stays_cancelled = standing.waived != 0 && published == standing.published;
  standing.published = published;
  if (stays_cancelled) {
    standing.waived = standing.newest;
  } else if (standing.target == 0) {
    begin_pass(standing, standing.waived != 0 ? standing.since : published);
  } else if (standing.next_since == Timestamp{}) {
    standing.next_since = published;
  }
  return write_standing(transaction, standing);
}

void Backfill::begin_pass(Standing& standing, Timestamp since) {
  standing.target = standing.newest;
  standing.after = {};
  standing.since = since;
  standing.waived = 0;
}

Result<void> Backfill::cancel(store::StateTransaction& transaction) {
  TRY(standing, read_standing(transaction));
  if (standing.target == 0) return failure("no_backfill", "nothing is being built");
  standing.waived = standing.newest;
  standing.target = 0;
  standing.after = {};
  standing.next_since = {};
  return write_standing(transaction, standing);
}

Result<void> Backfill::start(store::StateTransaction& transaction) {
  TRY(standing, read_standing(transaction));
  if (standing.target != 0) return failure("backfill_under_way", "it is being built already");
  if (standing.waived == 0) return failure("nothing_to_build", "everything has its whole past");
  begin_pass(standing, standing.since);
  return write_standing(transaction, standing);
}

Generation Backfill::held(const ContactState& contact) const {
  const bool is_visited = standing_.target != 0 && contact.id <= standing_.after;
  return std::max(contact.generation, is_visited ? standing_.target : standing_.complete);
}

const reaction::Lacking* Backfill::lacking(Generation held) {
  if (held >= standing_.newest) return nullptr;
  const auto [place, fresh] = lacking_.try_emplace(held, *rules_, held, standing_.waived);
  return place->second.nothing() ? nullptr : &place->second;
}

Result<std::vector<facts::FactState>> Backfill::history_of(const ContactState& contact,
                                                           Generation to,
                                                           store::StateReads& reads) const {
  const Generation held = this->held(contact);
  std::vector<facts::FactState> states;
  std::shared_ptr<const reaction::History> history;
  if (to <= standing_.target) history = scan_.complete();
  if (history == nullptr) {
    TRY(read, read_history(contact, young_facts(held, to), reads));
    history = std::move(read);
  }
  if (history->asks_for_nothing()) return states;
  TRY_VOID(visit_timeline(
      contact, [&]() -> Result<store::StateReads*> { return &reads; },
      [&](const auto& entries) { history->count(entries, held, states); }));
  return states;
}

Result<std::shared_ptr<const reaction::History>> Backfill::read_history(
    const ContactState& contact, const std::vector<reaction::YoungFact>& facts,
    store::StateReads& reads) const {
  auto history = std::make_shared<reaction::History>(rules_, facts);
  if (history->names().empty()) return std::shared_ptr<const reaction::History>(history);
  const std::vector<std::string>& names = history->names();
  std::vector<events::Position> positions;
  TRY_VOID(visit_timeline(
      contact, [&]() -> Result<store::StateReads*> { return &reads; },
      [&](const auto& entries) {
        for (const reaction::TimelineEntry& entry : entries) {
          const bool is_wanted = std::find(names.begin(), names.end(), entry.name) != names.end();
          if (is_wanted) positions.push_back(entry.position);
        }
      }));
  std::sort(positions.begin(), positions.end());
  TRY(records, log_.at(positions));
  for (const store::LogRecord& record : records) {
    TRY(event, events::decode_event(record.payload));
    history->note(record.position, event);
  }
  return std::shared_ptr<const reaction::History>(std::move(history));
}

bool Backfill::can_pass() const {
  return is_active_ && scan_.complete() != nullptr;
}

bool Backfill::begin_pages() {
  if (pass_.is_begun() || !can_pass()) return false;
  pass_.begin({.rules = rules_,
               .history = scan_.complete(),
               .complete = standing_.complete,
               .target = standing_.target,
               .newest = standing_.newest,
               .after = standing_.after});
  return true;
}

void Backfill::end_pass(Standing& standing) {
  standing.complete = standing.target;
  standing.target = standing.newest > standing.complete ? standing.newest : 0;
  standing.after = {};
  standing.since = standing.next_since;
  standing.next_since = {};
}

Result<void> Backfill::move(store::StateTransaction& transaction,
                            const std::optional<ContactId>& after) {
  Standing next = standing_;
  if (after) {
    next.after = *after;
    return write_standing(transaction, next);
  }
  for (store::FactRecord fact : facts_) {
    const bool is_complete = fact.generation <= next.target;
    if (!is_complete || fact.complete_from == Timestamp::beginning()) continue;
    fact.complete_from = Timestamp::beginning();
    TRY_VOID(transaction.put_fact(fact));
  }
  end_pass(next);
  return write_standing(transaction, next);
}

void Backfill::moved(const std::optional<ContactId>& after) {
  if (after) {
    standing_.after = *after;
    note_progress();
    return;
  }
  for (store::FactRecord& fact : facts_) {
    if (fact.generation <= standing_.target) fact.complete_from = Timestamp::beginning();
  }
  end_pass(standing_);
  pass_.end();
  begin_scan();
}

}  // namespace sojourn::runtime
