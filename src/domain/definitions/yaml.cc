#include "domain/definitions/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <sstream>

namespace sojourn::definitions {
namespace {

Value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  // yaml-cpp marks quoted scalars with the tag "!".
  if (node.Tag() == "!") return text;
  if (text == "true" || text == "false") return text == "true";
  if (text.empty() || text == "null" || text == "~") return nullptr;
  const char* first = text.data();
  const char* last = first + text.size();
  std::int64_t integer = 0;
  if (const auto [end, status] = std::from_chars(first, last, integer);
      status == std::errc() && end == last) {
    return integer;
  }
  const bool numeric = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
  double real = 0;
  if (const auto [end, status] = std::from_chars(first, last, real);
      numeric && status == std::errc() && end == last) {
    return real;
  }
  return text;
}

class Converter {
 public:
  explicit Converter(YamlDocument& document) : document_(document) {}

  Result<Value> convert(const YAML::Node& node, const std::string& path, int depth) {
    if (depth > definition_depth_max) {
      return failure({.code = "too_deep",
                      .message = fmt::format("{} is nested more than {} levels deep", path,
                                             definition_depth_max),
                      .field = path,
                      .limit = std::to_string(definition_depth_max)});
    }
    if (node.Mark().line >= 0) document_.lines.try_emplace(path, node.Mark().line + 1);
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return Value();
      case YAML::NodeType::Scalar:
        return scalar(node);
      case YAML::NodeType::Sequence:
        return list(node, path, depth);
      case YAML::NodeType::Map:
        return object(node, path, depth);
    }
    return Value();
  }

 private:
  Result<Value> list(const YAML::Node& node, const std::string& path, int depth) {
    Value::List items;
    for (std::size_t i = 0; i < node.size(); ++i) {
      TRY(item, convert(node[i], fmt::format("{}[{}]", path, i), depth + 1));
      items.push_back(std::move(item));
    }
    return Value(std::move(items));
  }

  Result<Value> object(const YAML::Node& node, const std::string& path, int depth) {
    Object members;
    for (const auto& member : node) {
      const std::string name = member.first.IsScalar() ? member.first.Scalar() : std::string();
      const std::string inner = path.empty() ? name : path + "." + name;
      if (members.find(name) != nullptr) {
        return failure({.code = "duplicate_member",
                        .message = fmt::format("\"{}\" stands twice", inner),
                        .field = inner});
      }
      document_.lines.try_emplace(inner, member.first.Mark().line + 1);
      TRY(value, convert(member.second, inner, depth + 1));
      members.append(name, std::move(value));
    }
    return Value(std::move(members));
  }

  YamlDocument& document_;
};

/// Reads the file's structure before anything is built from it.
class Inspector final : public YAML::EventHandler {
 public:
  [[nodiscard]] bool uses_anchors() const { return uses_anchors_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t anchor) override { look(anchor); }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { uses_anchors_ = true; }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                const std::string&) override {
    look(anchor);
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    look(anchor);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    look(anchor);
  }
  void OnMapEnd() override {}

 private:
  void look(YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) uses_anchors_ = true;
  }

  bool uses_anchors_ = false;
};

}  // namespace

int YamlDocument::line_of(std::string_view path) const {
  while (true) {
    const auto found = lines.find(path);
    if (found != lines.end()) return found->second;
    const std::size_t cut = path.find_last_of(".[");
    if (cut == std::string_view::npos) break;
    path = path.substr(0, cut);
  }
  const auto root = lines.find(std::string_view());
  return root == lines.end() ? 0 : root->second;
}

Result<YamlDocument> parse_yaml(std::string_view text) {
  if (text.size() > definition_bytes_max) {
    return failure({.code = "too_large",
                    .message = fmt::format("the file has {} bytes, the limit is {}", text.size(),
                                           definition_bytes_max),
                    .value = std::to_string(text.size()),
                    .limit = std::to_string(definition_bytes_max)});
  }
  YAML::Node root;
  try {
    std::istringstream input{std::string(text)};
    YAML::Parser parser(input);
    Inspector inspector;
    parser.HandleNextDocument(inspector);
    if (inspector.uses_anchors()) {
      return failure("malformed_yaml", "anchors and aliases are not allowed in definitions");
    }
    if (parser.HandleNextDocument(inspector)) {
      return failure("malformed_yaml", "a file holds one definition, and no second document");
    }
    root = YAML::Load(std::string(text));
  } catch (const YAML::Exception& problem) {
    const int line = problem.mark.line + 1;
    return failure({.code = "malformed_yaml",
                    .message = fmt::format("line {}: {}", line, problem.msg),
                    .value = std::to_string(line)});
  }
  YamlDocument document;
  TRY(value, Converter(document).convert(root, "", 0));
  document.value = std::move(value);
  return document;
}

}  // namespace sojourn::definitions
