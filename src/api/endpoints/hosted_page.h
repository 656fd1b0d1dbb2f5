#pragma once

/// The pages that contacts see: unsubscribe, preferences, confirmation, forms. Whole without
/// scripts and without a request elsewhere, in light and dark; they carry the workspace's name and
/// colour.

#include <string>
#include <string_view>

#include "api/context.h"
#include "base/result.h"
#include "net/http_message.h"

namespace sojourn::api {

struct HostedPage {
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
[[nodiscard]] net::Response link_not_found(const Context& context);

/// `<p>` with the text, escaped; nothing where it is empty.
[[nodiscard]] std::string paragraph(std::string_view text);

/// Black or white, whichever is read better on the colour (WCAG 2.2, relative luminance).
[[nodiscard]] std::string_view text_color_on(std::string_view rrggbb);

}  // namespace sojourn::api
