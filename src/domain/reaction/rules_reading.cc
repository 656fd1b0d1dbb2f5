// Each definition into the rules of its kind.
#include <fmt/format.h>
#include <utility>

#include "domain/catalogs/catalog.h"
#include "domain/reaction/rules_compiler.h"

namespace sojourn::reaction {

void Rules::Compiler::read(const DefinitionSource& source) {
  Result<YamlDocument> document = definitions::parse_yaml(source.text);
  if (!document) {
    const std::string& line = document.error().value;
    const bool numbered = document.error().code == "malformed_yaml" && !line.empty();
    return report(source, numbered ? std::stoi(line) : 0, document.error().code,
                  document.error().message);
  }
  Result<DefinitionName> name = read_definition_name(source.text);
  Findings findings;
  if (findings.take(name)) findings.take(read_kind(source, *name, document->value, findings));
  for (const Error& error : findings.all()) {
    report(source, document->line_of(error.field), error.code, error.message);
  }
  if (!findings.none()) {
    if (name) damaged_[name->kind + "/" + name->key] = true;
    // What could be read of a journey is checked like any other.
    if (!name || name->kind != "journey") return;
  }
  if (source.superseded) return;
  const std::string place = name->kind + "/" + name->key;
  Origin origin{source.path, std::move(*document), source.number, source.version};
  if (!origins_.try_emplace(place, std::move(origin)).second) {
    report(source, 0, "duplicate_key",
           fmt::format("{} \"{}\" is defined twice, also in {}", name->kind, name->key,
                       origins_.at(place).path));
  }
}

Result<void> Rules::Compiler::read_kind(const DefinitionSource& source, const DefinitionName& name,
                                        const Value& value, Findings& findings) {
  if (name.kind == "workspace") {
    TRY(policies, policies::read_policies(value));
    if (!workspace_path_.empty()) {
      return failure("second_workspace",
                     fmt::format("there is one workspace, and {} defines it", workspace_path_));
    }
    workspace_path_ = source.path;
    if (value.as_object()->find("timezone") == nullptr) {
      policies.time_zone = rules_.policies_.time_zone;
    }
    rules_.policies_ = std::move(policies);
  } else if (name.kind == "segment") {
    segments::Segment segment = segments::read_segment(value, findings);
    if (!findings.none()) return {};
    rules_.segments_.push_back({.number = source.number,
                                .version = source.version,
                                .segment = std::move(segment),
                                .readers = {},
                                .triggers = {}});
  } else if (name.kind == "list") {
    TRY(list, segments::read_static_list(value));
    rules_.lists_.push_back({.number = source.number,
                             .version = source.version,
                             .list = std::move(list),
                             .readers = {}});
  } else if (name.kind == "grade") {
    scoring::Grade grade = scoring::read_grade(value, findings);
    if (!findings.none()) return {};
    rules_.grades_.push_back(
        {.number = source.number, .version = source.version, .grade = std::move(grade)});
  } else if (name.kind == "score") {
    scoring::Score score = scoring::read_score(value, findings);
    if (!findings.none()) return {};
    rules_.scores_.push_back({.number = source.number,
                              .version = source.version,
                              .score = std::move(score),
                              .points = {},
                              .readers = {},
                              .triggers = {}});
  } else if (name.kind == "journey") {
    journeys::Journey journey = journeys::read_journey(value, findings);
    // Its name could be read.
    journey.key = name.key;
    journey.version = source.version;
    (source.superseded ? rules_.superseded_journeys_ : rules_.journeys_)
        .push_back({.number = source.number,
                    .journey = std::move(journey),
                    .finishing = source.finishing,
                    .paused_since = source.paused_since,
                    .resumed = source.resumed});
  } else if (name.kind == "brand") {
    TRY(brand, templates::blocks::read_brand(value));
    kit_.brands.try_emplace(name.key, std::move(brand));
  } else if (name.kind == "block") {
    TRY(block, templates::blocks::read_saved_block(value));
    kit_.blocks.try_emplace(name.key, std::move(block));
  } else if (name.kind == "asset") {
    TRY(asset, assets::read_asset(value));
    kit_.assets.try_emplace(name.key, std::move(asset));
  } else if (name.kind == "catalog") {
    // What it holds is looked up where it is kept: no rule reads it.
    TRY_VOID(catalogs::read_catalog(value));
  } else if (name.kind == "campaign") {
    campaigns::Campaign campaign = campaigns::read_campaign(value, findings);
    if (!findings.none()) return {};
    rules_.campaigns_.push_back({.number = source.number,
                                 .version = source.version,
                                 .campaign = std::move(campaign),
                                 .emails = {}});
  } else if (name.kind == "topic") {
    TRY(topic, policies::read_topic(value));
    if (topics_.size() == policies::topics_max) {
      return failure("too_many",
                     fmt::format("there are more than {} topics", policies::topics_max));
    }
    topics_.push_back(std::move(topic));
  } else if (name.kind == "form") {
    TRY(form, forms::read_form(value));
    rules_.forms_.push_back(
        {.number = source.number, .version = source.version, .form = std::move(form)});
  } else {
    TRY(read, templates::read_template_definition(value));
    pending_templates_.push_back({source.number, source.version, std::move(read)});
  }
  return {};
}

}  // namespace sojourn::reaction
