#include "domain/templates/gumbo_tree.h"

#include <string>
#include <vector>

#include "base/text.h"

namespace sojourn::templates {
namespace {

const GumboVector* children_of(const GumboNode& node) {
  if (node.type == GUMBO_NODE_DOCUMENT) return &node.v.document.children;
  if (node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE) {
    return &node.v.element.children;
  }
  return nullptr;
}

/// GUMBO_TAG_LAST for a whole document.
GumboTag fragment_context(std::string_view html) {
  const std::size_t tag = html.find('<');
  if (tag == std::string_view::npos) return GUMBO_TAG_LAST;
  std::size_t end = tag + 1;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  while (end < html.size() && is_letter(html[end])) ++end;
  const std::string name = to_lower_ascii(html.substr(tag + 1, end - tag - 1));
  if (name == "td" || name == "th") return GUMBO_TAG_TR;
  if (name == "tr") return GUMBO_TAG_TBODY;
  if (name == "tbody" || name == "thead" || name == "tfoot") return GUMBO_TAG_TABLE;
  return GUMBO_TAG_LAST;
}

}  // namespace

GumboTree::GumboTree(std::string_view html) : html_(html), options_(kGumboDefaultOptions) {
  options_.fragment_context = fragment_context(html);
  output_ = gumbo_parse_with_options(&options_, html.data(), html.size());
}

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
