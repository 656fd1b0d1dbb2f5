// Questions about scores, grades and consent.
#include <algorithm>

#include "domain/audience/scan_leaves.h"
#include "domain/scoring/shown.h"

namespace sojourn::audience {
namespace {

using segments::ConsentIs;

/// A score of all contacts, as it is shown; 0 where there is no such score.
class ScoreValues {
 public:
  ScoreValues(std::string_view key, const ScanContext& context)
      : score_(context.sources.definitions.score(key)),
        column_(score_ ? context.sources.index.score(score_->number) : nullptr),
        now_(context.now) {}

  [[nodiscard]] double of(Ordinal ordinal) const {
    const scoring::ScorePoints* points = column_ == nullptr ? nullptr : column_->find(ordinal);
    return points == nullptr ? 0 : value_of(*points);
  }
  /// Calls `visit` with each contact who has the score, and its value.
  template <typename Visit>
  void each(Visit visit) const {
    if (column_ == nullptr) return;
    for (std::size_t row = 0; row < column_->ordinals().size(); ++row) {
      visit(column_->ordinals()[row], value_of(column_->points()[row]));
    }
  }

 private:
  [[nodiscard]] double value_of(const scoring::ScorePoints& points) const {
    return scoring::shown(scoring::value_at(*score_->score, points, now_));
  }

  const std::optional<Definitions::NumberedScore> score_;
  const ScoreColumn* const column_;
  const Timestamp now_;
};

std::size_t band_index(const std::vector<scoring::Band>& bands, double value) {
  const std::string* name = &scoring::band_of(bands, value);
  const auto found = std::find_if(bands.begin(), bands.end(),
                                  [&](const scoring::Band& band) { return &band.name == name; });
  return static_cast<std::size_t>(found - bands.begin());
}

bool is_one_of(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

ConsentIs::State state_of(const policies::AddressConsent* said, std::string_view topic) {
  if (said == nullptr) return ConsentIs::State::unknown;
  if (policies::is_suppressed(*said, topic)) return ConsentIs::State::suppressed;
  switch (policies::said_of(*said, topic)) {
    case policies::Said::opted_out:
      return ConsentIs::State::opted_out;
    case policies::Said::opted_in:
      return ConsentIs::State::opted_in;
    case policies::Said::nothing:
      break;
  }
  return ConsentIs::State::unknown;
}

/// Sets those whose address has a state that `accepts` takes.
template <typename Accepts>
Bits scan_addresses(std::string_view topic, const ScanContext& context, Accepts accepts) {
  const Index& index = context.sources.index;
  const std::span<const Hash128> addresses = index.addresses();
  Bits bits = context.all(false);
  index.has_address().each([&](Ordinal ordinal) {
    if (accepts(state_of(context.sources.addresses.find(addresses[ordinal]), topic))) {
      bits.set(ordinal);
    }
  });
  return bits;
}

/// The only channel of which contacts have addresses.
constexpr std::string_view email = "email";

}  // namespace

Bits scan(const segments::ScoreIs& question, const ScanContext& context) {
  if (!question.threshold.empty()) {
    Bits bits = context.all(false);
    const auto score = context.sources.definitions.score(question.score);
    const Bitmap* crossed =
        score ? context.sources.index.crossed(score->number, question.threshold) : nullptr;
    if (crossed != nullptr) crossed->write_to(bits);
    return bits;
  }
  const auto is_inside = [&](double value) {
    return (!question.at_least || value >= *question.at_least) &&
           (!question.below || value < *question.below);
  };
  Bits bits = context.all(is_inside(0));
  ScoreValues(question.score, context).each([&](Ordinal ordinal, double value) {
    bits.assign(ordinal, is_inside(value));
  });
  return bits;
}

Bits scan(const segments::GradeIs& question, const ScanContext& context) {
  const scoring::Grade* grade = context.sources.definitions.grade(question.grade);
  if (grade == nullptr) return context.all(is_one_of(question.one_of, ""));
  const std::size_t columns = grade->engagement_bands.size();
  std::vector<std::uint8_t> accepted;
  for (const scoring::Band& fit : grade->fit_bands) {
    for (const scoring::Band& engagement : grade->engagement_bands) {
      accepted.push_back(is_one_of(question.one_of, fit.name + engagement.name) ? 1 : 0);
    }
  }
  const ScoreValues fit(grade->fit, context);
  const ScoreValues engagement(grade->engagement, context);
  Bits bits = context.all(false);
  context.sources.index.present().each([&](Ordinal ordinal) {
    const std::size_t row = band_index(grade->fit_bands, fit.of(ordinal));
    const std::size_t column = band_index(grade->engagement_bands, engagement.of(ordinal));
    if (accepted[row * columns + column] == 1) bits.set(ordinal);
  });
  return bits;
}

Bits scan(const segments::Reachable& question, const ScanContext& context) {
  if (question.channel != email) return context.all(false);
  const bool needs_opt_in = context.sources.definitions.needs_opt_in(question.topic);
  return scan_addresses(question.topic, context, [&](ConsentIs::State state) {
    return state == ConsentIs::State::opted_in ||
           (state == ConsentIs::State::unknown && !needs_opt_in);
  });
}

Bits scan(const ConsentIs& question, const ScanContext& context) {
  const policies::AddressConsent* nobody = context.sources.addresses.find_nobody(question.channel);
  Bits others = context.all(state_of(nobody, question.topic) == question.state);
  if (question.channel != email) return others;
  Bits bits = scan_addresses(question.topic, context,
                             [&](ConsentIs::State state) { return state == question.state; });
  Bits without = context.sources.index.has_address();
  without.complement_in(context.sources.index.present());
  without.intersect(others);
  bits.unite(without);
  return bits;
}

}  // namespace sojourn::audience
