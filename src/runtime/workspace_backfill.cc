// The pass that brings contacts to what was published is stopped, and started again.
#include <future>
#include <memory>

#include "runtime/workspace_runtime.h"

namespace sojourn::runtime {

Result<void> WorkspaceRuntime::change_pass(Committer::PassChange change, const std::string& action,
                                           const std::string& actor) {
  if (stopping_) return failure("stopping", "the server is stopping");
  const Timestamp now = parts_.clock.now();
  auto answer = std::make_shared<std::promise<Result<void>>>();
  committer_.change_pass(
      change,
      [=](Batch&, store::StateTransaction& transaction) {
        return transaction.append_audit(actor, action, "backfill", "", now);
      },
      [answer](Result<void> done) { answer->set_value(std::move(done)); });
  return await(answer->get_future());
}

Result<void> WorkspaceRuntime::cancel_backfill(const std::string& actor) {
  return change_pass(Committer::PassChange::cancel, "backfill.cancel", actor);
}

Result<void> WorkspaceRuntime::start_backfill(const std::string& actor) {
  return change_pass(Committer::PassChange::start, "backfill.start", actor);
}

}  // namespace sojourn::runtime
