#include "cli/commands.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include "cli/answer_fields.h"
#include "cli/applied_state.h"
#include "cli/asset_files.h"
#include "cli/catalog_files.h"
#include "cli/plan_text.h"
#include "cli/workspace_folder.h"
#include "domain/reaction/rules.h"
#include "domain/simulation/scenario.h"

namespace sojourn::cli {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

/// Says which of the changed segments and scores are being built; waits for them where asked to.
Result<void> show_building(const Server& server, const Value& applied, Wait wait) {
  constexpr std::chrono::milliseconds pause{200};
  for (const Value& change : list_member(applied, "changes")) {
    const std::string kind = shown(change, "kind");
    const bool is_built = kind == "segment" || kind == "score";
    const std::string changed = shown(change, "change");
    if (!is_built || (changed != "created" && changed != "changed")) continue;
    const std::string key = shown(change, "key");
    const auto begun = std::chrono::steady_clock::now();
    bool was_building = false;
    std::string state;
    while (true) {
      TRY(definition, get(server, fmt::format("/api/v1/{}s/{}", kind, key)));
      state = shown(definition, "state");
      if (state != "building") break;
      if (!was_building) fmt::print("{} {} is being built\n", kind, key);
      was_building = true;
      if (wait == Wait::no) break;
      std::this_thread::sleep_for(pause);
    }
    if (state == "incomplete") fmt::print("{} {} is incomplete: that was cancelled\n", kind, key);
    if (!was_building || state != "ready") continue;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    fmt::print("{} {} is ready after {:.1f} s\n", kind, key, taken.count());
  }
  return {};
}

/// What is asked of the server for a folder.
struct FolderRequest {
  Object body = {};
  std::vector<runtime::DefinitionFile> files = {};
  std::vector<AssetFile> pictures = {};
  std::vector<catalogs::FolderCatalog> catalogs = {};
  PlannedFolder folder = {};
};

/// Of the texts of definitions, by `kind/key`.
std::map<std::string, std::string> hashes_of(const std::vector<runtime::DefinitionFile>& files) {
  std::map<std::string, std::string> hashes;
  for (const runtime::DefinitionFile& file : files) {
    const Result<reaction::DefinitionName> name = reaction::read_definition_name(file.text);
    if (name) hashes[name->kind + "/" + name->key] = text_hash(file.text);
  }
  return hashes;
}

Result<FolderRequest> request_of(const Server& server, const FolderFlags& flags) {
  TRY(files, read_workspace_folder(flags.folder));
  FolderRequest request;
  Value::List list;
  for (runtime::DefinitionFile& file : files) {
    // Scenarios, and what they publish, are for `sojourn test`.
    if (file.path.ends_with(".scenario") || simulation::is_change(file.path)) continue;
    list.push_back(Object{{"path", file.path}, {"text", file.text}});
    request.files.push_back(std::move(file));
  }
  TRY(inside, inside_of(flags.inside));
  TRY(known, read_applied_state(flags.folder, server.url));
  Object revisions;
  for (const auto& [place, definition] : known.definitions) {
    revisions.append(place, definition.rev);
  }
  for (const auto& [place, hash] : hashes_of(request.files)) {
    const auto before = known.definitions.find(place);
    const bool is_same = before != known.definitions.end() && before->second.hash == hash;
    if (is_same) request.folder.untouched.insert(place);
  }
  request.folder.known = std::move(known);
  request.body = Object{{"files", std::move(list)},
                        {"whole", true},
                        {"prune", flags.rest == Rest::archive},
                        {"revisions", std::move(revisions)}};
  if (!inside.empty()) request.body.set("inside", std::move(inside));
  TRY(pictures, asset_files(flags.folder, request.files));
  request.pictures = std::move(pictures);
  TRY(catalogs, folder_catalogs(flags.folder, request.files));
  request.catalogs = std::move(catalogs);
  return request;
}

/// What the server says would change, were the folder's pictures there.
Result<Value> ask_for_plan(const Server& server, const FolderRequest& request) {
  Object body = request.body;
  Value::List pictures;
  for (const AssetFile& file : request.pictures) pictures.push_back(to_string(file.picture));
  if (!pictures.empty()) body.set("pictures", std::move(pictures));
  return post(server, "/api/v1/definitions/plan", body);
}

/// Notes in the folder what it and the server have in common now: the texts of its files, and the
/// revisions of everything that was told. A folder that cannot be written to goes without.
void note_applied(const Server& server, const std::string& folder, const Value& answer,
                  const FolderRequest& request) {
  AppliedState state{.server = server.url};
  for (const Value& change : list_member(answer, "changes")) {
    if (shown(change, "change") == "removed") continue;
    const std::string place = shown(change, "kind") + "/" + shown(change, "key");
    const auto& known = request.folder.known.definitions;
    const auto before = known.find(place);
    state.definitions[place] = {shown(change, "rev"),
                                before == known.end() ? std::string() : before->second.hash};
  }
  for (const auto& [place, hash] : hashes_of(request.files)) state.definitions[place].hash = hash;
  const Result<void> written = write_applied_state(folder, state);
  if (written) return;
  fmt::print(stderr, "sojourn: {}; a later plan cannot tell what was changed meanwhile\n",
             written.error().message);
}

/// What is refused is told with the first of its problems; a plan tells all of them.
Result<int> explain_refusal(const Server& server, const FolderRequest& request, Error refused) {
  const Result<Value> planned = ask_for_plan(server, request);
  if (!planned || list_member(*planned, "problems").empty()) return failure(std::move(refused));
  print_plan(*planned, request.folder);
  return 1;
}

/// Answers the process's exit code.
Result<int> carry_out(const Server& server, const ApplyFlags& flags) {
  const std::string& folder = flags.folder.folder;
  TRY(request, request_of(server, flags.folder));
  if (flags.answers.confirm == Confirm::ask) {
    TRY(planned, ask_for_plan(server, request));
    const PlanOutcome outcome = print_plan(planned, request.folder);
    if (outcome.problems > 0) return 1;
    TRY(items, changed_items(server, request.catalogs));
    if (outcome.changes == 0 && items.empty()) {
      note_applied(server, folder, planned, request);
      return 0;
    }
    if (!ask_person()) return 1;
  }
  Object body = request.body;
  if (flags.meanwhile == Meanwhile::overwrite) body.erase("revisions");
  TRY_VOID(upload_missing(server, request.pictures));
  const Result<Value> applied =
      publish(server, "/api/v1/definitions/apply", std::move(body), flags.answers);
  if (!applied) return explain_refusal(server, request, applied.error());
  if (print_plan(*applied, request.folder).problems > 0) return 1;
  note_applied(server, folder, *applied, request);
  TRY(items, changed_items(server, request.catalogs));
  TRY_VOID(upload_items(server, items));
  TRY_VOID(show_building(server, *applied, flags.wait));
  return 0;
}

}  // namespace

int plan(const Server& server, const FolderFlags& flags) {
  const Result<FolderRequest> request = request_of(server, flags);
  if (!request) return fail(request.error());
  const Result<Value> answer = ask_for_plan(server, *request);
  if (!answer) return fail(answer.error());
  const PlanOutcome outcome = print_plan(*answer, request->folder);
  if (outcome.problems > 0) return 1;
  const auto items = changed_items(server, request->catalogs);
  if (!items) return fail(items.error());
  return outcome.changes > 0 || !items->empty() ? 2 : 0;
}

int apply(const Server& server, const ApplyFlags& flags) {
  const Result<int> done = carry_out(server, flags);
  return done ? *done : fail(done.error());
}

int backup(const Server& server, const std::string& folder) {
  const std::string absolute = std::filesystem::absolute(folder).lexically_normal().string();
  const Result<Value> answer = post(server, "/api/v1/backup", Object{{"folder", absolute}});
  if (!answer) return fail(answer.error());
  fmt::print("backed up to {}\n", absolute);
  return 0;
}

}  // namespace sojourn::cli
