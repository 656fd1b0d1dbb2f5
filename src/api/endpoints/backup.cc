#include <filesystem>

#include "api/body_fields.h"
#include "api/endpoints/audit.h"
#include "api/endpoints/endpoints.h"
#include "api/json_fields.h"
#include "api/problem.h"
#include "net/address.h"

namespace sojourn::api::endpoints {
namespace {

constexpr std::size_t path_bytes_max = 1'000;

}  // namespace

Answer make_backup(Context& context, const Call& call) {
  // A folder of the server's machine is named by somebody who sits at it, and by nobody else.
  if (!net::is_loopback_host(call.request.peer_address)) {
    return failure("loopback_only", "a backup is asked for on the server's own machine");
  }
  TRY(body, read_body_object(call.request));
  TRY(folder, required_text(body, "folder", {.min = 1, .max = path_bytes_max}));
  if (!std::filesystem::path(folder).is_absolute()) {
    return failure({.code = "invalid_path",
                    .message = "the folder must be an absolute path",
                    .field = "folder",
                    .value = folder});
  }
  // Before it is made: what leaves the workspace is written down, and stands in the copy, too.
  TRY_VOID(write_audit(context, call, {.action = "workspace.backup", .object = folder}));
  TRY_VOID(context.runtime.store().backup(folder));
  if (!context.settings.secret_file.empty()) {
    // Without the key the copy's links and contact ids would be of another workspace.
    std::error_code problem;
    std::filesystem::copy_file(context.settings.secret_file, folder + "/secret.key", problem);
    if (problem) return failure("disk_failed", "secret.key: " + problem.message());
  }
  JsonWriter out;
  out.begin_object().name("folder").string(folder);
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints
