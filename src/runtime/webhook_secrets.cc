#include "runtime/webhook_secrets.h"

#include "base/secret_box.h"
#include "base/text.h"

namespace sojourn::runtime {
namespace {

constexpr std::string_view purpose = "webhook endpoint secret";

}  // namespace

std::string seal_webhook_secret(const HashKey& master, const Hash128& endpoint,
                                std::string_view secret) {
  return SecretBox(master, purpose).seal(secret, {endpoint.view()});
}

Result<std::string> open_webhook_secret(const HashKey& master, const Hash128& endpoint,
                                        std::string_view sealed) {
  return SecretBox(master, purpose).open(sealed, {endpoint.view()});
}

std::string webhook_secret_text(std::string_view secret) {
  return "whsec_" + to_base64(secret);
}

}  // namespace sojourn::runtime
