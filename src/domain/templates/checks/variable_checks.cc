#include "domain/templates/checks/variable_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "domain/catalogs/look_up.h"
#include "domain/templates/liquid_program.h"

namespace sojourn::templates::checks {
namespace {

/// What every message knows (reaction/render.h).
constexpr std::array<std::string_view, 11> message_variables = {
    "contact",         "event",          "run",         "workspace",       "data",      "catalogs",
    "unsubscribe_url", "preference_url", "confirm_url", "view_online_url", "assets_url"};
constexpr std::string_view catalogs_root = "catalogs";
/// Those that are there for everybody, whatever is known of a contact.
constexpr std::array<std::string_view, 5> always_there = {
    "contact.id", "workspace.name", "workspace.postal_address", "contact.email", "contact"};

class VariableFinder {
 public:
  VariableFinder(std::string_view part, const Program& program, catalogs::Catalogs* catalogs)
      : part_(part), program_(program), catalogs_(catalogs) {}

  std::vector<Check> find() {
    find_own();
    for (const Expression& each : program_.expressions) {
      check_known(each);
      check_look_up(each);
    }
    for (const Test& test : program_.tests) {
      note_guarded(test.left);
      note_guarded(test.right);
    }
    for (const std::unique_ptr<Unit>& unit : program_.units) {
      for (const Instruction& each : unit->code) {
        if (each.operation == Operation::output) check_output(program_.pipelines[each.a]);
      }
    }
    return std::move(checks_);
  }

 private:
  /// Names that the template gives values itself.
  void find_own() {
    own_.insert("forloop");
    own_.insert("tablerowloop");
    for (const std::unique_ptr<Unit>& unit : program_.units) {
      for (const Instruction& each : unit->code) {
        const bool sets =
            each.operation == Operation::assign || each.operation == Operation::capture_end ||
            each.operation == Operation::increment || each.operation == Operation::decrement;
        if (sets) own_.insert(program_.names[each.b]);
      }
    }
    for (const LoopHead& loop : program_.loops) {
      if (loop.variable != none) own_.insert(program_.names[loop.variable]);
    }
    for (const PartialCall& call : program_.calls) {
      if (call.variable != none) own_.insert(program_.names[call.variable]);
    }
    for (const NamedArgument& argument : program_.named) {
      if (argument.id != none) own_.insert(program_.names[argument.id]);
    }
  }

  [[nodiscard]] std::string_view root_of(const Expression& expression) const {
    const bool is_named = expression.kind == Expression::Kind::path && expression.name != none;
    return is_named ? program_.names[expression.name] : std::string_view();
  }

  /// `contact.address.city`; empty where it is none that can be named.
  [[nodiscard]] std::string path_of(Index index) const {
    if (index == none) return {};
    const Expression& expression = program_.expressions[index];
    std::string path(root_of(expression));
    if (path.empty()) return {};
    for (Index i = 0; i < expression.count; ++i) {
      const Segment& segment = program_.segments[expression.first + i];
      if (segment.expression != none) return {};
      path += '.';
      path += segment.name;
    }
    return path;
  }

  void check_known(const Expression& expression) {
    const std::string_view root = root_of(expression);
    if (root.empty() || own_.contains(root)) return;
    if (std::ranges::find(message_variables, root) != message_variables.end()) return;
    add(Code::unknown_variable, expression.line, std::string(root),
        fmt::format("there is no variable \"{}\"", root));
  }

  /// What a segment says as it stands in the template; empty where it is computed.
  [[nodiscard]] std::string_view name_of(const Segment& segment) const {
    if (segment.expression == none) return segment.name;
    const Expression& written = program_.expressions[segment.expression];
    const bool is_literal = written.kind == Expression::Kind::literal;
    const Text* text = is_literal ? written.literal.as<Text>() : nullptr;
    return text == nullptr ? std::string_view() : text->view;
  }

  /// Where the catalogs cannot be read, nothing is said of them.
  void check_look_up(const Expression& expression) {
    const bool looks_up = catalogs_ != nullptr && expression.count > 0 &&
                          root_of(expression) == catalogs_root && !own_.contains(catalogs_root);
    if (!looks_up) return;
    const std::string_view catalog = name_of(program_.segments[expression.first]);
    if (catalog.empty()) return;
    if (const Result<bool> is_there = catalogs_->has(catalog); !is_there || !*is_there) {
      if (!is_there) return;
      return add(Code::no_catalog, expression.line, std::string(catalog),
                 fmt::format("there is no catalog \"{}\"", catalog));
    }
    if (expression.count == 1) return;
    const std::string_view key = name_of(program_.segments[expression.first + 1]);
    if (key.empty()) return;
    const Result<const Object*> item = catalogs_->item(catalog, key);
    if (!item || *item != nullptr) return;
    add(Code::no_catalog_item, expression.line, fmt::format("{}/{}", catalog, key),
        fmt::format("catalog \"{}\" has no item \"{}\"", catalog, key));
  }

  void note_guarded(Index expression) {
    if (std::string path = path_of(expression); !path.empty()) guarded_.insert(std::move(path));
  }

  void check_output(const Pipeline& pipeline) {
    const std::string path = path_of(pipeline.expression);
    if (path.empty() || guarded_.contains(path)) return;
    const std::string_view root = std::string_view(path).substr(0, path.find('.'));
    const bool may_lack = root == "contact" || root == "event" || root == "run";
    if (!may_lack || std::ranges::find(always_there, path) != always_there.end()) return;
    for (Index i = 0; i < pipeline.filter_count; ++i) {
      if (program_.filters[pipeline.first_filter + i].name == "default") return;
    }
    add(Code::no_fallback, program_.expressions[pipeline.expression].line, path,
        fmt::format("\"{}\" prints nothing for those who lack it", path));
  }

  void add(Code code, int line, std::string value, std::string message) {
    if (!told_.insert({code, value}).second) return;
    checks_.push_back({.code = code,
                       .message = std::move(message),
                       .part = std::string(part_),
                       .line = line,
                       .value = std::move(value)});
  }

  std::string_view part_;
  const Program& program_;
  catalogs::Catalogs* catalogs_;
  std::set<std::string_view> own_;
  std::set<std::string> guarded_;
  std::set<std::pair<Code, std::string>> told_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> check_variables(std::string_view part, const LiquidTemplate& compiled,
                                   catalogs::Catalogs* catalogs) {
  return VariableFinder(part, compiled.program(), catalogs).find();
}

}  // namespace sojourn::templates::checks
