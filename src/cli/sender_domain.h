#pragma once

/// `sojourn domain`: the domains that mails are sent from, and the keys that sign for them. Answers
/// the process's exit code: 0 done, 1 failed.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct SenderDomainFlags {
  std::string action;  ///< `list`, `add`, `show`, `activate`, `check`, `rotate`, `remove`
  std::string domain;  ///< of all but `list`
};

/// Prints the domain with the DNS records to publish; of `check` what DNS says, and 1 where a look
/// failed.
int sender_domain(const Server& server, const SenderDomainFlags& flags);

}  // namespace sojourn::cli
