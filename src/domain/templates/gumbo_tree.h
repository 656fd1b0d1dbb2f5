#pragma once

/// A parsed page of gumbo's, released at the end of its scope, walked without recursion.

#include <gumbo.h>

#include <functional>
#include <string_view>

namespace sojourn::templates {

class GumboTree {
 public:
  /// `html` outlives the tree: its nodes point into it. What begins with a piece of a table, as
  /// partials do, is parsed as such; elsewhere HTML drops the tags of rows and cells.
  explicit GumboTree(std::string_view html);
  ~GumboTree() { gumbo_destroy_output(&options_, output_); }
  GumboTree(const GumboTree&) = delete;
  GumboTree& operator=(const GumboTree&) = delete;

  [[nodiscard]] const GumboNode& root() const { return *output_->root; }

  /// Where a piece of the source, such as an element's tag, begins.
  [[nodiscard]] std::size_t offset(const GumboStringPiece& piece) const {
    return static_cast<std::size_t>(piece.data - html_.data());
  }

 private:
  std::string_view html_;
  GumboOptions options_;
  GumboOutput* output_;
};

/// Calls `enter` for every node under `root`, itself included, before and `leave` after its
/// children. Where `enter` says false the children are passed over.
void walk(const GumboNode& root, const std::function<bool(const GumboNode&)>& enter,
          const std::function<void(const GumboNode&)>& leave);

/// Whether the element stands in the source, rather than being implied or copied by the parser.
[[nodiscard]] bool is_written(const GumboNode& element);

}  // namespace sojourn::templates
