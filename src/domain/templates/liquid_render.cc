#include "domain/templates/liquid_renderer.h"
#include "domain/templates/render_with_catalogs.h"

namespace sojourn::templates {
namespace {

/// For templates without marks.
class NoMarks final : public MarkListener {
 public:
  void on_stretch(std::uint32_t, std::string&, std::size_t) override {}
  void on_insert(std::uint32_t, std::string&) override {}
};

}  // namespace

Result<std::string> render(const LiquidTemplate& source, const Scope& data,
                           const RenderOptions& options) {
  return render(source, data, options, nullptr);
}

Result<std::string> render(const LiquidTemplate& source, const Scope& data,
                           const RenderOptions& options, catalogs::Catalogs* catalogs) {
  NoMarks no_marks;
  return render_marked(source, data, options, no_marks, catalogs);
}

Result<std::string> render_marked(const LiquidTemplate& source, const Scope& data,
                                  const RenderOptions& options, MarkListener& listener,
                                  catalogs::Catalogs* catalogs) {
  return Renderer(source.program(), data, options, listener, catalogs).render();
}

}  // namespace sojourn::templates
