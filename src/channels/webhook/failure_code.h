#pragma once

/// What people are told of why a call got no answer.

#include <string>

#include "net/web_client.h"

namespace sojourn::channels::webhook {

/// `bad_request`, `address_refused`, `unreachable`, `timed_out`; empty where there is an answer.
[[nodiscard]] inline std::string failure_code(net::WebFailure failure) {
  switch (failure) {
    case net::WebFailure::none:
      return {};
    case net::WebFailure::bad_request:
      return "bad_request";
    case net::WebFailure::refused:
      return "address_refused";
    case net::WebFailure::unreachable:
      return "unreachable";
    case net::WebFailure::timed_out:
      return "timed_out";
  }
  return {};
}

}  // namespace sojourn::channels::webhook
