#include "domain/reaction/confirmation_template.h"

#include "base/ensure.h"

namespace sojourn::reaction {
namespace {

constexpr std::string_view subject = "Please confirm your address for {{ workspace.name }}";

constexpr std::string_view html = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Please confirm your address</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 Arial,Helvetica,sans-serif">
<p>Somebody, most likely you, gave this address to {{ workspace.name }} on a sign-up form.</p>
<p><a href="{{ confirm_url }}">Confirm the address</a></p>
<p>The link works for 72 hours. If it was not you, do nothing: you will get no further mail.</p>
<p>{{ workspace.name }}<br>{{ workspace.postal_address }}</p>
</body>
</html>
)";

TemplateRule compiled() {
  templates::EmailTemplate source;
  source.subject = subject;
  source.html = html;
  Result<templates::CompiledEmail> email = templates::CompiledEmail::compile(source);
  ENSURE(email.has_value());
  return {.number = 0,
          .version = 1,
          .key = std::string(forms::confirmation_template_key),
          .name = "Confirmation of an address",
          .email = std::move(*email),
          .message_class = messages::MessageClass::transactional};
}

}  // namespace

const TemplateRule& confirmation_template() {
  static const TemplateRule rule = compiled();
  return rule;
}

}  // namespace sojourn::reaction
