#include "runtime/backfill.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "domain/events/event_codec.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using reaction::ContactState;
using reaction::Generation;

constexpr std::string_view standing_setting = "backfill";

/// Every chunk of a contact's timeline.
constexpr std::uint32_t newest_chunk = UINT32_MAX;
constexpr std::size_t all_chunks = SIZE_MAX / 2;

/// All of a contact's timeline, in parts.
template <typename Visit>
Result<void> visit_timeline(const ContactState& contact, store::StateReads& reads,
                            const Visit& visit) {
  visit(contact.timeline);
  if (contact.timeline_chunks == 0) return {};
  TRY(chunks, reads.timeline_chunks(contact.id, newest_chunk, all_chunks));
  for (const std::string& chunk : chunks) {
    TRY(entries, reaction::decode_timeline(chunk));
    visit(entries);
  }
  return {};
}

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
  const Object object{{"complete", number(standing.complete)},
                      {"newest", number(standing.newest)},
                      {"target", number(standing.target)},
                      {"after", to_hex(standing.after.hash.view())}};
  return transaction.put_setting(standing_setting, to_json(object));
}

Result<void> Backfill::load(store::StateReads& reads,
                            std::shared_ptr<const reaction::Rules> rules) {
  TRY(standing, read_standing(reads));
  TRY(facts, reads.facts());
  facts_ = std::move(facts);
  rules_ = std::move(rules);
  lacking_.clear();
  complete_ = standing.complete;
  newest_ = standing.newest;
  target_ = standing.target;
  after_ = standing.after;
  begin_scan();
  return {};
}

void Backfill::begin_scan() {
  if (target_ == 0) {
    scan_.stop();
  } else if (scanned_for_ != target_) {
    scan_.begin(std::make_shared<reaction::History>(rules_, young_facts(complete_, target_)));
  }
  scanned_for_ = target_;
  is_active_ = target_ != 0;
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
  TRY(standing, read_standing(transaction));
  standing.newest = rules.generation();
  if (standing.target == 0) {
    standing.target = standing.newest;
    standing.after = {};
  }
  return write_standing(transaction, standing);
}

Generation Backfill::held(const ContactState& contact) const {
  const bool is_visited = target_ != 0 && contact.id <= after_;
  return std::max(contact.generation, is_visited ? target_ : complete_);
}

const reaction::Lacking* Backfill::lacking(Generation held) {
  if (held >= newest_) return nullptr;
  const auto [place, fresh] = lacking_.try_emplace(held, *rules_, held);
  return place->second.nothing() ? nullptr : &place->second;
}

Result<std::vector<facts::FactState>> Backfill::history_of(const ContactState& contact,
                                                           Generation to,
                                                           store::StateReads& reads) const {
  const Generation held = this->held(contact);
  std::vector<facts::FactState> states;
  std::shared_ptr<const reaction::History> history;
  if (to <= target_) history = scan_.complete();
  if (history == nullptr) {
    TRY(read, read_history(contact, young_facts(held, to), reads));
    history = std::move(read);
  }
  if (history->asks_for_nothing()) return states;
  TRY_VOID(visit_timeline(contact, reads, [&](const auto& entries) {
    history->count(entries, held, states);
  }));
  return states;
}

Result<std::shared_ptr<const reaction::History>> Backfill::read_history(
    const ContactState& contact, const std::vector<reaction::YoungFact>& facts,
    store::StateReads& reads) const {
  auto history = std::make_shared<reaction::History>(rules_, facts);
  if (history->names().empty()) return std::shared_ptr<const reaction::History>(history);
  const std::vector<std::string>& names = history->names();
  std::vector<events::Position> positions;
  TRY_VOID(visit_timeline(contact, reads, [&](const auto& entries) {
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

void Backfill::end_pass(Standing& standing) {
  standing.complete = standing.target;
  standing.target = standing.newest > standing.complete ? standing.newest : 0;
  standing.after = {};
}

Result<void> Backfill::move(store::StateTransaction& transaction,
                            const std::optional<ContactId>& after) {
  Standing next = standing();
  if (after) {
    next.after = *after;
    return write_standing(transaction, next);
  }
  for (store::FactRecord fact : facts_) {
    const bool is_complete = fact.generation <= target_;
    if (!is_complete || fact.complete_from == Timestamp::beginning()) continue;
    fact.complete_from = Timestamp::beginning();
    TRY_VOID(transaction.put_fact(fact));
  }
  end_pass(next);
  return write_standing(transaction, next);
}

void Backfill::moved(const std::optional<ContactId>& after) {
  if (after) {
    after_ = *after;
    return;
  }
  for (store::FactRecord& fact : facts_) {
    if (fact.generation <= target_) fact.complete_from = Timestamp::beginning();
  }
  Standing next = standing();
  end_pass(next);
  complete_ = next.complete;
  target_ = next.target;
  after_ = next.after;
  begin_scan();
}

}  // namespace sojourn::runtime
