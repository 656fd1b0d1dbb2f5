#include "domain/audience/scan.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "domain/audience/scan_leaves.h"

namespace sojourn::audience {
namespace {

using segments::Condition;

/// The parts of a group; empty for questions.
std::span<const Condition> parts_of(const Condition& condition) {
  if (const auto* all = std::get_if<segments::AllOf>(&condition.node)) return all->parts;
  if (const auto* any = std::get_if<segments::AnyOf>(&condition.node)) return any->parts;
  if (const auto* negation = std::get_if<segments::Not>(&condition.node)) return negation->part;
  return {};
}

std::string part_path(const Condition& group, const std::string& path, std::size_t place) {
  if (std::holds_alternative<segments::Not>(group.node)) return path + ".not";
  const bool all = std::holds_alternative<segments::AllOf>(group.node);
  return fmt::format("{}.{}[{}]", path, all ? "all" : "any", place);
}

/// Conditions nest at most condition_depth_max deep.
void add_rows(const Condition& condition, const std::string& path, std::vector<RowCount>& rows) {
  rows.push_back({.path = path, .condition = &condition});
  const std::span<const Condition> parts = parts_of(condition);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    add_rows(parts[i], part_path(condition, path, i), rows);
  }
}

class Scanner {
 public:
  /// `counts` gets the count of each row in the order of rows_of(); null where nobody asks.
  Scanner(const Sources& sources, Timestamp now, std::vector<std::uint64_t>* counts)
      : context_(sources, now), counts_(counts) {}

  Bits answer(const Condition& condition) {
    const std::size_t row = counts_ == nullptr ? 0 : counts_->size();
    if (counts_ != nullptr) counts_->push_back(0);
    Bits bits = std::visit([&](const auto& node) { return of(node, condition); }, condition.node);
    bits.intersect(context_.sources.index.present());
    if (counts_ != nullptr) (*counts_)[row] = bits.count();
    return bits;
  }

 private:
  Bits of(const segments::AllOf& all, const Condition&) {
    Bits bits = context_.all(true);
    for (const Condition& part : all.parts) bits.intersect(answer(part));
    return bits;
  }
  Bits of(const segments::AnyOf& any, const Condition&) {
    Bits bits = context_.all(false);
    for (const Condition& part : any.parts) bits.unite(answer(part));
    return bits;
  }
  Bits of(const segments::Not& negation, const Condition&) {
    Bits bits = answer(negation.part.front());
    bits.complement_in(context_.sources.index.present());
    return bits;
  }
  Bits of(const segments::InSegment& membership, const Condition&) {
    const auto number = context_.sources.definitions.segment(membership.segment);
    return of_bitmap(number ? context_.sources.index.members(*number) : nullptr);
  }
  Bits of(const segments::OnList& membership, const Condition&) {
    const auto number = context_.sources.definitions.list(membership.list);
    return of_bitmap(number ? context_.sources.index.listed(*number) : nullptr);
  }
  Bits of(const segments::Occurred& occurred, const Condition& condition) {
    return scan_holders(condition, occurred.fact, context_);
  }
  Bits of(const segments::Sequence& sequence, const Condition& condition) {
    // Whatever follows, the first stage happens.
    return scan_holders(condition, sequence.stages.front().fact, context_);
  }
  Bits of(const segments::RandomShare& share, const Condition&) {
    const Index& index = context_.sources.index;
    Bits bits = context_.all(false);
    index.present().each([&](Ordinal ordinal) {
      if (segments::random_percent(index.id_of(ordinal), share.seed) < share.percent) {
        bits.set(ordinal);
      }
    });
    return bits;
  }
  template <typename Question>
  Bits of(const Question& question, const Condition&) {
    return scan(question, context_);
  }

  [[nodiscard]] Bits of_bitmap(const Bitmap* bitmap) const {
    Bits bits = context_.all(false);
    if (bitmap != nullptr) bitmap->write_to(bits);
    return bits;
  }

  const ScanContext context_;
  std::vector<std::uint64_t>* const counts_;
};

}  // namespace

Bits scan_holders(const Condition& condition, const facts::FactId& fact,
                  const ScanContext& context) {
  Bits bits = context.all(false);
  const FactColumn* column = context.sources.fact(fact);
  if (column == nullptr) return bits;
  ContactReader reader(context.sources, context.zones);
  for (const Ordinal ordinal : column->ordinals()) {
    reader.point_at(ordinal);
    if (segments::evaluate(condition, reader, context.now).value) bits.set(ordinal);
  }
  return bits;
}

const FactColumn* Sources::fact(const facts::FactId& id) const {
  if (counted != nullptr) {
    const auto found = counted->find(id);
    if (found != counted->end()) return &found->second;
  }
  return index.fact(id);
}

Bits matches(const Condition& condition, const Sources& sources, Timestamp now) {
  return Scanner(sources, now, nullptr).answer(condition);
}

std::vector<RowCount> rows_of(const Condition& condition) {
  std::vector<RowCount> rows;
  add_rows(condition, "where", rows);
  return rows;
}

std::vector<RowCount> count_rows(const Condition& condition, const Sources& sources,
                                 Timestamp now) {
  std::vector<RowCount> rows = rows_of(condition);
  std::vector<std::uint64_t> counts;
  const Bits whole = Scanner(sources, now, &counts).answer(condition);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].count = counts[i];
  return rows;
}

}  // namespace sojourn::audience
