#pragma once

/// The commands beside `serve`. Each prints for people and answers the process's exit code:
/// 0 done, 1 failed, 2 (plan) something would change.

#include <string>

#include "cli/client.h"
#include "cli/inside_choices.h"
#include "cli/publish.h"

namespace sojourn::cli {

/// What becomes of definitions that the folder does not hold.
enum class Rest { keep, archive };
/// What becomes of changes that were made on the server since the folder last met it.
enum class Meanwhile { refuse, overwrite };
/// For segments that are being built.
enum class Wait : bool { no, yes };

struct FolderFlags {
  std::string folder = {};
  Rest rest = Rest::keep;
  InsideFlags inside = {};
};

struct ApplyFlags {
  FolderFlags folder = {};
  PublishAnswers answers = {};
  Meanwhile meanwhile = Meanwhile::refuse;
  Wait wait = Wait::no;
};

int plan(const Server& server, const FolderFlags& flags);
/// Shows the plan, asks, and publishes it. Notes in the folder what it and the server have in
/// common then (applied_state.h).
int apply(const Server& server, const ApplyFlags& flags);
/// Has the server copy its data into a new folder on its own machine.
int backup(const Server& server, const std::string& folder);

}  // namespace sojourn::cli
