#include "domain/audience/index.h"

#include <algorithm>

namespace sojourn::audience {
namespace {

template <typename Map, typename Key>
auto* find_in(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

Index::Index(const std::vector<facts::FactDefinition>& facts)
    : ordinals_(0, HashId{&ids_}, EqualId{&ids_}) {
  for (const facts::FactDefinition& fact : facts) {
    facts_.try_emplace(facts::fact_id(fact), fact);
  }
}

std::optional<Ordinal> Index::find(const contacts::ContactId& id) const {
  const auto found = ordinals_.find(id);
  return found == ordinals_.end() ? std::nullopt : std::optional(*found);
}

Ordinal Index::add(const contacts::ContactId& id) {
  Ordinal ordinal = 0;
  if (free_.empty()) {
    ordinal = static_cast<Ordinal>(ids_.size());
    ids_.push_back(id);
    addresses_.emplace_back();
    present_.resize(ids_.size());
    has_address_.resize(ids_.size());
  } else {
    ordinal = free_.back();
    free_.pop_back();
    ids_[ordinal] = id;
  }
  present_.set(ordinal);
  ordinals_.insert(ordinal);
  return ordinal;
}

void Index::put(const ContactRow& row) {
  const std::optional<Ordinal> known = find(row.id);
  if (known) clear_absent(*known, row);
  const Ordinal ordinal = known ? *known : add(row.id);
  put_attributes(ordinal, row.attributes);
  put_company(ordinal, row);
  for (const facts::FactState& fact : row.facts) {
    if (FactColumn* column = find_in(facts_, fact.id)) column->set(ordinal, fact);
  }
  for (const segments::Membership& membership : row.memberships) {
    if (membership.member) members_[membership.segment].add(ordinal);
  }
  for (const segments::Listing& listing : row.lists) {
    if (listing.on) listed_[listing.list].add(ordinal);
  }
  for (const scoring::ScoreState& score : row.scores) {
    scores_[score.score].set(ordinal, scoring::points_of(score));
    for (const std::string& threshold : score.crossed) {
      crossed_[{score.score, threshold}].add(ordinal);
    }
  }
  addresses_[ordinal] = row.address.value_or(Hash128{});
  has_address_.assign(ordinal, row.address.has_value());
}

void Index::put_attributes(Ordinal ordinal, const contacts::Attributes& attributes) {
  for (const contacts::Attribute& attribute : attributes.all()) {
    if (attribute.value.is_null()) continue;
    const auto known = attributes_.find(attribute.name);
    if (known != attributes_.end()) {
      known->second->set(ordinal, attribute.value);
    } else if (!dropped_.contains(attribute.name)) {
      auto& column = attributes_[attribute.name];
      column = std::make_unique<ValueColumn>();
      column->set(ordinal, attribute.value);
    }
  }
}

void Index::put_company(Ordinal ordinal, const ContactRow& row) {
  const std::optional<CompanyLink> link = company_of(row.attributes);
  if (link) {
    companies_.set(ordinal, *link, {.first = row.first_seen, .last = row.last_seen});
  } else {
    companies_.clear(ordinal);
  }
}

void Index::clear_absent(Ordinal ordinal, const ContactRow& row) {
  for (auto& [name, column] : attributes_) {
    if (row.attributes.find(name) == nullptr) column->clear(ordinal);
  }
  for (auto& [id, column] : facts_) {
    const auto is_this = [&, wanted = id](const auto& fact) { return fact.id == wanted; };
    if (std::none_of(row.facts.begin(), row.facts.end(), is_this)) column.clear(ordinal);
  }
  for (auto& [number, column] : scores_) {
    const auto is_this = [wanted = number](const auto& score) { return score.score == wanted; };
    if (std::none_of(row.scores.begin(), row.scores.end(), is_this)) column.clear(ordinal);
  }
  for (auto& [segment, members] : members_) members.remove(ordinal);
  for (auto& [list, members] : listed_) members.remove(ordinal);
  for (auto& [threshold, members] : crossed_) members.remove(ordinal);
}

void Index::remove(const contacts::ContactId& id) {
  const std::optional<Ordinal> ordinal = find(id);
  if (!ordinal) return;
  clear_absent(*ordinal, {.id = id,
                          .attributes = {},
                          .facts = {},
                          .memberships = {},
                          .lists = {},
                          .scores = {},
                          .address = {}});
  companies_.clear(*ordinal);
  ordinals_.erase(*ordinal);
  present_.clear(*ordinal);
  has_address_.clear(*ordinal);
  free_.push_back(*ordinal);
}

void Index::shed(std::size_t bytes_max, const absl::flat_hash_set<std::string>& asked) {
  std::size_t left = bytes();
  if (left <= bytes_max) return;
  struct Candidate {
    bool asked = false;
    std::size_t bytes = 0;
    std::string name;
  };
  std::vector<Candidate> candidates;
  for (const auto& [name, column] : attributes_) {
    candidates.push_back({asked.contains(name), column->bytes(), name});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.asked != b.asked ? b.asked : a.bytes > b.bytes;
  });
  for (const Candidate& candidate : candidates) {
    if (left <= bytes_max) return;
    attributes_.erase(candidate.name);
    dropped_.insert(candidate.name);
    left -= candidate.bytes;
  }
}

std::optional<Index::Lack> Index::lack(const segments::Condition& condition,
                                       const Facts* counted) const {
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  for (const facts::FactDefinition& fact : reads.facts) {
    const facts::FactId id = facts::fact_id(fact);
    if (counted != nullptr && counted->contains(id)) continue;
    const FactColumn* held = this->fact(id);
    if (held == nullptr || held->definition().keep < fact.keep) return Lack::fact;
  }
  if (reads.zone) reads.attributes.emplace_back(contacts::traits::timezone);
  for (const std::string& attribute : reads.attributes) {
    if (dropped_.contains(attribute)) return Lack::dropped;
  }
  return std::nullopt;
}

const ValueColumn* Index::attribute(std::string_view name) const {
  const auto found = attributes_.find(name);
  return found == attributes_.end() ? nullptr : found->second.get();
}
const FactColumn* Index::fact(const facts::FactId& id) const {
  return find_in(facts_, id);
}
const Bitmap* Index::members(std::uint32_t segment) const {
  return find_in(members_, segment);
}
const Bitmap* Index::listed(std::uint32_t list) const {
  return find_in(listed_, list);
}
const ScoreColumn* Index::score(std::uint32_t score) const {
  return find_in(scores_, score);
}
const Bitmap* Index::crossed(std::uint32_t score, std::string_view threshold) const {
  return find_in(crossed_, std::pair(score, std::string(threshold)));
}

std::size_t Index::bytes() const {
  constexpr std::size_t control_byte = 1;
  std::size_t total =
      ids_.capacity() * sizeof(contacts::ContactId) + addresses_.capacity() * sizeof(Hash128) +
      ordinals_.capacity() * (sizeof(Ordinal) + control_byte) + free_.capacity() * sizeof(Ordinal) +
      present_.bytes() + has_address_.bytes() + companies_.bytes();
  for (const auto& [name, column] : attributes_) total += column->bytes();
  for (const auto& [id, column] : facts_) total += column.bytes();
  for (const auto& [segment, members] : members_) total += members.bytes();
  for (const auto& [list, members] : listed_) total += members.bytes();
  for (const auto& [score, column] : scores_) total += column.bytes();
  for (const auto& [threshold, members] : crossed_) total += members.bytes();
  return total;
}

}  // namespace sojourn::audience
