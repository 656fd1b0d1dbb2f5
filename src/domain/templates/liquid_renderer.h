#pragma once

/// The interpreter: runs the instructions of a program once, for one scope.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_evaluator.h"
#include "domain/templates/liquid_marks.h"
#include "domain/templates/liquid_output.h"
#include "domain/templates/liquid_program.h"

namespace sojourn::templates {

/// Used once.
class Renderer {
 public:
  /// All of them outlive the renderer. `catalogs`: null where there are none.
  Renderer(const Program& program, const Scope& data, const RenderOptions& options,
           MarkListener& listener, catalogs::Catalogs* catalogs)
      : program_(program),
        context_(options, catalogs),
        values_(context_, program, data),
        output_(context_),
        listener_(listener) {}

  Result<std::string> render();

 private:
  enum class Interrupt { nothing, broke, continued };

  struct ActiveLoop {
    /// Null when the budget refused it: the render has failed then.
    Loop* loop = nullptr;
    Datum source = {};
    std::size_t first = 0;
    bool reversed = false;
    Index variable = none;
    Index loop_variable = forloop_name;
    Evaluator::Binding outer_variable = {};
    Evaluator::Binding outer_loop = {};
  };
  struct Subject {
    /// Computed anew for each value: a branch may have assigned to what it names.
    Index expression = none;
    bool is_matched = false;
    /// Of a `when` with several values: those that were looked at.
    Index seen = 0;
  };
  struct Stretch {
    Index mark = none;
    std::size_t start = 0;
  };

  /// From `begin` to the end of the unit, or of the snippet that begins there.
  void run(const Unit& unit, Index begin = 0);
  /// Prints why the instruction could not be carried out, and says where to go on.
  Index recover(const Instruction& instruction, Index here);
  /// The place of the instruction that comes next.
  Index step(const Instruction& instruction, Index here);
  void cycle(const Cycle& cycle);
  [[nodiscard]] std::string_view alone_name(Index cycle);
  void count(Operation operation, Index name);
  [[nodiscard]] bool matches(const Instruction& when, Index from);
  [[nodiscard]] bool take(Interrupt kind);
  void assign(Index name, const Datum& datum);
  void end_capture(Index name);
  void end_changed();
  void end_stretch();

  // Loops and partials: liquid_renderer_loops.cc.
  [[nodiscard]] bool begin_loop(const LoopHead& head);
  [[nodiscard]] bool next_item();
  void end_loop();
  [[nodiscard]] bool begin_row(const LoopHead& head);
  [[nodiscard]] bool next_cell();
  void enter_loop(const LoopHead& head, const Datum& source, Loop loop, std::size_t first);
  void bind_item();
  [[nodiscard]] Datum pair(const Object& object, std::size_t index);
  /// What a call runs, and as what its value is known there.
  struct Callee {
    const Unit* unit = nullptr;
    Index begin = 0;
    std::string_view name = {};
    Index variable = none;
  };
  void call(const PartialCall& call);
  [[nodiscard]] std::optional<Callee> callee(const PartialCall& call);
  [[nodiscard]] std::optional<Callee> computed_callee(const PartialCall& call);
  [[nodiscard]] Datum given_value(const PartialCall& call, const Callee& callee);
  void call_once(const PartialCall& call, const Callee& callee, const Datum& value,
                 const Loop* loop);

  const Program& program_;
  Context context_;
  Evaluator values_;
  Output output_;
  MarkListener& listener_;
  Interrupt interrupt_ = Interrupt::nothing;
  int depth_ = 0;
  std::vector<ActiveLoop> loops_ = {};
  std::vector<Subject> subjects_ = {};
  std::vector<std::size_t> captures_ = {};
  std::string_view last_changed_ = {};
  const Unit* unit_ = nullptr;
  /// How many `render` we are in.
  int isolation_ = 0;
  /// What the arguments of the partials that run now have hidden.
  std::vector<std::pair<Index, Evaluator::Binding>> bindings_ = {};
  std::vector<Stretch> stretches_ = {};
  std::vector<std::pair<std::string_view, std::size_t>> cycles_ = {};
  /// Where `offset: continue` goes on, by the loop's name.
  std::vector<std::pair<std::string_view, std::size_t>> continuations_ = {};
};

}  // namespace sojourn::templates
