#pragma once

/// Turns the source of one unit (a template or a partial) into instructions.

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/templates/liquid_expression_parser.h"
#include "domain/templates/liquid_marks.h"
#include "domain/templates/liquid_program.h"
#include "domain/templates/liquid_tokens.h"

namespace sojourn::templates {

/// The unit of a partial by its name, found or begun by whoever compiles the program.
using UnitFinder = std::function<Result<Index>(std::string_view name)>;
/// Makes every partial a unit that an `include` could name by a variable.
using AllUnits = std::function<Result<void>()>;

/// Used once. Blocks are kept on a stack of our own, so a source cannot exhaust the real one.
class UnitParser {
 public:
  /// All of them outlive the parser; `unit` belongs to `program`.
  UnitParser(Program& program, Unit& unit, const UnitFinder& find_unit,
             const AllUnits& find_all_units, std::span<const MarkEvent> events)
      : program_(program),
        unit_(unit),
        find_unit_(find_unit),
        find_all_units_(find_all_units),
        events_(events) {}

  Result<void> parse();

 private:
  enum class BlockKind {
    if_block,
    unless_block,
    case_block,
    for_block,
    row_block,
    capture_block,
    changed_block,
    snippet_block
  };
  enum class Scoping { shared, isolated };
  enum class Interrupt { leave_loop, next_item };

  struct Block {
    BlockKind kind = BlockKind::if_block;
    int line = 0;
    /// The branch we are in: a marked stretch must end where it began.
    int branch = 0;
    /// The instruction whose `b` is where the next branch begins; none where nothing waits for it.
    Index waits_for_next = none;
    /// Those whose `b` is the end of the block.
    Few<Index> wait_for_end = {};
    /// Of a loop: its first instruction, and the jumps of break and continue.
    Index begin = none;
    Few<Index> breaks = {};
    Few<Index> continues = {};
    Index variable = none;
    /// Of a case: the instruction of the `when` that we are in.
    Index when = none;
    /// Those that, when they cannot be carried out, end the whole block.
    Few<Index> deciding = {};
    bool has_else = false;
    /// Liquid drops the white space of a block that holds nothing else but assignments.
    bool is_blank = true;
    Few<Index> white_space = {};
  };

  /// What break must close on its way to the loop.
  struct Open {
    enum class Kind { loop, case_subject, capture, changed, snippet, mark };
    Kind kind = Kind::loop;
    /// Of a loop its place among the blocks, of a capture its variable, of a mark its number.
    Index index = none;
    int branch = 0;
  };

  struct Tag;
  static const Tag* find_tag(std::string_view name);

  // Tokens, text and marks: liquid_parser.cc.
  void reserve(std::size_t tokens);
  Result<void> take(const Token& token);
  Result<void> text(const Token& token);
  Result<void> marks_before(std::size_t offset);
  Result<void> mark(const MarkEvent& event);
  Result<void> output(std::string_view markup, int line);
  Result<void> tag(TagParts parts, int line);
  Result<void> liquid(std::string_view lines, int line);
  void add_text(std::string_view view, int line);
  Index add(Instruction instruction);
  /// An instruction that the open block hangs on.
  Index add_deciding(Instruction instruction);
  [[nodiscard]] Index here() const { return static_cast<Index>(unit_.code.size()); }
  [[nodiscard]] int branch() const { return blocks_.empty() ? 0 : blocks_.back().branch; }
  void set_not_blank();
  [[nodiscard]] tl::unexpected<Error> refuse(int line, std::string_view what) const;
  /// Adds the unit and the line to an error of the expression parser.
  [[nodiscard]] tl::unexpected<Error> located(Error error, int line) const;
  [[nodiscard]] bool is_careful() const { return program_.syntax == Syntax::careful; }
  [[nodiscard]] bool is_lax() const { return program_.syntax == Syntax::lax; }
  /// A value with its filters, a condition: to the end of the markup, as the syntax has it.
  Result<Index> pipeline(std::string_view markup, int line);
  Result<Index> condition(std::string_view markup, int line);

  // Blocks: liquid_parser_blocks.cc.
  Result<void> begin_if(std::string_view markup, int line);
  Result<void> begin_unless(std::string_view markup, int line);
  Result<void> take_elsif(std::string_view markup, int line);
  Result<void> take_else(std::string_view markup, int line);
  Result<void> begin_case(std::string_view markup, int line);
  Result<void> take_when(std::string_view markup, int line);
  Result<void> begin_for(std::string_view markup, int line);
  Result<void> begin_row(std::string_view markup, int line);
  Result<void> begin_capture(std::string_view markup, int line);
  Result<void> begin_changed(std::string_view markup, int line);
  Result<void> begin_snippet(std::string_view markup, int line);
  Result<void> take_end(std::string_view name, int line);
  Result<Block*> begin_block(BlockKind kind, int line);
  Result<LoopHead> loop_head(std::string_view markup, int line);
  Result<void> begin_loop(const LoopHead& head, BlockKind kind, int line);
  Result<void> begin_when(std::span<const Index> values, int line);
  void begin_branch(Block& block);
  void begin_dead_branch(Block& block, int line);
  void end_when(Block& block, int line);
  /// A branch must not end while a mark that began in it is open.
  [[nodiscard]] Result<void> expect_no_open_mark(int line) const;
  [[nodiscard]] tl::unexpected<Error> refuse_split_mark(int line) const;
  void end_loop(Block& block, int line);
  void end_row(Block& block, int line);
  static std::string_view name_of(BlockKind kind);

  // Single tags: liquid_parser_tags.cc.
  Result<void> assign(std::string_view markup, int line);
  Result<void> echo(std::string_view markup, int line);
  Result<void> increment(std::string_view markup, int line);
  Result<void> decrement(std::string_view markup, int line);
  Result<void> count(Operation operation, std::string_view markup, int line);
  Result<void> cycle(std::string_view markup, int line);
  Result<void> break_loop(std::string_view markup, int line);
  Result<void> continue_loop(std::string_view markup, int line);
  Result<void> include(std::string_view markup, int line);
  Result<void> render_partial(std::string_view markup, int line);
  Result<void> call(std::string_view markup, int line, Scoping scoping);
  Result<void> add_call(PartialCall call, std::string_view name,
                        std::vector<NamedArgument> arguments, int line);
  Result<void> add_cycle(Cycle cycle, std::span<const Index> values, int line);
  void interrupt(Interrupt kind, int line);
  void take_interrupt(Operation operation, Interrupt kind, int line);

  // Heads of tags as Shopify Liquid's patterns read them: liquid_parser_patterns.cc.
  Result<void> assign_by_pattern(std::string_view markup, int line);
  Result<void> cycle_by_pattern(std::string_view markup, int line);
  Result<void> call_by_pattern(std::string_view markup, int line, Scoping scoping);
  Result<LoopHead> loop_head_by_pattern(std::string_view markup, int line);
  Result<std::string_view> captured_by_pattern(std::string_view markup) const;
  Result<std::vector<Index>> when_by_pattern(std::string_view markup, int line);

  Program& program_;
  Unit& unit_;
  const UnitFinder& find_unit_;
  const AllUnits& find_all_units_;
  std::span<const MarkEvent> events_;
  std::vector<Block> blocks_ = {};
  std::vector<Open> open_ = {};
  int branches_ = 0;
};

}  // namespace sojourn::templates
