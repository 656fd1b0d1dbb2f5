#pragma once

/// What a template is compiled to: a flat list of instructions over shared pools.
///
/// Instructions, expressions and filters refer to one another by index; names are interned, so that
/// a render resolves each of them once. Views point into the sources, which the program owns.

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/templates/liquid.h"
#include "domain/templates/liquid_datum.h"
#include "domain/templates/liquid_filters.h"
#include "domain/templates/liquid_marks.h"

namespace sojourn::templates {

using Index = std::uint32_t;
/// "There is none", of any index.
inline constexpr Index none = UINT32_MAX;

/// OPTIMIZATION: parts of one piece of markup, rarely more than these: they allocate nothing.
template <typename T>
using Few = absl::InlinedVector<T, 4>;

/// Where the first of `added` stands in the pool.
template <typename T>
Index append_all(std::vector<T>& pool, const Few<T>& added) {
  const auto first = static_cast<Index>(pool.size());
  pool.insert(pool.end(), added.begin(), added.end());
  return first;
}

/// One step of a path: `.name`, or `[expression]` where `expression` is not none.
struct Segment {
  std::string_view name = {};
  Index expression = none;
};

struct Expression {
  enum class Kind { literal, path, range };
  Kind kind = Kind::literal;
  Datum literal = {};
  /// Of a path: the variable it starts with, none for `[expression]` as its first segment.
  Index name = none;
  /// Of a path: its segments. Of a range: the expressions of both ends.
  Index first = 0;
  Index count = 0;
  int line = 0;
};

struct NamedArgument {
  std::string_view name;
  Index expression = none;
  /// The interned name where the argument becomes a variable, as it does for a partial.
  Index id = none;
};

struct FilterCall {
  /// Null where there is no filter of that name.
  const Filter* filter = nullptr;
  std::string_view name;
  Index first_argument = 0;
  Index argument_count = 0;
  Index first_named = 0;
  Index named_count = 0;
  int line = 0;
};

/// An expression and the filters it goes through.
struct Pipeline {
  Index expression = none;
  Index first_filter = 0;
  Index filter_count = 0;
};

enum class Comparison {
  is_true,
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  contains,
  unknown
};
/// How a test is joined with those to its right.
enum class Joint { last, with_and, with_or };

struct Test {
  Index left = none;
  Comparison comparison = Comparison::is_true;
  /// None where nothing follows the operator, as lax syntax allows: nil.
  Index right = none;
  Joint joint = Joint::last;
  int line = 0;
  /// Of an unknown comparison, for its error.
  std::string_view written = {};
};

struct LoopHead {
  Index variable = none;
  Index collection = none;
  Index limit = none;
  Index offset = none;
  /// `offset: continue`: go on where the last loop of this name ended.
  bool continues = false;
  bool reversed = false;
  /// Of a table row: how many cells; none where they all stand in one row.
  Index columns = none;
  /// In Program::loop_names: `item-collection`, as `forloop.name` shows it. Loops of one name share
  /// `offset: continue`.
  Index name = none;
};

struct PartialCall {
  /// None where the name is computed, or is that of a snippet.
  Index unit = none;
  bool is_isolated = false;
  /// Where the name is computed: its expression.
  Index name_expression = none;
  /// Of a snippet: the variable that holds it.
  Index snippet = none;
  /// Of an include to which no value is given: the variable that is named as the partial is.
  Index default_value = none;
  /// `as name` was given; else a computed name of the partial names the variable.
  bool has_alias = false;
  /// Once for each item of `value` (`for`), else once with it (`with`).
  bool for_each = false;
  /// The variable that holds the value; none where nothing is passed.
  Index variable = none;
  Index value = none;
  Index first_argument = 0;
  Index argument_count = 0;
};

struct Cycle {
  /// The group is this expression's value; where there is none, `key`, or the tag by itself.
  Index group = none;
  std::string key;
  bool is_alone = false;
  Index first_value = 0;
  Index value_count = 0;
};

/// What `a` and `b` of an instruction are is said beside its name.
enum class Operation : std::uint8_t {
  text,           // views[a]
  output,         // pipelines[a]
  jump,           // to b
  jump_unless,    // condition at tests[a] is false: to b
  jump_if,        // condition at tests[a] is true: to b
  loop_begin,     // loops[a]; empty: to b
  loop_next,      // another item: to b
  loop_end,       //
  row_begin,      // loops[a] as cells of a table; empty: to b
  row_next,       // another cell: to b; else past the next instruction
  row_break,      // a cell was left by break
  row_end,        //
  case_begin,     // expressions[a]
  case_when,      // values lists[a .. a + c); none equal: to b
  case_again,     // another of the same values is equal: to b
  case_else,      // one was equal: to b
  case_end,       //
  assign,         // names[b] = pipelines[a]
  capture_begin,  //
  capture_end,    // names[b]
  changed_begin,  // what is printed until changed_end stays where it differs from the last such
  changed_end,    //
  snippet,        // names[a] is the code that follows, until snippet_end; go on at b
  snippet_end,    //
  increment,      // names[b]
  decrement,      // names[b]
  cycle,          // cycles[a]
  partial,        // calls[a]
  take_break,     // a partial was left by break: forget it, else to b
  take_continue,  // the same for continue
  leave,          // the unit, by break (a = 0) or continue (a = 1)
  mark_begin,     // mark a
  mark_end,       // mark a
  insert,         // mark a
};

struct Instruction {
  Operation operation = Operation::text;
  Index a = none;
  Index b = none;
  Index c = 0;
  int line = 0;
  /// Where the render goes on when this cannot be carried out; none: at the next instruction.
  Index on_refusal = none;
  /// The error is not printed: the tag prints nothing (Shopify Liquid calls it blank).
  bool is_silent = false;
};

/// The template itself, or one partial.
struct Unit {
  /// Empty for the template.
  std::string name;
  std::string source;
  std::vector<Instruction> code = {};
  /// Why it cannot be called; empty where it can. A partial that there is not has no source.
  std::string fault = {};
  bool is_missing = false;
};

/// The ids of `forloop` and `tablerowloop`, which every program knows first.
inline constexpr Index forloop_name = 0;
inline constexpr Index tablerowloop_name = 1;

struct Program {
  /// The first is the template. Behind pointers because views into the sources must not move.
  std::vector<std::unique_ptr<Unit>> units;
  std::vector<std::string_view> names;
  absl::flat_hash_map<std::string_view, Index> name_ids;
  std::vector<std::string_view> views;
  std::vector<Expression> expressions;
  std::vector<Segment> segments;
  std::vector<Index> lists;
  std::vector<NamedArgument> named;
  std::vector<FilterCall> filters;
  std::vector<Pipeline> pipelines;
  std::vector<Test> tests;
  std::vector<LoopHead> loops;
  std::vector<std::string> loop_names;
  std::vector<PartialCall> calls;
  std::vector<Cycle> cycles;
  std::vector<Warning> warnings;
  /// The partials by their names.
  absl::flat_hash_map<std::string_view, Index> unit_ids;
  Medium medium = Medium::html;
  Syntax syntax = Syntax::careful;
  /// There are no partials at all.
  bool has_partials = false;

  /// The id of a name, new or known.
  Index intern(std::string_view name);
};

}  // namespace sojourn::templates
