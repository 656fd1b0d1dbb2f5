#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/body_fields.h"
#include "api/endpoints/definition_files.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/publication.h"
#include "domain/reaction/rules.h"

namespace sojourn::api::endpoints {
namespace {

using Rest = runtime::DefinitionRequest::Rest;

/// As many as definitions that a client may have seen.
constexpr std::size_t revisions_max = 10'000;
/// As a file of a workspace.
constexpr std::size_t definition_bytes_max = 1 << 20;
/// Of what an error repeats.
constexpr std::size_t choice_bytes_max = 20;

/// As many as definitions, too.
constexpr std::size_t pictures_max = 10'000;

/// Those that will be uploaded before the definitions are applied.
Result<std::set<assets::PictureId>> read_pictures(const Object& body) {
  std::set<assets::PictureId> pictures;
  const Value* value = body.find("pictures");
  if (value == nullptr || value->is_null()) return pictures;
  const Value::List* list = value->as_list();
  if (list == nullptr || list->size() > pictures_max) {
    return failure(
        {.code = "wrong_type",
         .message = fmt::format("pictures must be a list of at most {} ids", pictures_max),
         .field = "pictures",
         .limit = std::to_string(pictures_max)});
  }
  for (const Value& each : *list) {
    const std::string* text = each.as_string();
    const auto id = text == nullptr ? std::nullopt : assets::parse_picture_id(*text);
    if (!id) {
      return failure({.code = "wrong_type",
                      .message = "a picture is named by 32 hexadecimal digits",
                      .field = "pictures"});
    }
    pictures.insert(*id);
  }
  return pictures;
}

/// What the caller has seen: revisions by `kind/key`.
Result<std::map<std::string, std::string>> read_revisions(const Object& body) {
  std::map<std::string, std::string> revisions;
  const Value* value = body.find("revisions");
  if (value == nullptr || value->is_null()) return revisions;
  const Object* object = value->as_object();
  if (object == nullptr || object->size() > revisions_max) {
    return failure({.code = "wrong_type",
                    .message = fmt::format("revisions must be an object of at most {} texts, such "
                                           "as \"journey/welcome\": \"3\"",
                                           revisions_max),
                    .field = "revisions",
                    .limit = std::to_string(revisions_max)});
  }
  for (const auto& [place, revision] : *object) {
    const std::string* text = revision.as_string();
    if (text == nullptr) {
      return failure({.code = "wrong_type",
                      .message = "a revision must be a text such as \"3\"",
                      .field = "revisions." + place});
    }
    revisions.emplace(place, *text);
  }
  return revisions;
}

Result<Publication> read_publication(const net::Request& request) {
  TRY(body, read_body_object(request));
  Publication read;
  TRY(files, read_definition_files(body, Presence::required));
  read.request.files = std::move(files);
  TRY(whole, optional_boolean(body, "whole"));
  TRY(prune, optional_boolean(body, "prune"));
  read.request.rest = prune ? Rest::archive : whole ? Rest::list : Rest::keep;
  TRY(revisions, read_revisions(body));
  read.request.revisions = std::move(revisions);
  TRY(pictures, read_pictures(body));
  read.request.pictures = std::move(pictures);
  TRY_VOID(read_answers(body, read));
  return read;
}

/// What the caller has seen of the definition that the path names. `known`: whether there is one.
Result<void> read_precondition(const Call& call, bool known, Publication& publication) {
  const std::string place = call.parameter("kind") + "/" + call.parameter("key");
  const std::string wanted = wanted_revision(call.request);
  const auto refused = [&](std::string_view field, std::string message) {
    return failure({.code = "changed_meanwhile",
                    .message = std::move(message),
                    .field = std::string(field),
                    .value = place});
  };
  if (!wanted.empty() && !known) {
    return refused("If-Match", "there is no definition of this kind and key");
  }
  // RFC 9110 section 13.1.2: only where there is none as yet.
  if (known && call.request.header("If-None-Match").value_or("") == "*") {
    return refused("If-None-Match", "there is a definition of this kind and key already");
  }
  if (!wanted.empty()) publication.request.revisions[place] = wanted;
  return {};
}

Result<int> read_version(const Object& body) {
  const Value* value = body.find("version");
  const std::int64_t* version = value == nullptr ? nullptr : value->as_integer();
  if (version == nullptr || *version < 1 || *version > INT32_MAX) {
    return failure({.code = value == nullptr ? "missing_field" : "wrong_type",
                    .message = "version must be a whole number from 1 on",
                    .field = "version"});
  }
  return static_cast<int>(*version);
}

}  // namespace

Answer plan_definitions(Context& context, const Call& call) {
  TRY(read, read_publication(call.request));
  return plan_publication(context, read);
}

Answer apply_definitions(Context& context, const Call& call) {
  TRY(read, read_publication(call.request));
  return publish(context, call, read);
}

Answer put_definition(Context& context, const Call& call) {
  const std::string& kind = call.parameter("kind");
  const std::string& key = call.parameter("key");
  TRY(body, read_body_object(call.request));
  TRY(text, required_text(body, "text", {.min = 1, .max = definition_bytes_max}));
  Publication publication;
  TRY_VOID(read_answers(body, publication));
  const Result<reaction::DefinitionName> name = reaction::read_definition_name(text);
  // A text that cannot be read is a problem of the plan, with its line.
  if (name && (name->kind != kind || name->key != key)) {
    return failure({.code = "wrong_member",
                    .message = fmt::format("the text defines {} \"{}\", the path names {} \"{}\"",
                                           name->kind, name->key, kind, key),
                    .field = "text",
                    .value = name->kind + "/" + name->key,
                    .limit = kind + "/" + key});
  }
  {
    TRY(view, context.runtime.store().view());
    TRY(definitions, named_definitions(*view));
    const auto found = std::find_if(definitions.begin(), definitions.end(), [&](const auto& each) {
      return each.record.kind == kind && each.record.key == key;
    });
    const bool known = found != definitions.end();
    TRY_VOID(read_precondition(call, known && !found->record.archived, publication));
    publication.request.files = {
        {known ? found->file : fmt::format("{}s/{}.yaml", kind, key), std::move(text)}};
  }
  return publish(context, call, publication);
}

Answer archive_definition(Context& context, const Call& call) {
  const std::string& kind = call.parameter("kind");
  const std::string& key = call.parameter("key");
  Publication publication;
  // Who names one definition, and what becomes of those inside, has said yes.
  publication.yes = true;
  publication.request.archived.insert({kind, key});
  const std::string choice = call.request.query_parameter("inside").value_or("");
  if (!choice.empty()) {
    const std::optional<journeys::Inside::Choice> known = journeys::inside_choice(choice);
    using Choice = journeys::Inside::Choice;
    if (known != Choice::finish && known != Choice::leave) {
      return failure({.code = "unknown_value",
                      .message = "those inside an archived journey finish or leave",
                      .field = "inside",
                      .value = choice.substr(0, choice_bytes_max),
                      .limit = "finish, leave"});
    }
    publication.request.inside[key].choice = *known;
  }
  {
    TRY(view, context.runtime.store().view());
    TRY(found, find_definition(*view, kind, key));
    if (found.record.archived) {
      return failure({.code = "unknown_definition",
                      .message = "the definition is archived already",
                      .field = "key",
                      .value = kind + "/" + key});
    }
    if (!choice.empty() && kind != "journey") {
      return failure({.code = "wrong_member",
                      .message = "contacts are inside of journeys alone",
                      .field = "inside",
                      .value = choice,
                      .limit = "journey"});
    }
    TRY_VOID(read_precondition(call, true, publication));
  }
  return publish(context, call, publication);
}

Answer roll_back_definition(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(version, read_version(body));
  Publication publication;
  TRY_VOID(read_answers(body, publication));
  {
    TRY(view, context.runtime.store().view());
    TRY(latest, find_definition(*view, call.parameter("kind"), call.parameter("key")));
    TRY(record, definition_version(*view, latest.record, version));
    publication.request.files = {{latest.file, record.source}};
    publication.request.rolls_back_to = version;
    TRY_VOID(read_precondition(call, true, publication));
  }
  return publish(context, call, publication);
}

}  // namespace sojourn::api::endpoints
