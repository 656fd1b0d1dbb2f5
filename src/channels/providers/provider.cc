#include "channels/providers/provider.h"

#include "base/ensure.h"
#include "channels/providers/mailgun.h"
#include "channels/providers/postmark.h"
#include "channels/providers/sendgrid.h"
#include "channels/providers/ses.h"

namespace sojourn::channels::providers {

std::unique_ptr<Provider> make_provider(const ProviderAccount& account) {
  switch (account.kind) {
    case ProviderKind::ses:
      return std::make_unique<Ses>(account);
    case ProviderKind::sendgrid:
      return std::make_unique<SendGrid>(account);
    case ProviderKind::postmark:
      return std::make_unique<Postmark>(account);
    case ProviderKind::mailgun:
      return std::make_unique<Mailgun>(account);
  }
  ENSURE(false);
  return nullptr;
}

}  // namespace sojourn::channels::providers
