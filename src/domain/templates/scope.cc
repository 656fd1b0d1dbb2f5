#include "domain/templates/scope.h"

namespace sojourn::templates {

Scope& Scope::add(const Object& members) {
  layers_.push_back({.name = {}, .root = &members});
  return *this;
}

Scope& Scope::add(std::string_view name, const Value& value) {
  layers_.push_back({.name = name, .root = &value});
  return *this;
}

Scope& Scope::add(std::string_view name, const Object& object) {
  layers_.push_back({.name = name, .root = &object});
  return *this;
}

Scope& Scope::add_text(std::string_view name, std::string_view text) {
  layers_.push_back({.name = name, .root = text});
  return *this;
}

std::optional<Scope::Root> Scope::find(std::string_view name) const {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    if (layer->name.empty()) {
      const Value* member = std::get<const Object*>(layer->root)->find(name);
      if (member != nullptr) return member;
    } else if (layer->name == name) {
      return layer->root;
    }
  }
  return std::nullopt;
}

}  // namespace sojourn::templates
