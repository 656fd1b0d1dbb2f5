#pragma once

/// `sojourn contact export`: all that is stored of one contact, into a file. Answers the process's
/// exit code: 0 done, 1 failed.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct ContactExportFlags {
  std::string contact;  ///< its id or user id
  std::string file;     ///< empty: standard output
};

int export_contact(const Server& server, const ContactExportFlags& flags);

}  // namespace sojourn::cli
