#pragma once

/// AWS Signature Version 4: how Amazon knows who calls, without a secret on the wire.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace sojourn::channels::providers {

struct AwsCredentials {
  std::string_view access_key;
  std::string_view secret_key;
  std::string_view session_token = {};  ///< empty: the credentials are no temporary ones
};

struct AwsRequest {
  std::string_view method;
  std::string_view host;  ///< as it stands in Host
  std::string_view path;  ///< from the slash, percent-encoded; without a query
  std::string_view region;
  std::string_view service;
  std::string_view content_type = {};  ///< empty: none is sent
  std::string_view body = {};
};

/// The header fields to send beside Host and Content-Type: X-Amz-Date, Authorization, and
/// X-Amz-Security-Token where there is a session token. Valid for minutes around `now`.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> sign(
    const AwsRequest& request, const AwsCredentials& credentials, Timestamp now);

}  // namespace sojourn::channels::providers
