#pragma once

/// Renders a message for one contact: the template's parts with the contact's data, and every link
/// as its tracked form. Pure (reference, invariant 23).

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/catalogs/look_up.h"
#include "domain/messages/content.h"
#include "domain/messages/message.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "domain/templates/email_template.h"

namespace sojourn::reaction {

/// Data that templates see: `contact` (attributes, id, and userId where it has one), `event` (what
/// started the run), `run` (what its webhook steps were answered), `workspace` (name,
/// postal_address), `data` (what a message was asked for with), `catalogs`, and the URLs of
/// `links`.
struct RenderContext {
  std::string postal_address;
  Timestamp now;
  /// What the message says beyond its template; null: nothing. Outlives the call.
  const messages::Content* content = nullptr;
  catalogs::Catalogs* catalogs = nullptr;  ///< null: none; outlives the call
};

/// What templates see as `contact`.
[[nodiscard]] Object contact_data(const ContactState& contact);

/// The language that a contact's attributes `language` or `locale` name; empty where neither does.
[[nodiscard]] std::string language_of(const Object& contact);

/// The key, among the rules, of a template in another of its languages. No definition has it: a
/// slash is in no key.
[[nodiscard]] std::string key_of_variant(std::string_view key, std::string_view language);

/// The template in a language: `de-AT`, else `de`, else the first one. Null where there is none.
[[nodiscard]] const TemplateRule* template_in_language(const Rules& rules, std::string_view key,
                                                       std::string_view language);

/// In the contact's language, where the template has it. Errors: `unknown_template`,
/// `unknown_campaign` (it, or the arm, is gone), and those of the template.
[[nodiscard]] Result<templates::RenderedEmail> render_message(const Rules& rules,
                                                              const ContactState& contact,
                                                              const messages::Message& message,
                                                              const templates::LinkTargets& links,
                                                              const RenderContext& context);

/// A text of a journey's step with the contact's and the run's data; nothing is escaped.
[[nodiscard]] Result<std::string> render_text(const Rules& rules, const ContactState& contact,
                                              const journeys::Run& run, const std::string& text,
                                              Timestamp now);

}  // namespace sojourn::reaction
