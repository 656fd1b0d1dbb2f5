#include <fmt/format.h>

#include "domain/templates/liquid_marks.h"
#include "domain/templates/liquid_parser.h"
#include "domain/templates/liquid_program.h"

namespace sojourn::templates {
namespace {

/// Collects the template and every partial that it names, each compiled once.
class Compiler {
 public:
  Compiler(const CompileOptions& options, const Marker& marker, Medium medium)
      : options_(options), marker_(marker) {
    program_->medium = medium;
    program_->syntax = options.syntax;
    program_->has_partials = static_cast<bool>(options.partials);
    program_->intern("forloop");
    program_->intern("tablerowloop");
  }

  Result<LiquidTemplate> compile(std::string_view source) {
    TRY_VOID(begin_unit({}, std::string(source)));
    const UnitFinder find = [this](std::string_view name) { return find_unit(name); };
    const AllUnits find_all = [this] { return find_named(); };
    // Units are added while we go: partials of partials come last.
    for (std::size_t i = 0; i < program_->units.size(); ++i) {
      Unit& unit = *program_->units[i];
      std::vector<MarkEvent> events;
      if (marker_) events = marker_(unit.source, unit.name);
      const Result<void> parsed = UnitParser(*program_, unit, find, find_all, events).parse();
      if (!parsed && !waits(unit)) return failure(parsed.error());
      if (!parsed) {
        const std::string& message = parsed.error().message;
        unit.fault = fmt::format("{} line {}){}", unit.name, parsed.error().value,
                                 message.substr(std::min(message.find(':'), message.size())));
      }
    }
    return LiquidTemplate(std::move(program_));
  }

 private:
  /// Whether an error of this unit is one of whoever calls it.
  [[nodiscard]] bool waits(const Unit& unit) const {
    return options_.syntax != Syntax::careful && &unit != program_->units.front().get();
  }

  Result<Index> find_unit(std::string_view name) {
    const auto known = program_->unit_ids.find(name);
    if (known != program_->unit_ids.end()) return known->second;
    std::optional<std::string> source;
    if (options_.partials) source = options_.partials(name);
    const bool is_missing = !source;
    if (is_missing && options_.syntax == Syntax::careful) {
      return failure("unknown_partial", fmt::format("there is no partial \"{}\"", name));
    }
    TRY_VOID(begin_unit(name, std::move(source).value_or(std::string())));
    Unit& unit = *program_->units.back();
    unit.is_missing = is_missing;
    const auto index = static_cast<Index>(program_->units.size() - 1);
    program_->unit_ids.emplace(unit.name, index);
    return index;
  }

  Result<void> find_named() {
    for (const std::string& name : options_.partial_names) {
      TRY_VOID(find_unit(name));
    }
    return {};
  }

  Result<void> begin_unit(std::string_view name, std::string source) {
    if (source.size() > source_bytes_max) {
      return too_long(name.empty() ? "the template" : "the partial", source.size(),
                      source_bytes_max);
    }
    bytes_ += source.size();
    if (bytes_ > program_bytes_max) {
      return too_long("the template with its partials", bytes_, program_bytes_max);
    }
    program_->units.push_back(
        std::make_unique<Unit>(Unit{.name = std::string(name), .source = std::move(source)}));
    return {};
  }

  static tl::unexpected<Error> too_long(std::string_view what, std::size_t size,
                                        std::size_t limit) {
    return failure({.code = "template_too_long",
                    .message = fmt::format("{} has {} bytes, the limit is {}", what, size, limit),
                    .value = std::to_string(size),
                    .limit = std::to_string(limit)});
  }

  const CompileOptions& options_;
  const Marker& marker_;
  std::shared_ptr<Program> program_ = std::make_shared<Program>();
  std::size_t bytes_ = 0;
};

}  // namespace

Index Program::intern(std::string_view name) {
  const auto [entry, is_new] = name_ids.try_emplace(name, static_cast<Index>(names.size()));
  if (is_new) names.push_back(name);
  return entry->second;
}

Result<LiquidTemplate> compile_marked(std::string_view source, const CompileOptions& options,
                                      const Marker& marker, Medium medium) {
  return Compiler(options, marker, medium).compile(source);
}

Result<LiquidTemplate> LiquidTemplate::compile(std::string_view source,
                                               const CompileOptions& options) {
  return compile_marked(source, options, {});
}

bool LiquidTemplate::mentions(std::string_view variable) const {
  return program_->name_ids.contains(variable);
}

const std::vector<Warning>& LiquidTemplate::warnings() const {
  return program_->warnings;
}

}  // namespace sojourn::templates
