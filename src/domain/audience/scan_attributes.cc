// Questions about attributes: asked of each distinct value, looked up for each contact.
#include <algorithm>
#include <optional>

#include "domain/audience/scan_leaves.h"

namespace sojourn::audience {
namespace {

using Code = ValueColumn::Code;

/// Above this many pairs of a value and a time zone, answers are not kept: it would take more
/// memory than it saves time.
constexpr std::size_t kept_answers_max = 64'000'000;

/// What a filter answers for the values of one column.
class Answers {
 public:
  /// `rest` is the path within the column's values; empty: the value itself. `column` may be null.
  Answers(const facts::Filter& filter, const ValueColumn* column, std::string_view rest,
          const ScanContext& context)
      : filter_(filter),
        column_(column),
        rest_(rest),
        context_(context),
        codes_(column == nullptr ? 1 : column->code_count()) {}

  /// By code, for a filter that does not ask for the time.
  [[nodiscard]] std::vector<std::uint8_t> all() const {
    std::vector<std::uint8_t> answers(codes_);
    for (Code code = 0; code < codes_; ++code) answers[code] = ask(code, 0) ? 1 : 0;
    return answers;
  }

  /// For a contact whose zone stands at `place` of the context's zones.
  bool of(Code code, std::size_t place) {
    if (codes_ * context_.zones.count() > kept_answers_max) return ask(code, place);
    if (kept_.empty()) kept_.assign(codes_ * context_.zones.count(), unknown);
    std::uint8_t& kept = kept_[place * codes_ + code];
    if (kept == unknown) kept = ask(code, place) ? 1 : 0;
    return kept == 1;
  }

 private:
  static constexpr std::uint8_t unknown = 2;

  [[nodiscard]] bool ask(Code code, std::size_t place) const {
    const facts::Moment moment{.now = context_.now, .zone = context_.zones.at(place)};
    if (code == ValueColumn::absent) return facts::holds(filter_, nullptr, moment).value;
    const Value value = column_->value(code);
    const Value* found = rest_.empty() ? &value : find_path(value, rest_);
    return facts::holds(filter_, found, moment).value;
  }

  const facts::Filter& filter_;
  const ValueColumn* const column_;
  const std::string_view rest_;
  const ScanContext& context_;
  const std::size_t codes_;
  std::vector<std::uint8_t> kept_;
};

/// The scan proper: one look-up a contact, 64 of them a word.
Bits look_up(const ValueColumn* column, const std::vector<std::uint8_t>& answers,
             const ScanContext& context) {
  Bits bits = context.all(answers[ValueColumn::absent] == 1);
  if (column == nullptr) return bits;
  const std::span<const Code> codes = column->codes();
  const std::uint8_t* table = answers.data();
  const std::size_t whole_words = codes.size() / Bits::word_bits;
  for (std::size_t word = 0; word < whole_words; ++word) {
    const Code* block = codes.data() + word * Bits::word_bits;
    std::uint64_t packed = 0;
    for (std::size_t i = 0; i < Bits::word_bits; ++i) {
      packed |= static_cast<std::uint64_t>(table[block[i]]) << i;
    }
    bits.words()[word] = packed;
  }
  for (std::size_t i = whole_words * Bits::word_bits; i < codes.size(); ++i) {
    bits.assign(i, table[codes[i]] == 1);
  }
  return bits;
}

}  // namespace

Bits scan(const segments::AttributeIs& question, const ScanContext& context) {
  const facts::Filter& filter = question.filter;
  const std::string_view head = facts::path_head(filter);
  const Index& index = context.sources.index;
  const ValueColumn* whole = index.attribute(head);
  const std::size_t dot = head.find('.');
  const bool has_parent = dot != std::string_view::npos;
  const ValueColumn* parent = has_parent ? index.attribute(head.substr(0, dot)) : nullptr;
  const std::string_view rest = has_parent ? head.substr(dot + 1) : std::string_view();
  if (!facts::asks_for_time(filter.op)) {
    if (parent == nullptr)
      return look_up(whole, Answers(filter, whole, {}, context).all(), context);
    if (whole == nullptr) {
      return look_up(parent, Answers(filter, parent, rest, context).all(), context);
    }
  }
  // An attribute whose own name holds the dots wins over the path into another.
  Answers of_whole(filter, whole, {}, context);
  Answers of_parent(filter, parent, rest, context);
  Bits bits = context.all(false);
  index.present().each([&](Ordinal ordinal) {
    const std::size_t place = context.zones.place(ordinal);
    const Code code = whole == nullptr ? ValueColumn::absent : whole->code(ordinal);
    const bool use_parent = code == ValueColumn::absent && parent != nullptr;
    const bool answer =
        use_parent ? of_parent.of(parent->code(ordinal), place) : of_whole.of(code, place);
    if (answer) bits.set(ordinal);
  });
  return bits;
}

}  // namespace sojourn::audience
