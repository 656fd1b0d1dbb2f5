#include "domain/templates/gumbo_tree.h"

#include <vector>

namespace sojourn::templates {
namespace {

const GumboVector* children_of(const GumboNode& node) {
  if (node.type == GUMBO_NODE_DOCUMENT) return &node.v.document.children;
  if (node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE) {
    return &node.v.element.children;
  }
  return nullptr;
}

}  // namespace

void walk(const GumboNode& root, const std::function<bool(const GumboNode&)>& enter,
          const std::function<void(const GumboNode&)>& leave) {
  struct Place {
    const GumboNode* node;
    unsigned next_child;
  };
  std::vector<Place> path;
  const auto visit = [&](const GumboNode& node) {
    if (enter(node)) path.push_back({.node = &node, .next_child = 0});
  };
  visit(root);
  while (!path.empty()) {
    Place& place = path.back();
    const GumboVector* children = children_of(*place.node);
    if (children != nullptr && place.next_child < children->length) {
      visit(*static_cast<const GumboNode*>(children->data[place.next_child++]));
    } else {
      leave(*place.node);
      path.pop_back();
    }
  }
}

bool is_written(const GumboNode& element) {
  constexpr unsigned made =
      GUMBO_INSERTION_ADOPTION_AGENCY_CLONED | GUMBO_INSERTION_RECONSTRUCTED_FORMATTING_ELEMENT;
  const bool is_copy = (static_cast<unsigned>(element.parse_flags) & made) != 0;
  return !is_copy && element.v.element.original_tag.length > 0;
}

}  // namespace sojourn::templates
