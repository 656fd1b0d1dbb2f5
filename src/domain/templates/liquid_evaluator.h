#pragma once

/// Expressions, filter chains and conditions computed: the variables of a render and their values.

#include <memory>
#include <optional>
#include <vector>

#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_program.h"
#include "domain/templates/scope.h"

namespace sojourn::templates {

/// Whether an unknown variable is an error in strict mode.
enum class Need { optional, required };

class Evaluator {
 public:
  /// All of them outlive the evaluator.
  Evaluator(Context& context, const Program& program, const Scope& data);

  [[nodiscard]] Datum value(Index expression, Need need);
  /// The pipeline's expression through its filters.
  [[nodiscard]] Datum piped(Index pipeline);
  /// Of the tests that begin here. Liquid joins them from the right: `a and b or c` is
  /// `a and (b or c)`.
  [[nodiscard]] bool holds(Index first_test);
  /// What `==` says, paid for.
  [[nodiscard]] bool charged_equal(const Datum& left, const Datum& right);
  /// A whole number; absent for nil. What is no number is refused.
  [[nodiscard]] std::optional<std::int64_t> whole(Index expression);
  /// As Ruby's to_i has it: the number a text begins with, 0 for nil and texts without one.
  [[nodiscard]] std::int64_t rough_whole(Index expression);

  /// A variable as the innermost tag around sees it (a loop, a partial's argument), over what
  /// `assign` made, over the counters, over the data.
  void bind(Index name, const Datum& datum);
  void assign(Index name, const Datum& datum) {
    slot(name).assigned = datum;
    slot(name).snippet = {};
  }
  /// Code of the template that `render name` runs.
  struct Snippet {
    const Unit* unit = nullptr;
    Index begin = 0;
  };
  void define(Index name, const Snippet& snippet) {
    slot(name).snippet = snippet;
    slot(name).assigned.reset();
  }
  /// Without a unit where the name is none of a snippet.
  [[nodiscard]] Snippet snippet(Index name) { return slot(name).snippet; }
  /// Absent where there is no such variable.
  [[nodiscard]] std::optional<Datum> variable_named(std::string_view name);
  /// What `increment` and `decrement` count in; a number of the data is where they begin.
  [[nodiscard]] std::int64_t& counter(Index name);

  using Binding = std::optional<Datum>;
  [[nodiscard]] Binding binding(Index name) { return slot(name).bound; }
  void restore(Index name, const Binding& binding) { slot(name).bound = binding; }

  /// Between the two only the data is seen, nothing that was bound or assigned.
  void enter_isolation();
  void leave_isolation() { --isolation_; }

 private:
  struct Slot {
    std::optional<Datum> bound;
    std::optional<Datum> assigned;
    std::optional<std::int64_t> counter;
    Snippet snippet = {};
  };
  struct Root {
    bool is_resolved = false;
    std::optional<Datum> datum = {};
  };

  Slot& slot(Index name) { return (*frames_[isolation_])[name]; }
  [[nodiscard]] std::optional<Datum> variable(Index name);
  [[nodiscard]] std::optional<Datum> root_named(const Expression& path, Index& segment);
  [[nodiscard]] Datum path(const Expression& expression, Need need);
  [[nodiscard]] std::optional<Datum> member(const Datum& object, const Segment& segment);
  /// What stands in a catalog under a key, or among the catalogs under a name.
  [[nodiscard]] std::optional<Datum> looked_up(CatalogRef in, std::string_view key);
  [[nodiscard]] std::optional<Datum> command(const Datum& object, std::string_view name);
  [[nodiscard]] Datum range(const Expression& expression, Need need);
  [[nodiscard]] std::int64_t range_end(const Datum& datum, const Expression& expression);
  Datum unknown(const Expression& expression, Index segments, Need need);
  [[nodiscard]] Datum filtered(const FilterCall& call, const Datum& input);
  [[nodiscard]] bool test(const Test& test);
  [[nodiscard]] bool contains(const Datum& left, const Datum& right);
  [[nodiscard]] bool charge_comparison(const Datum& left, const Datum& right);

  Context& context_;
  const Program& program_;
  const Scope& data_;
  std::vector<Root> roots_;
  // One for each isolation entered so far, kept for the next.
  std::vector<std::unique_ptr<std::vector<Slot>>> frames_;
  std::size_t isolation_ = 0;
  std::vector<Datum> arguments_;
};

}  // namespace sojourn::templates
