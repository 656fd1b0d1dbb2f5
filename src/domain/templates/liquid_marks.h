#pragma once

/// Marked stretches of a source: how the email template gets at its links without a second pass.
///
/// Whoever compiles names positions in the source; whoever renders is called with what was printed
/// between them. Positions are facts about the bytes of the source, found outside (html_scan.h).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalogs/look_up.h"
#include "domain/templates/liquid.h"

namespace sojourn::templates {

/// A place in a source, never inside a Liquid tag or output. A stretch must begin and end in the
/// same block, so that one never happens without the other.
struct MarkEvent {
  enum class Kind { begin, end, insert };
  std::size_t offset = 0;
  Kind kind = Kind::insert;
  std::uint32_t mark = 0;
};

/// The events of one source, in the order in which they happen.
/// `unit` is empty for the template itself, else the name of the partial.
using Marker =
    std::function<std::vector<MarkEvent>(std::string_view source, std::string_view unit)>;

/// Called during a render, in the order of the output.
class MarkListener {
 public:
  virtual ~MarkListener() = default;
  /// What was printed since the mark began stands in `output` from `start`; may be replaced.
  virtual void on_stretch(std::uint32_t mark, std::string& output, std::size_t start) = 0;
  /// May append to `output`.
  virtual void on_insert(std::uint32_t mark, std::string& output) = 0;
};

/// In plain text, filters that only serve HTML (`escape`, `escape_once`, `newline_to_br`) change
/// nothing: an HTML template is rendered as its text part.
enum class Medium { html, plain_text };

/// As LiquidTemplate::compile, with marks.
[[nodiscard]] Result<LiquidTemplate> compile_marked(std::string_view source,
                                                    const CompileOptions& options,
                                                    const Marker& marker,
                                                    Medium medium = Medium::html);

/// As render with catalogs, telling `listener` of the marks.
[[nodiscard]] Result<std::string> render_marked(const LiquidTemplate& source, const Scope& data,
                                                const RenderOptions& options,
                                                MarkListener& listener,
                                                catalogs::Catalogs* catalogs = nullptr);

}  // namespace sojourn::templates
