#include "simulation/membership_recomputation.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "domain/contacts/attributes.h"
#include "domain/contacts/identity.h"
#include "domain/events/standard_names.h"
#include "domain/scoring/shown.h"

namespace sojourn::simulation {
namespace {

std::string text_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? "" : *text;
}

}  // namespace

Recomputation::Recomputation(const reaction::Rules& rules, contacts::ContactId contact,
                             std::vector<const events::Event*> events, Timestamp now)
    : rules_(rules), contact_(contact), events_(std::move(events)), now_(now) {
  count_facts();
  write_attributes();
  fold_consent();
}

void Recomputation::count_facts() {
  for (const events::Event* event : events_) {
    for (const reaction::FactRule& fact : rules_.facts()) {
      facts::FactDefinition everything = fact.definition;
      everything.keep = facts::occurrences_max;
      const auto occurrence = facts::occurrence_in(everything, *event);
      if (occurrence) facts_[fact.id].add(everything, *occurrence);
    }
  }
}

void Recomputation::write_attributes() {
  std::vector<const events::Event*> by_time = events_;
  std::sort(by_time.begin(), by_time.end(), [](const auto* a, const auto* b) {
    return std::tuple(a->at, keyed_hash(HashKey{}, {a->message_id})) <
           std::tuple(b->at, keyed_hash(HashKey{}, {b->message_id}));
  });
  for (const events::Event* event : by_time) {
    for (const auto& [name, value] : event->traits) attributes_.set(name, value);
  }
}

void Recomputation::fold_consent() {
  for (const events::Event* event : events_) {
    const bool opts_in = event->name == events::names::subscribed;
    if (!opts_in && event->name != events::names::unsubscribed) continue;
    policies::fold(consents_[text_of(event->properties, "address")],
                   text_of(event->properties, "topic"), opts_in ? "opted_in" : "opted_out");
  }
}

absl::TimeZone Recomputation::zone() const {
  return find_zone(text_of(attributes_, contacts::traits::timezone)).value_or(rules_.zone());
}

const Value* Recomputation::attribute(std::string_view path) const {
  const Value* value = attributes_.find(path);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const facts::FactState* Recomputation::fact(const facts::FactId& id) const {
  const auto found = facts_.find(id);
  return found == facts_.end() ? nullptr : &found->second;
}

bool Recomputation::in_segment(std::string_view key) const {
  if (const auto known = members_.find(key); known != members_.end()) return known->second;
  const bool member = segments::evaluate(rules_.segment(key)->segment.condition, *this, now_).value;
  members_.emplace(key, member);
  return member;
}

double Recomputation::earned(const scoring::Score& score, std::size_t count, Timestamp now) const {
  double sum = 0;
  for (const scoring::ScoreRule& rule : score.rules) {
    if (!rule.match) continue;
    std::vector<Timestamp> times;
    for (std::size_t i = 0; i < count; ++i) {
      if (rule.match->matches(*events_[i])) times.push_back(events_[i]->at);
    }
    if (times.empty()) continue;
    std::sort(times.begin(), times.end());
    double level = 0;
    Timestamp at = times.front();
    const auto fade_to = [&](Timestamp to) {
      if (score.half_life) {
        level *=
            std::exp2(static_cast<double>((at - to).ms) / static_cast<double>(score.half_life->ms));
      }
      at = to;
    };
    for (const Timestamp time : times) {
      fade_to(time);
      level += rule.points;
      if (rule.cap) level = std::clamp(level, -*rule.cap, *rule.cap);
    }
    fade_to(now);
    sum += level;
  }
  return sum;
}

scoring::ScoreState Recomputation::lived(const scoring::Score& score) const {
  scoring::ScoreState state;
  const auto pass_to = [&](Timestamp until) {
    for (Timestamp next = scoring::next_crossing(score, state); next <= until;
         next = scoring::next_crossing(score, state)) {
      static_cast<void>(scoring::update_thresholds(score, state, next));
    }
  };
  const auto moves = [&](const events::Event& event) {
    return std::any_of(score.rules.begin(), score.rules.end(),
                       [&](const auto& rule) { return rule.match && rule.match->matches(event); });
  };
  Timestamp newest = Timestamp::beginning();
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const Timestamp at = events_[i]->received_at;
    const Timestamp happened = events_[i]->at;
    pass_to(at);
    if (moves(*events_[i])) {
      // A peak counts however short it stands.
      if (happened >= newest && happened < at) {
        static_cast<void>(scoring::cross_thresholds(score, state, earned(score, i + 1, happened)));
      }
      newest = std::max(newest, happened);
    }
    state.at = at;
    state.contributions = {{"", earned(score, i + 1, at)}};
    static_cast<void>(scoring::update_thresholds(score, state, at));
  }
  pass_to(now_);
  return state;
}

double Recomputation::value(std::string_view key) const {
  const scoring::Score& score = rules_.score(key)->score;
  double sum = earned(score, events_.size(), now_);
  for (const scoring::ScoreRule& rule : score.rules) {
    if (rule.when && segments::evaluate(*rule.when, *this, now_).value) sum += rule.points;
  }
  return sum;
}

segments::ScoreReading Recomputation::score(std::string_view key, double) const {
  return {.value = scoring::shown(value(key))};
}

bool Recomputation::crossed(std::string_view key, std::string_view threshold) const {
  const std::vector<std::string> crossed = lived(rules_.score(key)->score).crossed;
  return std::find(crossed.begin(), crossed.end(), threshold) != crossed.end();
}

segments::GradeReading Recomputation::grade(std::string_view key) const {
  const scoring::Grade& grade = rules_.grade(key)->grade;
  return {.grade = scoring::band_of(grade.fit_bands, value(grade.fit)) +
                   scoring::band_of(grade.engagement_bands, value(grade.engagement))};
}

segments::ConsentIs::State Recomputation::consent(std::string_view, std::string_view topic) const {
  using State = segments::ConsentIs::State;
  const std::string address =
      contacts::normalise_email(text_of(attributes_, contacts::traits::email));
  const auto said = consents_.find(address);
  if (said == consents_.end()) return State::unknown;
  // Written out again, on purpose: what was said of the topic counts before what was said of all.
  const auto holds = [](const std::vector<std::string>& topics, std::string_view wanted) {
    return std::find(topics.begin(), topics.end(), wanted) != topics.end();
  };
  for (const std::string_view named : {topic, std::string_view()}) {
    if (holds(said->second.opted_out, named)) return State::opted_out;
    if (holds(said->second.opted_in, named)) return State::opted_in;
  }
  return State::unknown;
}

bool Recomputation::is_reachable(std::string_view channel, std::string_view topic) const {
  if (text_of(attributes_, contacts::traits::email).empty()) return false;
  return consent(channel, topic) != segments::ConsentIs::State::opted_out;
}

}  // namespace sojourn::simulation
