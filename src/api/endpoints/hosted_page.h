#pragma once

/// The pages that contacts see: unsubscribe, preferences, confirmation, forms. Whole without
/// scripts and without a request elsewhere, in light and dark, in the reader's language
/// (page_texts.h); they carry the workspace's name and colour.

#include <string>
#include <string_view>

#include "api/context.h"
#include "api/endpoint.h"
#include "api/endpoints/page_texts.h"
#include "base/result.h"
#include "domain/messages/message.h"
#include "net/http_message.h"

namespace sojourn::api {

struct HostedPage {
  PageLanguage language = PageLanguage::en;
  std::string title;  ///< plain text: the heading, and what the tab says
  std::string body;   ///< HTML below the heading
  /// Origin to which the page's form leads on, besides ours; empty: none.
  std::string form_origin = {};
};

/// `200`. Nobody keeps, frames or indexes it.
[[nodiscard]] net::Response hosted_page(const Context& context, const HostedPage& page);
/// The same with the status of the error's code.
[[nodiscard]] net::Response hosted_page(const Context& context, const HostedPage& page,
                                        const Error& error);

/// `404`, the same for every token that is not ours, so that it says nothing of any.
[[nodiscard]] net::Response link_not_found(const Context& context, const Call& call);

/// `<p>` with the text, escaped; nothing where it is empty.
[[nodiscard]] std::string paragraph(std::string_view text);

/// HTML of `text`, whose {choose} leads to the preference centre of the message's address.
[[nodiscard]] std::string choose_html(const Context& context, PageLanguage language, PageText text,
                                      messages::MessageId message);

/// Black or white, whichever is read better on the colour (WCAG 2.2, relative luminance).
[[nodiscard]] std::string_view text_color_on(std::string_view rrggbb);

}  // namespace sojourn::api
