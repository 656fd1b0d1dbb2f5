/// Mails that come back are read, whatever they hold: they are somebody else's bytes.

#include "channels/inbound/inbound_mail.h"
#include "channels/inbound/mbox.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  for (const std::string_view mail : channels::inbound::mails_of(input)) {
    static_cast<void>(channels::inbound::read_inbound_mail(mail));
  }
}

}  // namespace sojourn::fuzz
