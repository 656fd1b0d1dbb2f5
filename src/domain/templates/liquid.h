#pragma once

/// The template language: Liquid as Shopify Liquid 5 defines it, compiled once and rendered often.
///
/// What the product renders with (the defaults of the options) differs, and why:
/// - What fails (division by zero, bad base64) prints nothing in lax mode and ends the render in
///   strict mode; Liquid would print the text of the error to the recipient.
/// - Markup that cannot be meant is refused when the template is compiled; Liquid guesses.
/// - Partials are found and compiled with the template, so their names are quoted literals.
/// - Dates are shown in the zone of the render, also those written with an offset.
/// In every mode:
/// - `render` sees the data of the render, as Shopify's global objects are seen, but no variable of
///   its caller.
/// - Whole numbers beyond 64 bits become floating point.
/// - With `EscapeHtml::yes` every output is escaped. What `capture` holds has been escaped already
///   and is not escaped again; `escape`, `escape_once` and `newline_to_br` escape once.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/templates/scope.h"

namespace sojourn::templates {

/// Mail clients cut a message at about 100 KiB; this leaves room for generous templates.
inline constexpr std::size_t source_bytes_max = 256 * 1024;
/// A template together with all the partials it names.
inline constexpr std::size_t program_bytes_max = 1024 * 1024;
/// An instruction, an iteration, a filter, and each 64 bytes or 8 items that a filter reads cost
/// a step: ends a render in well under 150 ms.
inline constexpr std::int64_t steps_max = 200'000;
inline constexpr std::size_t output_bytes_max = 1024 * 1024;
/// What filters, captures and partials allocate during one render, all together.
inline constexpr std::size_t work_bytes_max = 16 * 1024 * 1024;
/// Of blocks in blocks, brackets in brackets and partials in partials.
inline constexpr int nesting_max = 100;

/// What one render may use. Lower them for previews; raising them is the caller's risk.
struct Limits {
  std::int64_t steps = steps_max;
  std::size_t output_bytes = output_bytes_max;
  std::size_t work_bytes = work_bytes_max;
};

/// Lax: an unknown variable is nil and an unknown filter changes nothing. Strict: either ends the
/// render, except where the template asks: in a condition, and before the `default` filter.
enum class Mode { lax, strict };
enum class EscapeHtml { no, yes };

/// How markup is read. Careful is for authors. Strict and lax read as the two modes of Shopify
/// Liquid do, quirks included: lax guesses where it can. In both a partial is found, or found to be
/// wrong, when it is called, and `include` may name it by a variable.
enum class Syntax { careful, strict, lax };

/// What becomes of an output or tag that cannot be rendered: it prints nothing, or the text of the
/// error as Shopify Liquid does, or the render ends. In strict mode the render always ends.
enum class Failures { silent, printed, fatal };

/// The zone a date with an offset of its own is shown in.
enum class DateZone { of_render, as_written };

/// The source of a partial by its name; absent where there is none. Asked at compile time only.
using PartialLookup = std::function<std::optional<std::string>(std::string_view name)>;

struct CompileOptions {
  /// Empty: every `render` and `include` is an error.
  PartialLookup partials = {};
  Syntax syntax = Syntax::careful;
  /// Those that `include` may name by a variable, where the syntax is not careful.
  std::vector<std::string> partial_names = {};
};

struct RenderOptions {
  Mode mode = Mode::lax;
  EscapeHtml escape_html = EscapeHtml::yes;
  Failures failures = Failures::silent;
  DateZone date_zone = DateZone::of_render;
  /// IANA name, for `date`. An unknown one is UTC in lax mode and an error in strict mode.
  std::string time_zone = "UTC";
  /// What `'now' | date` shows.
  Timestamp now = {};
  Limits limits = {};
};

/// Something the author should look at, though the template works.
struct Warning {
  /// Of the template's source, from 1; 0 where no line is meant.
  int line = 0;
  std::string message;

  friend bool operator==(const Warning&, const Warning&) = default;
};

struct Program;

/// A compiled template: immutable, cheap to copy, to be rendered by any number of threads at once.
class LiquidTemplate {
 public:
  /// Errors: `invalid_template` names the partial (if any), the line and what was expected;
  /// `template_too_long`, `template_too_deep`, `unknown_partial`. Linear in the source.
  [[nodiscard]] static Result<LiquidTemplate> compile(std::string_view source,
                                                      const CompileOptions& options = {});

  /// Whether the template, or a partial in it, reads or sets this variable.
  [[nodiscard]] bool mentions(std::string_view variable) const;
  /// Filters that do not exist, in the order of the source.
  [[nodiscard]] const std::vector<Warning>& warnings() const;

  /// For the renderers of this folder.
  explicit LiquidTemplate(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  [[nodiscard]] const Program& program() const { return *program_; }

 private:
  // Shared: a template is replaced by its next version while messages are rendered from this one.
  std::shared_ptr<const Program> program_;
};

/// The text of the template for this data. A function of its arguments alone.
/// Errors: `too_many_steps`, `output_too_large`, `template_too_deep`; in strict mode also
/// `unknown_variable` and `unknown_filter`; where failures are fatal also `filter_failed`. Each
/// names the line.
[[nodiscard]] Result<std::string> render(const LiquidTemplate& source, const Scope& data,
                                         const RenderOptions& options = {});

}  // namespace sojourn::templates
