// Templates in all their languages, and the topics that messages are about.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "domain/reaction/render.h"
#include "domain/reaction/rules_compiler.h"

namespace sojourn::reaction {
namespace {

/// Of what a template is made of and that there is not; empty for any other error.
std::string_view absent_kind(std::string_view code) {
  if (code == "unknown_brand") return "brand";
  if (code == "unknown_block") return "block";
  if (code == "unknown_asset") return "asset";
  return {};
}

}  // namespace

void Rules::Compiler::compile_template(PendingTemplate& pending) {
  const std::string key = pending.definition.key;
  if (const std::optional<Error> error = find_brand_set_aside(pending.definition)) {
    damaged_["template/" + key] = true;
    return report_at("template", key, "document", error->code, error->message);
  }
  Result<templates::CompiledTemplate> compiled =
      templates::CompiledTemplate::compile(pending.definition, kit_);
  if (!compiled) {
    Error error = compiled.error();
    damaged_["template/" + key] = true;
    if (const std::string_view kind = absent_kind(error.code); !kind.empty()) {
      if (is_damaged(kind, error.value)) return;
      if (Error known = absent(kind, error.value); known.code == "reads_set_aside") {
        error = std::move(known);
      }
    }
    return report_at("template", key, error.field, error.code, error.message);
  }
  bool is_first = true;
  for (std::size_t i = 0; i < compiled->variants().size(); ++i) {
    const templates::CompiledTemplate::Variant& variant = compiled->variants()[i];
    Result<templates::EmailTemplate> source =
        templates::source_of(pending.definition.variants[i], kit_);
    template_sources_.push_back(source ? std::move(*source) : templates::EmailTemplate());
    rules_.templates_.push_back({.number = pending.number,
                                 .version = pending.version,
                                 .key = is_first ? key : key_of_variant(key, variant.language),
                                 .name = pending.definition.name,
                                 .email = variant.email,
                                 .topic = pending.definition.topic,
                                 .message_class = pending.definition.message_class});
    is_first = false;
  }
}

std::optional<Error> Rules::Compiler::find_brand_set_aside(
    const templates::TemplateDefinition& definition) const {
  for (const templates::TemplateVariant& each : definition.variants) {
    const auto* document = std::get_if<templates::blocks::Document>(&each.content);
    if (document == nullptr || !document->theme.brand.empty()) continue;
    Error error = absent("brand", templates::blocks::default_brand);
    if (error.code == "reads_set_aside") return error;
  }
  return std::nullopt;
}

void Rules::Compiler::take_topics() {
  rules_.policies_.topics = std::move(topics_);
  for (std::vector<JourneyRule>* all : {&rules_.journeys_, &rules_.superseded_journeys_}) {
    for (JourneyRule& rule : *all) {
      for (journeys::Step& step : rule.journey.steps) {
        auto* send = std::get_if<journeys::Send>(&step.action);
        const TemplateRule* used =
            send == nullptr ? nullptr : rules_.template_of(send->template_key);
        if (used != nullptr && send->topic.empty()) send->topic = used->topic;
      }
    }
  }
  for (CampaignRule& rule : rules_.campaigns_) {
    const TemplateRule* used = rules_.template_of(rule.campaign.template_key);
    if (used != nullptr && rule.campaign.topic.empty()) rule.campaign.topic = used->topic;
  }
}

bool Rules::Compiler::is_topic(const std::string& key) const {
  const std::vector<policies::Topic>& topics = rules_.policies_.topics;
  const bool are_defined = !topics.empty() || is_any_aside("topic");
  return !are_defined || policies::find_topic(topics, key) != nullptr || is_damaged("topic", key);
}

bool Rules::Compiler::is_any_aside(std::string_view kind) const {
  return std::any_of(set_aside_.begin(), set_aside_.end(),
                     [&](const SetAside& each) { return each.kind == kind; });
}

void Rules::Compiler::need_topic(const std::string& kind, const std::string& key,
                                 std::string_view member, const std::string& topic) {
  if (!is_topic(topic)) report_absent(kind, key, member, "topic", topic);
}

void Rules::Compiler::check_form(const forms::Form& form) {
  for (const std::string& key : form.topics) {
    const policies::Topic* topic = policies::find_topic(rules_.policies_.topics, key);
    if (topic == nullptr && is_damaged("topic", key)) continue;
    if (topic == nullptr) {
      report_absent("form", form.key, "topics", "topic", key);
    } else if (topic->is_private) {
      report_at("form", form.key, "topics", "private_topic",
                fmt::format("topic \"{}\" is private: nobody joins it by a form", key));
    }
  }
  const std::string& used = form.confirmation_template;
  if (rules_.template_of(used) == nullptr && !is_damaged("template", used)) {
    report_absent("form", form.key, "template", "template", used);
  }
}

void Rules::Compiler::check_content() {
  for (const TemplateRule& rule : rules_.templates_) {
    // Under the key of its first language.
    const bool is_first = rule.key.find('/') == std::string::npos;
    if (is_first && !rule.topic.empty()) need_topic("template", rule.key, "topic", rule.topic);
  }
  for (const FormRule& rule : rules_.forms_) check_form(rule.form);
}

}  // namespace sojourn::reaction
