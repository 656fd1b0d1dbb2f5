#pragma once

/// For the tests of this folder: one email rendered in one call.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "domain/templates/email_template.h"

namespace sojourn::templates {

inline LinkTargets targets() {
  return {.click =
              [](std::size_t index) {
                return "https://t.example/c/" + std::to_string(index) + "?a=1&b=2";
              },
          .unsubscribe_url = "https://t.example/u/abc",
          .preference_url = "https://t.example/p/abc",
          .view_online_url = "https://t.example/v/abc",
          .assets_url = "https://t.example/assets"};
}

/// Fails the test, and gives an empty email, where the template does not compile or render.
inline RenderedEmail rendered(const EmailTemplate& source, const Object& data = {},
                              const LinkTargets& with = targets(),
                              const PartialLookup& partials = {}) {
  const Result<CompiledEmail> compiled = CompiledEmail::compile(source, partials);
  if (!compiled) {
    ADD_FAILURE() << compiled.error().message;
    return {};
  }
  const Result<RenderedEmail> email = render(*compiled, Scope(data), {}, with);
  if (!email) {
    ADD_FAILURE() << email.error().message;
    return {};
  }
  return *email;
}

inline std::vector<std::string> urls(const RenderedEmail& email) {
  std::vector<std::string> found;
  for (const RenderedLink& link : email.links) found.push_back(link.url);
  return found;
}

/// Without the links that the text part repeats.
inline EmailTemplate html_only(std::string_view html) {
  return {.subject = "s", .html = std::string(html), .text = ""};
}

}  // namespace sojourn::templates
