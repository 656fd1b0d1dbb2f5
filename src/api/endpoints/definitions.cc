#include <fmt/format.h>

#include <charconv>

#include "api/body_fields.h"
#include "api/endpoints/definition_files.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/publication.h"

namespace sojourn::api::endpoints {
namespace {

using Rest = runtime::DefinitionRequest::Rest;

/// As many as definitions that a client may have seen.
constexpr std::size_t revisions_max = 10'000;

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
  TRY_VOID(read_answers(body, read));
  return read;
}

/// The revision that If-Match names: RFC 9110 section 13.1.1, a strong entity tag, also without its
/// quotes. Empty where any will do.
std::string wanted_revision(const net::Request& request) {
  std::string_view tag = request.header("If-Match").value_or("");
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') {
    tag = tag.substr(1, tag.size() - 2);
  }
  return tag == "*" ? std::string() : std::string(tag);
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
  TRY(plan, context.runtime.plan(read.request));
  return plan_answer(plan);
}

Answer apply_definitions(Context& context, const Call& call) {
  TRY(read, read_publication(call.request));
  return publish(context, call, read);
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
    const std::string wanted = wanted_revision(call.request);
    if (!wanted.empty()) {
      publication.request.revisions[record.kind + "/" + latest.record.key] = wanted;
    }
  }
  return publish(context, call, publication);
}

}  // namespace sojourn::api::endpoints
